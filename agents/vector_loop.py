"""The loop in which agents meet vector environments, in every autoreset mode, and action masks of environments."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import partial
from itertools import count
from typing import Any

import gymnasium as gym
import numpy as np
from gymnasium.vector import AutoresetMode
from numpy.typing import NDArray

from agents.core import Actor, Transition
from agents.observations import mapped
from rl_line.step_result import autoreset_mode, reset_result, step_result

Ended = list[tuple[int, float, int]]  # step, return and length of episodes that ended


def experience_of_lanes(
    env: gym.vector.VectorEnv[Any, Any, Any],
    actor: Actor,
    ended: Ended,
    *,
    steps: int | None,
    seed: int | None,
    explore: bool,
) -> Iterator[Transition]:
    """Transitions of all lanes [N]; episodes are appended to `ended` before their last transitions are yielded."""
    on_policy = getattr(actor, "on_policy", False)
    mode = autoreset_mode(env)
    lanes = np.arange(env.num_envs)
    observation = _begun(env, actor, seed=seed)
    totals, lengths = np.zeros(env.num_envs), np.zeros(env.num_envs, np.int64)
    # Lanes that need a new action, and lanes whose next step only resets them.
    choosing, resetting = np.ones(env.num_envs, np.bool_), np.zeros(env.num_envs, np.bool_)
    for step in count(1) if steps is None else range(1, steps + 1):
        if choosing.all():
            action = np.array(actor.act(observation, explore=explore))
        elif choosing.any():
            action[choosing] = actor.act(_some(choosing, observation), explore=explore)
        stepped = env.step(action)
        if step == 1:
            step_result(env, stepped, lanes=env.num_envs)
        following, reward, terminated, truncated, info = stepped
        # Copies: yielded arrays must not change when the environment is stepped again.
        following = mapped(np.array, following)
        reward, terminated, truncated = map(np.array, (reward, terminated, truncated))
        done = terminated | truncated
        reset = done if mode == AutoresetMode.SAME_STEP else None
        final = _final_observation(following, info, reset)
        _tell_all(env, actor, following, final, info, terminated, reset)
        next_action = np.zeros_like(action)
        if on_policy and not terminated.all():
            next_action[~terminated] = actor.act(_some(~terminated, final), explore=explore)
        batch = Transition(observation, action.copy(), reward, final, terminated, truncated, next_action, lanes)
        if not on_policy:
            batch = batch._replace(next_action=None)
        if not resetting.all():
            totals, lengths, over = totals + reward * ~resetting, lengths + ~resetting, done & ~resetting
            ended += [(step, *one) for one in zip(totals[over].tolist(), lengths[over].tolist(), strict=True)]
            happened = batch if not resetting.any() else Transition(*(_some(~resetting, part) for part in batch))
            yield happened
            totals[over], lengths[over] = 0.0, 0
        resetting = done if mode == AutoresetMode.NEXT_STEP else np.zeros_like(done)
        if mode == AutoresetMode.DISABLED and done.any():
            following = _begun(env, actor, done, options={"reset_mask": done})
        observation, action = following, next_action.copy()
        choosing = (done | (not on_policy)) & ~resetting


def _begun(env: Any, actor: Actor, lanes: NDArray[np.bool_] | None = None, **options: Any) -> Any:
    """Observations after a reset of all lanes, or of some [N]; gives a masked actor their masks."""
    first, info = reset_result(env, **options)
    observation = mapped(np.array, first)
    if getattr(actor, "masked", False):
        _tell_some(env, actor, observation, info, np.ones(env.num_envs, np.bool_) if lanes is None else lanes)
    return observation


def _final_observation(following: Any, info: dict[str, Any], reset: NDArray[np.bool_] | None) -> Any:
    """S' of every lane; for lanes that were reset at this step, S' is in `info`."""
    final = mapped(np.array, following)
    if reset is not None and reset.any():
        last = mapped(lambda *rows: np.stack(rows), *info["final_obs"][reset])
        mapped(partial(_put, reset), final, last)
    return final


def _put(lanes: NDArray[np.bool_], array: NDArray[Any], rows: NDArray[Any]) -> None:
    array[lanes] = rows


def _some(lanes: NDArray[np.bool_], observation: Any) -> Any:
    """Rows of some lanes; None stays None."""
    return None if observation is None else mapped(lambda x: x[lanes], observation)


def tell(env: Any, actor: Any, observation: Any, info: Mapping[str, Any]) -> None:
    """Gives a masked actor the mask of an observation, `info["action_mask"]` of a reset or a step.

    Raises:
        ValueError: the environment gives no mask.
    """
    actor.allow(observation, _mask(env, actor, info))


def _mask(env: Any, actor: Any, info: Mapping[str, Any]) -> Any:
    if "action_mask" not in info:
        raise ValueError(
            f"{env} gives no action_mask with info {sorted(info)}, expected one with every reset and step, as "
            f"{type(actor).__name__} is masked; make the agent without masked=True."
        )
    return info["action_mask"]


def _tell_some(env: Any, actor: Any, observation: Any, info: Mapping[str, Any], lanes: NDArray[np.bool_]) -> None:
    """Gives a masked actor the masks of some lanes [N], or one mask for all."""
    mask = _mask(env, actor, info)
    if np.ndim(mask) == 0:
        actor.allow(observation, mask)
    elif lanes.any():
        mask = np.asarray(mask)  # `allow` refuses a mask of another length
        actor.allow(_some(lanes, observation), mask[lanes] if len(mask) == len(lanes) else mask)


def _tell_all(
    env: Any, actor: Any, following: Any, final: Any, info: Mapping[str, Any], terminated: Any, reset: Any
) -> None:
    """Gives a masked actor the masks of all observations of a step from which it may act or bootstrap.

    Args:
        env: a vector environment.
        actor: any actor.
        following: observation of every lane after the step.
        final: S' of every lane.
        info: info of the step.
        terminated: [N], True where S' is terminal and needs no mask.
        reset: [N], True where the lane was reset at this step, so that S' has its own info; None without such resets.
    """
    if not getattr(actor, "masked", False):
        return
    _tell_some(env, actor, following, info, ~terminated if reset is None else np.ones_like(terminated))
    if reset is not None and (cut := reset & ~terminated).any():
        _tell_some(env, actor, final, info.get("final_info", {}), cut)

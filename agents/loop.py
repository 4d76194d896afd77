"""The loop in which agents meet environments: interact and train; no other module calls `env.step`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import partial
from itertools import count
from pathlib import Path
from typing import Any

import gymnasium as gym
import numpy as np
from gymnasium.vector import AutoresetMode
from numpy.typing import NDArray

from agents.action_masks import tell, tell_lanes
from agents.core import ActOne, Actor, Learner, LearnOne, Transition, as_actor, as_env
from agents.logs import Rows
from agents.observations import copied, mapped
from rl_line.step_result import autoreset_mode, reset_result, step_result
from rl_line.system import scalars
from rl_line.system.kinds import flag, spelled
from rl_line.system.notebooks import bar
from rl_line.system.numbers import seed_from, whole

Env = gym.Env | gym.vector.VectorEnv

_Ended = list[tuple[int, float, int]]  # step, return and length of episodes that ended
_transition = partial(tuple.__new__, Transition)  # from one tuple of all fields, in half the time of the constructor


@spelled
def interact(
    env: Env | str, actor: Actor, steps: int | None = None, *, seed: int | None = None, explore: bool = True
) -> Iterator[Transition]:
    """Transitions of an actor in an environment, episode after episode; endless if no number of steps is given.

    The actor chooses its next action after the caller has used the transition. An `on_policy` actor chooses it before,
    and `next_action` holds that action (0 where the episode has terminated). A `masked` actor gets the
    `info["action_mask"]` of every observation that is not terminal, by `actor.allow`.

    Args:
        env: an environment or its id, or a vector environment in any autoreset mode; it is reset first. With N lanes,
            transitions have up to N rows: steps that only reset a lane are left out.
        actor: chooses the actions.
        steps: number of environment steps.
        seed: seed of the environment's first reset.
        explore: whether the actor explores.
    """
    steps = None if steps is None else whole(0, steps=steps)
    flag(explore=explore)
    return _transitions(as_env(env), as_actor(actor), steps=steps, seed=seed_from(seed), explore=explore)


@spelled
def train(
    env: Env | str,
    learner: Learner,
    steps: int | None = None,
    *,
    episodes: int | None = None,
    seed: int | None = None,
    logdir: str | Path | None = None,
) -> Rows:
    """Trains a learner on its own experience; gives one row per finished episode, with a progress bar on a terminal.

    Args:
        env: an environment or its id, or a vector environment; it is reset first.
        learner: the agent to train.
        steps: number of environment steps; give either steps
        episodes: or the number of episodes to finish.
        seed: seed of the environment's first reset.
        logdir: folder in which the rows are logged for TensorBoard; None for no log.

    Returns:
        Rows of `step` (steps so far), `episode`, `return` (undiscounted), `length` and the last values of `learn`.

    Raises:
        ValueError: not exactly one of steps and episodes is given, or it is no whole number from 0.
    """
    if (steps is None) == (episodes is None):
        raise ValueError(f"steps={steps!r} and episodes={episodes!r}, expected one of them; pass e.g. steps=20_000.")
    rows, ended = Rows(), _Ended()
    unit, goal = ("step", whole(0, steps=steps)) if episodes is None else ("episode", whole(0, episodes=episodes))
    world, seed, learn = as_env(env), seed_from(seed), _single(as_actor(learner, "learn"))[1]
    if goal == 0:
        return rows
    with bar(total=goal, unit=unit) as progress, scalars(logdir) as log:
        shown = not progress.disable
        for fields in _experience(world, learner, ended, steps=None if steps is None else goal, seed=seed):
            logged = learn(fields)
            if shown and episodes is None:
                progress.update()
            if not ended:
                continue
            for step, total, length in ended:
                rows.add(step, total, length, logged)
                if logdir is not None:
                    log(rows[-1])
                if shown:  # drawing a row takes longer than an episode
                    _show(progress, total, logged, finished=int(episodes is not None))
                if episodes is not None and len(rows) == goal:
                    return rows
            ended.clear()
    return rows


def _show(progress: Any, total: float, logged: Mapping[str, float], *, finished: int) -> None:
    shown = {name: logged[name] for name in ("loss", "epsilon") if name in logged}
    progress.set_postfix({"return": total, **shown}, refresh=False)
    progress.update(finished)


def _transitions(env: Env, actor: Actor, **options: Any) -> Iterator[Transition]:
    ended: _Ended = []
    for fields in _experience(env, actor, ended, **options):
        yield _transition(fields)
        ended.clear()


def _single(actor: Any) -> tuple[ActOne, LearnOne]:
    """Functions that act and learn in single steps; a class may give faster ones by `_single_steps`."""

    def act(observation: Any, explore: bool) -> Any:
        return actor.act(observation, explore=explore)

    def learn(fields: tuple[Any, ...]) -> Mapping[str, float]:
        return actor.learn(_transition(fields))

    faster = getattr(type(actor), "_single_steps", None)  # of the class, as a wrapper may forward attributes
    return (act, learn) if faster is None else faster(actor, act, learn)


def _experience(
    env: Env, actor: Actor, ended: _Ended, *, steps: int | None = None, seed: int | None = None, explore: bool = True
) -> Iterator[tuple[Any, ...]]:
    """Fields of transitions; an episode is appended to `ended` before its last transition is yielded."""
    if isinstance(env, gym.vector.VectorEnv):
        yield from _experience_of_lanes(env, actor, ended, steps=steps, seed=seed, explore=explore)
        return
    on_policy, masked = getattr(actor, "on_policy", False), getattr(actor, "masked", False)
    first, info = reset_result(env, seed=seed)
    observation, action, total, began, act = copied(first), None, 0.0, 0, _single(actor)[0]
    if masked:
        tell(env, actor, observation, info)
    for step in count(1) if steps is None else range(1, steps + 1):
        if action is None:
            action = act(observation, explore)
        stepped = env.step(action)
        if step == 1:  # checked once, as later results have the same form
            step_result(env, stepped)
        following, reward, terminated, truncated, info = stepped
        next_observation = following if type(following) is int else copied(following)
        if masked and not terminated:
            tell(env, actor, next_observation, info)
        next_action = None
        if on_policy:
            next_action = 0 if terminated else act(next_observation, explore)
        happened = observation, action, reward, next_observation, terminated, truncated, next_action, None
        total += reward  # type: ignore[operator]
        if terminated or truncated:
            ended.append((step, float(total), step - began))
            yield happened
            first, info = env.reset()
            observation = first if type(first) is int else copied(first)
            action, total, began = None, 0.0, step
            if masked:
                tell(env, actor, observation, info)
        else:
            yield happened
            observation, action = next_observation, next_action


def _experience_of_lanes(
    env: gym.vector.VectorEnv[Any, Any, Any],
    actor: Actor,
    ended: _Ended,
    *,
    steps: int | None,
    seed: int | None,
    explore: bool,
) -> Iterator[Transition]:
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
        tell_lanes(env, actor, following, final, info, terminated, reset)
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
        tell(env, actor, observation, info, lanes)
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

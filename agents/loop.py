"""Agents meet environments here, and only here: interact, train, evaluate."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import partial
from itertools import count
from pathlib import Path
from typing import Any, NamedTuple

import gymnasium as gym
import numpy as np
from gymnasium.vector import AutoresetMode
from gymnasium.wrappers import OrderEnforcing, PassiveEnvChecker, RecordEpisodeStatistics, RecordVideo, TimeLimit
from numpy.typing import NDArray
from tqdm import tqdm

from agents.core import Actor, Learner, Transition
from agents.logs import Row, scalars
from agents.observations import copied, mapped
from rl_line.dp import expected_return
from rl_line.mdp import known_mdp

Env = gym.Env | gym.vector.VectorEnv

# Wrappers that leave observations, actions and rewards as they are.
_TRANSPARENT = (OrderEnforcing, PassiveEnvChecker, RecordEpisodeStatistics, RecordVideo, TimeLimit)


class Evaluation(NamedTuple):
    """The expected return of a policy: exact where `episodes` is 0, else a mean and its 95 % interval."""

    value: float
    low: float
    high: float
    episodes: int


def interact(
    env: Env, actor: Actor, *, steps: int | None = None, seed: int | None = None, explore: bool = True
) -> Iterator[Transition]:
    """Transitions of an actor in an environment, episode after episode; endless if no number of steps is given.

    The actor chooses its next action after the caller has used the transition, unless it is
    `on_policy`: then before, and `next_action` tells it (0 where the episode has terminated).

    Args:
        env: an environment, or a vector environment in any autoreset mode; it is reset first. Of N lanes, transitions
            have up to N rows: a step that only resets a lane is none.
        actor: what acts.
        steps: how often the environment is stepped.
        seed: of the environment, for its first reset.
        explore: whether the actor explores.
    """
    for _, transition in _experience(env, actor, steps=steps, seed=seed, explore=explore):
        yield transition


def _experience(
    env: Env, actor: Actor, *, steps: int | None = None, seed: int | None = None, explore: bool = True
) -> Iterator[tuple[int, Transition]]:
    """The transitions, each with the number of times the environment was stepped."""
    if isinstance(env, gym.vector.VectorEnv):
        yield from _experience_of_lanes(env, actor, steps=steps, seed=seed, explore=explore)
        return
    on_policy = getattr(actor, "on_policy", False)
    observation = copied(env.reset(seed=seed)[0])
    action = None
    for step in count(1) if steps is None else range(1, steps + 1):
        if action is None:
            action = actor.act(observation, explore=explore)
        following, reward, terminated, truncated, _ = env.step(action)
        next_observation, next_action = copied(following), None
        if on_policy:
            next_action = 0 if terminated else actor.act(next_observation, explore=explore)
        yield step, Transition(observation, action, reward, next_observation, terminated, truncated, next_action)
        if terminated or truncated:
            observation, action = copied(env.reset()[0]), None
        else:
            observation, action = next_observation, next_action


def _experience_of_lanes(
    env: gym.vector.VectorEnv[Any, Any, Any], actor: Actor, *, steps: int | None, seed: int | None, explore: bool
) -> Iterator[tuple[int, Transition]]:
    on_policy = getattr(actor, "on_policy", False)
    mode = env.metadata["autoreset_mode"]
    lanes = np.arange(env.num_envs)
    observation = mapped(np.array, env.reset(seed=seed)[0])
    # Lanes that have yet to choose, and lanes whose next step only resets them.
    choosing, resetting = np.ones(env.num_envs, np.bool_), np.zeros(env.num_envs, np.bool_)
    for step in count(1) if steps is None else range(1, steps + 1):
        if choosing.all():
            action = np.array(actor.act(observation, explore=explore))
        elif choosing.any():
            action[choosing] = actor.act(_some(choosing, observation), explore=explore)
        following, reward, terminated, truncated, info = env.step(action)
        # Copies: what was handed out must not change when the environment is stepped again.
        following = mapped(np.array, following)
        reward, terminated, truncated = map(np.array, (reward, terminated, truncated))
        done = terminated | truncated
        final = mapped(np.array, following)
        if mode == AutoresetMode.SAME_STEP and done.any():
            last = mapped(lambda *rows: np.stack(rows), *info["final_obs"][done])
            mapped(partial(_put, done), final, last)
        next_action = np.zeros_like(action)
        if on_policy and not terminated.all():
            next_action[~terminated] = actor.act(_some(~terminated, final), explore=explore)
        batch = Transition(observation, action.copy(), reward, final, terminated, truncated, next_action, lanes)
        if not on_policy:
            batch = batch._replace(next_action=None)
        if not resetting.all():
            yield step, Transition(*(None if part is None else _some(~resetting, part) for part in batch))
        resetting = done if mode == AutoresetMode.NEXT_STEP else np.zeros_like(done)
        if mode == AutoresetMode.DISABLED and done.any():
            following = mapped(np.array, env.reset(options={"reset_mask": done})[0])
        observation, action = following, next_action
        choosing = (done | (not on_policy)) & ~resetting


def _put(lanes: NDArray[np.bool_], array: NDArray[Any], rows: NDArray[Any]) -> None:
    array[lanes] = rows


def _some(lanes: NDArray[np.bool_], observation: Any) -> Any:
    return mapped(lambda x: x[lanes], observation)


def train(
    env: Env,
    learner: Learner,
    *,
    steps: int | None = None,
    episodes: int | None = None,
    seed: int | None = None,
    logdir: str | Path | None = None,
) -> list[Row]:
    """Lets a learner learn from its own experience; one row per finished episode, with a progress bar on a terminal.

    Args:
        env: an environment or a vector environment; it is reset first.
        learner: what acts and learns.
        steps: how often the environment is stepped; give this,
        episodes: or how many episodes are to finish.
        seed: of the environment, for its first reset.
        logdir: a folder for TensorBoard to read the rows from, as they come; None for none.

    Returns:
        Rows of `step` (steps so far), `episode`, `return` (undiscounted), `length` and what `learn` logged last.

    Raises:
        ValueError: not exactly one of steps and episodes is given.
    """
    if (steps is None) == (episodes is None):
        raise ValueError(f"steps={steps!r} and episodes={episodes!r}, expected one of them; pass e.g. steps=20_000.")
    rows: list[Row] = []
    running: dict[int, tuple[float, int]] = {}  # return and length so far, by lane
    unit, goal = ("step", steps) if episodes is None else ("episode", episodes)
    if goal == 0:
        return rows
    with tqdm(total=goal, unit=unit, disable=None) as bar, scalars(logdir) as log:
        for step, transition in _experience(env, learner, steps=steps, seed=seed):
            logged = learner.learn(transition)
            if steps is not None:
                bar.update()
            for lane, reward, done in _by_lane(transition):
                total, length = running.get(lane, (0.0, 0))
                running[lane] = total, length = total + float(reward), length + 1
                if not done or len(rows) == episodes:
                    continue
                del running[lane]
                rows.append({"step": step, "episode": len(rows) + 1, "return": total, "length": length, **logged})
                log(rows[-1])
                if not bar.disable:
                    shown = {name: logged[name] for name in ("loss", "epsilon") if name in logged}
                    bar.set_postfix({"return": total, **shown}, refresh=False)
                if episodes is not None:
                    bar.update()
            if len(rows) == episodes:
                break
    return rows


def _by_lane(transition: Transition) -> Iterable[tuple[int, float, bool]]:
    """Lane, reward, and whether its episode ended, of every transition in a batch."""
    if transition.lane is None:
        return ((0, transition.reward, transition.terminated or transition.truncated),)
    done = transition.terminated | transition.truncated
    return zip(transition.lane.tolist(), transition.reward.tolist(), done.tolist(), strict=True)


def evaluate(
    env: gym.Env[Any, Any],
    actor: Actor,
    *,
    episodes: int = 100,
    gamma: float = 1.0,
    explore: bool = False,
    seed: int | None = None,
) -> Evaluation:
    """The expected return of an actor's policy from the start, within the environment's time limit.

    It is exact, and costs no step, if the environment's MDP is known, no wrapper changes it, and the actor has
    `action_probabilities`; else it is the mean of a sample of episodes with Student's interval.

    Args:
        env: a single environment; it is reset if a sample is needed.
        actor: what acts.
        episodes: the size of the sample, at least 2.
        gamma: the discount of the return; 1 for the plain sum of rewards.
        explore: whether to judge the policy with its exploration.
        seed: of the environment, for its first reset.
    """
    if isinstance(env, gym.vector.VectorEnv):
        raise TypeError(f"{env} is a vector environment, expected a single one; pass e.g. gymnasium.make(env.spec.id).")
    exact = _exact_return(env, actor, gamma=gamma, explore=explore)
    if exact is not None:
        return Evaluation(exact, exact, exact, 0)
    if episodes < 2:
        raise ValueError(f"episodes={episodes!r}, expected at least 2 for an interval; pass e.g. episodes=100.")
    from scipy.special import stdtrit

    returns, total, weight = [], 0.0, 1.0
    for transition in interact(env, actor, seed=seed, explore=explore):
        total, weight = total + weight * float(transition.reward), weight * gamma
        if transition.terminated or transition.truncated:
            returns.append(total)
            total, weight = 0.0, 1.0
            if len(returns) == episodes:
                break
    mean = float(np.mean(returns))
    half = float(stdtrit(episodes - 1, 0.975) * np.std(returns, ddof=1) / np.sqrt(episodes))
    return Evaluation(mean, mean - half, mean + half, episodes)


def _exact_return(env: gym.Env[Any, Any], actor: Actor, *, gamma: float, explore: bool) -> float | None:
    probabilities = getattr(actor, "action_probabilities", None)
    inner, limits = env, []
    while isinstance(inner, gym.Wrapper):
        if type(inner) not in _TRANSPARENT:
            return None
        if isinstance(inner, TimeLimit):
            limits.append(inner._max_episode_steps)
        inner = inner.env
    mdp = known_mdp(inner)
    if mdp is None or probabilities is None:
        return None
    policy = probabilities(np.arange(mdp.num_states), explore=explore)
    return expected_return(mdp, policy, gamma, horizon=min(limits, default=None))

"""The loop in which agents meet environments: interact and train; that of several lanes is in `agents.vector_loop`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import partial
from itertools import count
from pathlib import Path
from typing import Any

import gymnasium as gym

from agents.core import ActOne, Actor, Learner, LearnOne, Transition, as_actor, as_env
from agents.logs import Rows
from agents.observations import copied
from agents.vector_loop import Ended, experience_of_lanes, tell
from rl_line.step_result import reset_result, step_result
from rl_line.system import scalars
from rl_line.system.kinds import flag, spelled
from rl_line.system.notebooks import bar
from rl_line.system.numbers import seed_from, whole

Env = gym.Env | gym.vector.VectorEnv

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
    rows, ended = Rows(), Ended()
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
    ended: Ended = []
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
    env: Env, actor: Actor, ended: Ended, *, steps: int | None = None, seed: int | None = None, explore: bool = True
) -> Iterator[tuple[Any, ...]]:
    """Fields of transitions; an episode is appended to `ended` before its last transition is yielded."""
    if isinstance(env, gym.vector.VectorEnv):
        yield from experience_of_lanes(env, actor, ended, steps=steps, seed=seed, explore=explore)
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

"""Declarations of an environment: its table, its time limit, its spaces."""

from __future__ import annotations

from typing import Any

import gymnasium as gym
import numpy as np
from gymnasium.wrappers import TimeLimit

from rl_line.drawing.actions import first_state
from rl_line.env_checkup.findings import Finding
from rl_line.known import carried_mdp, carries_mdp
from rl_line.mdp import TabularMDP
from rl_line.system.kinds import instance
from rl_line.system.numbers import whole


def table_of(env: Any, mdp: TabularMDP | None) -> TabularMDP:
    """The given transition table, or the environment's own; ValueError if it is missing or invalid."""
    instance("env", env, (gym.Env, gym.vector.VectorEnv), 'pass e.g. gymnasium.make("RewardLine-v0")')
    instance("mdp", mdp, (TabularMDP, type(None)), "pass e.g. rl_line.reward_line()")
    if mdp is not None:
        return mdp
    inner = env.unwrapped
    single = inner.envs[0] if isinstance(getattr(inner, "envs", None), (list, tuple)) else env
    if not carries_mdp(single):
        raise ValueError(f"{env} carries no table (`mdp` or `P`), expected one; pass mdp=rl_line.reward_line(...).")
    return carried_mdp(single)


def declared_limit(env: Any, max_episode_steps: Any = None) -> int | None:
    """The given limit, else the shortest of the `TimeLimit` wrappers, or the limit declared by a vector environment."""
    if max_episode_steps is not None:
        return whole(1, max_episode_steps=max_episode_steps)
    inner = env.unwrapped
    if isinstance(env, gym.vector.VectorEnv):
        if not isinstance(getattr(inner, "envs", None), (list, tuple)):
            steps = getattr(inner, "max_episode_steps", None)
            return steps if steps is not None and steps < np.iinfo(np.int64).max else None
        env = inner.envs[0]
    limits = []
    while isinstance(env, gym.Wrapper):
        if isinstance(env, TimeLimit):
            limits.append(env._max_episode_steps)
        env = env.env
    return min(limits, default=None)


def first_label(env: Any, mdp: TabularMDP) -> int:
    """The label of the first state in messages: its observation, but 1 for the observation 0 of a line."""
    return int(getattr(spaces(env)[0], "start", 0)) or first_state(env, mdp.num_actions)


def spaces(env: Any) -> tuple[Any, Any]:
    """The spaces of one observation and of one action."""
    if isinstance(env, gym.vector.VectorEnv):
        return env.single_observation_space, env.single_action_space
    return env.observation_space, env.action_space


def wrong_spaces(observations: Any, actions: Any, mdp: TabularMDP) -> list[Finding]:
    """Findings where spaces do not fit the table; TypeError if observations (None to skip) are not `Discrete`."""
    if observations is not None and not isinstance(observations, gym.spaces.Discrete):
        raise TypeError(
            f"observations are of {observations}, expected a Discrete space; pass state=, a function from an "
            "observation to the number of its state, e.g. state=numpy.argmax for one-hot vectors."
        )
    findings = []
    for name, space, expected in (("observation", observations, mdp.num_states), ("action", actions, mdp.num_actions)):
        if space is not None and getattr(space, "n", expected) != expected:
            findings.append(Finding(f"{name}-space", f"{name}s are of {space}, expected {expected} by the table."))
    return findings

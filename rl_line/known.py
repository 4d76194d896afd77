"""MDPs from environments: functions with exact answers take an MDP or an environment."""

from __future__ import annotations

from typing import Any

import gymnasium as gym
from gymnasium.wrappers import OrderEnforcing, PassiveEnvChecker, RecordEpisodeStatistics, RecordVideo, TimeLimit

from rl_line.mdp import TabularMDP, carried_mdp

Known = TabularMDP | gym.Env[Any, Any]  # an MDP, or an environment with one

# Wrappers that leave observations, actions and rewards as they are.
_TRANSPARENT = (OrderEnforcing, PassiveEnvChecker, TimeLimit, RecordEpisodeStatistics, RecordVideo)


def as_mdp(known: Known) -> TabularMDP:
    """The MDP itself, or the MDP of an environment, or of the first one in a vector; without time limits.

    Raises:
        TypeError: neither an MDP nor an environment.
        ValueError: an environment without an MDP, or in a wrapper that may change it.

    >>> as_mdp(gym.make("rl_line:RewardLine-v0")).num_states
    4
    """
    if isinstance(known, TabularMDP):
        return known
    if not isinstance(known, (gym.Env, gym.vector.VectorEnv)):
        raise TypeError(
            f"{known!r:.200} ({type(known).__name__}) is no MDP, expected a TabularMDP or an environment that "
            "carries one; pass e.g. rl_line.reward_line()."
        )
    many = getattr(known.unwrapped, "envs", None)  # of a vector environment
    if isinstance(many, (list, tuple)) and many:
        return as_mdp(many[0])
    changing = [type(wrapper).__name__ for wrapper in wrappers(known) if type(wrapper) not in _TRANSPARENT]
    if changing:
        raise ValueError(
            f"{', '.join(changing)} may change observations, actions or rewards of {known}, so its MDP is not known; "
            "pass the environment without it."
        )
    return carried_mdp(known)


def wrappers(env: Any) -> list[gym.Wrapper]:
    """The wrappers around an environment, the outermost first."""
    found = []
    while isinstance(env, gym.Wrapper):
        found.append(env)
        env = env.env
    return found

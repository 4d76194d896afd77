"""MDPs from environments: functions with exact answers take an MDP or an environment."""

from __future__ import annotations

from typing import Any

import gymnasium as gym
from gymnasium.wrappers import OrderEnforcing, PassiveEnvChecker, RecordEpisodeStatistics, RecordVideo, TimeLimit

from rl_line.mdp import TabularMDP
from rl_line.toy_text import attribute

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


def known_mdp(env: gym.Env[Any, Any]) -> TabularMDP | None:
    """The MDP of an environment with an attribute `mdp` or a valid toy-text table `P`, else None."""
    try:
        return carried_mdp(env)
    except ValueError:
        return None


def carried_mdp(env: gym.Env[Any, Any]) -> TabularMDP:
    """The MDP of an environment, as `known_mdp`.

    Raises:
        ValueError: it has no MDP, or an invalid table `P`; the message gives the reason.
    """
    mdp = attribute(env, "mdp")
    if isinstance(mdp, TabularMDP):
        return mdp
    if not carries_mdp(env):
        raise ValueError(
            f"{env} carries no MDP (`mdp` or a table `P`), expected one; "
            'pass e.g. gymnasium.make("FrozenLake-v1"), or a TabularMDP.'
        )
    return TabularMDP.from_toy_text(env)


def carries_mdp(env: Any) -> bool:
    """True if an environment has an MDP, or any attribute `P`."""
    try:
        return isinstance(attribute(env, "mdp"), TabularMDP) or attribute(env, "P") is not None
    except ValueError:  # it cannot be read
        return True


def wrappers(env: Any) -> list[gym.Wrapper]:
    """The wrappers around an environment, the outermost first."""
    found = []
    while isinstance(env, gym.Wrapper):
        found.append(env)
        env = env.env
    return found

"""Observations as arrays, as nested dictionaries of arrays, or numbered for a table."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import gymnasium as gym
import numpy as np
from gymnasium.spaces import Discrete, MultiBinary, MultiDiscrete, Tuple

from rl_line.system.kinds import instance


def mapped(function: Callable[..., Any], *observations: Any) -> Any:
    """Observations with a function applied to their arrays, part by part.

    >>> mapped(max, {"near": 1, "far": {"left": 2}}, {"near": 0, "far": {"left": 3}})
    {'near': 1, 'far': {'left': 3}}
    """
    if not isinstance(observations[0], dict):
        return function(*observations)
    return {key: mapped(function, *(one[key] for one in observations)) for key in observations[0]}


def copied(observation: Any) -> Any:
    """A copy of an observation: an environment may write again into the arrays that it returned."""
    if isinstance(observation, int):
        return observation
    return mapped(lambda part: part.copy() if isinstance(part, np.ndarray) else part, observation)


def by_path(name: str, observation: Any) -> dict[str, Any]:
    """The arrays of an observation by name; in nested dictionaries, by path.

    >>> by_path("seen", {"near": 1, "far": {"left": 2}})
    {'seen>near': 1, 'seen>far>left': 2}
    """
    if not isinstance(observation, dict):
        return {name: observation}
    return {path: part for key, value in observation.items() for path, part in by_path(f"{name}>{key}", value).items()}


def from_paths(name: str, arrays: Mapping[str, Any]) -> Any:
    """The inverse of `by_path`: the observation with a name, from arrays by path.

    >>> from_paths("seen", {"action": 0, "seen>near": 1, "seen>far>left": 2})
    {'near': 1, 'far': {'left': 2}}
    """
    if name in arrays:
        return arrays[name]
    keys = dict.fromkeys(path[len(name) + 1 :].split(">")[0] for path in arrays if path.startswith(f"{name}>"))
    return {key: from_paths(f"{name}>{key}", arrays) for key in keys}


class NumberedObservation(gym.ObservationWrapper[int, Any, Any]):
    """Numbers observations, each one or several whole numbers, from 0: one row of a table for each.

    Args:
        env: with a `Discrete`, `MultiDiscrete` or `MultiBinary` observation space, or a `Tuple` of such spaces.

    Raises:
        TypeError: another observation space, e.g. a `Box`.

    >>> from agents import QLearning
    >>> env = NumberedObservation(gym.make("Blackjack-v1"))  # 32 sums, 11 cards of the dealer, usable ace or not
    >>> env.observation((14, 10, 0))  # (14 * 11 + 10) * 2 + 0
    328
    >>> QLearning.for_env(env, gamma=1.0).q.shape
    (704, 2)
    """

    def __init__(self, env: gym.Env[Any, Any]) -> None:
        instance("env", env, gym.Env, 'pass e.g. gymnasium.make("Blackjack-v1")')
        super().__init__(env)
        least, self._sizes = _whole_parts(env.observation_space)
        self._least: Any = np.array(least, dtype=np.int64)
        self.observation_space: Any = Discrete(int(np.prod(self._sizes, dtype=np.int64)))

    def observation(self, observation: Any) -> int:
        """The number of an observation; its last part varies fastest."""
        flat = np.concatenate([np.ravel(part) for part in _parts(observation)]).astype(np.int64)
        return int(np.ravel_multi_index(tuple(flat - self._least), self._sizes))


def table_shape(env: Any, learner: str) -> tuple[int, int]:
    """S and A of an environment or a vector environment; TypeError for spaces that are not counted from 0."""
    observations = getattr(env, "single_observation_space", env.observation_space)
    actions = getattr(env, "single_action_space", env.action_space)
    for name, space in [("observation", observations), ("action", actions)]:
        if not isinstance(space, Discrete) or space.start != 0:
            raise TypeError(
                f"{learner} needs a Discrete {name} space counted from 0, as a table has one row a state; "
                f"{env} has {space}. {_way_out(space, name)}"
            )
    return int(observations.n), int(actions.n)


def _way_out(space: Any, name: str) -> str:
    """Advice on getting a table from a space of observations or actions that is not counted from 0."""
    if name == "action":
        return (
            "Pass e.g. gymnasium.wrappers.DiscretizeAction(env, bins=9)."
            if isinstance(space, gym.spaces.Box)
            else ("Number its actions from 0, e.g. by gymnasium.wrappers.TransformAction.")
        )
    if isinstance(space, gym.spaces.Box):
        if not space.is_bounded():
            return (
                "Use DQN.for_env(env), or discretise: gymnasium.wrappers.DiscretizeObservation(bounded, bins=10) of "
                "bounded = gymnasium.wrappers.TransformObservation(env, lambda x: x.clip(-3, 3), "
                f"gymnasium.spaces.Box(-3, 3, {space.shape}))."
            )
        return "Use DQN.for_env(env), or discretise: gymnasium.wrappers.DiscretizeObservation(env, bins=10)."
    try:
        _whole_parts(space)
    except TypeError:
        return "Use DQN.for_env(gymnasium.wrappers.FlattenObservation(env))."
    return (
        "Number them: agents.observations.NumberedObservation(env); or flatten them for a network: "
        "DQN.for_env(gymnasium.wrappers.FlattenObservation(env))."
    )


def _whole_parts(space: Any) -> tuple[list[int], tuple[int, ...]]:
    """The least value and the number of values of every whole number in an observation."""
    if isinstance(space, Discrete):
        return [int(space.start)], (int(space.n),)
    if isinstance(space, MultiDiscrete):
        return np.ravel(space.start).tolist(), tuple(np.ravel(space.nvec).tolist())
    if isinstance(space, MultiBinary):
        return [0] * int(np.prod(space.shape)), (2,) * int(np.prod(space.shape))
    if isinstance(space, Tuple):
        least, sizes = zip(*map(_whole_parts, space.spaces), strict=True)
        return [one for part in least for one in part], tuple(one for part in sizes for one in part)
    raise TypeError(
        f"env: {space} is no space of whole numbers, expected a Discrete, MultiDiscrete, MultiBinary or Tuple space; "
        "discretise it, e.g. by gymnasium.wrappers.DiscretizeObservation."
    )


def _parts(observation: Any) -> list[Any]:
    """The parts of a tuple, to any depth."""
    return [one for part in observation for one in _parts(part)] if isinstance(observation, tuple) else [observation]

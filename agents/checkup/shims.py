"""Wrappers for existing training scripts: the old four-value API, and one-hot rows; they can be combined."""

from __future__ import annotations

from typing import Any

import gymnasium as gym
import numpy as np
from numpy.typing import NDArray


def old_api(env: gym.Env[Any, Any]) -> Any:
    """An environment with the old API of gym: `reset()` returns the observation alone, and `step` four values.

    Set the seed by `seed(seed)`, for the next reset, or by `reset(seed=seed)`. As in gym, `info` has
    "TimeLimit.truncated" if an episode ends by the limit alone.

    >>> env = old_api(gym.make("rl_line:RewardLine-v0", max_episode_steps=2))
    >>> env.seed(0)
    [0]
    >>> env.reset()
    0
    >>> env.step(1)[:3]
    (1, 2.0, False)
    >>> *_, done, info = env.step(0)
    >>> done, info["TimeLimit.truncated"]
    (True, True)
    """
    return _OldAPI(env)


def one_hot(env: gym.Env[Any, Any]) -> gym.Env[Any, Any]:
    """An environment with one-hot observations of float32, each a new array.

    >>> env = one_hot(gym.make("rl_line:RewardLine-v0"))
    >>> env.reset()[0]
    array([1., 0., 0., 0.], dtype=float32)
    >>> env.observation_space
    Box(0.0, 1.0, (4,), float32)
    >>> old_api(env).reset()
    array([1., 0., 0., 0.], dtype=float32)

    Raises:
        TypeError: its observations are not `Discrete`.
    """
    return _OneHot(env)


class _OldAPI(gym.Wrapper[Any, Any, Any, Any]):
    """Four values of a step, and a reset without info."""

    def __init__(self, env: gym.Env[Any, Any]) -> None:
        super().__init__(env)
        self._seed: int | None = None

    def seed(self, seed: int | None = None) -> list[int | None]:
        """Sets the seed of the next reset."""
        self._seed = seed
        return [seed]

    def reset(self, *, seed: int | None = None, options: dict[str, Any] | None = None) -> Any:
        """The first observation of an episode."""
        chosen, self._seed = self._seed if seed is None else seed, None
        return self.env.reset(seed=chosen, options=options)[0]

    def step(self, action: Any) -> Any:
        """The observation, the reward, whether the episode is over, and info."""
        observation, reward, terminated, truncated, info = self.env.step(action)
        if truncated and not terminated:
            info = {**info, "TimeLimit.truncated": True}
        return observation, reward, terminated or truncated, info


class _OneHot(gym.Wrapper[Any, Any, Any, Any]):
    """Rows in the place of states, of either API."""

    def __init__(self, env: gym.Env[Any, Any]) -> None:
        super().__init__(env)
        if not isinstance(env.observation_space, gym.spaces.Discrete):
            raise TypeError(
                f"observation_space is {env.observation_space}, expected Discrete; observations that are rows already "
                "need no one_hot(env)."
            )
        self._first, self._states = int(env.observation_space.start), int(env.observation_space.n)
        self.observation_space = gym.spaces.Box(0.0, 1.0, (self._states,), np.float32)

    def reset(self, *, seed: int | None = None, options: dict[str, Any] | None = None) -> Any:
        """The first row, with info where the environment gives it."""
        given = self.env.reset(seed=seed, options=options)
        return (self._row(given[0]), *given[1:]) if isinstance(given, tuple) else self._row(given)

    def step(self, action: Any) -> Any:
        """The row, and the other values of the step."""
        state, *others = self.env.step(action)
        return (self._row(state), *others)

    def _row(self, state: Any) -> NDArray[np.float32]:
        row = np.zeros(self._states, np.float32)
        row[int(state) - self._first] = 1.0
        return row

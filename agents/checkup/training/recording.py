"""Environments that record all steps and resets of an agent."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Mapping
from copy import deepcopy
from itertools import count
from typing import Any, NamedTuple
from weakref import WeakValueDictionary

import gymnasium as gym
import numpy as np
from gymnasium.utils.env_checker import data_equivalence
from gymnasium.vector import AutoresetMode
from gymnasium.vector.utils import iterate

Row = tuple[Any, Any, float, Any, bool, bool, bool, int]  # the fields of a Step, faster to make


class Step(NamedTuple):
    """One step of one lane, as the environment saw it; steps that only reset a lane are left out."""

    observation: Any
    action: Any
    reward: float
    next_observation: Any  # S', never the observation after a reset
    terminated: bool
    truncated: bool
    reset: bool  # whether the step is the first of an episode
    lane: int = 0


class Stopped(BaseException):
    """Ends a training from inside; no `except Exception` catches it."""


class _Records:
    """Records of an environment with one lane or several.

    Unpickled in the same process, as in registries of environments, it is the same object, so that every step is
    recorded. A pickled copy in another process has its own records.
    """

    def __init__(self, env: Any) -> None:
        super().__init__(env)  # type: ignore[call-arg]
        self._key = _known(self)
        self._until: float | None = None
        self._most: int | None = None
        self.rows: list[Row] = []
        self.resets: list[Any] = []
        self.after_end = 0
        self._handed: list[tuple[Any, Any]] = []  # copies given to the agent, and their original values

    def __reduce__(self) -> tuple[Callable[..., Any], tuple[Any, ...]]:
        return _unpickled, (self._key, type(self), self.__dict__)

    def __deepcopy__(self, memo: dict[int, Any]) -> Any:
        copied = memo[id(self)] = type(self).__new__(type(self))
        copied.__dict__.update(deepcopy(self.__dict__, memo))
        copied._key = _known(copied)
        return copied

    def stop(self, until: float | None, most: int | None) -> None:
        """Sets the time (of `time.perf_counter`) and the number of steps at which `Stopped` ends a training."""
        self._until, self._most = until, most

    def _check(self) -> None:
        if self._most is not None and len(self.rows) >= self._most:
            raise Stopped(f"stopped after {len(self.rows)} steps")
        if self._until is not None and time.perf_counter() > self._until:
            raise Stopped("stopped: the time was over")

    @property
    def steps(self) -> list[Step]:
        """All steps."""
        return [Step(*row) for row in self.rows]

    @property
    def mutated(self) -> list[tuple[Any, Any]]:
        """Observations that the agent has changed: (value now, original value)."""
        return [(now, then) for now, then in self._handed if not data_equivalence(now, then)]

    def _hand_out(self, observation: Any, kept: Any) -> Any:
        """A copy for the agent: the environment may change its own array, so a change of the copy is the agent's."""
        given = deepcopy(observation)
        self._handed.append((given, kept))
        return given


class Recording(_Records, gym.Wrapper[Any, Any, Any, Any]):
    """A wrapper that records every step and reset, and changes nothing.

    >>> env = Recording(gym.make("rl_line:RewardLine-v0"))
    >>> _ = env.reset(seed=3)
    >>> _ = env.step(1)
    >>> env.rows[0]
    (0, 1, 2.0, 1, False, False, True, 0)
    >>> env.resets
    [3]

    Attributes:
        rows: all steps, as tuples, with copies of the observations.
        resets: the seed of every reset, or None.
        after_end: number of steps outside of an episode; they are passed on to the environment, but not recorded in
            `rows`.
    """

    def __init__(self, env: gym.Env[Any, Any]) -> None:
        super().__init__(env)
        self._observation: Any = None
        self._first = self._goes_on = False

    def reset(self, *, seed: int | None = None, options: dict[str, Any] | None = None) -> tuple[Any, dict[str, Any]]:
        """Starts an episode, and records the start."""
        self.resets.append(seed)
        observation, info = self.env.reset(seed=seed, options=options)
        self._first = self._goes_on = True
        return self._out(observation), info

    def step(self, action: Any) -> tuple[Any, Any, bool, bool, dict[str, Any]]:
        """One step, recorded; ResetNeeded after the end."""
        self._check()
        if not self._goes_on:
            self.after_end += 1
            return self.env.step(action)
        taken = action if isinstance(action, (int, np.integer)) else deepcopy(action)
        before, first = self._observation, self._first
        following, reward, terminated, truncated, info = self.env.step(action)
        given = self._out(following)
        ended, cut = bool(terminated), bool(truncated)
        self.rows.append((before, taken, float(reward), self._observation, ended, cut, first, 0))
        self._first, self._goes_on = False, not (ended or cut)
        return given, reward, terminated, truncated, info

    def _out(self, observation: Any) -> Any:
        """Records an observation, and returns it for the agent: a copy if it can be changed."""
        if isinstance(observation, (int, np.integer)):
            self._observation = observation
            return observation
        self._observation = deepcopy(observation)
        return self._hand_out(observation, self._observation)


class RecordingLanes(_Records, gym.vector.VectorWrapper):
    """A vector wrapper that records every step of every lane, in any autoreset mode, and changes nothing.

    Attributes:
        rows: the steps of all lanes in the order of time, as tuples with their `lane`.
        resets: the seed of every reset of all lanes or of some, or None.
        after_end: number of steps of finished lanes that needed a reset.
    """

    def __init__(self, env: gym.vector.VectorEnv[Any, Any, Any]) -> None:
        super().__init__(env)
        self._mode = AutoresetMode(env.metadata["autoreset_mode"])
        self._observations: list[Any] = [None] * env.num_envs
        self._first = [False] * env.num_envs
        self._finished = [True] * env.num_envs

    def reset(self, *, seed: Any = None, options: dict[str, Any] | None = None) -> tuple[Any, dict[str, Any]]:
        """Starts an episode in every lane, and records the starts."""
        self.resets.append(seed)
        mask = (options or {}).get("reset_mask")
        begun = [True] * self.num_envs if mask is None else np.asarray(mask).tolist()
        observation, info = self.env.reset(seed=seed, options=options)
        self._observations = self._by_lane(observation)
        self._first = [one or other for one, other in zip(self._first, begun, strict=True)]
        self._finished = [one and not other for one, other in zip(self._finished, begun, strict=True)]
        return self._hand_out(observation, deepcopy(observation)), info

    def step(self, actions: Any) -> tuple[Any, Any, Any, Any, dict[str, Any]]:
        """One step of every lane, recorded."""
        self._check()
        if self._mode == AutoresetMode.DISABLED:
            self.after_end += sum(self._finished)
        taken = self._of(self.env.action_space, actions)
        following, reward, terminated, truncated, info = self.env.step(actions)
        last, ends = self._by_lane(following), list(zip(terminated.tolist(), truncated.tolist(), strict=True))
        same_step = self._mode == AutoresetMode.SAME_STEP
        for lane, paid in enumerate(np.asarray(reward).tolist()):
            if self._finished[lane]:
                continue
            final = same_step and any(ends[lane])
            arrived = self._final(info, lane) if final else last[lane]
            before, first = self._observations[lane], self._first[lane]
            self.rows.append((before, taken[lane], paid, arrived, *ends[lane], first, lane))
        done = [any(pair) for pair in ends]
        self._observations, self._first = last, done if same_step else list(self._finished)
        if not same_step:
            self._finished = done
        return self._hand_out(following, deepcopy(following)), reward, terminated, truncated, info

    def _final(self, info: Mapping[str, Any], lane: int) -> Any:
        return deepcopy(info["final_obs"][lane])

    def _by_lane(self, observation: Any) -> list[Any]:
        return self._of(self.env.observation_space, observation)

    def _of(self, space: gym.Space[Any], batch: Any) -> list[Any]:
        """A copy of every lane's part of a batch."""
        if isinstance(batch, np.ndarray) and batch.ndim == 1:
            return batch.tolist()
        return deepcopy(list(iterate(space, batch)))


_KEYS = count()
_ALIVE: WeakValueDictionary[tuple[int, int], Any] = WeakValueDictionary()


def _known(records: Any) -> tuple[int, int]:
    """The key of an environment, for this process alone, to find it again after pickling."""
    key = os.getpid(), next(_KEYS)
    _ALIVE[key] = records
    return key


def _unpickled(key: tuple[int, int], kind: type[Any], state: dict[str, Any]) -> Any:
    """The pickled environment itself, or in another process a copy."""
    if key[0] == os.getpid() and (alive := _ALIVE.get(key)) is not None:
        return alive
    copied = object.__new__(kind)
    copied.__dict__.update(state)
    return copied

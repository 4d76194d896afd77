"""Environments that write down all that an agent does to them."""

from __future__ import annotations

from collections.abc import Mapping
from copy import deepcopy
from typing import Any, NamedTuple

import gymnasium as gym
import numpy as np
from gymnasium.utils.env_checker import data_equivalence
from gymnasium.vector import AutoresetMode
from gymnasium.vector.utils import iterate


class Step(NamedTuple):
    """One step of one lane, as the environment saw it; a step that only resets a lane is none."""

    observation: Any
    action: Any
    reward: float
    next_observation: Any  # S', never the observation after a reset
    terminated: bool
    truncated: bool
    reset: bool  # it is the first of an episode
    lane: int = 0


class _Handed:
    """Observations that were handed out, each a copy of its own, beside what they were."""

    def __init__(self) -> None:
        self.pairs: list[tuple[Any, Any]] = []

    def out(self, observation: Any) -> Any:
        """A copy to hand out: the environment's own may change, so that a change of this one is the agent's doing."""
        given = deepcopy(observation)
        if not isinstance(given, (int, np.generic)):
            self.pairs.append((given, deepcopy(observation)))
        return given

    def changed(self) -> list[tuple[Any, Any]]:
        return [(now, then) for now, then in self.pairs if not data_equivalence(now, then)]


class Recording(gym.Wrapper[Any, Any, Any, Any]):
    """An environment that writes down every step and reset, and changes nothing.

    >>> env = Recording(gym.make("rl_line:RewardLine-v0"))
    >>> _ = env.reset(seed=3)
    >>> _ = env.step(1)
    >>> tuple(env.steps[0])
    (0, 1, 2.0, 1, False, False, True, 0)
    >>> env.resets
    [3]

    Attributes:
        steps: all of them, with copies of the observations.
        resets: the seed of every reset, or None.
        after_end: how many steps were asked for without an episode that goes on; what becomes of them is the
            environment's business, and they are not among the steps.
    """

    def __init__(self, env: gym.Env[Any, Any]) -> None:
        super().__init__(env)
        self.steps: list[Step] = []
        self.resets: list[int | None] = []
        self.after_end = 0
        self._handed = _Handed()
        self._observation: Any = None
        self._first = self._goes_on = False

    @property
    def mutated(self) -> list[tuple[Any, Any]]:
        """Observations that whoever received them has changed since: (as they are now, as they were)."""
        return self._handed.changed()

    def reset(self, *, seed: int | None = None, options: dict[str, Any] | None = None) -> tuple[Any, dict[str, Any]]:
        self.resets.append(seed)
        observation, info = self.env.reset(seed=seed, options=options)
        self._observation, self._first, self._goes_on = deepcopy(observation), True, True
        return self._handed.out(observation), info

    def step(self, action: Any) -> tuple[Any, Any, bool, bool, dict[str, Any]]:
        if not self._goes_on:
            self.after_end += 1
            return self.env.step(action)
        taken = deepcopy(action)
        following, reward, terminated, truncated, info = self.env.step(action)
        before, self._observation = self._observation, deepcopy(following)
        ends = bool(terminated), bool(truncated)
        self.steps.append(Step(before, taken, float(reward), self._observation, *ends, reset=self._first))
        self._first, self._goes_on = False, not any(ends)
        return self._handed.out(following), reward, terminated, truncated, info


class RecordingLanes(gym.vector.VectorWrapper):
    """A vector environment that writes down every step of every lane, in any autoreset mode, and changes nothing.

    Attributes:
        steps: those of all lanes in the order of time; `lane` tells them apart.
        resets: the seed of every reset of all lanes or of some, or None.
        after_end: how many steps were asked for of finished lanes that only a reset could start anew.
    """

    def __init__(self, env: gym.vector.VectorEnv[Any, Any, Any]) -> None:
        super().__init__(env)
        self.steps: list[Step] = []
        self.resets: list[Any] = []
        self.after_end = 0
        self._handed = _Handed()
        self._mode = AutoresetMode(env.metadata["autoreset_mode"])
        self._observations: list[Any] = [None] * env.num_envs
        self._first = np.zeros(env.num_envs, dtype=np.bool_)
        self._finished = np.ones(env.num_envs, dtype=np.bool_)

    @property
    def mutated(self) -> list[tuple[Any, Any]]:
        """Observations of all lanes that whoever received them has changed since: (as they are now, as they were)."""
        return self._handed.changed()

    def reset(self, *, seed: Any = None, options: dict[str, Any] | None = None) -> tuple[Any, dict[str, Any]]:
        self.resets.append(seed)
        mask = np.array((options or {}).get("reset_mask", np.ones(self.num_envs, dtype=np.bool_)))
        observation, info = self.env.reset(seed=seed, options=options)
        self._observations = self._by_lane(observation)
        self._first, self._finished = self._first | mask, self._finished & ~mask
        return self._handed.out(observation), info

    def step(self, actions: Any) -> tuple[Any, Any, Any, Any, dict[str, Any]]:
        if self._mode == AutoresetMode.DISABLED:
            self.after_end += int(self._finished.sum())
        taken = deepcopy(list(iterate(self.env.action_space, actions)))
        following, reward, terminated, truncated, info = self.env.step(actions)
        last, done = self._by_lane(following), terminated | truncated
        for lane in np.flatnonzero(~self._finished).tolist():
            arrived = self._final(info, lane) if done[lane] and self._mode == AutoresetMode.SAME_STEP else last[lane]
            ends = bool(terminated[lane]), bool(truncated[lane])
            first = bool(self._first[lane])
            before = self._observations[lane]
            self.steps.append(Step(before, taken[lane], float(reward[lane]), arrived, *ends, first, lane))
        restarted = done if self._mode == AutoresetMode.SAME_STEP else self._finished
        self._observations, self._first = last, restarted.copy()
        if self._mode != AutoresetMode.SAME_STEP:
            self._finished = np.array(done)
        return self._handed.out(following), reward, terminated, truncated, info

    def _final(self, info: Mapping[str, Any], lane: int) -> Any:
        return deepcopy(info["final_obs"][lane])

    def _by_lane(self, observation: Any) -> list[Any]:
        return deepcopy(list(iterate(self.env.observation_space, observation)))

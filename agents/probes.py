"""Small questions with exact answers: settings of the line that show a bug, and what learned values tell of theirs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import gymnasium as gym
import numpy as np
from gymnasium.error import ResetNeeded
from gymnasium.vector import AutoresetMode
from numpy.typing import NDArray

from agents.problem import Problem, Table
from rl_line.line import reward_line
from rl_line.mdp import TabularMDP
from rl_line.vector import RewardLineVectorEnv


@dataclass(frozen=True)
class Setting:
    """A line to learn on.

    Args:
        id: its name in reports.
        why: what it shows.
        line: keywords of `reward_line`.
        gamma: the discount to learn with.
        limit: steps after which episodes are cut off.
        end_shown_as: the state whose observation the end shows; its own if None. Only `terminated` says that an episode
            has ended, so a learner is right whatever the end looks like, and one that bootstraps from it is not.
        noisy: moves are uncertain, so that values learned with a constant step size are, too.
    """

    id: str
    why: str
    line: Mapping[str, Any] = field(default_factory=dict)
    gamma: float = 0.8
    limit: int = 100
    end_shown_as: int | None = None
    noisy: bool = False

    @property
    def mdp(self) -> TabularMDP:
        """The line as an MDP."""
        return reward_line(**self.line)

    @property
    def shown(self) -> NDArray[np.int64]:
        """[S] the state whose observation each state shows."""
        mdp = self.mdp
        states = np.arange(mdp.num_states)
        return states if self.end_shown_as is None else np.where(mdp.terminal, self.end_shown_as, states)

    def problem(self, **behaviour: Any) -> Problem:
        """The problem it poses, with how a learner acted (`acting`) and began (`initial`)."""
        return Problem(self.mdp, self.gamma, limit=self.limit, shown=self.shown, **behaviour)


#: The settings of the catalogue, the cheapest and most telling first; V is A with several lanes.
SETTINGS: tuple[Setting, ...] = (
    Setting("A", "the course's line"),
    Setting("B", "the end looks like state 2, so that what is bootstrapped from it shows", end_shown_as=1),
    Setting("C", "cut off after 3 steps; gamma 0.9", {"start": (0.7, 0.15, 0.15, 0)}, gamma=0.9, limit=3),
    Setting("T", "the last step is the end and the time limit at once", limit=3, end_shown_as=1),
    Setting("E", "mirrored: the other action is the best", {"mirror": True}),
    Setting("L", "six states, with rewards in the middle", {"rewards": (0, 3, 0, 1, 2, 10)}),
    Setting("D", "one move in five slips", {"slip": 0.2}, noisy=True),
)


class Step(NamedTuple):
    """One step, as the environment saw it."""

    observation: int
    action: int
    reward: float
    next_observation: int
    terminated: bool
    truncated: bool
    reset: bool  # it is the first of an episode


class Probe(gym.Env[int, int]):
    """The line of a setting, which writes down every step and the seed of every reset.

    Raises:
        ResetNeeded: a step before a reset or after an end, and `after_end` is counted.
    """

    def __init__(self, setting: Setting) -> None:
        self.inner = gym.make("rl_line:RewardLine-v0", disable_env_checker=True, **setting.line).unwrapped
        self.observation_space: Any = self.inner.observation_space
        self.action_space: Any = self.inner.action_space
        self.steps: list[Step] = []
        self.resets: list[int | None] = []
        self.after_end = 0
        self._shown, self._limit = setting.shown.tolist(), setting.limit
        self._here: int | None = None
        self._elapsed = 0

    def reset(self, *, seed: int | None = None, options: Mapping[str, Any] | None = None) -> tuple[int, dict[str, Any]]:
        self.resets.append(seed)
        state, info = self.inner.reset(seed=seed)
        self._here, self._elapsed = self._shown[state], 0
        return self._here, info

    def step(self, action: int) -> tuple[int, float, bool, bool, dict[str, Any]]:
        if self._here is None:
            self.after_end += 1
            raise ResetNeeded("step() was called before reset() or after the end of an episode; call reset() first.")
        state, reward, terminated, _, info = self.inner.step(action)
        first, self._elapsed = self._elapsed == 0, self._elapsed + 1
        truncated, observation = self._elapsed >= self._limit, self._shown[state]
        self.steps.append(Step(self._here, int(action), float(reward), observation, bool(terminated), truncated, first))
        self._here = None if terminated or truncated else observation
        return observation, float(reward), bool(terminated), truncated, info


class LaneProbe(RewardLineVectorEnv):
    """The line of a setting on four lanes, which counts what was done where."""

    def __init__(self, setting: Setting, mode: AutoresetMode, *, lanes: int = 4) -> None:
        super().__init__(lanes, max_episode_steps=setting.limit, autoreset_mode=mode, **setting.line)
        self.taken = np.zeros((self.mdp.num_states, self.mdp.num_actions), dtype=np.int64)

    def step(self, actions: Any) -> tuple[Any, ...]:  # type: ignore[override]
        before = None if self._row is None else self._row // self.mdp.num_actions
        ended = self._finished
        result = super().step(actions)
        if before is not None:
            np.add.at(self.taken, (before[~ended], np.asarray(actions)[~ended]), 1)
        return result


def counts(steps: list[Step], shape: tuple[int, int]) -> NDArray[np.int64]:
    """How often each action was taken in each state [S, A]."""
    taken = np.zeros(shape, dtype=np.int64)
    for step in steps:
        taken[step.observation, step.action] += 1
    return taken


def frequencies(taken: NDArray[np.int64]) -> Table:
    """The policy [S, A] that counts suggest; even where a state was never visited."""
    visits = taken.sum(axis=1, keepdims=True)
    return np.where(visits > 0, taken / np.maximum(visits, 1), 1.0 / taken.shape[1])

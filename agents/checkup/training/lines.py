"""Lines to learn on, searched so that any two bugs have different fixed points on one of them; their environments."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import gymnasium as gym
import numpy as np
from gymnasium.envs.registration import EnvSpec
from gymnasium.error import ResetNeeded
from gymnasium.vector import AutoresetMode
from numpy.typing import NDArray

from agents.checkup.rules.experience import Table
from agents.checkup.training.recording import Recording, RecordingLanes
from rl_line.dp import policy_iteration
from rl_line.line import reward_line
from rl_line.mdp import TabularMDP
from rl_line.vector import RewardLineVectorEnv


@dataclass(frozen=True)
class Line:
    """A line to learn on.

    Args:
        id: name in reports.
        rewards: reward on arriving in each state.
        start: probability that an episode begins in each state.
        gamma: the discount to learn with.
        limit: steps after which episodes are cut off.
        terminals: states that end an episode.
        slip: probability that a move goes the other way.
        end_shown_as: the state whose observation the end shows; its own if None. Only `terminated` says that an episode
            has ended, so the observation of the end makes no difference to a right learner.
        separation: least distance, as a share of the scale: of any two rules, on one of the lines without slips; of a
            gradient through the target and the right rule, on a line with slips.
    """

    id: str
    rewards: tuple[float, ...]
    start: tuple[float, ...]
    gamma: float
    limit: int
    terminals: tuple[int, ...] = (-1,)
    slip: float = 0.0
    end_shown_as: int | None = None
    separation: float = 0.2

    @property
    def keywords(self) -> dict[str, Any]:
        """The keywords of `reward_line` and `RewardLine-v0`."""
        return {"rewards": self.rewards, "start": self.start, "terminals": self.terminals, "slip": self.slip}

    @cached_property
    def mdp(self) -> TabularMDP:
        """The line as an MDP."""
        return reward_line(**self.keywords)

    @cached_property
    def optimal(self) -> Table:
        """The right values [S, A] of a learner of optimal values."""
        return policy_iteration(self.mdp, self.gamma).q

    @cached_property
    def scale(self) -> float:
        """The largest absolute optimal value in states that are not terminal, the unit of distances."""
        return float(np.abs(self.optimal[~self.mdp.terminal]).max())

    @property
    def most(self) -> float:
        """The largest absolute return, of an endless episode that always pays the largest reward."""
        return max(map(abs, self.rewards)) / (1 - self.gamma)

    @property
    def mirrored(self) -> Line:
        """The same line reversed, on which the other action leads to the same values."""
        last = len(self.rewards) - 1
        return replace(
            self,
            id=f"{self.id}-mirrored",
            rewards=self.rewards[::-1],
            start=self.start[::-1],
            terminals=tuple(last - terminal % len(self.rewards) for terminal in self.terminals),
            end_shown_as=None if self.end_shown_as is None else last - self.end_shown_as,
        )

    @property
    def shown(self) -> NDArray[np.int64]:
        """The state whose observation each state shows, [S]."""
        states = np.arange(self.mdp.num_states)
        return states if self.end_shown_as is None else np.where(self.mdp.terminal, self.end_shown_as, states)


#: A, B and C separate all rules; A shows its end as its own state. N has slips, for the gradient through the target;
#: its rewards are so small that Huber's loss is the square there.
LINES: tuple[Line, ...] = (
    Line("A", (-1.5, 0.0, -2.0, -3.0), (0.5, 0.25, 0.25, 0.0), 0.7, 6),
    Line("B", (0.0, -2.0, 0.0, 0.0, 1.5), (1 / 3, 1 / 3, 1 / 6, 1 / 6, 0.0), 0.8, 2, end_shown_as=1),
    Line("C", (1.5, -1.5, -1.5, 0.0), (0.0, 2 / 3, 1 / 3, 0.0), 0.8, 4, (0, -1), end_shown_as=1),
    Line("N", (0.0, 0.0, 0.35, -0.3), (0.0, 0.5, 0.5, 0.0), 0.8, 2, (0, -1), slip=0.2, separation=0.6),
)


#: Lines on which learners of every kind have the same greedy actions, and most bugs other ones. Half of the bugs act as
#: no right learner does, also early in training.
ACTION_LINES: tuple[Line, ...] = (
    Line("P", (1.0, -2.0, 0.5, -0.5), (0.0, 2 / 3, 1 / 3, 0.0), 0.8, 3, (0, -1), end_shown_as=1),
    Line("Q", (-1.0, -3.0, -3.0, -1.0), (1 / 3, 1 / 3, 1 / 3, 0.0), 0.8, 4, end_shown_as=1),
    Line("R", (0.0, -2.5, -2.0, -2.0), (0.25, 0.5, 0.25, 0.0), 0.8, 3, end_shown_as=2),
    Line("S", (-3.5, -3.5, 0.0, 0.0, -1.0), (1 / 3, 1 / 6, 1 / 6, 1 / 3, 0.0), 0.6, 4),
    Line("T", (5.5, -1.5, 0.0, 0.0, 8.5), (0.0, 1 / 3, 1 / 3, 1 / 3, 0.0), 0.5, 5, (0, -1), end_shown_as=1),
    Line("U", (-1.0, 0.5, -2.5, 0.0, -2.0), (1 / 6, 1 / 6, 1 / 3, 1 / 3, 0.0), 0.8, 6, end_shown_as=2),
)

#: Distinguishes an agent that still sees the old end as an episode begins from one that explores differently at first:
#: the best action of the third state, right, is the worst of the second and of the first, as which the end is shown.
SHOWN_THE_END = Line("F", (1, 0, -4, 9), (0.2, 0.2, 0.6, 0), 0.8, 10, end_shown_as=0)


class ProbeLine(gym.Env[Any, int]):
    """The environment of a `Line`, with its own step limit and its way to show the end.

    Raises:
        ResetNeeded: a step before a reset or after an end.
    """

    def __init__(self, line: Line) -> None:
        self.inner = gym.make("rl_line:RewardLine-v0", disable_env_checker=True, **line.keywords).unwrapped
        self.observation_space: Any = self.inner.observation_space
        self.action_space: Any = self.inner.action_space
        self.spec = EnvSpec(f"RewardLine{line.id}-v0", max_episode_steps=line.limit)  # for agents that read it
        self._shown, self._limit = line.shown.tolist(), line.limit
        self._elapsed: int | None = None

    def reset(self, *, seed: int | None = None, options: Mapping[str, Any] | None = None) -> tuple[int, dict[str, Any]]:
        """Starts an episode, with draws by another seed."""
        # Another seed: with the same one, an agent's exploration would correlate with the starts of episodes.
        state, info = self.inner.reset(seed=None if seed is None else seed + 7_919)
        self._elapsed = 0
        return self._shown[state], info

    def step(self, action: int) -> tuple[int, float, bool, bool, dict[str, Any]]:
        """One step, with the end shown as `end_shown_as`."""
        if self._elapsed is None:
            raise ResetNeeded("step() was called before reset() or after the end of an episode; call reset() first.")
        state, reward, terminated, _, info = self.inner.step(action)
        elapsed = self._elapsed + 1
        truncated = elapsed >= self._limit
        self._elapsed = None if terminated or truncated else elapsed
        return self._shown[state], float(reward), bool(terminated), truncated, info

    def render(self) -> None:
        """Nothing, as an environment without a render mode: some trainers ask for it at every step."""


def probe(line: Line) -> Recording:
    """The environment of a line, recorded."""
    return Recording(ProbeLine(line))


def probe_lanes(line: Line, mode: AutoresetMode, *, lanes: int = 4) -> RecordingLanes:
    """The environment of a line on several lanes, recorded."""
    return RecordingLanes(
        RewardLineVectorEnv(lanes, max_episode_steps=line.limit, autoreset_mode=mode, **line.keywords)
    )

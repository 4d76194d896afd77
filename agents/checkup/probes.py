"""Small questions with exact answers: settings of the line that show a bug, and what learned values tell of theirs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import gymnasium as gym
import numpy as np
from gymnasium.envs.registration import EnvSpec
from gymnasium.error import ResetNeeded
from gymnasium.vector import AutoresetMode
from numpy.typing import NDArray

from agents.checkup.problem import Problem, Table
from agents.checkup.recording import Recording, RecordingLanes
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

    @cached_property
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


# Soon learned: no lure on the way, and the end is often near; and so small that a softmax goes on trying all actions.
_SOON: dict[str, Any] = {"rewards": (-1, -0.5, 0.5, 4.5), "start": (0.4, 0.3, 0.3, 0)}

#: Ids of a setting and of its mirror image.
MIRRORED = ("B", "E")

#: The settings of the catalogue, the most telling first; those after C are not needed for a pass.
SETTINGS: tuple[Setting, ...] = (
    Setting("A", "the course's line"),
    Setting("B", "the end looks like state 2, so that what is bootstrapped from it shows", _SOON, end_shown_as=1),
    Setting(
        "C",
        "cut off after 2 steps; gamma 0.9",
        {**_SOON, "start": (0.6, 0, 0.4, 0)},
        gamma=0.9,
        limit=2,
    ),
    Setting(
        "T",
        "the last step is the end and the time limit at once; rewards in halves",
        {"rewards": (-1, -2, 1.5, 8.5)},
        limit=3,
        end_shown_as=1,
    ),
    Setting("D", "one move in five slips", {"slip": 0.2, "start": (0.4, 0.3, 0.3, 0)}, noisy=True),
    Setting("E", "mirrored: the other action is the best", {"mirror": True, **_SOON}),
    Setting(
        "L",
        "six states, with rewards in the middle",
        {"rewards": (0, -1, 0, -2, 0, 9), "start": (0.2,) * 5 + (0,)},
        limit=12,
    ),
)


#: Tells an agent that is shown the end once more when an episode begins from one that explores otherwise at first: its
#: best action in the third state, right, is the worst in the first state, which the end looks like, and in the second.
SHOWN_THE_END = Setting(
    "F",
    "the end looks like a state in which the other action is the best",
    {"rewards": (1, 0, -4, 9), "start": (0.2, 0.2, 0.6, 0)},
    limit=10,
    end_shown_as=0,
)


class ProbeLine(gym.Env[Any, int]):
    """The line of a setting, of which the recording around it sees the state, whatever it shows.

    Raises:
        ResetNeeded: a step before a reset or after an end.
    """

    def __init__(self, setting: Setting) -> None:
        self.inner = gym.make("rl_line:RewardLine-v0", disable_env_checker=True, **setting.line).unwrapped
        self.observation_space: Any = self.inner.observation_space
        self.action_space: Any = self.inner.action_space
        self.spec = EnvSpec(f"RewardLine{setting.id}-v0", max_episode_steps=setting.limit)  # for agents that ask it
        self._shown, self._limit = setting.shown.tolist(), setting.limit
        self._elapsed: int | None = None

    def reset(self, *, seed: int | None = None, options: Mapping[str, Any] | None = None) -> tuple[int, dict[str, Any]]:
        """Starts an episode, its draws by a seed of its own."""
        # Another seed: agents that draw from a generator of the same one would explore as the line draws its starts.
        state, info = self.inner.reset(seed=None if seed is None else seed + 7_919)
        self._elapsed = 0
        return self._shown[state], info

    def step(self, action: int) -> tuple[int, float, bool, bool, dict[str, Any]]:
        """One step, the end shown as the setting says."""
        if self._elapsed is None:
            raise ResetNeeded("step() was called before reset() or after the end of an episode; call reset() first.")
        state, reward, terminated, _, info = self.inner.step(action)
        elapsed = self._elapsed + 1
        truncated = elapsed >= self._limit
        self._elapsed = None if terminated or truncated else elapsed
        return self._shown[state], float(reward), bool(terminated), truncated, info


def probe(setting: Setting) -> Recording:
    """The line of a setting, recorded."""
    return Recording(ProbeLine(setting))


def probe_lanes(setting: Setting, mode: AutoresetMode, *, lanes: int = 4) -> RecordingLanes:
    """The line of a setting on several lanes, recorded."""
    return RecordingLanes(
        RewardLineVectorEnv(lanes, max_episode_steps=setting.limit, autoreset_mode=mode, **setting.line)
    )


def frequencies(taken: NDArray[np.int64]) -> Table:
    """The policy [S, A] that counts suggest; even where a state was never visited."""
    visits = taken.sum(axis=1, keepdims=True)
    return np.where(visits > 0, taken / np.maximum(visits, 1), 1.0 / taken.shape[1])

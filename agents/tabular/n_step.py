"""Agents that learn from n rewards before they bootstrap."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from agents.core import Transition
from agents.settings import make_whole
from agents.tabular.agent import TabularAgent
from agents.tabular.one_step import QLearning, Sarsa
from agents.tabular.tables import Tables, entries, mean_in_cells, mean_size
from rl_line.system.kinds import spelled


@spelled
@dataclass(eq=False)
class NStepQ(TabularAgent):
    """Q-learning from n rewards before the bootstrap, without correction for exploration.

    Learns the values of following the policy for n - 1 steps and the greedy policy after. Targets never cross the end
    of an episode. Source: Sutton & Barto (2nd ed.), sections 7.1 and 7.3; Watkins (1989).

    Args:
        n: steps of reward in a target; at the end of an episode there are fewer.
    """

    n: int = 3

    per_lane = True
    bootstrap = QLearning.bootstrap

    def __post_init__(self) -> None:
        make_whole(self, "n")
        super().__post_init__()

    def first_memory(self, lanes: int) -> dict[str, NDArray[Any]]:
        """The last n steps [L, n], the newest last, and their number so far."""
        steps = {"state": np.zeros((lanes, self.n), np.int32), "action": np.zeros((lanes, self.n), np.int32)}
        return {**steps, "reward": np.zeros((lanes, self.n)), "length": np.zeros(lanes, np.int32)}

    def update(self, tables: Tables, step: Transition, time: Any, uniforms: Any, xp: Any = np) -> tuple[Tables, Any]:
        """Learns the cell whose n rewards are complete; where the episode ends, all cells left, the oldest first."""
        memory, q, counts = tables.memory, tables.q, tables.counts
        observation, action, reward = (
            xp.concatenate([memory[name][..., 1:], new[..., None]], axis=-1)
            for name, new in [("state", step.observation), ("action", step.action), ("reward", step.reward)]
        )
        targets = [self.next_values(tables, step, time, xp)]
        for k in reversed(range(self.n)):
            targets.insert(0, reward[..., k] + self.gamma * targets[0])
        length, ended = memory["length"] + 1, xp.logical_or(step.terminated, step.truncated)
        errors, learned = [], []
        for k in range(1 if xp is np and not ended.any() else self.n):
            complete = xp.logical_and(xp.greater_equal(length, self.n - k), xp.logical_or(ended, k == 0))
            cell = observation[..., k], action[..., k]
            error = targets[k] - entries(q, *cell, xp)
            q, counts = self.moved(q, counts, *mean_in_cells(q, *cell, error, complete, xp), xp)
            errors.append(error)
            learned.append(complete)
        length = xp.where(ended, 0, xp.minimum(length, self.n - 1))
        memory = {"state": observation, "action": action, "reward": reward, "length": length}
        return Tables(q, counts, memory), mean_size(xp.concatenate(errors), xp.concatenate(learned), xp)


@spelled
@dataclass(eq=False)
class NStepSarsa(TabularAgent):
    """Sarsa from n rewards before the bootstrap: Sutton & Barto (2nd ed.), section 7.2.

    Args:
        n: steps of reward in a target; at the end of an episode there are fewer.
    """

    n: int = 3

    on_policy = True
    per_lane = True
    bootstrap = Sarsa.bootstrap
    first_memory, update = NStepQ.first_memory, NStepQ.update

    def __post_init__(self) -> None:
        make_whole(self, "n")
        super().__post_init__()

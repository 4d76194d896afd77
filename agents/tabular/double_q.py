"""Double Q-learning: two tables, each of which evaluates the greedy action of the other."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from agents.core import Transition
from agents.tabular.agent import TabularAgent
from agents.tabular.masks import choices
from agents.tabular.tables import Tables, entries, mean_in_cells, mean_size, rows


class DoubleQLearning(TabularAgent):
    """Q-learning without maximisation bias; `q` is the mean of the two tables.

    Source: van Hasselt (2010); Sutton & Barto (2nd ed.), box in section 6.7.
    """

    def first_memory(self, lanes: int) -> dict[str, NDArray[Any]]:
        """The tables and their counts, one below the other [2 S, A]."""
        shape = (2 * self.num_states, self.num_actions)
        return {"tables": np.full(shape, float(self.initial_value)), "visits": np.zeros(shape, dtype=np.int64)}

    def draws(self, lanes: int) -> int:
        """One coin toss per lane."""
        return lanes

    def update(self, tables: Tables, step: Transition, time: Any, uniforms: Any, xp: Any = np) -> tuple[Tables, Any]:
        """Moves one table, chosen by a coin toss, towards the other table's value of its greedy action."""
        both, visits = tables.memory["tables"], tables.memory["visits"]
        first, second = xp.where(uniforms < 0.5, 0, self.num_states), xp.where(uniforms < 0.5, self.num_states, 0)
        q_next = rows(both, step.next_observation + first, xp)
        q_next = choices(self.masks, q_next, step.next_observation)
        best = xp.where(xp.equal(q_next, xp.max(q_next, axis=-1, keepdims=True)), 1.0, 0.0)
        judged = rows(both, step.next_observation + second, xp)
        value = xp.sum(best * judged, axis=-1) / xp.sum(best, axis=-1)  # ties shared
        target = step.reward + self.gamma * xp.where(step.terminated, 0.0, value)
        cell = step.observation + first, step.action
        error = target - entries(both, *cell, xp)
        both, visits = self.moved(both, visits, *mean_in_cells(both, *cell, error, xp=xp), xp)
        half = self.num_states
        q, counts = 0.5 * (both[:, :half] + both[:, half:]), visits[:, :half] + visits[:, half:]
        return Tables(q, counts, {"tables": both, "visits": visits}), mean_size(error, xp=xp)

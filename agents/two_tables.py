"""Double Q-learning: two tables, each of which judges the other's choice."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from agents.core import Transition
from agents.tabular import TabularAgent, check_tables


class DoubleQLearning(TabularAgent):
    """Q-learning without its optimism under noise; `q` is the mean of the two tables.

    Source: van Hasselt (2010); Sutton & Barto (2nd ed.), box in section 6.7.
    """

    def __post_init__(self) -> None:
        super().__post_init__()
        self.tables: NDArray[np.float64] = np.stack([self.q, self.q])  # [2, S, A]
        self.visits: NDArray[np.int64] = np.stack([self.counts, self.counts])  # [2, S, A]

    def learn(self, transition: Transition) -> dict[str, float]:
        """Moves one of the tables, by the toss of a coin, towards the other's value of its own best action."""
        errors = np.zeros(np.shape(transition.action))
        coin = self._rng.integers(2, size=errors.shape)
        for k in (0, 1):
            lanes = coin == k
            if not lanes.any():
                continue
            chosen = transition if errors.ndim == 0 else Transition(*(f if f is None else f[lanes] for f in transition))
            self.q, self.counts, other = self.tables[k], self.visits[k], self.tables[1 - k]
            q_next = self.q[chosen.next_observation]
            best = q_next == q_next.max(axis=-1, keepdims=True)
            value = (best * other[chosen.next_observation]).sum(-1) / best.sum(-1)  # ties shared
            target = chosen.reward + self.gamma * (1.0 - chosen.terminated) * value
            errors[lanes] = self.move(chosen.observation, chosen.action, target)
        self.q, self.counts = self.tables.mean(axis=0), self.visits.sum(axis=0)
        self.time += errors.size
        return {"td_error": float(errors.mean())}

    def state(self) -> dict[str, Any]:
        """As of every tabular agent, and both tables."""
        return super().state() | {"tables": self.tables.copy(), "visits": self.visits.copy()}

    def restore(self, state: dict[str, Any]) -> None:
        """Goes on from a `state()`."""
        check_tables(state, q=self.q, counts=self.counts, tables=self.tables, visits=self.visits)
        super().restore(state)
        self.tables = np.array(state["tables"], dtype=np.float64)
        self.visits = np.array(state["visits"], dtype=np.int64)

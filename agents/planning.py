"""Dyna-Q: Q-learning that also learns from what it remembers of the environment."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from agents.core import Transition
from agents.tabular import QLearning, TabularAgent


@dataclass(eq=False)
class DynaQ(TabularAgent):
    """Q-learning with planning steps on a model: for every cell the last outcome seen.

    Where outcomes are random the model remembers one of them at a time. Source: Sutton (1990); Sutton & Barto
    (2nd ed.), box in section 8.2.

    Args:
        planning_steps: remembered transitions learned after each real one.
    """

    planning_steps: int = 5

    bootstrap = QLearning.bootstrap

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.planning_steps < 0:
            raise ValueError(f"planning_steps={self.planning_steps!r}, expected at least 0; pass e.g. 5.")

    def learn(self, transition: Transition) -> dict[str, float]:
        """Learns the real transition, remembers it, and learns a batch of remembered ones drawn at random."""
        logged = super().learn(transition)
        time = self.time
        observation, action, reward, following, terminated, *_ = transition
        for row in zip(*map(np.ravel, (observation, action, reward, following, terminated)), strict=True):
            self._memory[f"{row[0]} {row[1]}"] = [float(part) for part in row]
        model = list(self._memory.values())
        for k in self._rng.integers(len(model), size=self.planning_steps):
            state, action, reward, following, ended = model[k]
            counts = self.counts[int(state), int(action)]
            super().learn(Transition(int(state), int(action), reward, int(following), bool(ended), False))
            self.counts[int(state), int(action)] = counts  # only what was lived counts
        self.time = time
        return logged

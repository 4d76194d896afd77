"""Dyna-Q: Q-learning that also learns from remembered transitions."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from agents.core import Transition
from agents.settings import make_whole
from agents.tabular.agent import TabularAgent
from agents.tabular.one_step import QLearning
from agents.tabular.tables import Tables, along, mean_in_cells, visited
from rl_line.system.kinds import spelled


@spelled
@dataclass(eq=False)
class DynaQ(TabularAgent):
    """Q-learning with planning steps on a model.

    The model stores the last outcome of every cell, also where outcomes are random. Source: Sutton (1990);
    Sutton & Barto (2nd ed.), box in section 8.2.

    Args:
        planning_steps: transitions of the model learned after each real transition.
    """

    planning_steps: int = 5

    bootstrap = QLearning.bootstrap

    def __post_init__(self) -> None:
        super().__post_init__()
        make_whole(self, "planning_steps", least=0)

    def first_memory(self, lanes: int) -> dict[str, NDArray[Any]]:
        """The model: last reward, next state (-1 if never seen) and terminated flag of every cell [S * A]."""
        cells = self.num_states * self.num_actions
        return {
            "reward": np.zeros(cells),
            "next": np.full(cells, -1, np.int32),
            "terminated": np.zeros(cells, np.bool_),
        }

    def draws(self, lanes: int) -> int:
        """One number per planning step."""
        return self.planning_steps

    def update(self, tables: Tables, step: Transition, time: Any, uniforms: Any, xp: Any = np) -> tuple[Tables, Any]:
        """Learns the real step, stores it in the model, and learns random transitions of the model one by one."""
        tables, error = super().update(tables, step, time, uniforms, xp)
        q, counts, model = tables.q, tables.counts, self._remembered(tables.memory, step, tables.q, xp)
        seen = xp.cumsum(xp.where(model["next"] >= 0, 1.0, 0.0), axis=-1)
        number = seen[:, -1:]
        for k in range(self.planning_steps):
            # A uniform draw among the cells seen: the first cell whose cumulative count exceeds the number drawn.
            drawn = xp.minimum(xp.floor(uniforms[:, k : k + 1] * number), number - 1.0)
            cell = xp.sum(xp.less_equal(seen, drawn), axis=-1, keepdims=True)
            reward, following, ended = (along(model[name], cell, xp) for name in ("reward", "next", "terminated"))
            where = cell // self.num_actions, cell % self.num_actions
            imagined = Transition(*where, reward, following, ended, ended)
            missing = self.td_errors(Tables(q, counts, model), imagined, time, xp)
            q, _ = self.moved(q, counts, *mean_in_cells(q, *where, missing, xp=xp), xp)  # counts are of real steps only
        return Tables(q, counts, model), error

    def _remembered(self, model: dict[str, Any], step: Transition, q: Any, xp: Any) -> dict[str, Any]:
        """The model with the step of every lane stored; if lanes share a cell, the step of the last lane."""
        hit = xp.reshape(visited(q, step.observation, step.action, xp), (*step.action.shape, -1))  # [G, L, S * A]
        order = xp.where(hit, xp.reshape(xp.arange(1, step.action.shape[1] + 1), (1, -1, 1)), 0)
        last = xp.max(order, axis=1)  # [G, S * A], 1 for the first lane, 0 for none
        news = {"reward": step.reward, "next": step.next_observation, "terminated": step.terminated}
        lane = xp.maximum(last - 1, 0)
        return {name: xp.where(last > 0, along(values, lane, xp), model[name]) for name, values in news.items()}

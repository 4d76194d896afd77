"""Monte Carlo control: an agent that learns from whole episodes."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from agents.core import Transition
from agents.tabular.agent import TabularAgent
from agents.tabular.one_step import ExpectedSarsa
from agents.tabular.tables import Tables, mean_over_lanes, mean_size, per_agent, visited


class MonteCarlo(TabularAgent):
    """First-visit Monte Carlo control: learns the values of its exploring policy from the returns of whole episodes.

    A truncated episode bootstraps from the mean value of its last state under the policy.
    Source: Sutton & Barto (2nd ed.), section 5.4.
    """

    per_lane = True
    bootstrap = ExpectedSarsa.bootstrap

    def first_memory(self, lanes: int) -> dict[str, NDArray[Any]]:
        """For every cell: visited in this episode, return since the first visit, discount of the next reward."""
        shape = (lanes, self.num_states, self.num_actions)
        return {"visited": np.zeros(shape, np.bool_), "returned": np.zeros(shape), "discount": np.zeros(shape)}

    def update(self, tables: Tables, step: Transition, time: Any, uniforms: Any, xp: Any = np) -> tuple[Tables, Any]:
        """Adds the reward to the returns; learns all returns where the episode ends."""
        memory, hit = tables.memory, visited(tables.q, step.observation, step.action, xp)
        ended = xp.logical_or(step.terminated, step.truncated)[..., None, None]
        discount = xp.where(xp.logical_and(hit, xp.logical_not(memory["visited"])), 1.0, memory["discount"])
        seen = xp.logical_or(hit, memory["visited"])
        returned = memory["returned"] + discount * step.reward[..., None, None]
        discount = discount * per_agent(self.gamma, xp)
        if xp is np and not ended.any():  # nothing to learn yet
            return tables._replace(memory={"visited": seen, "returned": returned, "discount": discount}), 0.0
        target = returned + discount * self.next_values(tables, step, time, xp)[..., None, None]
        learned = xp.logical_and(seen, ended)
        error = target - tables.q[:, None]
        q, counts = self.moved(tables.q, tables.counts, *mean_over_lanes(learned, error, xp), xp)
        memory = {"visited": xp.logical_and(seen, xp.logical_not(ended))}
        memory |= {"returned": xp.where(ended, 0.0, returned), "discount": xp.where(ended, 0.0, discount)}
        return Tables(q, counts, memory), mean_size(error, learned, xp)

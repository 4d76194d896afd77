"""Agents that spread an error over the cells that led to it, by eligibility traces."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from agents.core import Transition
from agents.settings import make_real
from agents.tabular.agent import TabularAgent
from agents.tabular.masks import choices
from agents.tabular.one_step import QLearning, Sarsa
from agents.tabular.tables import Tables, entries, mean_size, over_lanes, per_agent, rows, visited
from rl_line.system.kinds import spelled


@spelled
@dataclass(eq=False)
class SarsaLambda(TabularAgent):
    """Sarsa with accumulating eligibility traces: Sutton & Barto (2nd ed.), section 12.7, with a table.

    With several lanes, each cell moves by the mean of their errors, weighted by their traces in the cell.

    Args:
        trace_decay: lambda, from 0 (Sarsa) to 1.
    """

    trace_decay: float = 0.9

    on_policy = True
    per_lane = True
    bootstrap = Sarsa.bootstrap

    def __post_init__(self) -> None:
        make_real(self, "trace_decay", low=0, high=1)
        super().__post_init__()

    def first_memory(self, lanes: int) -> dict[str, NDArray[Any]]:
        """The trace of every cell."""
        return {"trace": np.zeros((lanes, self.num_states, self.num_actions))}

    def update(self, tables: Tables, step: Transition, time: Any, uniforms: Any, xp: Any = np) -> tuple[Tables, Any]:
        """Moves every cell by the error, in proportion to its trace."""
        return _with_traces(self, tables, step, time, xp)


@spelled
@dataclass(eq=False)
class QLambda(TabularAgent):
    """Watkins's Q(lambda): exploring actions cut the traces, so that it learns the optimal values.

    Source: Watkins (1989); Sutton & Barto (2nd ed.), section 12.10.

    Args:
        trace_decay: lambda, from 0 (Q-learning) to 1.
    """

    trace_decay: float = 0.9

    per_lane = True
    bootstrap = QLearning.bootstrap
    first_memory = SarsaLambda.first_memory

    def __post_init__(self) -> None:
        make_real(self, "trace_decay", low=0, high=1)
        super().__post_init__()

    def update(self, tables: Tables, step: Transition, time: Any, uniforms: Any, xp: Any = np) -> tuple[Tables, Any]:
        """Cuts the traces before an exploring action, and moves every cell in proportion to its trace."""
        best = xp.max(choices(self.masks, rows(tables.q, step.observation, xp), step.observation), axis=-1)
        followed = xp.greater_equal(entries(tables.q, step.observation, step.action, xp), best)[..., None, None]
        trace = xp.where(followed, tables.memory["trace"], 0.0)
        return _with_traces(self, tables._replace(memory={"trace": trace}), step, time, xp)


def _with_traces(
    agent: SarsaLambda | QLambda, tables: Tables, step: Transition, time: Any, xp: Any
) -> tuple[Tables, Any]:
    hit = visited(tables.q, step.observation, step.action, xp)
    trace, error = xp.add(tables.memory["trace"], hit), agent.td_errors(tables, step, time, xp)
    counts, moved = xp.add(tables.counts, over_lanes(hit, xp)), over_lanes(error[..., None, None] * trace, xp)
    if trace.shape[1] == 1:
        q = tables.q + agent.step_size(counts, 1, xp) * moved
    else:
        sharing = _sharing(trace, xp)
        q = tables.q + agent.step_size(counts, sharing, xp) * moved / sharing
    ended = xp.logical_or(step.terminated, step.truncated)[..., None, None]
    faded = xp.where(ended, 0.0, trace * per_agent(agent.gamma * agent.trace_decay, xp))
    return Tables(q, counts, {"trace": faded}), mean_size(error, xp=xp)


def _sharing(trace: Any, xp: Any) -> Any:
    """Effective number of lanes in each cell [G, S, A]: the sum of their traces over the largest trace."""
    largest = xp.max(trace, axis=1)
    return xp.where(largest > 0, xp.sum(trace, axis=1) / xp.where(largest > 0, largest, 1.0), 1.0)

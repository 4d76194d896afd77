"""Evidence of one line: tables by seed and steps, with their error, their uncertainty and their movement."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from agents.checkup.rules.experience import Experience, Table, Trace
from agents.checkup.rules.fixed_points import Rule, fixed_point
from agents.checkup.rules.words import own_policy
from agents.checkup.training.convergence import aligned, extrapolated, remaining

if TYPE_CHECKING:
    from agents.checkup.reading.reading import Learned
    from agents.checkup.training.lines import Line


class Run(NamedTuple):
    """One training."""

    seed: int
    steps: int
    learned: Learned
    trace: Trace
    agent: Any
    resets: Sequence[Any] = ()  # the seed of every reset
    mutated: int = 0  # number of observations that the agent has changed


@dataclass(frozen=True, eq=False)
class Evidence:
    """The trainings on a line: the first seed with more and more steps, then other seeds with the most steps.

    Args:
        line: line of the trainings.
        runs: the run of each training.
        kind: the right rules for the kind of learner, as in `KINDS`; none for optimal values.
    """

    line: Line
    runs: Sequence[Run]
    kind: tuple[Rule, ...] = ()

    @property
    def last(self) -> list[Run]:
        """The runs with the most steps, one per seed."""
        return [run for run in self.runs if run.steps == self.runs[-1].steps]

    @cached_property
    def live(self) -> NDArray[np.bool_]:
        """Mask [S, A] of the cells of states that are not terminal."""
        return np.broadcast_to(~self.line.mdp.terminal[:, None], self.line.mdp.successor.shape[:2])

    @cached_property
    def tables(self) -> list[Table]:
        """The tables of the first seed, with more and more steps."""
        return [run.learned.q for run in self.runs if run.seed == self.runs[0].seed and run.learned.q is not None]

    @cached_property
    def q(self) -> Table:
        """Learned values [S, A]: the mean over the seeds with the most steps."""
        return np.asarray(np.mean([run.learned.q for run in self.last if run.learned.q is not None], axis=0))

    @property
    def untouched(self) -> float | None:
        """Value of the end, where no action is taken, if equal in all runs (a table's initial value); else None."""
        ends = np.array([run.learned.q for run in self.runs])[:, self.line.mdp.terminal]
        return float(ends.flat[0]) if np.ptp(ends) == 0 else None

    @cached_property
    def uncertainty(self) -> float:
        """Two standard errors of the mean over seeds, in the cell where they are largest, as a share of the scale."""
        tables = np.array([run.learned.q for run in self.last])
        if len(tables) < 2:
            return 0.0
        with np.errstate(over="ignore", invalid="ignore"):  # of values without bound
            error = tables.std(axis=0, ddof=1) / np.sqrt(len(tables))
        return 2 * float(error[self.live].max()) / self.scale

    @property
    def tolerance(self) -> float:
        """Largest error of right values: `near`, and an uncertainty that is no larger."""
        return self.near + (self.uncertainty if self.uncertainty <= self.near else 0.0)

    @cached_property
    def counts(self) -> NDArray[np.int64]:
        """Fewest visits [S, A] of each cell in the second half of any of the last runs."""
        shape = self.line.mdp.successor.shape[:2]
        return np.min([run.trace[len(run.trace) // 2 :].counts(shape) for run in self.last], axis=0)

    @property
    def near(self) -> float:
        """Tolerance, a third of the separation: no table is within it of two fixed points."""
        return self.line.separation / 3

    @property
    def far(self) -> float:
        """Two tolerances: a larger error is clearly wrong, as wrong rules are three tolerances off somewhere."""
        return 2 * self.near

    @cached_property
    def views(self) -> tuple[Experience, ...]:
        """Experience of all steps and of the second half: the agent's memory may hold either."""
        traces = [run.trace for run in self.last]
        halves = [trace[len(trace) // 2 :] for trace in traces]
        shape = self.line.mdp.successor.shape[:2]
        return tuple(Experience(_joined(part), self.line.gamma, shape, self.q) for part in (traces, halves))

    @cached_property
    def truth(self) -> Table:
        """Right values [S, A] by the exact solver; under the agent's own policy for learners that depend on it."""
        if not self.kind:
            return self.line.optimal
        tables = [fixed_point(rule, view) for rule in self.kind for view in self.views]
        return min(tables, key=self.off)

    @cached_property
    def policy_moves(self) -> float:
        """Difference that the agent's policy in the last quarter, in place of the one before, makes to right values."""
        parts = (
            [run.trace[len(run.trace) * k // 4 : len(run.trace) * (k + 1) // 4] for run in self.last] for k in (2, 3)
        )
        one, other = (replace(self.views[1], acting=_joined(part)) for part in parts)
        rules = [rule for rule in self.kind if rule.choice is own_policy]
        return max((self._apart(fixed_point(rule, one), fixed_point(rule, other)) for rule in rules), default=0.0)

    @property
    def scale(self) -> float:
        """The unit of distances, `Line.scale`."""
        return self.line.scale

    def off(self, table: Table) -> float:
        """The largest difference of the learned values from a table, as a share of the scale."""
        return float(np.nan_to_num(np.abs(self.q - table)[self.live], nan=np.inf, posinf=np.inf).max()) / self.scale

    @cached_property
    def error(self) -> float:
        """The largest difference of the learned values from the right values."""
        return self.off(self.truth)

    def distance(self, rule: Rule) -> float:
        """The largest difference of the learned values from a rule's fixed point, by the nearer view."""
        return min(self.off(fixed_point(rule, view)) for view in self.views)

    @property
    def drifting(self) -> bool:
        """True where the first seed's values still move one way by more than the tolerance: more seeds do not help."""
        return len(self.tables) < 3 or (aligned(*self._moves) and self._ahead > self.near)

    @property
    def _moves(self) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        first, second, third = (table[self.live] for table in self.tables[-3:])
        with np.errstate(invalid="ignore"):  # from infinite values
            return second - first, third - second

    @property
    def moving(self) -> float:
        """Distance that the first seed's values may still move, as a share of the scale.

        It is infinite with fewer than three tables. By chance alone two tables differ by up to the square root of two
        times two standard deviations.
        """
        if len(self.tables) < 3:
            return float("inf")
        if aligned(*self._moves):
            return self._ahead
        chance = np.sqrt(2 * len(self.last)) * self.uncertainty
        return max(0.0, float(np.abs(self._moves[1]).max()) / self.scale - chance)

    @property
    def _ahead(self) -> float:
        """Distance to go, the larger of two extrapolations: by doublings of steps (Aitken, 1926) and by `rest`."""
        table, missed = self.rest
        far = (remaining(*self._moves) / self.scale, self._apart(self.tables[-1], table) + missed)
        return max((left for left in far if np.isfinite(left)), default=float("inf"))

    def _apart(self, one: Table, other: Table) -> float:
        return float(np.nan_to_num(np.abs(one - other)[self.live], nan=np.inf, posinf=np.inf).max()) / self.scale

    @cached_property
    def rest(self) -> tuple[Table, float]:
        """Extrapolated final values of the first seed, and the error of the same extrapolation for the last table.

        The error is a share of the scale, and infinite with fewer than four tables.
        """
        if len(self.tables) < 4:
            return np.full_like(self.q, np.nan), float("inf")
        runs = [run for run in self.runs if run.seed == self.runs[0].seed][-4:]
        visits = np.array([run.trace.counts(self.q.shape) for run in runs], float)
        *earlier, last = self.tables[-4:]
        foretold = extrapolated(np.array(earlier), visits[:3], visits[3])
        return extrapolated(np.array(self.tables[-3:]), visits[1:], np.inf), self._apart(foretold, last)

    @property
    def rests_right(self) -> bool:
        """True if the first seed's extrapolated values are right, with the error of the extrapolation added."""
        table, missed = self.rest
        return self._apart(table, self.truth) + missed <= self.near


def _joined(traces: Sequence[Trace]) -> Trace:
    """Traces joined to one, with different lanes for each."""
    lanes = max((int(trace.lane.max(initial=0)) for trace in traces), default=0) + 1
    parts = [{**vars(trace), "lane": trace.lane + lanes * k} for k, trace in enumerate(traces)]
    return Trace(*(np.concatenate([part[name] for part in parts]) for name in parts[0]))

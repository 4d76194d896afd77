"""What an agent did on one line, whether it is right, and which bug explains it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from agents.checkup.adapters import read
from agents.checkup.constants import OF_WINDOWS
from agents.checkup.evidence import LONG, PASS, SUSPECTED, UNCLEAR
from agents.checkup.fingerprints import optimal
from agents.checkup.naming import Suspect
from agents.checkup.probes import Setting, frequencies
from agents.checkup.problem import Problem
from agents.checkup.telling import TOLD, WIDE, Operator, preferences, right
from agents.checkup.trainings import Run

DECIDED = 0.75  # the share of its visits in which an agent does what it has settled on
MARGIN = 0.03  # of the largest true value: a bug that hardly prefers what was done explains it badly
TRIED = 5  # times, of either action
EASILY = 0.002  # what an operator that has a constant to choose, or is asked about fewer lines, must leave less
EXPLAINED = 0.3  # of what is right leaves unexplained: a bug that leaves more explains nothing


@dataclass(frozen=True, eq=False)
class Behaviour:
    """What was done on one line.

    Args:
        setting: the line.
        runs: of the first seed with more and more steps, then of the others with the most.
        done: the usual action [runs, S] of each, when it does not explore.
        best: by how much action 1 is better [S], where that is sure, as a share of the largest value; else 0.
    """

    setting: Setting
    runs: list[Run]
    done: list[NDArray[np.int64]]
    best: NDArray[np.float64]

    @property
    def final(self) -> list[int]:
        """The runs with the most steps."""
        return [k for k, run in enumerate(self.runs) if run.steps == self.runs[-1].steps]

    @property
    def asked(self) -> NDArray[np.bool_]:
        """[S] where the best action is sure and both were tried."""
        tried = np.min([self.runs[k].counts.min(axis=1) for k in self.final], axis=0) >= TRIED
        return (np.abs(self.best) > WIDE) & tried

    @property
    def wrong(self) -> NDArray[np.bool_]:
        """[runs, S] where what was done is not the best, nor better for who goes on as it did."""
        return (np.array(self.done) != (self.best > 0)) & self.asked & ~self.better_for_it

    @cached_property
    def better_for_it(self) -> NDArray[np.bool_]:
        """[runs, S] where what was done is the better for its own way of acting: so for one that explores much.

        By the theorem of policy improvement no policy that is wrong is so everywhere: Sutton & Barto (2nd ed.), 4.2.
        """
        rows = []
        for run, done in zip(self.runs, self.done, strict=True):
            own = right(self.setting.problem(acting=frequencies(run.late), on_policy=True))
            rows.append(np.where(done > 0, own[:, 1] > own[:, 0], own[:, 0] > own[:, 1]))
        return np.array(rows)

    @property
    def unanimous(self) -> NDArray[np.bool_]:
        """[S] where all of the runs with the most steps do the same."""
        return np.ptp([self.done[k] for k in self.final], axis=0) == 0

    @property
    def settled(self) -> bool:
        """Whether the last run did all of the wrong that the one before did, and more firmly, if at all."""
        if len(self.runs) < 3 or (self.wrong[-1] != self.wrong[-2]).any():
            return False
        before, now = (shares(run, self.done[-1])[self.wrong[-1]] for run in self.runs[-2:])
        return bool((now >= DECIDED).all() and (now >= before - 0.05).all())

    @property
    def verdict(self) -> str:
        """A pass if nothing is wrong, suspected if all runs settled on the same wrong action somewhere."""
        if not self.wrong[self.final].any():
            return PASS
        return SUSPECTED if len(self.final) > 1 and self.firm.any() else UNCLEAR

    @property
    def firm(self) -> NDArray[np.bool_]:
        """[S] where all of the runs with the most steps settled on what is wrong."""
        decided = [shares(self.runs[k], self.done[k]) >= DECIDED for k in self.final]
        return np.asarray(self.wrong[self.final].all(axis=0) & np.all(decided, axis=0))


def seen_on(setting: Setting, runs: list[Run]) -> Behaviour:
    """What was done in some trainings on a line."""
    problem = setting.problem()
    return Behaviour(setting, runs, [_usual(run) for run in runs], preferences(right, problem, _scale(problem)))


def _usual(run: Run) -> NDArray[np.int64]:
    """[S] what it does when asked five times, as some act at random all the same."""
    states, actions = run.counts.shape
    again = [read(run.agent, num_states=states, num_actions=actions).greedy for _ in range(4)]
    return np.asarray(np.median([run.learned.greedy, *again], axis=0).astype(np.int64))


def shares(run: Run, done: NDArray[np.int64]) -> NDArray[np.float64]:
    """[S] how often it did that in the second half of its training."""
    return np.take_along_axis(frequencies(run.late), done[:, None], axis=1)[:, 0]


def _scale(problem: Problem) -> float:
    return float(np.abs(optimal(problem)[~problem.mdp.terminal]).max())


def explanations(seen: Sequence[Behaviour]) -> list[Suspect]:
    """Bugs that explain what was done on all lines, those that leave least first, with their nearest constants."""
    clear = [behaviour for behaviour in seen if behaviour.unanimous.any()]
    whole = [behaviour for behaviour in clear if behaviour.setting.limit >= LONG]  # none cuts windows of n steps short
    best: dict[str, Suspect] = {}
    whole_by_right, clear_by_right = _left(right, whole), _left(right, clear)
    for bug, constant, operators in TOLD:
        lines, by_right = (whole, whole_by_right) if bug in OF_WINDOWS else (clear, clear_by_right)
        left = min(_left(operator, lines) for operator in operators)
        score = left + (EASILY if constant is not None or bug in OF_WINDOWS else 0.0)
        if left <= EXPLAINED * by_right and score < best.get(bug, Suspect("", np.inf)).score:
            best[bug] = Suspect(bug, score, constant)
    return sorted(best.values(), key=lambda suspect: suspect.score)


def compared(behaviour: Behaviour) -> tuple[Problem, NDArray[np.int64], NDArray[np.bool_]]:
    """What explanations are about: the problem as it acted, the sign [S] of what it did last, and the states [S]."""
    acting = frequencies(np.sum([behaviour.runs[k].late for k in behaviour.final], axis=0))
    firm = shares(behaviour.runs[-1], behaviour.done[-1]) >= DECIDED
    sign = np.where(behaviour.done[-1] > 0, 1, -1)
    return behaviour.setting.problem(acting=acting), sign, behaviour.asked & behaviour.unanimous & firm


def _left(operator: Operator, seen: Sequence[Behaviour]) -> float:
    """How much worse than the other action what was done is on average, in the eyes of an operator."""
    losses: list[float] = []
    for behaviour in seen:
        problem, sign, cells = compared(behaviour)
        ways, scale = [], _scale(problem)
        for way in (problem, replace(problem, on_policy=True)):
            table = operator(way)
            ways.append(np.maximum(0.0, MARGIN - sign * (table[:, 1] - table[:, 0]) / scale)[cells])
        losses.extend(min(ways, key=lambda loss: float(loss.sum())).tolist())
    return float(np.mean(losses)) if losses else 0.0

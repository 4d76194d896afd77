"""Names the bug: which wrong operator explains what was learned on all settings, and with which constants."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from agents.checkup.constants import OF_WINDOWS, WITH, estimates, expected, with_constants
from agents.checkup.evidence import LONG, PASS, SUSPECTED, TOLERANCE, Answer
from agents.checkup.fingerprints import FINGERPRINTS, matches, optimal
from agents.checkup.motion import runs_away
from agents.checkup.problem import Problem, Table
from agents.checkup.syncs import in_step
from rl_line.dp.fixed_points import n_step_values

CONSTANT_COSTS = 0.02  # of the scale: with a constant to choose, a wrong operator comes near more easily
EXPLAINED = 0.3  # of the error: a bug that leaves more than this explains nothing,
MOST_LEFT = 0.1  # nor one that leaves more than this of the scale, or of an error that is larger
NEARLY = 0.05  # of the scale: what a bug may leave that does not explain everything
ALIKE = 0.02  # of the scale: bugs that explain equally well


class Suspect(NamedTuple):
    """A bug that explains what was learned."""

    bug: str
    score: float  # what it leaves unexplained, at most, in units of the largest true value
    constant: float | None = None
    but: str = ""  # the setting that it does not explain, if it explains all others

    def __str__(self) -> str:
        more = [] if self.constant is None else [f"{round(self.constant, 3) + 0.0:.3g}"]
        more += [f"all but {self.but}"] if self.but else []
        return f"{self.bug} ({'; '.join(more)})" if more else self.bug


def suspects(answers: Sequence[Answer]) -> list[Suspect]:
    """Bugs that explain every clear answer, those that leave least first; empty if none does.

    A bug must also leave right what was learned right. Bugs that leave as little are aliases on these settings.
    """
    clear = [answer for answer in answers if answer.verdict in (PASS, SUSPECTED) and np.isfinite(answer.error)]
    if not clear:
        return []
    worst = max(answer.error / answer.scale for answer in clear)
    found: dict[_Form, list[tuple[Answer, float, float | None]]] = {}
    for answer in clear:
        vague = answer.setting.noisy and len(clear) > 1
        for form, (left, constant) in _explained(answer).items():
            if form.chosen and form.bug in WITH and len(clear) == 1 < len(answers):
                continue  # where others are not clear a constant that fits one is no explanation
            found.setdefault(form, []).append((answer, left, None if vague else constant))
    if any(in_step(answer.runs[-1].agent) for answer in clear):
        found.pop(_Form("target-never-synced", chosen=False), None)
    named = []
    for (bug, _), rows in found.items():
        if not any(answer.verdict == SUSPECTED for answer, _, _ in rows):
            continue
        constants = [constant for _, _, constant in rows if constant is not None]
        apart, free = np.ptp(constants) if constants else 0.0, bug in _FREE
        if free and clear[0].problem.resting is None and apart > 1e-6:
            continue  # a table's cells stay as they began, which is the same everywhere
        if not free and constants and apart > 0.1 * max(1.0, abs(constants[0])):
            continue
        score, constant = max(left for _, left, _ in rows), None
        if constants and bug in WITH:  # it must also explain where it does not show
            constant = float(np.mean(constants))
            hidden = [_left_with(answer, bug, constant) for answer, _, shown in rows if shown is None]
            score = max(score, *hidden, 0.0)
            if not any(_changes(answer, bug, constant) for answer in clear if answer.verdict == SUSPECTED):
                continue
        named.append(Suspect(bug, score, constant))
    most = min(EXPLAINED * worst, MOST_LEFT * max(1.0, worst))
    best: dict[str, Suspect] = {}
    for suspect in sorted(named, key=lambda suspect: suspect.score):
        if suspect.score <= most:
            best.setdefault(suspect.bug, suspect)
    return list(best.values())


def nearly(answers: Sequence[Answer]) -> list[Suspect]:
    """Bugs that explain all clear answers but one, and two that are wrong as closely as can be; empty if none does.

    Several bugs may meet, or values that still move on one setting look as if they were at rest.
    """
    best: list[Suspect] = []
    for left_out in (answer for answer in answers if answer.verdict == SUSPECTED):
        others = [answer for answer in answers if answer is not left_out]
        if sum(answer.verdict == SUSPECTED for answer in others) < 2:
            continue
        named = [suspect._replace(but=left_out.setting.id) for suspect in suspects(others)]
        best += [suspect for suspect in named if suspect.score <= NEARLY]
    return sorted(best, key=lambda suspect: suspect.score)


class _Form(NamedTuple):
    """A bug as it is, or with a constant to choose."""

    bug: str
    chosen: bool


def _explained(answer: Answer) -> dict[_Form, tuple[float, float | None]]:
    """By bug what the nearest of its tables leaves unexplained, and its constant where that shows."""
    assert answer.q is not None
    rows: dict[_Form, tuple[float, float | None]] = {}
    for match in (*matches(answer.problem, answer.q), *with_constants(answer.problem, answer.q)):
        if match.bug in OF_WINDOWS and answer.setting.limit < LONG:
            continue
        cost = 0.0 if match.constant is None else CONSTANT_COSTS * (2 if match.bug in _FREE else 1)
        left = _left(answer, match.distance) + cost
        shown = abs(match.table - answer.truth)[~answer.problem.mdp.terminal].max() > TOLERANCE * answer.scale
        if match.constant is not None and answer.verdict == SUSPECTED and not shown:
            left = np.inf  # a constant that changes nothing explains nothing
        rows[_Form(match.bug, match.constant is not None)] = left, match.constant if shown else None
    if runs_away(answer):  # no table is reached yet, but the discount in use shows in how values follow each other
        gamma = estimates(answer.problem, answer.q).gamma
        left = _left(answer, _inconsistent(answer.problem, answer.q, gamma)) + CONSTANT_COSTS
        form = _Form("wrong-gamma", chosen=True)
        if gamma > answer.problem.gamma and left < rows.get(form, (np.inf, None))[0]:
            rows[form] = left, gamma
    return rows


def _inconsistent(problem: Problem, q: Table, gamma: float) -> float:
    """By how much values break the Bellman equation with a discount, at most."""
    paid, following = expected(problem, q)
    return float(np.abs(paid + gamma * following - q[~problem.mdp.terminal]).max())


def _changes(answer: Answer, bug: str, constant: float) -> bool:
    """Whether with its constant a bug changes the values of the best policy."""
    off = np.abs(WITH[bug](answer.problem, constant) - optimal(answer.problem))[~answer.problem.mdp.terminal].max()
    return bool(off > 0.5 * TOLERANCE * answer.scale)


def _left_with(answer: Answer, bug: str, constant: float) -> float:
    """What a bug with its constant leaves unexplained."""
    assert answer.q is not None
    table = WITH[bug](answer.problem, constant)
    return _left(answer, float(abs(table - answer.q)[~answer.problem.mdp.terminal].max()))


def _left(answer: Answer, distance: float) -> float:
    """What a table at some distance leaves unexplained: of what was learned right only what is beyond tolerance."""
    slack = TOLERANCE * answer.scale if answer.verdict == PASS else 2 * answer.spread
    return max(0.0, distance - slack) / answer.scale


def aliases(named: Sequence[Suspect]) -> list[Suspect]:
    """The first suspects: those that explain what was learned about as well as the best."""
    return [suspect for suspect in named if suspect.score <= named[0].score + ALIKE]


def like_n_steps(answers: Sequence[Answer]) -> tuple[int, float]:
    """The n of a right learner from n steps, without correction, whose values are nearest, and what it leaves."""
    finite = [answer for answer in answers if np.isfinite(answer.error)]
    clear = [answer for answer in finite if answer.setting.limit >= LONG]
    if all(answer.verdict == PASS for answer in clear):
        return 1, 1.0
    return min(((n, max((_left_by(a, n) for a in clear), default=1.0)) for n in range(2, 6)), key=lambda pair: pair[1])


def _left_by(answer: Answer, n: int) -> float:
    problem = answer.problem
    assert answer.q is not None
    table = n_step_values(problem.mdp, problem.gamma, n, lambda _: problem.policy, lambda q: q.max(axis=1))
    return _left(answer, float(abs(table - answer.q)[~problem.mdp.terminal].max()))


def predicted(suspect: Suspect, problem: Problem) -> list[Table]:
    """The tables [S, A] that a suspect leads to on another problem."""
    if suspect.constant is not None:
        return [WITH[suspect.bug](problem, suspect.constant)]
    return [table(problem) for table in FINGERPRINTS.get(suspect.bug, ())]


_FREE = {"terminal-transitions-dropped"}  # whose constants may differ from setting to setting, but not those of tables

"""Names the bug: which wrong operator explains what was learned on all settings, and with which constants."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from agents.checkup.evidence import LONG, PASS, SUSPECTED, TOLERANCE, Answer, runs_away
from agents.checkup.fingerprints import FINGERPRINTS, Match, dropped, fixed_point, matches, optimal
from agents.checkup.problem import Problem, Table
from agents.checkup.syncs import in_step
from rl_line.fixed_points import n_step_values

CONSTANT_COSTS = 0.02  # of the scale: with a constant to choose, a wrong operator comes near more easily
EXPLAINED = 0.3  # of the error: a bug that leaves more than this explains nothing,
MOST_LEFT = 0.1  # nor one that leaves more than this of the scale, or of an error that is larger
NO_GAMMA = 0.05  # a discount below that is `gamma-zero`
ALIKE = 0.02  # of the scale: bugs that explain equally well


class Suspect(NamedTuple):
    """A bug that explains what was learned."""

    bug: str
    score: float  # what it leaves unexplained, at most, in units of the largest true value
    constant: float | None = None

    def __str__(self) -> str:
        return f"{self.bug} ({self.constant:.3g})" if self.constant is not None else self.bug


def suspects(answers: Sequence[Answer]) -> list[Suspect]:
    """Bugs that explain every clear answer, those that leave least first; empty if none does.

    A bug must also leave right what was learned right. Bugs that leave as little are aliases on these settings.
    """
    clear = [answer for answer in answers if answer.verdict in (PASS, SUSPECTED) and np.isfinite(answer.error)]
    if not clear:
        return []
    worst = max(answer.error / answer.scale for answer in clear)
    found: dict[str, list[tuple[Answer, float, float | None]]] = {}
    for answer in clear:
        vague = answer.setting.noisy and len(clear) > 1
        for bug, (left, constant) in _explained(answer).items():
            found.setdefault(bug, []).append((answer, left, None if vague else constant))
    if any(in_step(answer.runs[-1].agent) for answer in clear):
        found.pop("target-never-synced", None)
    named = []
    for bug, rows in found.items():
        constants = [constant for _, _, constant in rows if constant is not None]
        if bug not in _FREE and constants and np.ptp(constants) > 0.1 * max(1.0, abs(constants[0])):
            continue
        score, constant = max(left for _, left, _ in rows), None
        if constants and bug in WITH:  # it must also explain where it does not show
            constant = float(np.mean(constants))
            hidden = [_left_with(answer, bug, constant) for answer, _, shown in rows if shown is None]
            score = max(score, *hidden, 0.0)
        named.append(Suspect(bug, score, constant))
    most = min(EXPLAINED * worst, MOST_LEFT * max(1.0, worst))
    named = [suspect for suspect in named if suspect.score <= most]
    return sorted(named, key=lambda suspect: suspect.score)


def _explained(answer: Answer) -> dict[str, tuple[float, float | None]]:
    """By bug what the nearest of its tables leaves unexplained, and its constant where that shows."""
    assert answer.q is not None
    rows: dict[str, tuple[float, float | None]] = {}
    for match in (*matches(answer.problem, answer.q), *with_constants(answer.problem, answer.q)):
        if match.bug in OF_WINDOWS and answer.setting.limit < LONG:
            continue
        cost = 0.0 if match.constant is None else CONSTANT_COSTS * (2 if match.bug in _FREE else 1)
        left = _left(answer, match.distance) + cost
        if match.bug not in rows or left < rows[match.bug][0]:
            shown = abs(match.table - answer.truth)[~answer.problem.mdp.terminal].max() > TOLERANCE * answer.scale
            rows[match.bug] = left, match.constant if shown else None
    if runs_away(answer):  # no table is reached yet, but the discount in use shows in how values follow each other
        gamma = estimates(answer.problem, answer.q).gamma
        left = _left(answer, _inconsistent(answer.problem, answer.q, gamma)) + CONSTANT_COSTS
        if gamma > answer.problem.gamma and left < rows.get("wrong-gamma", (np.inf, None))[0]:
            rows["wrong-gamma"] = left, gamma
    return rows


def _inconsistent(problem: Problem, q: Table, gamma: float) -> float:
    """By how much values break the Bellman equation with a discount, at most."""
    paid, following = _expected(problem, q)
    return float(np.abs(paid + gamma * following - q[~problem.mdp.terminal]).max())


def _expected(problem: Problem, q: Table) -> tuple[Table, Table]:
    """What a move is expected to pay, and what follows to be worth, of live states."""
    mdp, live = problem.mdp, ~problem.mdp.terminal
    following = (mdp.probability * problem.live * q.max(axis=1)[mdp.successor]).sum(axis=2)[live]
    return (mdp.probability * mdp.reward).sum(axis=2)[live], following


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


class Estimates(NamedTuple):
    """Each constant alone that makes learned values most consistent, the others taken as they should be."""

    gamma: float
    scale: float  # of rewards
    shift: float  # added to every reward


def estimates(problem: Problem, q: Table) -> Estimates:
    """The discount, the scale and the shift of rewards that learned values q [S, A] were made with.

    A learner's values satisfy its own Bellman equation, which is linear in each: q = scale r + shift + gamma v'.

    >>> from rl_line import reward_line
    >>> taught, used = (Problem(reward_line(), gamma) for gamma in (0.8, 0.5))
    >>> print(f"{estimates(taught, optimal(used)).gamma:.3f}")
    0.500
    """
    live = ~problem.mdp.terminal
    paid, following = _expected(problem, q)
    future = q[live] - problem.gamma * following

    def slope(x: Table, y: Table) -> float:
        return float((x * y).sum() / max(float((x * x).sum()), 1e-12))

    return Estimates(slope(following, q[live] - paid), slope(paid, future), float((future - paid).mean()))


def with_constants(problem: Problem, q: Table) -> list[Match]:
    """The distances of bugs that have a constant, with the constant estimated from the values."""
    compared = ~problem.mdp.terminal
    found = []
    for bug, function in FAMILIES.items():
        table, constant = function(problem, q)
        if bug == "wrong-gamma" and constant < NO_GAMMA:
            continue
        found.append(Match(bug, float(abs(table - q)[compared].max()), table, constant))
    return found


def predicted(suspect: Suspect, problem: Problem) -> list[Table]:
    """The tables [S, A] that a suspect leads to on another problem."""
    if suspect.bug in FINGERPRINTS:
        return [table(problem) for table in FINGERPRINTS[suspect.bug]]
    if suspect.constant is None:
        return []
    return [WITH[suspect.bug](problem, suspect.constant)]


def _wrong_gamma(problem: Problem, q: Table) -> tuple[Table, float]:
    gamma = float(np.clip(estimates(problem, q).gamma, 0.0, 0.9999))
    return WITH["wrong-gamma"](problem, gamma), gamma


def _scaled(problem: Problem, q: Table) -> tuple[Table, float]:
    scale = estimates(problem, q).scale
    return WITH["reward-scaled"](problem, scale), scale


def _moved(problem: Problem, q: Table) -> tuple[Table, float]:
    shift = estimates(problem, q).shift
    return WITH["reward-moved"](problem, shift), shift


def _ends(problem: Problem, q: Table) -> tuple[Table, float]:
    """The last moves are worth what they were learned to be, all the same; the rest follows."""
    chance = (problem.mdp.probability * (1 - problem.live)).sum(axis=2) * ~problem.mdp.terminal[:, None]
    going_on = problem.mdp.reward + problem.gamma * q.max(axis=1)[problem.mdp.successor]
    rest = q - (problem.mdp.probability * problem.live * going_on).sum(axis=2)
    value = float((chance * rest).sum() / max(float((chance**2).sum()), 1e-12))
    return WITH["terminal-reward-overridden"](problem, value), value


def _unlearned(problem: Problem, q: Table) -> tuple[Table, float]:
    """Moves that always end are worth whatever they began as."""
    return dropped(problem, q), 0.0


def _paying(problem: Problem, reward: NDArray[np.float64]) -> Table:
    return optimal(replace(problem, mdp=replace(problem.mdp, reward=reward)))


def _with_ends(problem: Problem, value: Table) -> Table:
    live = problem.live

    def targets(p: Problem, q: Table) -> Table:
        return np.where(live, p.mdp.reward + p.gamma * p.best(q)[p.mdp.successor], value[:, :, None])

    return fixed_point(problem, targets)


#: Bugs with a constant: the table it leads to.
WITH: dict[str, Callable[[Problem, float], Table]] = {
    "wrong-gamma": lambda problem, gamma: optimal(replace(problem, gamma=gamma)),
    "reward-scaled": lambda problem, scale: _paying(problem, problem.mdp.reward * scale),
    "reward-moved": lambda problem, shift: _paying(problem, problem.mdp.reward + shift),
    "terminal-reward-overridden": lambda problem, value: _with_ends(
        problem, np.full(problem.mdp.successor.shape[:2], value)
    ),
}

#: Bugs with a constant: the table it leads to, and the constant, from what was learned.
FAMILIES: dict[str, Callable[[Problem, Table], tuple[Table, float]]] = {
    "wrong-gamma": _wrong_gamma,
    "reward-scaled": _scaled,
    "reward-moved": _moved,
    "terminal-reward-overridden": _ends,
    "terminal-transitions-dropped": _unlearned,
}
OF_WINDOWS = {"nstep-gamma-power", "nstep-crosses-episodes"}  # known where no limit cuts windows short
_FREE = {"terminal-transitions-dropped"}  # whose constants may differ from setting to setting

"""Suspects: bugs whose fixed points are near the learned values on every line."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import combinations
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from agents.checkup.rules.catalogue import BUGS, KINDS, RIGHT, STEADY, changed, combined, meant
from agents.checkup.rules.fixed_points import Rule, backup, expands, fixed_point, lead, learned, moved, robust
from agents.checkup.rules.words import kept
from agents.checkup.training.evidence import Evidence


class Suspect(NamedTuple):
    """A bug that explains the learned values."""

    bug: str
    rule: Rule
    score: float  # the largest distance from its fixed point, in tolerances
    constants: tuple[float, ...] = ()
    free: bool = False  # whether it never learns some cells

    @property
    def order(self) -> tuple[bool, float]:
        """Sorting key: suspects without free parameters first, then by distance."""
        return bool(self.constants) or self.free, self.score

    def __str__(self) -> str:
        told = ", ".join(f"{round(constant, 3) + 0.0:.3g}" for constant in self.constants)
        return f"{self.bug} ({told})" if told else self.bug


class Findings(NamedTuple):
    """Evidence on all lines, and its explanation."""

    evidences: list[Evidence]
    named: list[Suspect]  # bugs that explain the wrong values, the likeliest first
    stopped: str = ""  # reason for an early end, or empty


def suspects(evidences: Sequence[Evidence]) -> list[Suspect]:
    """Bugs with fixed points near the learned values on every line, nearest first; bugs with free parameters last."""
    return _near(((bug, rule) for bug, rules in BUGS.items() for rule in rules), evidences)


def suspected_pairs(evidences: Sequence[Evidence], check: Callable[[str], None] | None = None) -> list[Suspect]:
    """Pairs of bugs in two slots with fixed points near the learned values on every line given.

    For learners of optimal values, pairs with several steps are left out: such targets are a bug by themselves. Both
    bugs of a pair must make a difference, as any constant near enough to none explains some noise.

    Args:
        evidences: the evidence of each line.
        check: called before each pair with a text about it, to stop the search by an error.
    """
    several = bool(evidences and evidences[0].kind)

    def pairs() -> Iterator[tuple[str, Rule]]:
        for names, both in _pairs():
            if check is not None:
                check("all pairs of bugs were tried")
            if several or both.steps == 1:
                yield names, both

    found = _near(pairs(), evidences)
    return [suspect for suspect in found if all(_differs(suspect.rule, part, evidences) for part in _parts(suspect))]


def _parts(suspect: Suspect) -> list[dict[str, Any]]:
    """The slots that each bug of a pair changes, of the first of its forms that is in the pair."""
    told = suspect.rule._asdict()
    changes = [[changed(form) for form in BUGS[bug]] for bug in suspect.bug.split(" + ")]
    return [
        next(part for part in forms if all(told[slot] == word for slot, word in part.items() if word is not None))
        for forms in changes
    ]


def _differs(rule: Rule, part: dict[str, Any], evidences: Sequence[Evidence]) -> bool:
    """True where the words of a part, in place of the right ones, move some value by more than the tolerance."""
    right = evidences[0].kind[0] if evidences[0].kind else RIGHT
    without = rule._replace(**{slot: getattr(right, slot) for slot in part})
    tables = [(e, fixed_point(rule, e.views[0]) - fixed_point(without, e.views[0])) for e in evidences]
    return any(not np.abs(moves[e.live]).max() <= e.near * e.scale for e, moves in tables)


def _near(hypotheses: Iterable[tuple[str, Rule]], evidences: Sequence[Evidence]) -> list[Suspect]:
    if not evidences:
        return []
    found: dict[str, Suspect] = {}
    for bug, rule in hypotheses:
        for form in meant(rule, evidences[0].kind):
            suspect = _tried(bug, form, evidences)
            if suspect is None or (bug in found and suspect.order >= found[bug].order):
                continue
            if any(off(e, suspect.rule) > e.far for e in evidences):  # else it is the right rule with these constants
                found[bug] = suspect
    return sorted(found.values(), key=lambda suspect: suspect.order)


def other_kinds(evidences: Sequence[Evidence]) -> list[str]:
    """Other kinds of learners for which the values are right on every line, as `learns` names them."""
    right_for = evidences[0].kind if evidences else ()
    others = {kind: [rule for rule in rules if rule not in (right_for or (RIGHT,))] for kind, rules in KINDS.items()}
    return [kind for kind, rules in others.items() if any(_tried(kind, rule, evidences) for rule in rules)]


def _pairs() -> Iterator[tuple[str, Rule]]:
    single = [(bug, rule) for bug, rules in BUGS.items() for rule in rules]
    for (one, first), (other, second) in combinations(single, 2):
        both = combined(first, second)
        if one != other and both is not None:
            yield f"{one} + {other}", both


def _tried(bug: str, rule: Rule, evidences: Sequence[Evidence]) -> Suspect | None:
    """The suspect, if a rule's fixed point is near the learned values on every line, some of them wrong and learned."""
    constants = estimated(rule, evidences)
    rule = rule.given(*constants)
    worst, free, explained = 0.0, False, False
    if any(excluded(e, rule) for e in evidences):
        return None
    for e in evidences:
        distance = e.distance(rule)
        if distance > e.near + e.uncertainty and rule.loss == "mean" and robust(rule, e.views[0], e.q):
            distance = min(distance, e.distance(rule._replace(loss="huber")))
        worst = max(worst, distance / e.near)
        if distance > e.near + e.uncertainty:
            return None
        known, wrong = learned(rule, e.views[0]), np.abs(e.q - e.truth) > e.near * e.scale
        free |= bool((~known & e.live).any())
        explained |= bool((known & wrong & e.live).any())
    if (
        not explained
        or (free and not _unlearned(rule, evidences))
        or (rule.choice is kept and not _of_each_seed(rule, evidences))
    ):
        return None
    return Suspect(bug, rule, worst, constants, free)


def excluded(evidence: Evidence, rule: Rule) -> bool:
    """True where one backup proves that the learned values are far from a rule's fixed point.

    Neither a mean nor a Huber estimate of targets moves two tables apart. With f the fixed point and T the backup,
    `|T(q) - q| <= |T(q) - T(f)| + |f - q|`, at most twice `|f - q|`. Tables as near as that have the same best actions,
    if these are better than all others by more.
    """
    bound = 2 * (evidence.near + evidence.uncertainty) * evidence.scale
    if rule.loss == "residual" or any(expands(rule, view) for view in evidence.views):
        return False
    if rule.choice not in STEADY and not all(lead(rule, view, evidence.live) > bound for view in evidence.views):
        return False
    losses = (rule, rule._replace(loss="huber")) if rule.loss == "mean" else (rule,)
    return all((moved(one, view, bound) & evidence.live).any() for one in losses for view in evidence.views)


def off(evidence: Evidence, rule: Rule) -> float:
    """Distance of a rule's fixed point from the right values, as a share of the scale."""
    table = fixed_point(rule, evidence.views[0])
    return float(np.abs(table - evidence.truth)[evidence.live].max()) / evidence.scale


def estimated(rule: Rule, evidences: Sequence[Evidence]) -> tuple[float, ...]:
    """Least-squares estimates of a rule's constants from the learned values: backups are linear in the constants."""
    if not rule.unknown:
        return ()
    none = (0.0,) * len(rule.unknown)
    matrix, known = list[NDArray[np.float64]](), list[NDArray[np.float64]]()
    for e in evidences:
        base, *ones = (backup(rule.given(*c), e.views[0], e.q)[e.live] for c in (none, *np.eye(len(none))))
        matrix.append(np.stack([one - base for one in ones], axis=1) / e.scale)
        known.append((e.q[e.live] - base) / e.scale)
    return tuple(np.linalg.lstsq(np.concatenate(matrix), np.concatenate(known), rcond=None)[0].tolist())


def _unlearned(rule: Rule, evidences: Sequence[Evidence]) -> bool:
    """True where all cells that a rule never learns hold one number, or differ between seeds."""
    values, apart = list[float](), True
    for e in evidences:
        free = ~learned(rule, e.views[0]) & e.live
        if free.any():
            tables = np.array([run.learned.q[free] for run in e.last if run.learned.q is not None])
            values += tables.ravel().tolist()
            apart &= len(tables) > 1 and float(np.ptp(tables, axis=0).max()) > e.near * e.scale
    return bool(np.ptp(values) < 1e-9) or apart


def _of_each_seed(rule: Rule, evidences: Sequence[Evidence]) -> bool:
    """True if a rule is near the table of every seed although tables differ, e.g. by random initial values."""
    for e in evidences:
        tables = np.array([run.learned.q for run in e.last])[:, e.live]
        alone = [Evidence(e.line, [run], e.kind) for run in e.last]
        if np.ptp(tables, axis=0).max() <= e.near * e.scale or any(one.distance(rule) > e.near for one in alone):
            return False
    return True

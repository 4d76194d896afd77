"""Outcome of the evidence on all lines: a check for each line, and the verdict on all checks."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations

import numpy as np

from agents.checkup.behaviours.checks import NOT_APPLICABLE, PASS, SUSPECTED, UNCLEAR, Check, percent, weakness
from agents.checkup.decide import clear, missing, right
from agents.checkup.rules.catalogue import RIGHT_FOR, only_weak, why_weak
from agents.checkup.suspects import Findings, other_kinds
from agents.checkup.training.evidence import Evidence
from agents.checkup.training.lines import LINES

ENOUGH = 2  # lines that must be clear, as several rules share a fixed point on one line
UNEXPLAINED = "no known bug explains it"
ON_SLIPS = "; where moves slip a large step size does that, too: lower it"


def of_values(findings: Findings) -> tuple[Findings, list[Check]]:
    """The findings, without names of uncertain bugs, and a check for each line."""
    evidences, named = findings.evidences, findings.named
    known = clear(evidences)
    wrong = [evidence for evidence in known if not right(evidence)]
    own_end = [evidence for evidence in evidences if evidence.line.end_shown_as is None and not evidence.line.slip]
    verdict, text, bugs = SUSPECTED, "", tuple(suspect.bug for suspect in named)
    kinds = other_kinds(known) if wrong else []
    if kinds and (not named or named[0].constants or kinds[0] == "optimal"):
        verdict, text, bugs = UNCLEAR, f"right for a learner that learns={_or(kinds)}; if that was meant, pass it", ()
    elif named and only_weak(named[0].bug, right_with_own_end=all(right(evidence) for evidence in own_end)):
        verdict, text, bugs = NOT_APPLICABLE, "explained by the weakness", ()
    elif len(known) < ENOUGH:
        alone = f"looks like {named[0]}, but on one line alone others do, too" if named else "one line is not enough"
        verdict, text = UNCLEAR, alone
    elif not named and (len(wrong) < ENOUGH or any(len(evidence.last) < 2 for evidence in wrong)):
        verdict, text = UNCLEAR, UNEXPLAINED + (ON_SLIPS if all(evidence.line.slip for evidence in wrong) else "")
    elif named:
        text = _if_meant(named[0].bug, kinds)
    if wrong and any(evidence.runs[-1].learned.whole for evidence in wrong):
        verdict, text, bugs, named = SUSPECTED, "its table can hold no fractions", ("values-rounded",), []
    elif begun := _as_begun(evidences):
        verdict, text, bugs = UNCLEAR, begun, ()
    checks = [_row(evidence, verdict, text, bugs) for evidence in evidences]
    if verdict == NOT_APPLICABLE:
        checks.append(weakness(named[0].bug, [evidence.line.id for evidence in wrong], why_weak(named[0].bug)))
    if findings.stopped or len(evidences) < sum(not line.slip for line in LINES):
        checks.append(Check("values", UNCLEAR, findings.stopped or "no steps were left for more lines"))
    return findings._replace(named=named if verdict == SUSPECTED else []), checks


def _if_meant(bug: str, kinds: Sequence[str]) -> str:
    """Advice where a part of a bug is right for another kind of learner, or the values for `kinds`; else empty."""
    parts = {part: RIGHT_FOR[part] for part in bug.split(" + ") if part in RIGHT_FOR}
    meant = [
        f"{part} is right if learns={_or(list(dict.fromkeys([kind, *kinds])))} was meant; then pass it"
        for part, kind in parts.items()
    ]
    return "; ".join(meant)


def _or(kinds: Sequence[str]) -> str:
    return " or ".join(map(repr, kinds))


def _as_begun(evidences: Sequence[Evidence]) -> str:
    """A reason to distrust values that are equal to the last bit on two lines with different rewards; or empty."""
    shown = [evidence.tables[-1] for evidence in evidences if not right(evidence)]
    same = any(np.array_equal(one, other, equal_nan=True) for one, other in combinations(shown, 2))
    return "not trained: values are the same on every line; give more steps, or start learning sooner" if same else ""


def _row(evidence: Evidence, verdict: str, text: str, bugs: Sequence[str]) -> Check:
    name, off = f"values {evidence.line.id}", f"off by {percent(evidence.error)} of the largest value"
    if right(evidence):
        return Check(name, PASS, f"{off}, {percent(evidence.tolerance)} allowed: {_size(evidence)}")
    if gap := missing(evidence):
        return Check(name, UNCLEAR, gap)
    seeds = "" if len(evidence.last) < 2 else f" with {len(evidence.last)} seeds"
    return Check(name, verdict, "; ".join(part for part in (f"{off}{seeds}, at rest", text) if part), tuple(bugs))


def _size(evidence: Evidence) -> str:
    return f"values up to {evidence.scale:.3g}, after {evidence.runs[-1].steps} steps"


def verdict_of(checks: Sequence[Check]) -> str:
    """A bug suspected if any check suspects one; a pass if all required lines, or the actions, passed.

    A line is required if its moves do not slip, or if it is wrong, at rest.
    """
    verdicts = {check.id: check.verdict for check in checks}
    if SUSPECTED in verdicts.values():
        return SUSPECTED
    names = {f"values {line.id}": line for line in LINES}
    wrong = {check.id for check in checks if UNEXPLAINED in check.evidence}
    required = [verdicts.get(name) for name in names if name in wrong or not names[name].slip]
    passed = verdicts.get("policy") == PASS or all(verdict in (PASS, NOT_APPLICABLE) for verdict in required)
    return PASS if passed else UNCLEAR

"""What all checks of a checkup together say: the verdict, its suspects, and if another kind of learner was meant."""

from __future__ import annotations

import numpy as np

from agents.checkup.asking import NEEDED
from agents.checkup.behaviour import Check
from agents.checkup.evidence import PASS, SUSPECTED, TOLERANCE, UNCLEAR, Answer, covered, judge
from agents.checkup.fingerprints import optimal
from agents.checkup.naming import ALIKE, Suspect, like_n_steps


def explained(
    named: list[Suspect], answers: list[Answer], checks: list[Check], *, learns: str
) -> tuple[list[Suspect], list[Check]]:
    """The suspects of all checks; a right learner of another kind than declared is none."""
    if learns == "optimal" and any(a.setting.id in NEEDED and a.verdict != PASS for a in answers):
        if n := undeclared_steps(answers, named):
            text = f"the values are those of a right learner from {n} steps; if that was meant, pass learns='n-step'"
            off = {f"values {answer.setting.id}" for answer in answers if answer.verdict != PASS and covered(answer)}
            checks = [check._replace(verdict=UNCLEAR, evidence=text) if check.id in off else check for check in checks]
            named = []
        elif kind := of_another_kind(answers):
            text = (
                f"nearer to those of a learner that learns='{kind}': if that was meant, pass it; else it is not trained"
            )
            rows = {
                f"values {answer.setting.id}" for answer in answers if answer.verdict == UNCLEAR and covered(answer)
            }
            checks = [check._replace(evidence=text) if check.id in rows else check for check in checks]
    if not named and best_everywhere(answers):
        text = (
            "its actions are the best all the same: if other values are meant, as with an entropy bonus, show only act"
        )
        checks = [
            check._replace(evidence=f"{check.evidence}; {text}")
            if check.id.startswith("values") and check.verdict == SUSPECTED
            else check
            for check in checks
        ]
    known = {suspect.bug for suspect in named}
    shown = [Suspect(bug, 0.0) for check in checks if check.verdict == SUSPECTED for bug in check.suspects]
    return [*named, *(suspect for suspect in shown if suspect.bug not in known)], checks


def undeclared_steps(answers: list[Answer], named: list[Suspect]) -> int:
    """The n of a right learner from n steps whose values these are, and no bug's as nearly; 0 if there is none."""
    n, left = like_n_steps(answers)
    return n if left < min(0.05, named[0].score - ALIKE if named else 1.0) else 0


def of_another_kind(answers: list[Answer]) -> str:
    """What else `learns` might be, if nothing is wrong yet and all values are near what is right for that; or ""."""
    clear = [answer for answer in answers if answer.q is not None and covered(answer)]
    if not clear or any(answer.verdict == SUSPECTED for answer in answers):
        return ""
    for kind in ("on-policy", "n-step"):
        others = [judge(answer.setting, answer.runs, learns=kind) for answer in clear]
        worst, as_declared = (max(answer.error / answer.scale for answer in those) for those in (others, clear))
        if worst <= min(2 * TOLERANCE, as_declared - TOLERANCE / 2):
            return kind
    return ""


def best_everywhere(answers: list[Answer]) -> bool:
    """Whether what it does when it does not explore is the best in every state of every setting."""
    for answer in answers:
        right, states = optimal(answer.problem), np.flatnonzero(~answer.problem.mdp.terminal)
        lost = right.max(axis=1)[states] - right[states, answer.runs[-1].learned.greedy[states]]
        if float(lost.max()) > TOLERANCE * answer.scale:
            return False
    return True


def overall(checks: list[Check], needed: set[str]) -> str:
    """Suspected if anything is; a pass if the settings that are needed passed."""
    verdicts = {check.id: check.verdict for check in checks}
    if SUSPECTED in verdicts.values():
        return SUSPECTED
    if (verdicts.get("policy") == PASS and "values A" not in verdicts) or all(
        verdicts.get(f"values {name}") == PASS for name in needed
    ):
        return PASS
    return UNCLEAR

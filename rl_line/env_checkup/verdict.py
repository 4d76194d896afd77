"""Findings from the contradictions and the evidence of a judge."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from rl_line.env_checkup.findings import Finding
from rl_line.env_checkup.judge import Judge

_ADVICE = {
    "start-state": "draw starts from mdp.start",
    "reward": "pay mdp.reward of the move, on arrival",
    "termination-missed": "return terminated=True on arriving in a terminal state",
    "termination-as-truncation": "terminal states end episodes, time limits truncate them",
    "truncation-as-termination": "a time limit truncates: return terminated=False, truncated=True",
    "truncated-early": "count the steps of each episode from 0",
    "truncated-late": "truncate at this step, not one step later",
    "observation-aliased": "return a copy of the array",
    "terminal-observation": "return the observation arrived in, not the one after the reset",
    "autoreset-start": "return the observation after the reset",
}
# Contradictions explained by another one, which is reported instead.
_EXPLAINED = {
    "termination-as-truncation": "termination-missed",
    "truncation-as-termination": "termination-early",
    "truncated-late": "reset-mask",
}


def verdict(
    judge: Judge, findings: Sequence[Finding], missing: Sequence[str], *, each: float, error_rate: float
) -> list[Finding]:
    """List of all findings.

    Args:
        judge: the judge, with contradictions and evidence.
        findings: findings of other checks.
        missing: texts about missing coverage.
        each: error rate of each sequential test.
        error_rate: error rate of all tests together.
    """
    found = list(findings)
    leaks = any(finding.id == "state-leaks" for finding in found)
    for kind, accusation in judge.wrong.items():
        if (leaks and not accusation.fresh) or _EXPLAINED.get(kind) in judge.wrong:
            continue
        advice = f"; {_ADVICE[kind]}" if kind in _ADVICE else ""
        hint = judge.reward_hint() if kind == "reward" else ""
        times = sum(accusation.rows.values())
        found.append(Finding(kind, f"{accusation.first} (seen {times} times){hint}{advice}."))
    found += _improbable(judge, each, error_rate)
    if missing and not found:
        found.append(Finding("not-covered", f"{'; '.join(missing)}; pass more steps."))
    return found


def _improbable(judge: Judge, each: float, error_rate: float) -> list[Finding]:
    """Findings about possible outcomes with wrong frequencies."""
    bar, found = -np.log(each), []
    tallies = {row: tally for row, tally in judge.tallies().items() if not judge.count_of_row(row)}
    unlikely = [row for row, tally in tallies.items() if tally.strongest >= bar]
    if unlikely or (judge.strongest >= bar and len(tallies) == len(judge.tallies())):
        row = max(tallies, key=lambda row: tallies[row].strongest)
        where = f"state {row[0] + judge.first}, action {row[1]}"
        others = (
            f"{len(unlikely)} of {len(tallies)} states and actions are off"
            if unlikely
            else "only all together are clearly off"
        )
        message = f"{where}: one outcome came {tallies[row]}; {others}."
        found.append(Finding("transition-probability", message, error_rate))
    if judge.starts.strongest >= bar:
        message = f"episodes started {judge.starts} in one state; draw starts from mdp.start."
        found.append(Finding("start-probability", message, error_rate))
    return found

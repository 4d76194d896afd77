"""The judgement of what was learned on a line: right, wrong beyond doubt, or what is missing to say so."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from agents.checkup.behaviours.checks import PASS, SUSPECTED, UNCLEAR, percent
from agents.checkup.training.evidence import Evidence

FEWEST = 10  # visits of a cell in the second half: with step size 0.1 they cover two thirds of the distance
CERTAIN = 2  # uncertainties, each of two standard errors: a larger error is wrong in spite of noise


def right(evidence: Evidence) -> bool:
    """True where the learned values are right; a small uncertainty is added to the tolerance.

    Where right values depend on the agent's own policy, all cells must be covered.
    """
    if evidence.kind and uncovered(evidence):
        return False
    return evidence.error <= evidence.tolerance


def uncovered(evidence: Evidence) -> str:
    """Text naming the cells with too few visits; empty if all cells are covered."""
    if not evidence.runs[-1].trace.action.size:
        return (
            "no step was seen: train in the environment that is given, neither in its `unwrapped` nor in another, and "
            "without workers, as what is done in other processes is not recorded"
        )
    few = (evidence.counts < FEWEST) & evidence.live
    if not few.any():
        return ""
    often = f"tried fewer than {FEWEST} times in the second half"
    shortest = min(evidence.last, key=lambda run: len(run.trace))
    advice = "explore more, or give more steps"
    if len(shortest.trace) < shortest.steps:
        advice = f"it took {len(shortest.trace)} of the {shortest.steps} steps that it was given; take all of them"
    return f"not covered: {_cells(few)} {often}; {advice}"


def _cells(chosen: NDArray[np.bool_]) -> str:
    """Some cells [S, A] of a table in words."""
    return ", ".join(
        f"({state + 1}, {'right' if action else 'left'})" for state, action in np.argwhere(chosen).tolist()
    )


def missing(evidence: Evidence) -> str:
    """Text about the evidence still missing to call values wrong; empty if none is missing."""
    if not np.isfinite(evidence.error + evidence.uncertainty):
        tables = [run.learned.q for run in evidence.runs if run.learned.q is not None]
        none = np.isnan(np.array(tables)).all(axis=0) & evidence.live
        if none.any():
            told = f"values are no numbers from the first table on: {_cells(none)}"
            return f"{told}; give all a number, or lower the step size"
        return "values grow without bound; lower the step size"
    if few := uncovered(evidence):
        return few
    if evidence.error <= evidence.far:
        off, allowed = percent(evidence.error), percent(evidence.tolerance)
        return f"hardly off: by {off} of the largest value, {allowed} allowed; give more steps"
    if evidence.error <= evidence.far + evidence.policy_moves:
        return "its policy still changes, and with it what is right: hold exploration still in the second half"
    if moves(evidence):
        largest, most = float(np.abs(evidence.q[evidence.live]).max()), evidence.line.most
        if largest > most:
            return f"values up to {largest:.2g}, where rewards add up to {most:.2g}, still move; lower the step size"
        growing = np.isinf(evidence.moving) and len(evidence.tables) > 2
        advice = "its moves do not shrink; give more steps, or lower the step size" if growing else "give more steps"
        return f"not at rest: off by {percent(evidence.error)} of the largest value, and may still move; {advice}"
    u = evidence.uncertainty
    if u > evidence.near and evidence.error < evidence.near + CERTAIN * u:
        return f"too noisy: seeds differ by {percent(u)} of the largest value; lower the step size"
    return ""


def moves(evidence: Evidence) -> bool:
    """True where values may still move by more than the tolerance, so that no fixed point can be identified."""
    return evidence.moving > evidence.near + evidence.uncertainty


def clear(evidences: Iterable[Evidence]) -> list[Evidence]:
    """Evidence of lines whose values are right, or wrong beyond doubt."""
    return [evidence for evidence in evidences if right(evidence) or not missing(evidence)]


def wrong(evidences: Iterable[Evidence]) -> list[Evidence]:
    """Evidence of lines whose values are wrong beyond doubt."""
    valued = [evidence for evidence in evidences if evidence.runs[-1].learned.q is not None]
    return [evidence for evidence in clear(valued) if not right(evidence)]


def said(evidence: Evidence) -> tuple[str, str]:
    """The verdict on the values of one line, and its reason; inconclusive if the agent shows no values."""
    if evidence.runs[-1].learned.q is None:
        return UNCLEAR, "it shows no values"
    if right(evidence):
        return PASS, "right"
    gap = missing(evidence)
    return (UNCLEAR, gap) if gap else (SUSPECTED, "wrong, and at rest")

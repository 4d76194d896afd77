"""Checks of values on four lanes, in each autoreset mode."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial

import numpy as np
from gymnasium.error import ResetNeeded
from gymnasium.vector import AutoresetMode

from agents.checkup.behaviours.checks import NOT_APPLICABLE, PASS, SUSPECTED, UNCLEAR, Check, percent, shown_arrays
from agents.checkup.decide import missing, right
from agents.checkup.rules.experience import Table
from agents.checkup.suspects import suspects
from agents.checkup.training.evidence import Evidence, Run
from agents.checkup.training.lines import LINES, probe_lanes
from agents.checkup.training.trainings import Trainer

RESET_LEARNED = "the end has got values, as if from the start: the step that only resets a lane was learned from"


def on_lanes(
    trainer: Trainer, first: Evidence, asked: Callable[..., Evidence], *, seeds: Sequence[int], steps: int
) -> list[Check]:
    """A check of values for each autoreset mode, until one suspects a bug; here the end is shown as its own state.

    Args:
        trainer: ran the trainings on one lane.
        first: the evidence of one lane.
        asked: function that gathers evidence on a line.
        seeds: seeds of the trainings.
        steps: steps of the first training.
    """
    checks, runs = list[Check](), list[Run]()
    for mode in AutoresetMode:
        name = f"lanes {mode.value}"
        lanes = replace(trainer, make=partial(probe_lanes, mode=mode), steps=0)
        try:
            evidence = asked(lanes, LINES[0], kind=first.kind, steps=steps, seeds=seeds)
        except ResetNeeded as error:
            text = f"it does not reset lanes as this mode needs: {error}"
            checks.append(Check(name, NOT_APPLICABLE, text))
            continue
        runs += evidence.runs
        checks.append(
            _of(name, evidence, reset_learned=mode == AutoresetMode.NEXT_STEP and _reset_learned(evidence, first))
        )
        if checks[-1].verdict == SUSPECTED:
            break  # one mode is enough to debug with
    return [*checks, shown_arrays(sum(run.mutated for run in runs), of="lanes")] if runs else checks


def _of(name: str, evidence: Evidence, *, reset_learned: bool) -> Check:
    if evidence.runs[-1].learned.q is None:
        return Check(name, UNCLEAR, "it shows no values there")
    if reset_learned:
        return Check(name, SUSPECTED, RESET_LEARNED, ("autoreset-transition-learned",))
    if right(evidence):
        return Check(name, PASS, f"off by {percent(evidence.error)} of the largest value")
    if gap := missing(evidence):
        return Check(name, UNCLEAR, gap)
    named = tuple(suspect.bug for suspect in suspects([evidence]))
    return Check(name, SUSPECTED, f"off by {percent(evidence.error)} of the largest value", named)


def _reset_learned(evidence: Evidence, first: Evidence) -> bool:
    """True where steps that only reset a lane were learned from.

    In a table, the row of the end has then left its initial value. In a network, the end's value is then gamma times
    the start's in every run on lanes, and in no run on one lane.
    """
    ended, tables = evidence.line.mdp.terminal, [run.learned.q for run in evidence.runs]
    if first.untouched is not None:  # on one lane the end's row keeps its initial value
        return any(table is None or bool((table[ended] != first.untouched).any()) for table in tables)
    return all(_back_to_start(evidence, q) for q in tables) and not any(
        _back_to_start(evidence, run.learned.q) for run in first.runs
    )


def _back_to_start(evidence: Evidence, q: Table | None) -> bool:
    """True where the values of the end are about gamma times the value of the start."""
    if q is None:
        return False
    back = evidence.line.gamma * float(evidence.line.mdp.start @ q.max(axis=1))
    return float(np.abs(q[evidence.line.mdp.terminal] - back).max()) <= evidence.near * evidence.scale

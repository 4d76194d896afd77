"""Trains on one line after the other, with more and more steps, until the answer is clear or no steps are left."""

from __future__ import annotations

from collections.abc import Sequence

from tqdm import tqdm

from agents.checkup.decide import clear, missing, moves, right, uncovered
from agents.checkup.rules.fixed_points import Rule
from agents.checkup.suspects import Findings, Suspect, suspected_pairs, suspects
from agents.checkup.training.evidence import Evidence, Run
from agents.checkup.training.lines import LINES, Line
from agents.checkup.training.trainings import OutOfTimeError, Trainer

Kind = tuple[Rule, ...]
MOST_SEEDS = 16  # in an average: the standard error is a quarter of one seed's standard deviation


def examine(trainer: Trainer, *, kind: Kind, seeds: Sequence[int], steps: int) -> Findings:
    """Evidence on every line, and bugs that explain wrong values; on the first line alone for agents without values."""
    evidences: list[Evidence] = []
    named: list[Suspect] = []
    try:
        for line in tqdm(LINES, unit="line", disable=None, leave=False):
            if line.slip and any(not right(evidence) for evidence in evidences):
                break  # the line with slips is needed only if all others are right
            evidences.append(ask(trainer, line, kind=kind, steps=steps, seeds=seeds))
            if evidences[-1].runs[-1].learned.q is None:
                return Findings(evidences, [])
            if not right(evidences[-1]):
                steps = max(steps, evidences[-1].runs[-1].steps // 4)
        while True:
            wrong = [e for e in clear(evidences) if not right(e)]
            steps = max((e.runs[-1].steps for e in wrong), default=0)
            for e in [e for e in evidences if right(e) and e.runs[-1].steps < steps]:  # may be transient
                longer = ask(trainer, e.line, kind=kind, steps=steps, seeds=seeds, runs=e.runs)
                evidences = [longer if other is e else other for other in evidences]
            named = suspects(clear(evidences)) if wrong else []
            open_yet = [e for e in evidences if not right(e) and (e in wrong or not e.line.slip)]
            cost = sum((4 if e in wrong else 2) * e.runs[-1].steps for e in open_yet)
            if named or not open_yet or trainer.steps + cost > trainer.most:
                return _told(evidences, named, trainer)
            for e in open_yet:
                longer = ask(trainer, e.line, kind=kind, steps=steps, seeds=seeds, runs=e.runs)
                if e not in wrong or right(longer) or len(longer.last) >= len(seeds):  # else seeds lack steps
                    evidences = [longer if other is e else other for other in evidences]
    except OutOfTimeError as stop:
        if stop.known is not None and all(e.line is not stop.known.line for e in evidences):
            evidences.append(stop.known)
        if not evidences:
            raise
        return _told(evidences, named, trainer, str(stop))


def _told(evidences: list[Evidence], named: list[Suspect], trainer: Trainer, stopped: str = "") -> Findings:
    """The findings, where nothing was named with two bugs at once, unless that takes too long."""
    known = clear(evidences)
    try:
        if not named and any(not right(e) for e in known):
            named = suspects(known) or suspected_pairs(known, trainer.check)
    except OutOfTimeError as stop:
        stopped = stopped or str(stop)
    return Findings(evidences, named, stopped)


def ask(
    trainer: Trainer, line: Line, *, kind: Kind, steps: int, seeds: Sequence[int], runs: Sequence[Run] = ()
) -> Evidence:
    """Evidence on one line: trainings, each twice as long, until values stay right, or have converged to wrong values.

    Args:
        trainer: runs the trainings.
        line: the line to learn on.
        kind: the right rules for the kind of learner; none for the optimal values.
        steps: steps of the first training.
        seeds: the first seed for the first trainings, all seeds for the last.
        runs: runs of earlier, shorter trainings, if any; the next training is longer.
    """
    of_first = [run for run in runs if run.seed == seeds[0]]
    steps = max(steps, 2 * of_first[-1].steps) if of_first else steps
    most = trainer.steps + (trainer.most - trainer.steps) // 2  # half of the steps left
    before = evidence = Evidence(line, of_first, kind)
    try:
        while True:
            of_first = [*of_first, trainer.run(line, seed=seeds[0], steps=steps)]
            evidence = Evidence(line, of_first, kind)
            twice = len(of_first) > 1 and right(before)  # right values once may be transient
            if of_first[-1].learned.q is None or (right(evidence) and (twice or evidence.rests_right)):
                return evidence
            before = evidence
            if not (right(evidence) or evidence.drifting or uncovered(evidence)):
                evidence, more = _averaged(trainer, evidence, seeds=seeds, most=most)
                if not more:
                    return evidence
            steps *= 2
            if trainer.steps + steps > most:
                return evidence
    except OutOfTimeError as stop:
        stop.known = evidence if of_first else None
        raise


def _averaged(trainer: Trainer, evidence: Evidence, *, seeds: Sequence[int], most: int) -> tuple[Evidence, bool]:
    """The evidence with further seeds until it is clear; True as well if values still move and need more steps."""
    more = range(max(seeds) + 1, max(seeds) + 1 + MOST_SEEDS - len(seeds))
    runs, steps = list(evidence.runs), evidence.runs[-1].steps
    for seed in (*seeds[1:], *more):
        if trainer.steps + steps > most:
            return evidence, False
        runs.append(trainer.run(evidence.line, seed=seed, steps=steps))
        evidence = Evidence(evidence.line, runs, evidence.kind)
        if len(evidence.last) < len(seeds):
            continue
        if right(evidence) or not missing(evidence):
            return evidence, False
        if moves(evidence):
            return evidence, True
    return evidence, False

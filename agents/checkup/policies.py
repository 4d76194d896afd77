"""Judges an agent that shows no values by what it does, on lines whose best actions under a bug are others."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from agents.checkup.behaviour import Check
from agents.checkup.conduct import DECIDED, Behaviour, explanations, seen_on, shares
from agents.checkup.evidence import FEWEST, PASS, SUSPECTED, UNCLEAR, Answer
from agents.checkup.fingerprints import optimal
from agents.checkup.naming import Suspect
from agents.checkup.probes import MIRRORED, SETTINGS, Setting, frequencies
from agents.checkup.slowness import forgets, seems_slow
from agents.checkup.telling import LINES
from agents.checkup.trainings import Run, Trainer

MOST_DOUBLED = 8  # times the first steps, for one training
RESERVED = 0.15  # of the budget, for what is asked later
PATIENCE = 30_000  # steps that an accusation must outlast at least, as slow learners seem to look no move ahead
SLOW = "not trained: slow learners do the same, whose values still grow by every visit; give more steps, or show values"
HALF, MOST = 0.5, 0.75  # of the lines, for a pass and for an accusation
FEWEST_ASKED = 10  # actions for a pass


def ask_policy(
    trainer: Trainer, first: Answer, *, seeds: Sequence[int]
) -> tuple[list[Check], list[Suspect], list[Answer]]:
    """Trains on lines that tell, and compares the actions: what all seeds settle on must be explained by one bug.

    Returns:
        The checks, the suspects, and the answers: to A and to `MIRRORED` as other checks want them, then to the lines.
    """
    steps, seen = 2 * first.runs[-1].steps, list[Behaviour]()
    images = [setting for setting in SETTINGS if setting.id in MIRRORED]
    for setting in (first.setting, *images, *LINES):
        if seen and not trainer.affords(steps, until=RESERVED * trainer.budget):
            break
        seen.append(_ask(trainer, setting, seeds=seeds, steps=steps, runs=first.runs if not seen else []))
        if seen[-1].verdict == PASS:
            steps = seen[-1].runs[-1].steps
    answers = [_as_answer(behaviour, first) for behaviour in seen]
    opposed = _opposed(seen)
    if opposed.verdict == SUSPECTED:
        return [opposed], [], answers
    fickle = any(behaviour.verdict != PASS for behaviour in seen)
    known, seen = len(seen), _at_length(trainer, seen, seed=seeds[0])
    longer = {behaviour.setting.id: _as_answer(behaviour, first) for behaviour in seen if behaviour.setting in LINES}
    answers = [longer.get(answer.setting.id, answer) for answer in answers]
    wrong = _wrong(seen)
    asked = sum(int(behaviour.asked.sum()) for behaviour in seen)
    missed = sum(int(behaviour.firm.sum()) for behaviour in wrong)
    evidence = f"{missed} of {asked} actions with a wide gap are not the best, on {len(seen)} lines"
    if len(seen) < max(known, (MOST if wrong else HALF) * (1 + len(images) + len(LINES))):
        return [Check("policy", UNCLEAR, f"{evidence}; too few lines in time, give more budget"), opposed], [], answers
    if wrong:
        evidence += f" ({'; '.join(f'{behaviour.setting.why}: {_said(behaviour)}' for behaviour in wrong)})"
        named = explanations(seen)
        if named and seems_slow(seen, named[0]) and not forgets(trainer, seed=seeds[0]):
            return [Check("policy", UNCLEAR, f"{SLOW}; {evidence}"), opposed], [], answers
        if named:
            bugs = tuple(suspect.bug for suspect in named)
            return [Check("policy", SUSPECTED, evidence, bugs), opposed], named, answers
        return [Check("policy", UNCLEAR, f"{evidence}, and no known bug explains it"), opposed], [], answers
    if fickle:
        reason = "not trained: seeds or budgets disagree on the best action; give more steps, and more budget"
        return [Check("policy", UNCLEAR, reason), opposed], [], answers
    if asked < FEWEST_ASKED:
        return [Check("policy", UNCLEAR, f"not covered: {evidence}; explore more, or give more steps")], [], answers
    return [Check("policy", PASS, evidence), opposed], [], answers


def _opposed(seen: Sequence[Behaviour]) -> Check:
    """Whether what it says is best is what it had come to do."""
    against, of = 0, 0
    for behaviour in seen:
        run, done = behaviour.runs[-1], behaviour.done[-1]
        share = shares(run, done)
        decided = (run.late.sum(axis=1) >= 2 * FEWEST) & (np.abs(share - 0.5) >= DECIDED - 0.5)
        against, of = against + int((share < 0.5)[decided].sum()), of + int(decided.sum())
    evidence = f"in {against} of {of} states what it does when asked is what it did seldom in training"
    if of < 4:
        return Check("asked", UNCLEAR, evidence)
    return (
        Check("asked", SUSPECTED, evidence, ("argmin-policy",)) if against > of / 2 else Check("asked", PASS, evidence)
    )


def _at_length(trainer: Trainer, seen: list[Behaviour], *, seed: int) -> list[Behaviour]:
    """What is seen where there was patience, each time for twice the steps, until that mends no line."""
    patience = max([PATIENCE, *(2 * behaviour.runs[-1].steps for behaviour in _wrong(seen))])
    while wrong := {behaviour.setting.id for behaviour in _wrong(seen)}:
        known, seen = len(seen), _after(trainer, seen, patience, seed=seed)
        patience *= 2
        mended = wrong - {behaviour.setting.id for behaviour in _wrong(seen)}
        if len(seen) < known or not mended:
            break
    return seen


def _after(trainer: Trainer, seen: Sequence[Behaviour], patience: int, *, seed: int) -> list[Behaviour]:
    """What is seen after more steps where it is wrong, and elsewhere after as many as it took to see that.

    Lines that are wrong and that there is no time for are left out. Of the others alone some bug explains whatever a
    slow learner does, so that nothing can be said then.
    """
    steps = max(behaviour.runs[-1].steps for behaviour in _wrong(seen))
    longer = []
    for behaviour in sorted(seen, key=lambda behaviour: (behaviour.verdict != SUSPECTED, behaviour.setting.limit)):
        runs, suspected = behaviour.runs, behaviour.verdict == SUSPECTED
        more = patience if suspected else steps
        if runs[-1].steps < more and trainer.affords(more, until=RESERVED * trainer.budget / 2):
            run = trainer.run(behaviour.setting, seed=seed, steps=more)
            late = seen_on(behaviour.setting, [run])
            runs = [*runs, run._replace(steps=runs[-1].steps)] if (late.wrong[-1] & behaviour.firm).any() else [run]
        elif suspected:
            continue
        longer.append(seen_on(behaviour.setting, runs))
    return longer


def _wrong(seen: Sequence[Behaviour]) -> list[Behaviour]:
    return [behaviour for behaviour in seen if behaviour.verdict == SUSPECTED]


def _ask(trainer: Trainer, setting: Setting, *, seeds: Sequence[int], steps: int, runs: list[Run]) -> Behaviour:
    """Trains with more and more steps until nothing is wrong or that has settled, and then with other seeds."""
    until = RESERVED * trainer.budget
    runs = list(runs) or [trainer.run(setting, seed=seeds[0], steps=steps)]
    behaviour = seen_on(setting, runs)
    most = MOST_DOUBLED * runs[0].steps
    while behaviour.wrong[-1].any() and not behaviour.settled:
        more = 2 * runs[-1].steps
        if more > most or not trainer.affords(more, until=until):
            break
        runs.append(trainer.run(setting, seed=seeds[0], steps=more))
        behaviour = seen_on(setting, runs)
    if behaviour.settled:
        for seed in seeds[1:]:
            if trainer.affords(runs[-1].steps, until=until):
                runs.append(trainer.run(setting, seed=seed, steps=runs[-1].steps))
    return seen_on(setting, runs)


def _said(behaviour: Behaviour) -> str:
    """What was done wrong, in words."""
    states = np.flatnonzero(behaviour.firm)
    return ", ".join(f"{'right' if behaviour.done[-1][state] else 'left'} in {state + 1}" for state in states)


def _as_answer(behaviour: Behaviour, first: Answer) -> Answer:
    last, asked = behaviour.runs[-1], int(behaviour.asked.sum())
    problem = behaviour.setting.problem(acting=frequencies(last.late))
    reasons = {
        PASS: f"the best in all states that tell, {asked}",
        SUSPECTED: f"not the best: {_said(behaviour)}",
        UNCLEAR: "seeds or budgets disagree, or only one seed has trained",
    }
    return replace(
        first,
        setting=behaviour.setting,
        verdict=behaviour.verdict if asked else UNCLEAR,
        reason=reasons[behaviour.verdict] if asked else "too little was tried where one action is plainly the best",
        runs=[*behaviour.runs[:-1], last._replace(learned=last.learned._replace(greedy=behaviour.done[-1]))],
        problem=problem,
        truth=optimal(problem),
    )

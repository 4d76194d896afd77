"""Checks an agent without values by its greedy actions, on lines where each bug leads to other actions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from agents.checkup.behaviours.checks import PASS, SUSPECTED, UNCLEAR, Check, listed, weakness
from agents.checkup.rules.beginners import acts_by, discounts, explains, firm, on_the_way
from agents.checkup.rules.catalogue import BUGS, only_weak, why_weak
from agents.checkup.rules.experience import Experience, Table
from agents.checkup.rules.fixed_points import Rule, fixed_point
from agents.checkup.rules.simulation import FORMS
from agents.checkup.suspects import Findings, Suspect
from agents.checkup.training.evidence import Evidence, Run
from agents.checkup.training.lines import ACTION_LINES, Line
from agents.checkup.training.trainings import OutOfTimeError, Trainer

AGAIN = 4  # factor of steps after which the greedy actions must be unchanged


@dataclass(frozen=True, eq=False)
class Acted:
    """The trainings on a line, with the greedy actions after the last training."""

    line: Line
    runs: list[Run]

    @property
    def greedy(self) -> NDArray[np.int64]:
        """Greedy actions [S] after the last training."""
        return self.runs[-1].learned.greedy

    def table(self, rule: Rule) -> Table:
        """Fixed point [S, A] of a rule on the agent's experience."""
        return fixed_point(rule, self._experience)

    @cached_property
    def _experience(self) -> Experience:
        return Experience(self.runs[-1].trace, self.line.gamma, self.line.mdp.successor.shape[:2], self.truth)

    @cached_property
    def truth(self) -> Table:
        """The right values [S, A]."""
        return Evidence(self.line, self.runs).truth

    def agrees(self, table: Table) -> bool:
        """True where the greedy actions are the best of a table, in every state with one action better by far."""
        return acts_by(self.greedy, table, self.line)

    def explained(self, table: Table) -> bool:
        """True where a table accounts for clear errors, and denies none."""
        wrong = firm(self.truth) & (self.greedy != self.truth.argmax(axis=1)) & ~self.line.mdp.terminal
        return explains(table, self.greedy, wrong, self.line)

    @property
    def worst(self) -> bool:
        """True if the policy takes the worst action in every state where one action is worse by far."""
        return self.agrees(-self.truth)

    @property
    def right(self) -> bool:
        """True where the greedy actions are optimal."""
        return self.agrees(self.truth)

    @property
    def beginning(self) -> bool:
        """True where a right learner may have the same greedy actions early in training."""
        return any(self.agrees(table) for table in on_the_way(self.line))


def by_actions(trainer: Trainer, findings: Findings, *, seeds: Sequence[int]) -> tuple[Findings, list[Check]]:
    """Trains until the actions are optimal, or until four times the steps do not change them."""
    steps, acted, stopped = findings.evidences[0].runs[-1].steps, list[Acted](), ""
    try:
        for line in ACTION_LINES:
            acted.append(_ask(trainer, line, seeds=seeds, steps=steps))
            steps = max(steps, acted[-1].runs[-1].steps // AGAIN)
        checks, named = _said(acted, seeds=seeds)
        wrong = _wrong(acted, seeds)
        if not all(each.beginning for each in wrong) and (checks[0].verdict == UNCLEAR or len(wrong) == 1):
            acted = _as_long(trainer, acted, seeds=seeds)  # early right actions may change
            checks, named = _said(acted, seeds=seeds)
    except OutOfTimeError as stop:
        stopped = str(stop)
        checks, named = _said(acted, seeds=seeds, stopped=stopped)
    evidences = [*findings.evidences, *(Evidence(each.line, each.runs) for each in acted)]
    return Findings(evidences, named, stopped), checks


def _said(acted: Sequence[Acted], *, seeds: Sequence[int], stopped: str = "") -> tuple[list[Check], list[Suspect]]:
    """The verdict on the greedy actions, and the bugs that explain them on every line with right or stable actions."""
    wrong, right = _wrong(acted, seeds), [each for each in acted if each.right]
    text = f"the best in every state where one action is better by far, on {len(right)} of {len(acted)} lines"
    if other := [each.line.id for each in acted if not each.right]:
        text += f", not on {listed(other)}"
    if len(right) == len(ACTION_LINES):
        return [Check("policy", PASS, text)], []
    if not wrong or stopped:
        still = "there it still changes, or seeds differ: give more steps, or show values"
        why = "; ".join(part for part in (still if len(right) < len(acted) else "", stopped) if part)
        return [Check("policy", UNCLEAR, f"{text}; {why}")], []
    if all(each.worst for each in acted):
        text += "; everywhere it does what is worst: the smallest value in place of the largest, or a sign turned"
        return [Check("policy", SUSPECTED, text, ("argmin-policy",))], []
    if all(each.beginning for each in wrong):
        text += "; a slow learner does the same, who does not yet look far ahead: not trained, or a bug; show values"
        return [Check("policy", UNCLEAR, text)], []
    named = _explaining([*right, *wrong])
    if not named:
        return [Check("policy", UNCLEAR, f"{text}; no known bug does the same there: show values")], []
    own_end = all(each.right for each in acted if each.line.end_shown_as is None)
    weak = [suspect.bug for suspect in named if only_weak(suspect.bug, right_with_own_end=own_end)]
    if not weak:
        return [Check("policy", SUSPECTED, text, tuple(suspect.bug for suspect in named))], named
    if len(weak) == len(named):
        lines = [each.line.id for each in wrong]
        return [
            Check("policy", PASS, f"{text}; explained by the weakness"),
            weakness(weak[0], lines, why_weak(weak[0])),
        ], []
    others = ", ".join(suspect.bug for suspect in named if suspect.bug not in weak)
    text += f"; there it is explained by the weakness {weak[0]}, but also by {others}: show values"
    return [Check("policy", UNCLEAR, text)], []


def _wrong(acted: Sequence[Acted], seeds: Sequence[int]) -> list[Acted]:
    """The lines on which the greedy actions are not the best, and stable."""
    return [each for each in acted if not each.right and _steady(each, seeds)]


def _as_long(trainer: Trainer, acted: Sequence[Acted], *, seeds: Sequence[int]) -> list[Acted]:
    """The same lines; lines with right actions are trained again for the largest number of steps."""
    steps = max(each.runs[-1].steps for each in acted)
    early = [each.right and each.runs[-1].steps < steps for each in acted]
    return [
        _trained_again(trainer, each.line, steps, seeds=seeds) if was_early else each
        for each, was_early in zip(acted, early, strict=True)
    ]


def _trained_again(trainer: Trainer, line: Line, steps: int, *, seeds: Sequence[int]) -> Acted:
    """Training of the first seed; if its actions are not right, of all seeds, the first one at the end."""
    first = trainer.run(line, seed=seeds[0], steps=steps)
    if Acted(line, [first]).right:
        return Acted(line, [first])
    return Acted(line, [*(trainer.run(line, seed=seed, steps=steps) for seed in seeds[1:]), first])


def _ask(trainer: Trainer, line: Line, *, seeds: Sequence[int], steps: int) -> Acted:
    """Trainings of the first seed with more and more steps until the actions are right, or stable over all seeds."""
    runs = [trainer.run(line, seed=seeds[0], steps=steps)]
    most = trainer.steps + (trainer.most - trainer.steps) // 4
    while not Acted(line, runs).right and trainer.steps + AGAIN * steps <= most:
        same = len(runs) > 1 and (runs[-1].learned.greedy == runs[-2].learned.greedy).all()
        if same:
            others = [trainer.run(line, seed=seed, steps=steps) for seed in seeds[1:]]
            if _steady(Acted(line, [*runs, *others]), seeds):
                return Acted(line, [*runs, *others])
        steps *= AGAIN
        runs.append(trainer.run(line, seed=seeds[0], steps=steps))
    return Acted(line, runs)


def _steady(acted: Acted, seeds: Sequence[int]) -> bool:
    """True where all seeds, and the first seed after a quarter of the steps, have the same greedy actions."""
    live = ~acted.line.mdp.terminal
    return {run.seed for run in acted.runs} >= set(seeds) and all(
        (run.learned.greedy == acted.greedy)[live].all() for run in acted.runs[-len(seeds) - 1 :]
    )


def _explaining(acted: Sequence[Acted]) -> list[Suspect]:
    """Bugs that explain the actions on every line, sorted by their number of indifferent states."""
    gammas = discounts([each.line for each in acted], 0.0, 1.0)
    forms = [*FORMS, *(("wrong-gamma", rule.given(gamma)) for rule in BUGS["wrong-gamma"] for gamma in gammas)]
    found: dict[str, Suspect] = {}
    for bug, rule in forms:
        tables = [each.table(rule) for each in acted]
        if bug not in BUGS or not all(each.explained(table) for each, table in zip(acted, tables, strict=True)):
            continue
        vague = sum(int((~firm(table)).sum()) for table in tables)
        if bug not in found or vague < found[bug].score:
            found[bug] = Suspect(bug, rule, float(vague))
    return sorted(found.values(), key=lambda suspect: suspect.score)

"""Judges an agent without values by its actions, on lines where each bug leads to other actions."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from agents.checkup.behaviours.checks import PASS, SUSPECTED, UNCLEAR, Check
from agents.checkup.decide import Findings, Suspect
from agents.checkup.rules.catalogue import BUGS, RIGHT
from agents.checkup.rules.experience import Experience, Rule, Table
from agents.checkup.rules.fixed_points import fixed_point
from agents.checkup.training.evidence import Evidence, Run
from agents.checkup.training.lines import ACTION_LINES, Line
from agents.checkup.training.trainings import OutOfTimeError, Trainer

WIDE = 0.1  # of a table's largest value: an action that is better by less need not be found, nor missed
AGAIN = 4  # times the steps, after which what is done must still be the same
CONSTANTS = {"reward-scaled": 2.0, "reward-moved": 1.0, "terminal-reward-overridden": -10.0, "wrong-gamma": 0.99}
#: What a right learner looks like on its way, who does not yet look far ahead: these are no suspects by actions alone.
SLOW = (
    *("gamma-zero", "target-never-synced", "gamma-squared"),
    *("truncation-as-termination", "returns-cut-at-limit", "returns-of-parts"),
)


class Acted(NamedTuple):
    """The trainings on a line, with the greedy actions after the last."""

    line: Line
    runs: list[Run]

    @property
    def greedy(self) -> NDArray[np.int64]:
        """Greedy actions [S] after the last training."""
        return self.runs[-1].learned.greedy

    def table(self, rule: Rule) -> Table:
        """Fixed point [S, A] of a rule on the agent's experience."""
        truth = Evidence(self.line, self.runs).truth
        return fixed_point(rule, Experience(self.runs[-1].trace, self.line.gamma, truth.shape, truth))

    def agrees(self, table: Table) -> bool:
        """True where the greedy actions are the best of a table, in every state with one action better by far."""
        firm = _firm(table) & ~self.line.mdp.terminal
        return bool((self.greedy == table.argmax(axis=1))[firm].all())

    def explained(self, table: Table) -> bool:
        """True where a table accounts for every clear error: it agrees, and its best action there is better by far."""
        truth = Evidence(self.line, self.runs).truth
        wrong = _firm(truth) & (self.greedy != truth.argmax(axis=1)) & ~self.line.mdp.terminal
        return self.agrees(table) and bool(_firm(table)[wrong].all())

    @property
    def worst(self) -> bool:
        """True if the policy takes the worst action in every state where one action is worse by far."""
        return self.agrees(-Evidence(self.line, self.runs).truth)

    @property
    def right(self) -> bool:
        """True where the greedy actions are the best ones."""
        return self.agrees(Evidence(self.line, self.runs).truth)


def _firm(table: Table) -> NDArray[np.bool_]:
    """Mask [S] of states with one action better by far."""
    return np.ptp(table, axis=1) > WIDE * float(np.abs(table).max())


def by_actions(trainer: Trainer, findings: Findings, *, seeds: Sequence[int]) -> tuple[Findings, list[Check]]:
    """Trains until the actions are the best ones, or until four times the steps do not change them."""
    steps, acted, stopped = findings.evidences[0].runs[-1].steps, list[Acted](), ""
    try:
        for line in ACTION_LINES:
            acted.append(_ask(trainer, line, seeds=seeds, steps=steps))
            steps = max(steps, acted[-1].runs[-1].steps // AGAIN)
    except OutOfTimeError as stop:
        stopped = str(stop)
    evidences = [*findings.evidences, *(Evidence(each.line, each.runs) for each in acted)]
    wrong = [each for each in acted if not each.right]
    text = (
        f"the best in every state where one action is better by far, on {len(acted) - len(wrong)} of {len(acted)} lines"
    )
    if not wrong:
        done = len(acted) == len(ACTION_LINES)
        return Findings(evidences, [], stopped), [
            Check("policy", PASS if done else UNCLEAR, f"{text}; {stopped}".rstrip("; "))
        ]
    if stopped or any(not _steady(each, seeds) for each in wrong):
        text = f"{text}; on the others it still changes, or seeds differ: give more steps, or show values"
        return Findings(evidences, [], stopped), [Check("policy", UNCLEAR, f"{text}; {stopped}".rstrip("; "))]
    if all(each.worst for each in acted):
        text += "; everywhere it does what is worst: the smallest value in place of the largest, or a sign turned"
        return Findings(evidences, [], ""), [Check("policy", SUSPECTED, text, ("argmin-policy",))]
    named = _explaining(acted)
    if not named or any(suspect.bug in SLOW for suspect in named):
        text += "; a slow learner does the same, who does not yet look far ahead: not trained, or a bug; show values"
        return Findings(evidences, [], ""), [Check("policy", UNCLEAR, text)]
    bugs = tuple(suspect.bug for suspect in named)
    return Findings(evidences, named, ""), [Check("policy", SUSPECTED, text, bugs)]


def _ask(trainer: Trainer, line: Line, *, seeds: Sequence[int], steps: int) -> Acted:
    """Trainings of the first seed with more and more steps until the actions are right, then of the other seeds."""
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
    """True where all seeds have the same greedy actions, as the first seed had after a quarter of the steps."""
    live = ~acted.line.mdp.terminal
    return {run.seed for run in acted.runs} >= set(seeds) and all(
        (run.learned.greedy == acted.greedy)[live].all() for run in acted.runs[-len(seeds) - 1 :]
    )


def _explaining(acted: Sequence[Acted]) -> list[Suspect]:
    """Bugs that account for the actions on every line, those with the fewest indifferent states first."""
    found: dict[str, Suspect] = {}
    for bug, rules in BUGS.items():
        for rule in rules:
            form = rule.given(CONSTANTS.get(bug, 0.0)) if rule.unknown else rule
            tables = [each.table(form) for each in acted]
            if form == RIGHT or not all(each.explained(table) for each, table in zip(acted, tables, strict=True)):
                continue
            vague = sum(int((~_firm(table)).sum()) for table in tables)
            if bug not in found or vague < found[bug].score:
                found[bug] = Suspect(bug, form, float(vague))
    return sorted(found.values(), key=lambda suspect: suspect.score)

"""Judges an agent that shows no values by what it does, on lines that were searched for."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import product
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from agents.behaviour import Check
from agents.evidence import PASS, SUSPECTED, UNCLEAR, Answer
from agents.fingerprints import FINGERPRINTS, optimal
from agents.naming import Suspect
from agents.probes import Setting
from agents.trainings import Trainer

GAP = 0.15  # of the largest value: between the best action and the other, for the best to be called wide


class Line(NamedTuple):
    """A line that tells a bug from what is right by the action in one state."""

    setting: Setting
    state: int
    gap: float  # the smaller of the two gaps between actions, as a share of the largest true value


def separating(bug: str, *, gamma: float = 0.8, limit: int = 100) -> Line | None:
    """The line whose best action differs most from that under a bug, or None if there is none among those tried.

    Every line of four states with rewards of -3 to 9 is tried. Both gaps must be wide: the right one and the bug's.
    """
    best: Line | None = None
    for rewards in _candidates():
        setting = Setting(f"P {bug}", f"rewards {rewards}", {"rewards": rewards}, gamma, limit, 1)
        problem = setting.problem()
        right, live = optimal(problem), ~problem.mdp.terminal
        scale = float(np.abs(right[live]).max())
        if scale == 0:
            continue
        wide = _gaps(right) / scale
        for function in FINGERPRINTS[bug]:
            wrong = _gaps(function(problem)) / scale
            gap = np.where(live & (np.sign(wide) != np.sign(wrong)), np.minimum(np.abs(wide), np.abs(wrong)), 0.0)
            state = int(gap.argmax())
            # Where it is right elsewhere the agent reaches the state, whatever it does there.
            if gap[state] > max(GAP, best.gap if best else 0.0) and problem.visits[state] > 0:
                best = Line(setting, state, float(gap[state]))
    return best


def _candidates() -> Iterator[tuple[int, ...]]:
    return product((0,), (0, 2, 4), (-3, 0, 3), (1, 5, 9))


def _gaps(q: NDArray[np.float64]) -> NDArray[np.float64]:
    """[S] the value of action 1 over that of action 0."""
    return q[:, 1] - q[:, 0]


def ask_policy(trainer: Trainer, answers: list[Answer], *, seeds: Sequence[int]) -> tuple[list[Check], list[Suspect]]:
    """Trains on separating lines and compares the actions; a bug must explain all of them to be suspected.

    An agent that is wrong in a way that no bug explains may as well be badly trained: that is inconclusive.
    """
    first = answers[0]
    steps = 8 * first.runs[-1].steps
    lines: dict[tuple[object, ...], Line] = {}
    for bug in _TOLD_BY_ACTIONS:
        line = separating(bug)
        if line is not None:
            lines.setdefault(tuple(line.setting.line["rewards"]), line)
    runs = []
    for setting in (first.setting, *(line.setting for line in lines.values())):
        for seed in seeds[:2]:
            if trainer.affords(steps):
                runs.append((setting, trainer.run(setting, seed=seed, steps=steps)))
    wrong, left, asked = 0, dict.fromkeys(_TOLD_BY_ACTIONS, 0), 0
    for setting, run in runs:
        problem = setting.problem()
        right, live = optimal(problem), ~problem.mdp.terminal
        sure = live & (np.abs(_gaps(right)) > GAP * np.abs(right[live]).max()) & (run.late.sum(axis=1) >= 10)
        asked += int(sure.sum())
        wrong += int((run.learned.greedy != right.argmax(axis=1))[sure].sum())
        for bug in left:
            explained = np.zeros(len(live), dtype=np.bool_)
            for function in FINGERPRINTS[bug]:
                explained |= function(problem).argmax(axis=1) == run.learned.greedy
            left[bug] += int((~explained)[sure].sum())
    evidence = f"{wrong} of {asked} actions with a wide gap are not the best, over {len(runs)} trainings"
    if asked == 0 or len(runs) < 2:
        return [Check("policy", UNCLEAR, "too few trainings in time; give more budget")], []
    if wrong == 0:
        return [Check("policy", PASS, evidence)], []
    named = [Suspect(bug, 0.0) for bug, count in left.items() if count == 0]
    if named and wrong >= 4:
        return [Check("policy", SUSPECTED, evidence, tuple(suspect.bug for suspect in named))], named
    return [Check("policy", UNCLEAR, f"{evidence}, and no known bug explains all of them; give more steps")], []


_TOLD_BY_ACTIONS = ("terminal-bootstrap", "episodes-stitched", "reward-shifted", "reward-clipped", "gamma-zero")

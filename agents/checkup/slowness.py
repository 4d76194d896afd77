"""Tells who is slow from who has come to rest by actions alone: values that still grow are larger where more was tried.

A slow learner weighs all its past alike, and each cell by how often it was tried; and it prefers what pays later to
what never does, by however little. What has come to rest with a bug hardly does all of that.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import product
from typing import Any

import numpy as np
from numpy.typing import NDArray

from agents.checkup.conduct import DECIDED, Behaviour, compared, shares
from agents.checkup.naming import Suspect
from agents.checkup.probes import ProbeLine, Setting, frequencies
from agents.checkup.problem import Problem
from agents.checkup.recording import Recording
from agents.checkup.telling import TOLD, Operator
from agents.checkup.trainings import Trainer

STEP_SIZES = 10.0 ** np.arange(-8, 0.01, 0.125)
WINDOWS = (1, 3)  # steps of reward in a target: one, or several for n-step methods, traces and whole episodes
PARTS = 60  # of a training, in each of which the targets stay
PREFERRED = 0.01  # of the largest value by then: values that hardly prefer what was done explain it badly
ALIKE = 0.004  # of policy gradients with a bug more is left (0.006 or more), of slow learners less (0.002 at most)
FORGETTING, TURN = 16_000, 12_000  # steps of the training whose rewards turn, and when they do
FADED = -0.01  # of what they were: nearly all that was learned of the worse action must be forgotten

#: Everywhere one action pays nothing, and the other -9 and then 0.09.
TURNING = Setting(
    "G", "rewards turn", {"rewards": (0, -9, -9, 0), "start": (1 / 3, 1 / 3, 1 / 3, 0)}, gamma=0.1, limit=10
)


def seems_slow(seen: Sequence[Behaviour], suspect: Suspect) -> bool:
    """Whether values that grow explain what was done as well as the suspect does, or more of it."""
    left = min(_left_growing(seen, n, huber) for n, huber in product(WINDOWS, (False, True)))
    return left <= suspect.score + ALIKE or _sure_of_more(seen, suspect)


def _sure_of_more(seen: Sequence[Behaviour], suspect: Suspect) -> bool:
    """Whether it does the best wherever the bug would have no preference, and values that have begun to grow do."""
    forms = [
        form for bug, constant, forms in TOLD if (bug, constant) == (suspect.bug, suspect.constant) for form in forms
    ]
    return all(_sure_where_indifferent(seen, form) for form in forms)


def _sure_where_indifferent(seen: Sequence[Behaviour], form: Operator) -> bool:
    """Whether that is so in two states or more of a bug of this form: in one it may be chance."""
    sure: list[bool] = []
    for behaviour in seen:
        table = form(compared(behaviour)[0])
        indifferent = behaviour.asked & np.isclose(table[:, 0], table[:, 1], rtol=0.0, atol=1e-9)
        done = behaviour.done[-1]
        best = (done == (behaviour.best > 0)) & (shares(behaviour.runs[-1], done) >= DECIDED)
        sure.extend(best[indifferent].tolist())
    return len(sure) > 1 and all(sure)


def _left_growing(seen: Sequence[Behaviour], n: int, huber: bool) -> float:
    """How much worse than the other action what was done is on average, with the step size that leaves least.

    Gaps are shares of the largest value learned by then, as slow learners have learned little of any.
    """
    losses = []
    for behaviour in seen:
        problem, sign, cells = compared(behaviour)
        q = growing(problem, behaviour.runs[-1].counts, n, huber=huber)
        gaps = sign * (q[..., 1] - q[..., 0]) / np.abs(q).max(axis=(1, 2), initial=1e-12)[:, None]
        losses.append(np.maximum(0.0, PREFERRED - gaps)[:, cells])
    return float(np.concatenate(losses, axis=1).mean(axis=1).min())


def growing(problem: Problem, counts: NDArray[np.int64], n: int, *, huber: bool = False) -> NDArray[np.float64]:
    """Values from 0 [sizes, S, A] once each cell was tried so often [S, A], expected of each of `STEP_SIZES`.

    A cell that is tried k times with a step size of a keeps (1 - a)**k, here exp(-a k), of its error; but moves by no
    more than a k under Huber's loss.
    """
    q = np.zeros((len(STEP_SIZES), *counts.shape))
    tried = STEP_SIZES[:, None, None] * counts / PARTS
    most = tried if huber else np.inf
    for _ in range(PARTS):
        q = q + np.clip(-np.expm1(-tried) * (_targets(problem, q, n) - q), -most, most)
    return q


def _targets(p: Problem, q: NDArray[np.float64], n: int) -> NDArray[np.float64]:
    """Mean targets [sizes, S, A] of n steps, or of one where that is the last before the limit."""

    def back(v: NDArray[np.float64]) -> NDArray[np.float64]:
        return np.asarray((p.mdp.probability * (p.mdp.reward + p.gamma * p.live * v[:, p.mdp.successor])).sum(axis=-1))

    once = further = back(p.best(q))
    for _ in range(min(n, p.limit or n) - 1):
        further = back((p.policy * further).sum(axis=-1))
    return p.cut[:, None] * once + (1.0 - p.cut[:, None]) * further


class TurningLine(ProbeLine):
    """A line whose rewards turn: who then takes other ways forgets."""

    steps = 0

    def step(self, action: int) -> tuple[int, float, bool, bool, dict[str, Any]]:
        """One step, whose reward is FADED times as large after TURN steps."""
        state, reward, terminated, truncated, info = super().step(action)
        self.steps += 1
        return state, reward if self.steps <= TURN else FADED * reward, terminated, truncated, info


def forgets(trainer: Trainer, *, seed: int) -> bool:
    """Whether it has come to do otherwise in half of the states where it had made up its mind when rewards turned.

    Who learns from all its past alike, with step sizes of 1 / n or a large memory, never does; nor who has no time to.
    """
    if not trainer.affords(FORGETTING):
        return False
    turning = replace(trainer, make=lambda setting: Recording(TurningLine(setting)))
    run = turning.run(TURNING, seed=seed, steps=FORGETTING)
    parts = run.trace[TURN // 2 : TURN], run.trace[(TURN + FORGETTING) // 2 :]
    before, after = (frequencies(part.counts(run.counts.shape)) for part in parts)
    decided = ~TURNING.mdp.terminal & (before.max(axis=1) >= DECIDED)
    turned = decided & (after.max(axis=1) >= DECIDED) & (after.argmax(axis=1) != before.argmax(axis=1))
    return bool(turned.any() and 2 * turned.sum() >= decided.sum())

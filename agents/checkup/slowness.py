"""Tells who is slow from who has come to rest by actions alone: values that still grow are larger where more was tried.

A slow learner weighs all its past alike, and each cell by how often it was tried. What has come to rest may do either,
but hardly both: so only who does both passes for slow.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import product
from typing import Any

import numpy as np
from numpy.typing import NDArray

from agents.checkup.conduct import DECIDED, Behaviour, compared
from agents.checkup.probes import ProbeLine, Setting, frequencies
from agents.checkup.problem import Problem
from agents.checkup.recording import Recording
from agents.checkup.trainings import Trainer

STEP_SIZES = 10.0 ** np.arange(-8, 0.01, 0.125)
WINDOWS = (1, 3)  # steps of reward in a target: one, or several for n-step methods, traces and whole episodes
PARTS = 60  # of a training, in each of which the targets stay
ALIKE = 0.004  # more is left of bugs (0.006 or more), and less of slow learners (0.002 at most), than the bug leaves
FORGETTING, TURN = 16_000, 12_000  # steps of the training whose rewards turn, and when they do
FADED = -0.1  # of what they were: so that nine tenths of what was learned of the worse action must be forgotten

#: Everywhere one action pays nothing, and the other -9 and then 0.9.
TURNING = Setting(
    "G", "rewards turn", {"rewards": (0, -9, -9, 0), "start": (1 / 3, 1 / 3, 1 / 3, 0)}, gamma=0.1, limit=10
)


def seems_slow(seen: Sequence[Behaviour], explained: float) -> bool:
    """Whether values that grow explain what was done as well as a bug that leaves so much of it `explained`."""
    ways = product(WINDOWS, (False, True), (False, True))
    return min(_left_growing(seen, n, on_policy, huber) for n, on_policy, huber in ways) <= explained + ALIKE


def _left_growing(seen: Sequence[Behaviour], n: int, on_policy: bool, huber: bool) -> float:
    """How much worse than the other action what was done is on average, with the step size that leaves least.

    Gaps are shares of the largest value learned by then, as slow learners have learned little of any.
    """
    losses = []
    for behaviour in seen:
        problem, sign, cells = compared(behaviour)
        q = growing(replace(problem, on_policy=on_policy), behaviour.runs[-1].counts, n, huber=huber)
        gaps = sign * (q[..., 1] - q[..., 0]) / np.abs(q).max(axis=(1, 2), initial=1e-12)[:, None]
        losses.append(np.maximum(0.0, -gaps)[:, cells])
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
        state, reward, terminated, truncated, info = super().step(action)
        self.steps += 1
        return state, reward if self.steps <= TURN else FADED * reward, terminated, truncated, info


def forgets(trainer: Trainer, *, seed: int) -> bool:
    """Whether it does otherwise in half of the states where it had made up its mind when rewards turned.

    Who learns from all its past alike, with step sizes of 1 / n or a large memory, never does; nor who has no time to.
    """
    if not trainer.affords(FORGETTING):
        return False
    turning = replace(trainer, make=lambda setting: Recording(TurningLine(setting)))
    run = turning.run(TURNING, seed=seed, steps=FORGETTING)
    before = frequencies(run.trace[TURN // 2 : TURN].counts(run.counts.shape))
    decided = ~TURNING.mdp.terminal & (before.max(axis=1) >= DECIDED)
    others = run.learned.greedy != before.argmax(axis=1)
    return bool(decided.any() and 2 * others[decided].sum() >= decided.sum())

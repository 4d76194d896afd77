"""Update rules, and their fixed points on an agent's experience: one iteration for all rules."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from agents.checkup.rules import words as w
from agents.checkup.rules.experience import Experience, Rows, Table
from agents.checkup.rules.residual import SquaredError, least_squares

SWEEPS = 600  # limit for rules without convergence, e.g. if the choice oscillates
PLAIN = 200  # sweeps before step sizes shrink
REST = 1e-9  # of the largest value
LINEAR = (w.mean_action, w.own_policy, w.own_policy_here, w.same_action, w.first_action, w.second_action)


class Rule(NamedTuple):
    """target = reward + discount * mask * value(successor, choice), learned into `cell`, from `samples`, under `loss`.

    `steps` is the length of the window of rewards. `across` is whether a window runs on into the next episode. `parts`
    is the length of the parts into which an episode is cut, 0 for no cut. `factor` is the constant of the discount,
    and `constant` that of the reward or the choice: a number, or None to estimate it.
    """

    reward: Callable[..., Any]
    discount: Callable[..., Any]
    mask: Callable[..., Any]
    successor: Callable[..., Any]
    choice: Callable[..., Any]
    cell: Callable[..., Any]
    samples: Callable[..., Any]
    loss: str = "mean"
    steps: int = 1
    across: bool = False
    parts: int = 0
    constant: float | None = 0.0
    factor: float | None = 0.0

    @property
    def unknown(self) -> list[str]:
        """The constants to estimate."""
        return [name for name in ("constant", "factor") if getattr(self, name) is None]

    def given(self, *constants: float) -> Rule:
        """The rule with numbers for the constants to estimate."""
        numbers: dict[str, Any] = dict(zip(self.unknown, constants, strict=True))
        return self._replace(**numbers)


class _Prepared(NamedTuple):
    """Parts of a rule's targets that do not depend on the values."""

    rows: Rows
    row: NDArray[np.int64]  # [N] the row of each target
    cells: NDArray[np.int64]  # [N] the cell that learns each target
    weight: NDArray[np.float64]  # [N]
    total: NDArray[Any]  # weight of the targets in each cell, [S * A]
    reward: NDArray[np.float64]  # [R]
    factor: NDArray[np.float64]  # [R] of the successor's value
    successor: NDArray[np.int64]  # [R]


def fixed_point(rule: Rule, experience: Experience) -> Table:
    """The fixed point [S, A] of a rule; cells that it never learns keep the agent's values.

    If a rule's choice oscillates, e.g. between best actions of other rows, the result is the average over oscillations.
    Of several minima of a squared error, where a gradient may end in any, it is the nearest to the agent's values.
    """
    p = _prepared(rule, experience)
    if rule.loss == "residual" and rule.choice in LINEAR:
        ones = np.eye(experience.shown.size).reshape(-1, *experience.shape)
        worth = np.stack([rule.choice(one, p.rows, p.successor, experience, 0.0) for one in ones], axis=1)
        slopes = np.eye(len(ones))[p.cells] - (p.factor[:, None] * worth)[p.row]
        return least_squares(slopes, p.reward[p.row], p.weight, p.total.reshape(experience.shape) > 0, experience.shown)
    if rule.loss == "residual":
        error = SquaredError(p.cells, p.successor[p.row], p.factor[p.row], p.reward[p.row], p.weight)
        return error.nearest_minimum(experience.shown)
    q = experience.shown.copy() if rule.loss == "mean" else fixed_point(rule._replace(loss="mean"), experience)
    for sweep in range(SWEEPS):
        after = _backup(rule, p, experience, q)
        step = 1.0 if sweep < PLAIN else (1 + sweep - PLAIN) ** -0.7
        change = after - q
        q = q + step * change
        size = np.abs(q).max()
        if np.abs(change).max() <= REST * max(1.0, size):
            break
        if not size < 1e9:
            return np.full_like(q, np.nan)
    return q


def backup(rule: Rule, experience: Experience, q: Table) -> Table:
    """Values [S, A] after one sweep of a rule: the mean, or Huber estimate, of the targets in each cell."""
    return _backup(rule, _prepared(rule, experience), experience, q)


def _backup(rule: Rule, p: _Prepared, experience: Experience, q: Table) -> Table:
    target = _targets(rule, p, experience, q)
    if rule.loss == "huber":
        weight = p.weight / np.maximum(1.0, np.abs(target - q.ravel()[p.cells]))
        p = p._replace(weight=weight, total=np.bincount(p.cells, weights=weight, minlength=q.size))
    return _means(p, target, q)


def _means(p: _Prepared, target: NDArray[np.float64], q: Table) -> Table:
    """The weighted mean of the targets [N] in each cell [S, A]; cells without targets keep their values."""
    summed = np.bincount(p.cells, weights=p.weight * target, minlength=q.size)
    return np.divide(summed, p.total, out=q.ravel().copy(), where=p.total > 0).reshape(q.shape)


def robust(rule: Rule, experience: Experience, q: Table) -> bool:
    """True where Huber's loss, usual in networks, has another fixed point: a target is more than 1 from the mean."""
    p = _prepared(rule, experience)
    target = _targets(rule, p, experience, q)
    return bool((np.abs(target - _means(p, target, q).ravel()[p.cells]) > 1).any())


def moved(rule: Rule, experience: Experience, bound: float) -> NDArray[np.bool_]:
    """Mask [S, A] of the cells whose values, in the agent's table, a backup moves by more than `bound`.

    An estimate is above a number if the targets, or with Huber's loss their clipped differences, are so in the mean.
    """
    p, q = _prepared(rule, experience), experience.shown
    gap = _targets(rule, p, experience, q) - q.ravel()[p.cells]
    most = 1.0 if rule.loss == "huber" else np.inf
    up, down = (np.bincount(p.cells, p.weight * np.clip(way * gap - bound, -most, most), q.size) for way in (1, -1))
    return np.asarray((up > 0) | (down > 0)).reshape(q.shape)


def _targets(rule: Rule, p: _Prepared, experience: Experience, q: Table) -> NDArray[np.float64]:
    """The target [N] of each sample; the mean of all, if all cells share it."""
    value = rule.choice(q, p.rows, p.successor, experience, rule.constant)
    target = np.asarray((p.reward + p.factor * value)[p.row])
    if rule.loss == "shared":
        return np.full_like(target, (p.weight * target).sum() / max(p.weight.sum(), 1e-12))
    return target


def lead(rule: Rule, experience: Experience, live: NDArray[np.bool_]) -> float:
    """The least lead of a best action over the next in the agent's table: in a live state, or in the mean of a batch.

    Args:
        rule: rule whose successors are the batch.
        experience: the agent's steps and table.
        live: mask [S, A] of the cells of states that are not terminal.
    """
    p, q = _prepared(rule, experience), experience.shown
    weight = np.bincount(p.successor, weights=p.rows.weight, minlength=len(q))
    rows = np.vstack([q[live.any(axis=1)], weight @ q / max(weight.sum(), 1e-12)])
    second, first = np.sort(rows, axis=1)[:, -2:].T
    return float((first - second).min())


def expands(rule: Rule, experience: Experience) -> bool:
    """True where a rule has a factor above 1, so that its backup may move two tables apart."""
    return bool((np.abs(_prepared(rule, experience).factor) > 1).any())


def learned(rule: Rule, experience: Experience) -> NDArray[np.bool_]:
    """Mask [S, A] of the cells that a rule learns."""
    return (_prepared(rule, experience).total > 0).reshape(experience.shape)


def _prepared(rule: Rule, experience: Experience) -> _Prepared:
    key = (*rule[:4], *rule[5:7], *rule[8:])  # all but the choice and the loss
    if key not in experience.prepared:
        several: dict[str, Any] = {} if rule.steps == 1 else {"reward": rule.reward, "constant": rule.constant or 0.0}
        windows = experience.rows(rule.steps, across=rule.across, parts=rule.parts, **several)
        rows = rule.samples(windows, experience)
        states, actions = rule.cell(rows, experience.shape[1])
        cells = states * experience.shape[1] + actions
        row = np.broadcast_to(np.arange(len(rows.state))[:, None], cells.shape).ravel()
        weight = rows.weight[row]
        experience.prepared[key] = _Prepared(
            rows,
            row,
            cells.ravel(),
            weight,
            np.bincount(cells.ravel(), weights=weight, minlength=experience.shown.size),
            np.asarray(rows.reward if several else rule.reward(rows, rule.constant), np.float64),
            rule.discount(experience.gamma, rows.power, rule.factor) * rule.mask(rows),
            rule.successor(rows),
        )
    return experience.prepared[key]

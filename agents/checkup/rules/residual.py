"""Minima of the squared Bellman error, where a gradient that also flows through the target comes to rest.

Source: Baird (1995), Residual algorithms.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations, product

import numpy as np
from numpy.typing import NDArray

Table = NDArray[np.float64]  # [S, A]
EQUAL = 1e-9  # of the largest value: rounding error


def least_squares(
    slopes: NDArray[np.float64],
    reward: NDArray[np.float64],
    weight: NDArray[np.float64],
    free: NDArray[np.bool_],
    shown: Table,
) -> Table:
    """The table [S, A] with the least sum of weight * (slopes @ q - reward)^2 over N samples.

    Args:
        slopes: of each error by each cell, [N, S * A].
        reward: [N].
        weight: [N].
        free: mask [S, A] of the cells that change.
        shown: table whose values all other cells keep.
    """
    q, free, root = shown.ravel().copy(), free.ravel(), np.sqrt(weight)
    known = reward - slopes[:, ~free] @ q[~free]
    q[free] = np.linalg.lstsq(root[:, None] * slopes[:, free], root * known, rcond=None)[0]
    return q.reshape(shown.shape)


@dataclass(frozen=True, eq=False)
class SquaredError:
    """The sum of weight * (reward + factor * max q(successor) - q(cell))^2 over N samples, as a function of q [S, A].

    It is quadratic while the best actions stay the same, so each minimum lies inside such a piece, or on a border where
    some actions are tied.

    Args:
        cells: the cell that learns each target, [N].
        successor: the state whose largest value each target has, [N].
        factor: factor of that value, [N].
        reward: [N].
        weight: [N].
    """

    cells: NDArray[np.int64]
    successor: NDArray[np.int64]
    factor: NDArray[np.float64]
    reward: NDArray[np.float64]
    weight: NDArray[np.float64]

    def __call__(self, q: Table) -> float:
        """The error of a table."""
        off = self._off(q)
        return float(self.weight @ off**2)

    def nearest_minimum(self, shown: Table) -> Table:
        """The minimum nearest to a table [S, A]; cells without samples keep its values."""
        found = sorted(self._least(shown), key=lambda q: float(np.abs(q - shown).max()))
        return next(filter(self._is_minimum, found), min(found, key=self))

    def _off(self, q: Table) -> NDArray[np.float64]:
        return np.asarray(self.reward + self.factor * q.max(axis=1)[self.successor] - q.ravel()[self.cells])

    def _least(self, shown: Table) -> Iterator[Table]:
        """The table of least squares for every choice of best actions, tied or not, of the states that have samples."""
        actions = shown.shape[1]
        seen = self._seen(shown)
        states = [state for state in np.unique(self.successor).tolist() if seen[state].any()]
        subsets = [tied for k in range(actions) for tied in combinations(range(actions), k + 1)]
        for sets in product(subsets, repeat=len(states)):
            same = np.eye(shown.size)  # the cell whose value each cell has
            best = np.arange(len(shown)) * actions + shown.argmax(axis=1)
            for state, tied in zip(states, sets, strict=True):
                group = sorted((state * actions + np.array(tied)).tolist(), key=lambda cell: bool(seen.flat[cell]))
                same[group], best[state] = same[group[0]], group[0]
            slopes = same[self.cells] - self.factor[:, None] * same[best[self.successor]]
            values = least_squares(slopes, self.reward, self.weight, seen, shown)
            yield np.where(seen, (same @ values.ravel()).reshape(shown.shape), shown)

    def _is_minimum(self, q: Table) -> bool:
        """True if the error falls in no direction, in none of the pieces that meet in a table."""
        largest = float(np.abs(q).max())
        tied = [np.flatnonzero(row >= row.max() - EQUAL * largest).tolist() for row in q]
        flat = EQUAL * float(self.weight.sum()) * largest
        return all(np.abs(self._descent(q, best, tied)).max() <= flat for best in product(*tied))

    def _descent(self, q: Table, best: Sequence[int], tied: Sequence[Sequence[int]]) -> Table:
        """The steepest way down [S, A] in a piece: the best action [S] of each state stays so among the tied ones.

        That is the projection of the negative gradient: actions that would overtake the best one move with it, or not
        at all if one of them has no samples.
        """
        cells, following = np.eye(q.size), np.arange(len(q)) * q.shape[1] + np.array(best)
        slopes = self.factor[:, None] * cells[following[self.successor]] - cells[self.cells]
        seen = self._seen(q)
        way = np.where(seen, -((self.weight * self._off(q)) @ slopes).reshape(q.shape), 0.0)
        for row, moves, first, others in zip(way, seen, best, tied, strict=True):
            together, level = [first], row[first]
            for action in sorted(others, key=lambda action: -row[action]):
                if action != first and row[action] > level:
                    together.append(action)
                    level = row[together].mean() if moves[together].all() else 0.0
            row[together] = level
        return way

    def _seen(self, q: Table) -> NDArray[np.bool_]:
        """Mask [S, A] of the cells with samples."""
        return (np.bincount(self.cells, self.weight, minlength=q.size) > 0).reshape(q.shape)

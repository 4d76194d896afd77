"""Extrapolation of values that still move: how far from rest they are, told from a few tables."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray


def aligned(earlier: NDArray[np.float64], later: NDArray[np.float64]) -> bool:
    """True where two moves have about the same direction, instead of random ones."""
    with np.errstate(over="ignore", invalid="ignore"):  # of values without bound
        return float(earlier @ later) > 0.5 * float(np.linalg.norm(earlier) * np.linalg.norm(later))


def remaining(earlier: NDArray[np.float64], later: NDArray[np.float64]) -> float:
    """The largest distance left in a cell after two moves [N], the second over twice the steps of the first.

    It is infinite if the largest move does not shrink. A smaller one that does not shrink counts as itself, as it may
    be chance, and a move that changes direction as none.

    >>> remaining(np.array([4.0, 1.0]), np.array([2.0, 0.8]))
    3.2
    """
    if np.abs(later).max() >= np.abs(earlier).max():
        return float("inf")
    with np.errstate(all="ignore"):
        ratio = np.where((earlier != 0) & (later != 0), later / earlier, 0.0)
        left = np.where(ratio < 1, ratio / (1 - ratio), 1.0) * np.abs(later)
    return round(float(np.where(ratio > 0, left, 0.0).max()), 12)


def extrapolated(
    tables: NDArray[np.float64], visits: NDArray[np.float64], later: NDArray[np.float64] | float
) -> NDArray[np.float64]:
    """Values [S, A] after `later` visits, from three tables [3, S, A], if each visit covers one share of the distance.

    This holds for a constant step size. With decay rate a per visit and d the visits between tables, the second move is
    (1 - exp(-a d2)) / (exp(a d1) - 1) of the first, which falls with a: bisection finds a. A move that does not shrink
    per visit is unbounded; a move that changes direction is chance, and counts as the end.

    >>> extrapolated(np.array([0.0, 4.0, 6.0]), np.array([1.0, 2.0, 3.0]), 4.0)
    array(7.)
    """
    with np.errstate(all="ignore"):
        earlier, move = np.diff(tables, axis=0)
        before, between = np.diff(visits, axis=0)
        share, low, high = move / earlier, np.zeros_like(move), np.full_like(move, 50.0)
        for _ in range(60):
            a = (low + high) / 2
            small = -np.expm1(-a * between) / np.expm1(a * before) > share
            low, high = np.where(small, a, low), np.where(small, high, a)
        more = move * -np.expm1(-high * (later - visits[2])) / np.expm1(high * between)
        bound = np.where(share < between / before, more, np.inf)
        return np.asarray(tables[2] + np.where((move == 0) | (share <= 0), 0.0, bound))

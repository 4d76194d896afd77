"""An optimal policy with its values, and greedy actions."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from rl_line.system.arrays import reals
from rl_line.system.kinds import spelled

TIE = 1e-9  # relative difference up to which action values of a state are tied
_NOISE = 1e-14  # the same, relative to the largest value of the table


class Solution(NamedTuple):
    """An optimal policy and its values; after `finite_horizon` each with a leading time axis."""

    policy: NDArray[np.int64]  # [S], the first of tied actions (if gamma < 1); 0 in terminal states
    v: NDArray[np.float64]  # [S], 0 in terminal states
    q: NDArray[np.float64]  # [S, A], 0 in terminal states


@spelled
def greedy_actions(q: ArrayLike) -> NDArray[np.bool_]:
    """Mask of greedy actions [S, A]: several if values are equal up to rounding."""
    return nearly_best(reals((None,), (None, None), (None, None, None), q=q))


def nearly_best(values: NDArray[np.float64]) -> NDArray[np.bool_]:
    """`greedy_actions` of values that may be infinite or nan: infinities are equal, and a row with nan has no best."""
    size = np.where(np.isfinite(values), np.abs(values), 0.0)
    return values >= values.max(axis=-1, keepdims=True) - TIE * size.max(-1, keepdims=True) - _NOISE * size.max()


def first_best(q: NDArray[np.float64]) -> NDArray[np.int64]:
    """The first of the best actions, [...], from action values [..., A], up to the last digits."""
    near = q >= q.max(axis=-1, keepdims=True) - 1e-12 * np.abs(q).max(axis=-1, keepdims=True)
    return np.asarray(near.argmax(axis=-1))

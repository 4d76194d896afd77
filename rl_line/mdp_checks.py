"""Checks of the arrays of an MDP: shapes, probabilities, rewards and starts."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray


def check_mdp(mdp: Any) -> None:
    """Raises ValueError, with the name of the array, unless the arrays form an MDP."""
    shape = mdp.successor.shape
    if len(shape) != 3 or 0 in shape:
        raise ValueError(f"successor has shape {shape}, expected [S, A, K], e.g. (4, 2, 1).")
    for name, expected in [("probability", shape), ("reward", shape), ("terminal", shape[:1]), ("start", shape[:1])]:
        if getattr(mdp, name).shape != expected:
            raise ValueError(
                f"{name} has shape {getattr(mdp, name).shape}, expected {expected} as successor has {shape}."
            )
    if mdp.successor.min() < 0 or mdp.successor.max() >= shape[0]:
        raise ValueError(
            f"successor holds {mdp.successor.min()}..{mdp.successor.max()}, expected states 0..{shape[0] - 1}."
        )
    if not np.isfinite(mdp.reward).all():
        raise ValueError(f"reward holds {mdp.reward[~np.isfinite(mdp.reward)][0]}, expected finite numbers.")
    check_probabilities(probability=mdp.probability, start=mdp.start)
    if mdp.start[mdp.terminal].any():
        ended, first = np.flatnonzero(mdp.terminal), int(np.flatnonzero(mdp.terminal & (mdp.start > 0))[0])
        raise ValueError(
            f"start gives {mdp.start[first]:g} to state {first}, but the states {ended[:8].tolist()}"
            f"{' and more' if len(ended) > 8 else ''} are terminal; start elsewhere."
        )


def check_probabilities(**arrays: NDArray[np.float64]) -> None:
    """Raises ValueError unless each row of the arrays, given by name, is a probability distribution."""
    for name, rows in arrays.items():
        if not (rows >= 0).all() or not np.allclose(rows.sum(-1), 1.0, rtol=0, atol=1e-9):
            raise ValueError(
                f"{name} sums to {np.unique(rows.sum(-1))[:8]} over its last axis, expected numbers of at least 0 that "
                "sum to 1."
            )

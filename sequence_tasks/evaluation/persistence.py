"""Forecasts that only repeat the last value seen."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from rl_line.system.kinds import spelled
from sequence_tasks.checks import finite


class RepeatsLastValue(UserWarning):
    """Warning that a forecaster only repeats the last value seen."""


@spelled
def repeats_last_value(predicted: ArrayLike, last: ArrayLike, actual: ArrayLike) -> bool:
    """True if one-step predictions [k] are nearer to the last values than to the actual ones, and no better.

    Distances are root mean squares; "no better" means better than persistence by at most 5 %. For a random walk, no
    better prediction exists.

    >>> repeats_last_value([1.1, 5.2, 3.1], last=[1, 5, 3], actual=[5, 3, 9])
    True
    >>> repeats_last_value([4.9, 3.3, 8.0], last=[1, 5, 3], actual=[5, 3, 9])
    False
    """
    named = {"predicted": predicted, "last": last, "actual": actual}
    predicted, last, actual = (finite(name, part) for name, part in named.items())
    if not predicted.shape == last.shape == actual.shape or not predicted.size:
        raise ValueError(f"shapes {predicted.shape}, {last.shape}, {actual.shape}, expected three alike, not empty.")
    error, distance, persistence = (
        float(np.sqrt(np.mean((a - b) ** 2))) for a, b in ((predicted, actual), (predicted, last), (last, actual))
    )
    return distance < error and error >= 0.95 * persistence

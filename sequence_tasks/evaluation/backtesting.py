"""Forecasts as they would have been made at the time: refitted at each origin, on what was known then."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sequence_tasks.evaluation.naive import Fit
from sequence_tasks.series.series import Series


class Backtest(NamedTuple):
    """Forecasts from several origins, and what came."""

    origins: NDArray[np.int64]  # [k]
    forecasts: NDArray[np.float64]  # [k, H]
    actual: NDArray[np.float64]  # [k, H]


def backtest(
    fit: Fit, series: Series, *, first: int, steps: int = 1, every: int = 1, window: int | None = None
) -> Backtest:
    """Fits anew at each origin and forecasts from there; neither the fit nor the forecaster is shown what comes after.

    Args:
        fit: from the series so far to a forecaster.
        series: the whole series.
        first: the first origin.
        steps: H, how many values each forecast has.
        every: how far the origins are apart.
        window: how many values up to the origin the fit sees (a sliding window); None for all (an expanding one).

    Raises:
        ValueError: no origin fits, or a forecast does not have one row of H numbers.
    """
    origins = np.arange(first, len(series) - steps + 1, max(every, 1))
    if not len(origins) or min(first, steps, every) < 1 or (window is not None and not 1 <= window <= first):
        raise ValueError(
            f"first={first}, steps={steps}, every={every}, window={window} of {len(series)} values, expected an "
            f"origin with {steps} values after it, counts from 1, and a window of 1 to first; lower first."
        )
    forecasts = []
    for origin in origins.tolist():
        known = series[0 if window is None else origin - window : origin]
        forecasts.append(checked(fit(known)(known.values, np.array([len(known)]), steps), 1, steps)[0])
    return Backtest(origins, np.stack(forecasts), series.values[origins[:, None] + np.arange(steps), 0])


def checked(forecasts: NDArray[np.float64], count: int, steps: int) -> NDArray[np.float64]:
    """Forecasts [k, H], if they are that."""
    if np.shape(forecasts) != (count, steps):
        raise ValueError(
            f"the forecaster returned shape {np.shape(forecasts)}, expected {(count, steps)}: "
            "a row for each origin and a column for each step."
        )
    return np.asarray(forecasts, np.float64)

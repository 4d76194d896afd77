"""Forecasts as they would have been made at the time: refitted at each origin, on what was known then."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from sequence_tasks.checks import expected, first_unusable, plain, whole
from sequence_tasks.evaluation.naive import Fit
from sequence_tasks.series.series import Series


class Backtest(NamedTuple):
    """Forecasts from several origins, and what came."""

    origins: NDArray[np.int64]  # [k]
    forecasts: NDArray[np.float64]  # [k, H]
    actual: NDArray[np.float64]  # [k, H]


def backtest(
    fit: Fit,
    series: Series,
    *,
    first: int,
    steps: int = 1,
    every: int = 1,
    window: int | None = None,
    name: str = "the forecaster",
) -> Backtest:
    """Fits anew at each origin and forecasts from there; neither the fit nor the forecaster is shown what comes after.

    Args:
        fit: from the series so far to a forecaster.
        series: the whole series.
        first: the first origin.
        steps: H, how many values each forecast has.
        every: how far the origins are apart.
        window: how many values up to the origin the fit sees (a sliding window); None for all (an expanding one).
        name: of the forecaster, for messages.

    Raises:
        ValueError: no origin fits, or a forecast does not have one row of H finite numbers.
    """
    counts = {"first": first, "steps": steps, "every": every}
    first, steps, every = (whole(key, value, low=None) for key, value in counts.items())
    window = None if window is None else whole("window", window, low=None)
    origins = np.arange(first, len(series) - steps + 1, max(every, 1))
    if not len(origins) or min(first, steps, every) < 1 or (window is not None and not 1 <= window <= first):
        raise ValueError(
            f"first={first}, steps={steps}, every={every}, window={window} of {len(series)} values, expected an "
            f"origin with {steps} values after it, counts from 1, and a window of 1 to first; lower first."
        )
    forecasts = []
    for origin in origins.tolist():
        known = series[0 if window is None else origin - window : origin]
        made = fit(known)(known.values, np.array([len(known)]), steps)
        forecasts.append(checked(made, [origin], steps, name=name)[0])
    return Backtest(origins, np.stack(forecasts), series.values[origins[:, None] + np.arange(steps), 0])


def checked(
    forecasts: ArrayLike, origins: ArrayLike, steps: int, *, name: str = "the forecaster", usable: bool = True
) -> NDArray[np.float64]:
    """Forecasts [k, H] as float64, if they are that: a row for each origin [k], and finite.

    Args:
        forecasts: [k, H].
        origins: [k], for the message.
        steps: H.
        name: of the forecaster, for the message.
        usable: whether each must be finite; else nan and infinity pass.
    """
    array = plain(f"the forecast of {name}", forecasts, advice="return an array of floats").astype(np.float64)
    shape = (len(np.asarray(origins)), steps)
    if array.shape != shape:
        raise ValueError(
            f"{name} returned shape {array.shape}, expected {shape}: a row for each origin and a column for each step."
        )
    if usable and (where := first_unusable(array)) is not None:
        row, step = where
        raise ValueError(
            f"{name} forecasts {array[where]} for step {step + 1} from origin {np.asarray(origins)[row]} on, expected "
            f"{expected()}; mend it before it is judged, e.g. train it anew with a lower learning_rate."
        )
    return array

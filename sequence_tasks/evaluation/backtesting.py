"""Backtests: forecasts refitted at each origin on the values before it."""

from __future__ import annotations

import inspect
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from rl_line.system.kinds import instance, spelled
from rl_line.system.numbers import whole
from sequence_tasks.checks import expected, first_unusable, plain
from sequence_tasks.series.series import Series
from sequence_tasks.task import Forecaster

if TYPE_CHECKING:
    from sequence_tasks.evaluation.naive import Fit


class Backtest(NamedTuple):
    """Forecasts from several origins, and the actual values."""

    origins: NDArray[np.int64]  # [k]
    forecasts: NDArray[np.float64]  # [k, H]
    actual: NDArray[np.float64]  # [k, H]


@spelled
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
    """Refits at each origin and forecasts from there; neither the fit nor the forecaster gets later values.

    Columns known in advance are the exception: the forecaster gets H rows ahead, with nan in all other columns.

    Args:
        fit: (series before the origin) -> forecaster.
        series: the whole series.
        first: the first origin.
        steps: H, number of values in each forecast.
        every: distance between origins.
        window: number of values before the origin for the fit (a sliding window); None for all (an expanding window).
        name: name of the forecaster, for messages.

    Raises:
        ValueError: no origin fits, or a forecast does not have one row of H finite numbers.
    """
    instance("series", series, Series, "pass e.g. as_series(values)")
    counts = {"first": first, "steps": steps, "every": every}
    first, steps, every = (whole(None, **{key: value}) for key, value in counts.items())
    window = None if window is None else whole(None, window=window)
    if first + steps > len(series) or min(first, steps, every) < 1 or (window is not None and not 1 <= window <= first):
        raise ValueError(
            f"first={first}, steps={steps}, every={every}, window={window} of {len(series)} values, expected an "
            f"origin with {steps} values after it, counts from 1, and a window of 1 to first; lower first."
        )
    origins = np.arange(first, len(series) - steps + 1, min(every, len(series)))
    forecasts = []
    check_called(name, fit, 1, "a fit, called with a series")
    for origin in origins.tolist():
        known = series[0 if window is None else origin - window : origin]
        end, shown = np.array([len(known)]), known.values
        if series.known:
            shown = np.concatenate([shown, _ahead(series, origin, steps)])
        forecasts.append(asked(fit(known), shown, end, steps, name=name, shift=origin - len(known))[0])
    return Backtest(origins, np.stack(forecasts), series.values[origins[:, None] + np.arange(steps), 0])


def _ahead(series: Series, origin: int, steps: int) -> NDArray[np.float64]:
    """Rows [H, F] from an origin on: nan except in the columns known in advance."""
    rows, known = np.full((steps, series.values.shape[1]), np.nan), list(series.known)
    rows[:, known] = series.values[origin : origin + steps, known]
    return rows


def asked(
    forecaster: Forecaster,
    values: NDArray[Any],
    origins: NDArray[np.int64],
    steps: int,
    *,
    name: str = "the forecaster",
    shift: int = 0,
    usable: bool = True,
) -> NDArray[np.float64]:
    """A forecaster's forecasts [k, H], checked to have a row for each origin and to be finite.

    Args:
        forecaster: called with values, origins and steps.
        values: [m, F].
        origins: [k].
        steps: H.
        name: name of the forecaster, for messages.
        shift: added to origins in messages, for positions in the whole series.
        usable: whether all forecasts must be finite; else nan and infinity pass.
    """
    check_called(name, forecaster, 3, "a forecaster, called with values, origins and steps")
    made = forecaster(values, origins, steps)
    array = plain(f"the forecast of {name}", made, advice="return an array of floats").astype(np.float64)
    shape = (len(origins), steps)
    if array.shape != shape:
        raise ValueError(
            f"{name} returned shape {array.shape}, expected {shape}: a row for each origin and a column for each step."
        )
    if usable and (where := first_unusable(array)) is not None:
        row, step = where
        raise ValueError(
            f"{name} forecasts {array[where]} for step {step + 1} from origin {origins[row] + shift} on, expected "
            f"{expected()}; repair it before the evaluation, e.g. train it again with a lower learning_rate."
        )
    return array


def check_called(name: str, given: Any, count: int, wanted: str) -> None:
    """Raises TypeError for networks, and for objects that cannot be called with `count` arguments."""
    kind = type(given).__name__
    if any(base.__module__.split(".")[0] in ("keras", "torch") for base in type(given).__mro__):
        raise TypeError(f"{name} is a {kind}, a network, expected {wanted}; pass NetworkForecaster(task, network).")
    try:
        inspect.signature(given).bind(*[None] * count)
    except ValueError:  # without a signature
        if isinstance(given, type):  # built in, e.g. int
            raise TypeError(f"{name} is the class {given.__name__}, expected {wanted}; pass a function.") from None
    except TypeError as error:
        raise TypeError(
            f"{name} is a {kind}, expected {wanted} ({error!s:.100}); a forecaster is NetworkForecaster(task, model), "
            "or the result of a fit; a fit is called with a series, e.g. naive.drift."
        ) from None

"""Naive guesses to beat: persistence, drift, the season before, and linear autoregression by least squares.

Each guess is a fit: (train part of a series) -> forecaster. All have one form: after some transform, the next value is
a constant plus a weighted sum of the last values.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rl_line.system.kinds import instance, spelled
from rl_line.system.numbers import MOST, whole
from sequence_tasks.checks import history
from sequence_tasks.series.series import Series
from sequence_tasks.task import Forecaster
from sequence_tasks.transforms import Chain, Differences, Log, Transform, check_transform
from sequence_tasks.windowing import windows

Fit = Callable[[Series], Forecaster]


@dataclass(frozen=True, eq=False)
class LinearForecaster:
    """A forecaster that feeds back its own forecasts: z_t = constant + sum of weights[i] z_(t-p+i), z transformed."""

    transform: Transform
    weights: NDArray[np.float64]  # [p], the last weight for the last value
    constant: float = 0.0
    mode = "recursive"

    def __call__(self, values: NDArray[Any], origins: NDArray[np.int64], steps: int) -> NDArray[np.float64]:
        """Forecasts [k, steps], fed back step by step."""
        steps, order = whole(1, MOST, steps=steps), len(self.weights)
        values, origins = history(values, origins, axes=(2,))
        reach = self.transform.lost + order
        if origins.size and origins.min() < reach:
            raise ValueError(
                f"a forecast from step {origins.min()} on follows too few values, expected at least {reach}; "
                "start later."
            )
        known = values[origins[:, None] - reach + np.arange(reach), 0]
        path = np.zeros((len(origins), order + steps))
        path[:, :order] = self.transform.forward(known[..., None])[..., 0]
        for step in range(steps):
            path[:, order + step] = self.constant + path[:, step : order + step] @ self.weights
        return self.transform.inverse(path[:, order:], known)


@spelled
def persistence(train: Series) -> LinearForecaster:
    """The last value, at every step."""
    return LinearForecaster(Differences(), np.zeros(0))


@spelled
def drift(train: Series) -> LinearForecaster:
    """The last value plus the mean change of the train part, step by step."""
    _check(train)
    if len(train) < 2:
        raise ValueError(f"{len(train)} value has no mean change, expected at least 2; give it more values.")
    change = float(np.diff(train.values[:, 0]).mean())
    return LinearForecaster(Differences(), np.zeros(0), change)


@spelled
def seasonal_naive(train: Series) -> LinearForecaster:
    """The value one season before."""
    return LinearForecaster(Differences(_season(train)), np.zeros(0))


@spelled
def seasonal_change(train: Series) -> LinearForecaster:
    """The value one season before, plus the last value's change from one season before it."""
    return LinearForecaster(Chain(Differences(_season(train)), Differences()), np.zeros(0))


@spelled
def seasonal_growth(train: Series) -> LinearForecaster:
    """The value one season before, times the last value's growth from one season before it; for positive values."""
    return LinearForecaster(Chain(Log(), Differences(_season(train)), Differences()), np.zeros(0))


@spelled
def autoregression(order: int, transform: Transform | None = None) -> Fit:
    """The fit of a constant and `order` weights to the transformed train part by least squares: AR(p).

    >>> fit = autoregression(1)
    >>> halving = fit(Series("halving", [16, 8, 4, 2]))
    >>> halving(np.array([[6.0]]), [1], 2).round(6)
    array([[3. , 1.5]])
    """
    order = whole(order=order)
    transform = Chain() if transform is None else transform
    check_transform(transform)

    def fit(train: Series) -> LinearForecaster:
        _check(train)
        column = train.values[:, :1]
        fitted = transform.fit(column)
        seen = windows(fitted.forward(column), length=order)
        if len(seen.inputs) <= order:
            raise ValueError(
                f"{len(train)} values give {len(seen.inputs)} equations for the {order + 1} numbers of AR({order}), "
                "expected as many; lower the order, or give it more values."
            )
        known = np.pad(seen.inputs[:, :, 0], ((0, 0), (0, 1)), constant_values=1.0)
        *weights, constant = np.linalg.lstsq(known, seen.targets[:, 0], rcond=None)[0]
        return LinearForecaster(fitted, np.array(weights), float(constant))

    return fit


@spelled
def guesses(series: Series, *, order: int | None = None) -> dict[str, Fit]:
    """The naive guesses that apply to a series, by name.

    Seasonal guesses need a season; guesses with growth or logarithms need positive values.

    Args:
        series: gives the season, the sign and the length; no guess is fitted here.
        order: p of AR(p); by default one more than the season, as a season with a trend needs, or 10 without a season;
            less for a short series.
    """
    _check(series)
    seasonal, positive = 1 < series.season < len(series) - 1, bool((series.values[:, 0] > 0).all())
    order = (
        whole(order=order)
        if order is not None
        else min(series.season + 1 if seasonal else 10, max(1, len(series) // 2 - 1))
    )
    found: dict[str, Fit] = {"persistence": persistence, "drift": drift}
    if seasonal:
        found |= {"seasonal naive": seasonal_naive, "seasonal naive + change": seasonal_change}
    if seasonal and positive:
        found["seasonal naive x growth"] = seasonal_growth
    found[f"AR({order})"] = autoregression(order)
    if positive:
        found[f"AR({order}) log"] = autoregression(order, Log())
        found[f"AR({order}) dlog"] = autoregression(order, Chain(Log(), Differences()))
    return found


def _check(train: Any) -> None:
    instance("train", train, Series, "pass e.g. as_series(values)")


def _season(train: Series) -> int:
    _check(train)
    if train.season < 2:
        raise ValueError(f"series {train.name!r} has no season; give it one, e.g. season=12.")
    return train.season

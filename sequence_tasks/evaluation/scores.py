"""Scores of forecasts, and a paired test of two forecasters."""

from __future__ import annotations

from typing import Any, Literal, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from rl_line.system.kinds import spelled
from rl_line.system.numbers import real, whole
from sequence_tasks.checks import LARGEST, finite


class Scores(NamedTuple):
    """Mean errors; RMSE and MAE are in the units of the series."""

    rmse: float
    mae: float
    mase: float  # mae in units of the mean change from season to season in the train part
    smape: float  # percent, 0 to 200


class Comparison(NamedTuple):
    """Result of a paired test of squared errors on the same targets."""

    difference: float  # mean squared error minus the other forecaster's
    p: float  # two-sided p-value
    verdict: Literal["better", "worse", "no difference"]


@spelled
def scores(forecast: ArrayLike, actual: ArrayLike, *, train: ArrayLike, season: int = 1) -> Scores:
    """The errors of forecasts [...] of actual values [...], given the train part [n] of the series.

    MASE is nan if the train part never changes from season to season. Sources: Hyndman & Koehler (2006); the M4
    competition's symmetric percentage, 0 where forecast and value are both 0.

    Raises:
        ValueError: the shapes differ, a number is not finite, or the train part has no two values a season apart.

    >>> scores([2.0, 5.0], [3.0, 3.0], train=[0, 2, 4, 6])
    Scores(rmse=1.5811388300841898, mae=1.5, mase=0.75, smape=45.0)
    """
    season = whole(season=season)
    named = {"forecast": forecast, "actual": actual, "train": train}
    guess, truth, past = (finite(name, values) for name, values in named.items())
    if guess.shape != truth.shape or not guess.size:
        raise ValueError(f"forecast has shape {guess.shape} and actual {truth.shape}, expected the same, not empty.")
    if past.ndim != 1 or len(past) <= season:
        raise ValueError(
            f"train has shape {past.shape}, expected [n] with n above the season {season}; pass values[:, 0]."
        )
    error, size = np.abs(guess - truth), np.abs(guess) + np.abs(truth)
    step = float(np.abs(past[season:] - past[:-season]).mean())
    mae = float(error.mean())
    return Scores(
        rmse=float(np.sqrt(np.mean(error**2))),
        mae=mae,
        mase=mae / step if step else float("nan"),
        smape=float(200 * np.mean(error / np.where(size == 0, 1.0, size))),
    )


@spelled
def compare(losses: ArrayLike, others: ArrayLike, *, steps: int = 1, level: float = 0.05) -> Comparison:
    """A paired test of squared errors on the same origins, [k] and [k]: Diebold-Mariano, corrected for small samples.

    "No difference" means that p is at least `level`; for two equal forecasters this has probability 1 - `level`.

    Args:
        losses: mean squared error from each origin, of the forecaster.
        others: mean squared error from each origin, of the other forecaster.
        steps: number of consecutive origins with forecasts of the same values, so that their errors are correlated.
        level: significance level: p below it shows a difference.

    Raises:
        ValueError: the shapes differ, or a number is not finite.

    Source: Harvey, Leybourne & Newbold (1997), equation 9, with Bartlett's weights so that no variance is negative.
    With one step it is Student's paired test.
    """
    from scipy.special import stdtr

    steps, level = whole(steps=steps), real(0, 1, above=True, below=True, level=level)
    named = {"losses": losses, "others": others}
    ours, theirs = (finite(name, part, largest=16 * LARGEST**2) for name, part in named.items())
    if ours.shape != theirs.shape or ours.ndim != 1 or not ours.size:
        raise ValueError(f"losses of shape {ours.shape} and others of {theirs.shape}, expected the same, [k] from 1.")
    gap = ours - theirs
    count, mean = len(gap), float(gap.mean())
    if count < 2:
        return Comparison(mean, 1.0, "no difference")
    # Scaled by a power of two, which changes no digit, so that no square overflows or underflows.
    unit = 2.0 ** int(np.frexp(np.abs(gap).max())[1])
    centred = (gap - mean) / unit
    lags = range(1, min(steps, count))
    variance = (
        sum(
            ((centred @ centred), *(2 * (1 - lag / steps) * (centred[lag:] @ centred[:-lag]) for lag in lags)),
            start=0.0,
        )
        / count**2
    )
    # For exactly equal gaps, the variance would be rounding error.
    if variance <= (1e-12 * np.abs(gap).max() / unit) ** 2:
        p = 1.0 if mean == 0 else 0.0
    else:
        correction = (count + 1 - 2 * steps + steps * (steps - 1) / count) / count
        statistic = abs(mean) / unit * np.sqrt(max(correction, 0.0) / variance)
        p = float(2 * stdtr(count - 1, -statistic))
    if p >= level:
        return Comparison(mean, p, "no difference")
    return Comparison(mean, p, "better" if mean < 0 else "worse")


def squared_errors(forecasts: NDArray[Any], actual: NDArray[Any]) -> NDArray[np.float64]:
    """Mean squared error from each origin, [k], of forecasts [k, H], or [s, k, H] of several seeds."""
    losses: NDArray[np.float64] = np.mean((forecasts - actual) ** 2, axis=-1)
    return losses if losses.ndim == 1 else losses.mean(axis=0)

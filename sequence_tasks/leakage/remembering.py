"""Distinguishes forecasters that look up their training windows, e.g. nearest neighbours, from smoothing ahead."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sequence_tasks.series.series import Series
from sequence_tasks.task import Forecaster

_HISTORIES = 5


def remembers(
    pipeline: Callable[[Series], Forecaster],
    series: Series,
    *,
    read: Sequence[Series],
    unread: Sequence[Series],
    forecasts: Callable[[Forecaster, NDArray[Any], NDArray[np.int64]], NDArray[np.float64]],
    origin: int,
    rounding: float,
    seed: int,
) -> bool:
    """True if the values read from an origin on depend on the history before it.

    Smoothing reads the same values ahead for every history. A forecaster that looks up stored windows finds them by
    the history, so another history gives other windows and other targets. Histories are permutations of the values
    before the origin; the majority of several decides.

    Args:
        pipeline: (whole series) -> forecaster.
        series: the series it is built on.
        read: series with other values from the last value read on.
        unread: series with other values after the last value read.
        forecasts: (forecaster, values, origins) -> forecasts.
        origin: the first step to forecast.
        rounding: largest change of a forecast that counts as none.
        seed: seed of the permutations.
    """
    rng, at = np.random.default_rng(seed), np.array([origin])
    known = (series, *read, *unread)
    forecasters, elsewhere = [pipeline(one) for one in known], 0
    for _ in range(_HISTORIES):
        order, said = rng.permutation(origin), []
        for forecaster, one in zip(forecasters, known, strict=True):
            values = one.values.copy()
            values[:origin] = values[order]
            said.append(forecasts(forecaster, values, at))
        moved = [bool(np.abs(other - said[0]).max() > rounding) for other in said[1:]]
        elsewhere += any(moved[len(read) :]) or not any(moved[: len(read)])
    return 2 * elsewhere > _HISTORIES

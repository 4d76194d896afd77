"""Forecasters that look up what they were fitted to, as nearest neighbours do, told from those that smooth ahead."""

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
    """True if another history before an origin leads to other values that are read from there on.

    Smoothing reads the same values ahead whatever came before. Windows that were remembered are found by what came
    before: after another history, others are found, whose targets lie elsewhere. Histories are the values before the
    origin in other orders; most of several decide.

    Args:
        pipeline: from a whole series to a forecaster.
        series: on which it is built.
        read: the same with others for the last of the values read from the origin on, and all after it.
        unread: the same with others after those.
        forecasts: of a forecaster, by values and origins.
        origin: the first step that is forecast.
        rounding: changes of a forecast up to this size are none.
        seed: of the orders.
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

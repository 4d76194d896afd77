"""Series with values replaced, to test which values a forecast depends on."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sequence_tasks.series.series import Series


def scrambled(series: Series, first: int, *, seed: int = 0, lower: bool = False) -> Series:
    """The series with all values from `first` on replaced by larger ones, and symbols by other symbols.

    With `lower`, smaller values replace them, but not below 0 if no value is negative, for logarithms and roots.
    """
    rng = np.random.default_rng(seed)
    values: NDArray[Any] = series.values.copy()
    later = values[first:]
    if series.symbols is not None:
        values[first:] = (later + rng.integers(1, series.symbols, later.shape)) % series.symbols
    else:
        low, high, width = values.min(axis=0), values.max(axis=0), np.ptp(values, axis=0)
        further = np.where(width == 0, 1.0, width) * rng.uniform(1, 2, later.shape)
        values[first:] = (
            np.where(low < 0, low - further, low * rng.uniform(0.25, 0.75, later.shape)) if lower else high + further
        )
    return with_values(series, values)


def with_values(series: Series, values: NDArray[Any]) -> Series:
    """The series with other values, except in the columns known in advance."""
    known = list(series.known)
    values[:, known] = series.values[:, known]
    return replace(series, values=values)

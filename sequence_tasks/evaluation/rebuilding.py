"""Forecasts of a pipeline that is built again on changed series: the experiments behind the check for leakage."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sequence_tasks.evaluation.backtesting import asked as forecasts_of
from sequence_tasks.series.series import Series
from sequence_tasks.task import Forecaster

Pipeline = Callable[[Series], Forecaster]

#: Changes up to this many standard deviations are rounding.
ROUNDING = 1e-9


@dataclass(frozen=True, eq=False)
class Rebuilt:
    """A pipeline's forecasts from some origins, and their changes with the series it is built on."""

    pipeline: Pipeline
    series: Series
    origins: NDArray[np.int64]  # always all together, so that the arithmetic is the same to the last digit
    steps: int
    scale: float  # a standard deviation
    seed: int

    @cached_property
    def honest(self) -> NDArray[np.float64]:
        """Forecasts [k, steps] with the unchanged series."""
        return self.forecasts(self.series, usable=True)

    def change(self, place: int, altered: Series) -> float:
        """Change of the forecast from the origin at a place, in standard deviations."""
        return self.size(place, self.forecasts(altered) - self.honest)

    def change_from(self, place: int, first: int) -> float:
        """Change with all values from `first` on larger, or smaller, as some statistics change with only one."""
        moved = self.change(place, scrambled(self.series, first, seed=self.seed))
        if moved > ROUNDING or self.series.symbols is not None:
            return moved
        return self.change(place, scrambled(self.series, first, seed=self.seed, lower=True))

    def size(self, place: int, moved: NDArray[np.float64]) -> float:
        """The largest of the changes [k, steps] at a place; infinite if a forecast is no longer finite."""
        largest = float(np.abs(moved[place]).max())
        return largest / self.scale if np.isfinite(largest) else np.inf

    def forecasts(self, known: Series, *, usable: bool = False) -> NDArray[np.float64]:
        """Forecasts [k, steps] of the forecaster built on a series."""
        return forecasts_of(self.pipeline(known), known.values, self.origins, self.steps, usable=usable)


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

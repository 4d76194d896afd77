"""Forecasts of a pipeline that is built again on changed series: the experiments behind the check for leakage."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from sequence_tasks.evaluation.backtesting import asked
from sequence_tasks.series.replaced import scrambled
from sequence_tasks.series.series import Series
from sequence_tasks.task import Forecaster

Pipeline = Callable[[Series], Forecaster]


@dataclass(frozen=True, eq=False)
class Rebuilt:
    """A pipeline's forecasts from some origins, and their changes with the series it is built on."""

    pipeline: Pipeline
    series: Series
    origins: NDArray[np.int64]  # always all together, so that the arithmetic is the same to the last digit
    steps: int
    scale: float  # a standard deviation
    seed: int

    rounding: ClassVar[float] = 1e-9  # changes up to this many standard deviations are rounding

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
        if moved > self.rounding or self.series.symbols is not None:
            return moved
        return self.change(place, scrambled(self.series, first, seed=self.seed, lower=True))

    def size(self, place: int, moved: NDArray[np.float64]) -> float:
        """The largest of the changes [k, steps] at a place; infinite if a forecast is no longer finite."""
        largest = float(np.abs(moved[place]).max())
        return largest / self.scale if np.isfinite(largest) else np.inf

    def forecasts(self, known: Series, *, usable: bool = False) -> NDArray[np.float64]:
        """Forecasts [k, steps] of the forecaster built on a series."""
        return self.forecasts_of(self.pipeline(known), known.values, self.origins, usable=usable)

    def forecasts_of(
        self, forecaster: Forecaster, values: NDArray[Any], origins: NDArray[np.int64], *, usable: bool = False
    ) -> NDArray[np.float64]:
        """Forecasts [k, steps] of a forecaster from origins [k]; only finite ones if they must be `usable`."""
        return asked(forecaster, values, origins, self.steps, usable=usable)

"""A check for leakage: change future values, rebuild the forecaster, and compare the forecasts."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cached_property, partial
from typing import Any, Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from rl_line.system.kinds import instance, spelled
from rl_line.system.numbers import whole
from sequence_tasks.evaluation.backtesting import asked as forecasts_of
from sequence_tasks.evaluation.backtesting import check_called
from sequence_tasks.evaluation.remembering import remembers
from sequence_tasks.series.series import Series
from sequence_tasks.task import Forecaster

Pipeline = Callable[[Series], Forecaster]

Leak = Literal["scaler on all data", "fitting on test", "off-by-one target", "smoothing ahead"]

_ADVICE: dict[Leak, str] = {
    "scaler on all data": "a statistic of all values, in whatever order, is used: take it from the train part alone",
    "fitting on test": "what was fitted depends on the order of later values: fit on the train part alone",
    "off-by-one target": "the forecast repeats the value that it forecasts: end the window one value earlier",
    "smoothing ahead": "nearby later values are mixed in: smooth or fill gaps with values before only",
}


class Leakage(NamedTuple):
    """Result of `check_leakage`."""

    change: float  # largest change of a forecast, in standard deviations before the test part; 0 without a leak
    name: Leak | None  # the likeliest cause
    origin: int | None  # the first origin with a leak
    reach: int  # number of values read from the origin on

    def __str__(self) -> str:
        if self.name is None:
            return "No leak: no forecast changes with the values after it."
        return (
            f"Leak: {self.name}. The forecast from step {self.origin} on changes by {self.change:.3g} standard "
            f"deviations with the {self.reach} values from there on; {_ADVICE[self.name]}."
        )


@spelled
def check_leakage(
    pipeline: Pipeline, series: Series, *, start: int, points: int = 3, steps: int = 1, seed: int = 0
) -> Leakage:
    """Search for forecasts that depend on values not yet known at their origin.

    At several origins of the test part, all values from there on are replaced by larger and by smaller ones, and the
    forecaster is built again. Its forecast must stay the same. If it changes, further changes show which values are
    read and how. The named cause is the likeliest one, as different mistakes can look alike. Columns declared as known
    in advance are not changed, and may be read.

    Args:
        pipeline: (whole series) -> forecaster, with every step to check: splits, scaling, fits. It must give the same
            forecaster twice, so fix all seeds.
        series: the series for the check.
        start: first step of the test part; earlier values may be used for anything.
        points: number of origins, with start and the last possible one among them.
        steps: number of values in each forecast.
        seed: seed of the replaced values.

    Raises:
        ValueError: two builds differ, a forecast is not finite, or there is no origin in the test part.
    """
    instance("series", series, Series, "pass e.g. as_series(values)")
    check_called("the pipeline", pipeline, 1, "a pipeline, called with a series")
    steps, points, seed = whole(steps=steps), whole(points=points), whole(0, seed=seed)
    start, last = whole(None, start=start), len(series) - steps
    if not 0 < start <= last:
        raise ValueError(
            f"start={start} of {len(series)} values, expected 1 to {last}; pass where the test part begins."
        )
    origins = np.unique(np.linspace(start, last, min(points, last - start + 1)).astype(np.int64))
    scale = float(series.values[:start, 0].std()) or 1.0
    pipe = _Asked(pipeline, series, origins, steps, scale, seed)
    twice = max(pipe.change(place, series) for place in range(len(origins)))
    if twice > _ROUNDING:
        raise ValueError(f"two builds on the same series differ by {twice:.3g} standard deviations; fix all seeds.")
    found = [pipe.change_from(place, origin) for place, origin in enumerate(origins.tolist())]
    leaking = [place for place, moved in enumerate(found) if moved > _ROUNDING]
    if not leaking:
        return Leakage(0.0, None, None, 0)
    place = leaking[0]
    name, reach = _named(pipe, place)
    return Leakage(max(found), name, int(origins[place]), reach)


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
    return _with(series, values)


def _with(series: Series, values: NDArray[Any]) -> Series:
    """The series with other values, except in the columns known in advance."""
    known = list(series.known)
    values[:, known] = series.values[:, known]
    return replace(series, values=values)


#: Changes up to this many standard deviations are rounding.
_ROUNDING = 1e-9


@dataclass(frozen=True, eq=False)
class _Asked:
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
        if moved > _ROUNDING or self.series.symbols is not None:
            return moved
        return self.change(place, scrambled(self.series, first, seed=self.seed, lower=True))

    def size(self, place: int, moved: NDArray[np.float64]) -> float:
        """The largest of the changes [k, steps] at a place; infinite if a forecast is no longer finite."""
        largest = float(np.abs(moved[place]).max())
        return largest / self.scale if np.isfinite(largest) else np.inf

    def forecasts(self, known: Series, *, usable: bool = False) -> NDArray[np.float64]:
        """Forecasts [k, steps] of the forecaster built on a series."""
        return forecasts_of(self.pipeline(known), known.values, self.origins, self.steps, usable=usable)


def _named(asked: _Asked, place: int) -> tuple[Leak, int]:
    """The likeliest cause of a leak, and the number of values read from its origin on."""
    series, origin = asked.series, int(asked.origins[place])
    edge = _edge(lambda first: asked.change_from(place, first) > _ROUNDING, origin, len(series))
    reach = edge - origin
    if _ends_at(edge, asked, origin):
        return ("fitting on test" if _order_matters(asked, place, edge) else "scaler on all data"), reach
    read, unread = (
        [scrambled(series, k, seed=asked.seed, lower=low) for low in (False, True)] for k in (edge - 1, edge)
    )
    ask = partial(forecasts_of, steps=asked.steps, usable=False)
    how: dict[str, Any] = {"origin": origin, "rounding": _ROUNDING * asked.scale, "seed": asked.seed}
    if remembers(asked.pipeline, series, read=read, unread=unread, forecasts=ask, **how):
        return "fitting on test", reach
    return ("off-by-one target" if reach == 1 and _follows(asked, origin) else "smoothing ahead"), reach


def _order_matters(asked: _Asked, place: int, edge: int) -> bool:
    """True if another order of the values read from an origin on changes its forecast by more than rounding.

    A mean, a deviation, an extreme or a quantile is the same in any order, up to rounding of sums. The effect of
    rounding is measured: all values read are raised by the largest error of a mean in float32 with pairwise sums. The
    order is changed for the actual values and for replaced ones, since actual values may be equal.
    Source: Higham (2002), Accuracy and Stability of Numerical Algorithms, section 4.2.
    """
    origin, count = int(asked.origins[place]), edge - int(asked.origins[place])
    if count < 2:
        return True  # a single value has no order
    rng = np.random.default_rng(asked.seed)
    order = np.arange(count)
    while (order == np.arange(count)).all():
        order = rng.permutation(count)
    for series in (asked.series, scrambled(asked.series, origin, seed=asked.seed)):
        before, values, rounding = asked.forecasts(series), series.values.copy(), _ROUNDING
        read = values[origin:edge].copy()
        if series.symbols is None:
            error = float(np.finfo(np.float32).epsneg) * (1 + np.log2(count)) * np.abs(values).max(axis=0)
            values[origin:edge] = read + error
            rounding = max(rounding, asked.size(place, asked.forecasts(_with(series, values.copy())) - before))
        values[origin:edge] = read[order]
        if asked.size(place, asked.forecasts(_with(series, values)) - before) > rounding:
            return True
    return False


def _follows(asked: _Asked, origin: int) -> bool:
    """True if a forecast depends more on its target than on all earlier values together.

    The target is replaced by the most distant value of the series. The forecasts from later origins, for which the
    target is the last value, the second last and so on, give the weight of each earlier value. A target in its own
    window has nearly all the weight. After symmetric smoothing, the value ahead never has more weight than the others
    together in a linear forecast: the weights, as a polynomial, have the smoother's roots, whose product is 1, so one
    root is in the unit circle; a polynomial with its first coefficient above the sum of the others has no root there.
    """
    series, values = asked.series, asked.series.values.copy()
    value, before = values[origin, 0], values[:origin, 0]
    values[origin, 0] = max(before.min(), before.max(), key=lambda other: abs(other - value))
    if values[origin, 0] == value:  # all values are equal so far
        values = scrambled(series, origin, seed=asked.seed).values.copy()
        values[origin + 1 :] = series.values[origin + 1 :]
    onwards = replace(asked, origins=np.arange(origin, len(series) - asked.steps + 1))
    moved = (onwards.forecasts(_with(series, values)) - onwards.forecasts(series))[:, 0]
    others = max(np.nansum(np.abs(moved[1:])), abs(values[origin, 0] - value - moved[0]))
    return bool(abs(moved[0]) > others)


def _edge(matters: Callable[[int], bool], origin: int, end: int) -> int:
    """The first step from which on no value changes the forecast, by bisection between the origin and the end."""
    inside, outside = origin, end
    while outside - inside > 1:
        middle = (inside + outside) // 2
        inside, outside = (middle, outside) if matters(middle) else (inside, middle)
    return outside


def _ends_at(edge: int, asked: _Asked, origin: int) -> bool:
    """True if the next origin reads no further, as with a fit; nearby values read would move with the origin.

    If everything up to the end of the series is read, no origin can read further.
    """
    if edge == len(asked.series):
        return edge - origin > 1
    if origin + 1 + asked.steps > len(asked.series):
        return False
    both = replace(asked, origins=np.array([origin, origin + 1]))
    return both.change_from(1, edge) <= _ROUNDING

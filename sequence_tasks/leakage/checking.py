"""A check for leakage: change future values, rebuild the forecaster, and compare the forecasts."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from rl_line.system.kinds import instance, spelled
from rl_line.system.numbers import whole
from sequence_tasks.evaluation.backtesting import check_called
from sequence_tasks.leakage.causes import Leak, cause_of
from sequence_tasks.leakage.rebuilding import Pipeline, Rebuilt
from sequence_tasks.series.series import Series

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
    in advance are not changed, and may be read. What a pipeline reads from elsewhere than from the series given, e.g.
    from a file or a global variable, is not changed either, and no leak through it is found.

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
    pipe = Rebuilt(pipeline, series, origins, steps, scale, seed)
    twice = max(pipe.change(place, series) for place in range(len(origins)))
    if twice > pipe.rounding:
        raise ValueError(f"two builds on the same series differ by {twice:.3g} standard deviations; fix all seeds.")
    found = [pipe.change_from(place, origin) for place, origin in enumerate(origins.tolist())]
    leaking = [place for place, moved in enumerate(found) if moved > pipe.rounding]
    if not leaking:
        return Leakage(0.0, None, None, 0)
    place = leaking[0]
    name, reach = cause_of(pipe, place)
    return Leakage(max(found), name, int(origins[place]), reach)

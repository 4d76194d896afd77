"""The likeliest cause of a leak, from the values that a forecast reads and how it depends on them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from sequence_tasks.leakage.remembering import remembers
from sequence_tasks.series.replaced import scrambled, with_values

if TYPE_CHECKING:
    from sequence_tasks.leakage.rebuilding import Rebuilt

Leak = Literal["scaler on all data", "fitting on test", "off-by-one target", "smoothing ahead"]


def cause_of(pipe: Rebuilt, place: int) -> tuple[Leak, int]:
    """The likeliest cause of a leak, and the number of values read from its origin on."""
    series, origin = pipe.series, int(pipe.origins[place])
    edge = _edge(lambda first: pipe.change_from(place, first) > pipe.rounding, origin, len(series))
    reach = edge - origin
    if _ends_at(edge, pipe, origin):
        return ("fitting on test" if _order_matters(pipe, place, edge) else "scaler on all data"), reach
    read, unread = (
        [scrambled(series, k, seed=pipe.seed, lower=low) for low in (False, True)] for k in (edge - 1, edge)
    )
    how: dict[str, Any] = {"origin": origin, "rounding": pipe.rounding * pipe.scale, "seed": pipe.seed}
    if remembers(pipe.pipeline, series, read=read, unread=unread, forecasts=pipe.forecasts_of, **how):
        return "fitting on test", reach
    return ("off-by-one target" if reach == 1 and _follows(pipe, origin) else "smoothing ahead"), reach


def _order_matters(pipe: Rebuilt, place: int, edge: int) -> bool:
    """True if another order of the values read from an origin on changes its forecast by more than rounding.

    A mean, a deviation, an extreme or a quantile is the same in any order, up to rounding of sums. The effect of
    rounding is measured: all values read are raised by the largest error of a mean in float32 with pairwise sums. The
    order is changed for the actual values and for replaced ones, since actual values may be equal.
    Source: Higham (2002), Accuracy and Stability of Numerical Algorithms, section 4.2.
    """
    origin, count = int(pipe.origins[place]), edge - int(pipe.origins[place])
    if count < 2:
        return True  # a single value has no order
    rng = np.random.default_rng(pipe.seed)
    order = np.arange(count)
    while (order == np.arange(count)).all():
        order = rng.permutation(count)
    for series in (pipe.series, scrambled(pipe.series, origin, seed=pipe.seed)):
        before, values, rounding = pipe.forecasts(series), series.values.copy(), pipe.rounding
        read = values[origin:edge].copy()
        if series.symbols is None:
            error = float(np.finfo(np.float32).epsneg) * (1 + np.log2(count)) * np.abs(values).max(axis=0)
            values[origin:edge] = read + error
            rounding = max(rounding, pipe.size(place, pipe.forecasts(with_values(series, values.copy())) - before))
        values[origin:edge] = read[order]
        if pipe.size(place, pipe.forecasts(with_values(series, values)) - before) > rounding:
            return True
    return False


def _follows(pipe: Rebuilt, origin: int) -> bool:
    """True if a forecast depends more on its target than on all earlier values together.

    The target is replaced by the most distant value of the series. The forecasts from later origins, for which the
    target is the last value, the second last and so on, give the weight of each earlier value. A target in its own
    window has nearly all the weight. After symmetric smoothing, the value ahead never has more weight than the others
    together in a linear forecast: the weights, as a polynomial, have the smoother's roots, whose product is 1, so one
    root is in the unit circle; a polynomial with its first coefficient above the sum of the others has no root there.
    """
    series, values = pipe.series, pipe.series.values.copy()
    value, before = values[origin, 0], values[:origin, 0]
    values[origin, 0] = max(before.min(), before.max(), key=lambda other: abs(other - value))
    if values[origin, 0] == value:  # all values are equal so far
        values = scrambled(series, origin, seed=pipe.seed).values.copy()
        values[origin + 1 :] = series.values[origin + 1 :]
    onwards = replace(pipe, origins=np.arange(origin, len(series) - pipe.steps + 1))
    moved = (onwards.forecasts(with_values(series, values)) - onwards.forecasts(series))[:, 0]
    others = max(np.nansum(np.abs(moved[1:])), abs(values[origin, 0] - value - moved[0]))
    return bool(abs(moved[0]) > others)


def _edge(matters: Callable[[int], bool], origin: int, end: int) -> int:
    """The first step from which on no value changes the forecast, by bisection between the origin and the end."""
    inside, outside = origin, end
    while outside - inside > 1:
        middle = (inside + outside) // 2
        inside, outside = (middle, outside) if matters(middle) else (inside, middle)
    return outside


def _ends_at(edge: int, pipe: Rebuilt, origin: int) -> bool:
    """True if the next origin reads no further, as with a fit; nearby values read would move with the origin.

    If everything up to the end of the series is read, no origin can read further.
    """
    if edge == len(pipe.series):
        return edge - origin > 1
    if origin + 1 + pipe.steps > len(pipe.series):
        return False
    both = replace(pipe, origins=np.array([origin, origin + 1]))
    return both.change_from(1, edge) <= pipe.rounding

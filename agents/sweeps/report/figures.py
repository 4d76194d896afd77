"""Figures of sweeps: learning curves with bands, heat maps over two settings, profiles, intervals."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from agents.sweeps.report.groups import Row, results
from agents.sweeps.statistics import Interval, Runs, bootstrap_interval, interquartile_mean, performance_profile
from rl_line.system.arrays import reals
from rl_line.system.axes import legend_below, line_style, new_axes
from rl_line.system.extras import brought_by
from rl_line.system.kinds import instance
from rl_line.system.numbers import LARGEST

with brought_by("plot"):
    from matplotlib.axes import Axes
    from matplotlib.patheffects import withStroke
    from matplotlib.ticker import FixedLocator, FuncFormatter

_MOST_NUMBERS = 60  # largest number of cells with their values written in
_MOST_TICKS = 12  # labelled columns or lines; of more, every second or third is labelled


def learning_curves(
    rows: Sequence[Row], result: str, *, by: str = "agent", step: str = "step", ax: Axes | None = None
) -> Axes:
    """Interquartile mean of a result over the steps of training, with its 95 % bootstrap interval shaded.

    Args:
        rows: one row per run and step, with the runs in the same order at each step.
        result: name of the result in the rows.
        by: name of the setting, with one curve per value.
        step: name of the steps in the rows.
        ax: where to draw.

    Raises:
        ValueError: not all runs of a curve have a result at the same steps.
    """
    ax, curves = ax or new_axes(), dict[Any, dict[float, NDArray[np.float64]]]()
    for (name, at), values in results(rows, result, (by, step)).items():
        curves.setdefault(name, {})[float(at)] = values
    for k, (name, points) in enumerate(curves.items()):
        if len({len(values) for values in points.values()}) > 1:
            counts = sorted({len(values) for values in points.values()})
            raise ValueError(
                f"{by} {name} has from {counts[0]} to {counts[-1]} runs at a step, expected equally many at each; "
                "pass rows of runs that have a result at the same steps."
            )
        steps = sorted(points)
        found = bootstrap_interval(np.stack([points[at] for at in steps]))
        (drawn,) = ax.plot(steps, found.value, line_style(k), label=str(name))
        if not np.isnan(found.low).any():
            ax.fill_between(steps, found.low, found.high, color=drawn.get_color(), alpha=0.2, linewidth=0)
    ax.set(xlabel="steps", ylabel=f"{_words(result)}  (interquartile mean)")
    ax.grid(alpha=0.3)
    legend_below(ax, ncols=3, title="shaded: 95 % bootstrap interval over runs")
    return ax


def heat_map(
    rows: Sequence[Row], result: str, *, x: str = "gamma", y: str = "alpha", critical: ArrayLike = (), ax: Any = None
) -> Axes:
    """The interquartile mean of a result over two settings; critical values of `x` are dashed.

    Columns have equal widths; a critical value is placed between two columns by interpolation.

    Args:
        rows: rows of all runs.
        result: name of the result in the rows.
        x: the setting of the columns, a number.
        y: the setting of the rows.
        critical: values of `x`, e.g. `rl_line.dp.critical_gammas`; values beyond the columns are not drawn.
        ax: where to draw.
    """
    ax, cells = ax or new_axes(), results(rows, result, (x, y))
    if not cells:
        raise ValueError(f"no row has a {result}, expected some; pass rows of runs without an error.")
    columns, lines = (sorted({key[k] for key in cells}) for k in (0, 1))
    values = np.full((len(lines), len(columns)), np.nan)
    for (column, line), runs in cells.items():
        values[lines.index(line), columns.index(column)] = interquartile_mean(runs)
    image = ax.imshow(np.ma.masked_invalid(values), cmap="viridis", aspect="auto", origin="lower")
    ax.figure.colorbar(image, ax=ax, label=f"{_words(result)}  (interquartile mean)")  # first: it widens a single value
    middle = np.nanmean([np.nanmin(values), np.nanmax(values)])
    for (line, column), value in np.ndenumerate(values):
        if values.size <= _MOST_NUMBERS and np.isfinite(value):
            colour = "white" if value < middle else "black"
            told = ax.text(
                column, line, f"{value:.2g}", ha="center", va="center", color=colour, fontsize="small", zorder=3
            )
            told.set_path_effects(
                [withStroke(linewidth=4, foreground=image.cmap(image.norm(value)))]
            )  # over the dashes
    if len(columns) > 1 and np.size(critical):
        at = reals((None,), largest=LARGEST, critical=critical)
        inside = at[(at >= min(columns)) & (at <= max(columns))]
        for value, place in zip(inside, np.interp(inside, columns, np.arange(len(columns))), strict=True):
            ax.axvline(place, color="white", linewidth=3)
            ax.axvline(place, color="black", linestyle="--", linewidth=1.5)
            ax.annotate(f"{value:.4f}", (place, 1.01), xycoords=("data", "axes fraction"), ha="center", va="bottom")
    ax.set(xlabel=x, ylabel=y)
    for axis, those in ((ax.xaxis, columns), (ax.yaxis, lines)):
        axis.set_major_locator(FixedLocator(range(len(those)), nbins=_MOST_TICKS))
        axis.set_major_formatter(FuncFormatter(partial(_label, those)))
    return ax


def profiles(
    runs: Mapping[str, Runs],
    thresholds: ArrayLike,
    *,
    less_is_better: bool = False,
    label: str = "score",
    ax: Any = None,
) -> Axes:
    """Performance profiles: by name, the share of runs with a score above each threshold, with a 95 % band.

    Args:
        runs: by name, scores, or scores by task.
        thresholds: thresholds of the scores, increasing.
        less_is_better: True e.g. for regret; draws the share of runs below each threshold.
        label: the name of the scores.
        ax: where to draw.
    """
    instance("runs", runs, Mapping, 'pass e.g. {"Q-learning": [1.0, 2.0]}')
    ax, at, sign = (
        ax or new_axes(),
        reals((None,), largest=LARGEST, thresholds=thresholds),
        -1.0 if less_is_better else 1.0,
    )
    for k, (name, scores) in enumerate(runs.items()):
        tasks = scores if isinstance(scores, Mapping) else {"": scores}
        found = performance_profile({task: sign * np.asarray(one) for task, one in tasks.items()}, sign * at)
        (drawn,) = ax.plot(at, found.value, line_style(k), label=name)
        if not np.isnan(found.low).any():
            ax.fill_between(at, found.low, found.high, color=drawn.get_color(), alpha=0.15, linewidth=0)
    ax.set(xlabel=label, ylabel=f"share of runs {'below' if less_is_better else 'above'} it", ylim=(-0.02, 1.02))
    ax.grid(alpha=0.3)
    legend_below(ax, ncols=3, title="shaded: 95 % bootstrap interval")
    return ax


def intervals(found: Mapping[str, Interval], *, label: str, ax: Axes | None = None) -> Axes:
    """Values by name, the first on top, each with its interval as a bar."""
    instance("found", found, Mapping, 'pass e.g. {"Q-learning": bootstrap_interval([1.0, 2.0])}')
    if not found:
        raise ValueError('found={}, expected one interval at least; pass e.g. {"Q": bootstrap_interval([1.0, 2.0])}.')
    ax = ax or new_axes()
    for k, (name, one) in enumerate(found.items()):
        instance(f"found[{name!r}]", one, Interval, "pass e.g. bootstrap_interval([1.0, 2.0])")
        ax.plot([one.low, one.high], [k, k], color="C0", alpha=0.4, linewidth=8, solid_capstyle="butt")
        ax.plot([one.value], [k], "|", color="black", markersize=12, markeredgewidth=2)
    ax.set_yticks(range(len(found)), list(found))
    ax.set(xlabel=label, ylim=(len(found) - 0.5, -0.5))
    ax.grid(axis="x", alpha=0.3)
    return ax


def _label(values: Sequence[Any], at: float, _: int | None) -> str:
    """Name of the column or line at a place."""
    value = values[round(at)]
    return value if isinstance(value, str) else f"{value:g}"


def _words(name: str) -> str:
    return name.replace("_", " ")

"""Figures of forecasts, errors, losses, gates and weights; each takes data and returns the `Axes`."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from rl_line.system.arrays import reals
from rl_line.system.axes import new_axes
from rl_line.system.extras import brought_by
from rl_line.system.kinds import instance, several, spelled
from rl_line.system.numbers import MOST, whole
from rl_line.system.tensorboard import Row
from sequence_tasks.checks import finite, places, plain
from sequence_tasks.explain.by_hand import LSTMTrace
from sequence_tasks.explain.exact import Cell
from sequence_tasks.plots_by_length import COLOURS, error_by_length, predictions_by_length
from sequence_tasks.series.dates import coarsest
from sequence_tasks.series.series import Series

with brought_by("plot"):
    from matplotlib.axes import Axes
    from matplotlib.ticker import FuncFormatter, MaxNLocator

__all__ = [
    "error_by_length",
    "forecasts_over_time",
    "gates_over_time",
    "losses",
    "predictions_by_length",
    "states_over_time",
    "weights_and_exact_family",
]

_SHADES = {"train": "#ffffff", "validation": "#e5e7eb", "test": "#dbeafe"}
_GATES = {"f": "f forget", "i": "i input", "o": "o output"}
_TICKS = 8  # dates have room
_STATES = {"candidate": "C~ new", "C": "C state", "h": "h out"}


@spelled
def forecasts_over_time(
    values: ArrayLike | Series,
    forecasts: Mapping[str, ArrayLike],
    *,
    origins: ArrayLike,
    borders: tuple[int, int],
    naive: str | None = None,
    unit: str = "value",
    ax: Axes | None = None,
) -> Axes:
    """A series and its forecasts over train, validation and test part, and beyond the series if a forecast goes on.

    Args:
        values: [m] or [m, F], with the first column drawn; or a `Series`, with its dates on the axis.
        forecasts: by name, [k] or [k, 1] for one value per origin, or [1, H] for H steps from one origin.
        origins: [k], or [1].
        borders: first steps of the validation part and of the test part, e.g. `SequenceTask.borders`.
        naive: name of the naive forecast to beat, dashed.
        unit: unit of the values, for the axis.
        ax: where to draw.
    """
    ax = ax or new_axes(figsize=(9, 4))
    dates = values.dates if isinstance(values, Series) else None
    series = finite("values", values.values if isinstance(values, Series) else values, axes=(1, 2))
    at = places("origins", origins, high=sys.maxsize)
    series = series[:, 0] if series.ndim == 2 else series
    instance("naive", naive, (str, type(None)), 'pass e.g. naive="persistence"')
    instance("forecasts", forecasts, Mapping, 'pass e.g. {"mine": [1.0, 2.0]}')
    edges = (0, *(whole(0, len(series), border=border) for border in reals((2,), borders=borders)), len(series))
    for (name, shade), (begin, end) in zip(_SHADES.items(), pairwise(edges), strict=True):
        if end > begin:
            ax.axvspan(begin - 0.5, end - 0.5, color=shade, zorder=0, linewidth=0)
            low = ax.get_xaxis_transform()  # x in steps, y in parts of the height
            ax.text(
                begin, 0.01, name, transform=low, va="bottom", color="#4b5563", fontsize=9, clip_on=True
            ).set_in_layout(False)
    ax.plot(series, color="black", linewidth=0.9, zorder=3, label="actual")  # thin, on top of the forecasts
    colours, first, end = iter(COLOURS * len(forecasts)), 0, len(series)
    for name, given in forecasts.items():
        path, times = _path(name, given, at)
        first, end = min(first, int(times.min())), max(end, int(times.max()) + 1)
        line, colour = ("--", "#6b7280") if name == naive else ("-", next(colours))
        ax.plot(times, path, line, color=colour, label=name, linewidth=1.2 if name == naive else 2.0)
    ax.set(xlabel="step", ylabel=unit, xlim=(first - 0.5, end - 0.5))
    if dates is not None:
        _date_axis(ax, dates)
    ax.legend(loc="upper left")
    return ax


def _path(name: str, given: ArrayLike, at: NDArray[np.int64]) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """One forecast for each origin, or several from one origin, with their steps."""
    path = plain(f"the forecast of {name!r}", given).astype(np.float64).ravel()
    times = at[0] + np.arange(path.size) if len(at) == 1 else at
    if path.size != len(times) or not path.size or (len(at) == 1 and np.shape(given)[-1] != path.size):
        raise ValueError(
            f"{name!r} has forecasts of shape {np.shape(given)} for {len(at)} origins, expected one for each, or one "
            "row [1, H] for one origin; pass e.g. forecasts[:, 0]."
        )
    return path, times


def _date_axis(ax: Axes, dates: NDArray[np.datetime64]) -> None:
    """Dates in place of steps; outside of the series, a step has the median length."""
    known = coarsest(dates)
    usual = np.median(np.diff(known)).astype(np.diff(known).dtype) if len(known) > 1 else np.timedelta64(1)

    def text(step: float, _: int | None = None) -> str:
        k = round(step)
        inside = min(max(k, 0), len(known) - 1)
        return str(known[inside] + (k - inside) * usual)

    ax.set_xlabel("date")
    monthly = known.dtype == "datetime64[M]" and len(known) > 1 and bool((np.diff(known).astype(int) == 1).all())
    months = int(known[0].astype(int)) + 12 * 1970  # before the first, from the year 0 on
    ax.xaxis.set_major_locator(_Januaries(months) if monthly else MaxNLocator(_TICKS, integer=True))
    ax.xaxis.set_major_formatter(FuncFormatter(text))


class _Januaries(MaxNLocator):
    """Ticks of a monthly axis at Januaries, every few years; on a short axis at whole months."""

    def __init__(self, before: int) -> None:
        super().__init__(_TICKS, integer=True)
        self.before = before  # months before the first one of the axis

    def tick_values(self, vmin: float, vmax: float) -> Sequence[float]:
        if vmax - vmin < 24:
            return super().tick_values(vmin, vmax)
        few = (years * 10**power for power in range(9) for years in (1, 2, 5))
        months = 12 * next(years for years in few if (vmax - vmin) / 12 / years <= _TICKS)
        first = np.ceil((vmin + self.before) / months) * months - self.before
        return np.arange(first, vmax, months).tolist()


@spelled
def losses(rows: Sequence[Row], *, ax: Axes | None = None) -> Axes:
    """The losses over the epochs on a logarithmic scale; the validation loss dashed, with its minimum marked."""
    ax = ax or new_axes()
    rows = several("pass rows of fit", rows=rows)
    for row in rows:
        if not isinstance(row, Mapping) or not {"step", "loss"} <= row.keys():
            raise ValueError(f"rows hold {row!r:.200}, expected step and loss by name; pass rows of fit.")
    epochs = [row["step"] for row in rows]
    ax.plot(epochs, [row["loss"] for row in rows], color=COLOURS[1], label="train")
    if rows and "val_loss" in rows[0]:
        watched = [row["val_loss"] for row in rows]
        best = int(np.argmin(watched))
        ax.plot(epochs, watched, color=COLOURS[0], linestyle="--", label="validation")
        ax.plot(epochs[best], watched[best], "o", color=COLOURS[0], label=f"least, after {epochs[best]:g}")
    ax.set(yscale="log", xlabel="epochs", ylabel="loss  (mean squared error, network units)")
    ax.xaxis.set_major_locator(MaxNLocator(integer=True))
    ax.grid(alpha=0.3)
    ax.legend()
    return ax


@spelled
def gates_over_time(trace: LSTMTrace, *, ax: Axes | None = None) -> Axes:
    """The gates f, i and o of every cell of an LSTM at each step of one sequence, from 0, closed, to 1, open."""
    colours = {"cmap": "viridis", "vmin": 0, "vmax": 1}
    return _cells_over_time(trace, _GATES, "gate", colours, "0: closed, 1: open", ax)


@spelled
def states_over_time(trace: LSTMTrace, *, ax: Axes | None = None) -> Axes:
    """The states C~, C and h of every cell of an LSTM at each step of one sequence; C alone may leave -1 to 1."""
    colours = {"cmap": "RdBu_r", "vmin": -1, "vmax": 1}
    return _cells_over_time(trace, _STATES, "state", colours, "-1 to 1, C beyond", ax)


def _cells_over_time(
    trace: LSTMTrace, names: Mapping[str, str], kind: str, colours: Mapping[str, Any], scale: str, ax: Axes | None
) -> Axes:
    instance("trace", trace, LSTMTrace, "pass lstm_trace(weights, x)")
    if trace.x.ndim != 2:
        raise ValueError(f"a trace of inputs {trace.x.shape}, expected one sequence [T, F]; trace e.g. x[0].")
    ax = ax or new_axes(figsize=(9, 3.5))
    units, steps = trace.h.shape[1], len(trace.h)
    image = np.concatenate([getattr(trace, name).T for name in names])
    extent = (0.5, steps + 0.5, len(image), 0)
    drawn = ax.imshow(image, aspect="auto", interpolation="nearest", extent=extent, **colours)
    for edge in range(units, len(image), units):
        ax.axhline(edge, color="black", linewidth=1)
    ax.set_yticks((np.arange(len(names)) + 0.5) * units, list(names.values()))
    ax.tick_params(axis="y", length=0)
    ax.set(xlabel="step", ylabel=f"{kind}  ({units} cells)")
    ax.xaxis.set_major_locator(MaxNLocator(integer=True, min_n_ticks=1))
    extend = "both" if kind == "state" else "neither"
    ax.figure.colorbar(drawn, ax=ax, extend=extend, pad=0.01, label=f"value  ({scale})")
    return ax


@spelled
def weights_and_exact_family(
    cells: Mapping[str, Sequence[Cell]],
    *,
    lengths: Sequence[int] = (2, 10),
    ws: tuple[float, float] = (-0.9, 1.4),
    ax: Axes | None = None,
) -> Axes:
    """Learned linear cells by name, with a curve of all exact cells for each length; the curves meet in one point."""
    ax = ax or new_axes()
    instance("cells", cells, Mapping, 'pass e.g. {"mine": [exact_cell(2)]}')
    cells = {name: several('pass e.g. {"mine": [exact_cell(2)]}', cells=found) for name, found in cells.items()}
    for found in cells.values():
        for cell in found:
            instance("a cell", cell, Cell, "pass e.g. exact_cell(2)")
    ws = reals((2,), ws=ws).tolist()
    lengths = [whole(1, MOST, length=length) for length in reals((None,), lengths=lengths).tolist()]
    learned = [cell for found in cells.values() for cell in found]
    low, high = min([ws[0], *(cell.ws for cell in learned)]), max([ws[1], *(cell.ws for cell in learned)])
    heights = [cell.wi for cell in learned]
    range_of_ws = np.linspace(low, high, 400)
    for length, colour in zip(lengths, ("black", "#6b7280", "#9ca3af") * len(lengths), strict=False):
        total = np.polyval(np.ones(length), range_of_ws)  # 1 / wi, see exact_cell; the curve has a gap where it is 0
        ax.plot(
            range_of_ws,
            1.0 / np.where(np.abs(total) > 0.05, total, np.nan),
            "--",
            color=colour,
            linewidth=1,
            label=f"exact at length {length}",
        )
    looks = zip(COLOURS * len(cells), "osD^v" * len(cells), (11, 8.5, *[6] * len(cells)), strict=False)
    for (name, found), (colour, marker, size) in zip(cells.items(), looks, strict=False):
        points = np.array([[cell.ws, cell.wi] for cell in found])
        ax.plot(
            *points.T, marker, color=colour, markersize=size, alpha=0.8, label=name
        )  # larger marks first, to stay visible
    ax.plot(0, 1, "*", color="black", markersize=14, fillstyle="none", label="exact at every length")
    ax.set(xlabel="recurrent weight  Ws", ylabel="input weight  Wi")
    ax.set_ylim(min([0.0, *heights]) - 0.2, max([2.8, *heights]) + 0.2)
    ax.grid(alpha=0.3)
    ax.legend()
    return ax

"""Curves of one LSTM cell over time: its gates from 0 to 1, or its states on their own scale."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from rl_line.system.axes import ShownAxes, new_axes
from rl_line.system.extras import brought_by
from rl_line.system.kinds import instance, one_of
from rl_line.system.numbers import whole
from sequence_tasks.explain.by_hand import LSTMTrace
from sequence_tasks.explain.cells import checked_cell

with brought_by("plot"):
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
    from matplotlib.ticker import MaxNLocator

GATES = ("f", "i", "o")  # from 0 to 1
STATES = ("candidate", "C", "h")  # from -1 to 1, except C
_CURVES = {
    "f": ("f forget", "#d97706", "o"),
    "i": ("i input", "#2563eb", "s"),
    "o": ("o output", "#059669", "^"),
    "candidate": ("C~ new", "#be185d", "D"),
    "C": ("C state", "#111827", "o"),
    "h": ("h out", "#7c3aed", "v"),
}


def gate_curves(
    trace: LSTMTrace,
    names: Sequence[str] = GATES,
    *,
    step: int | None = None,
    cell: int = 0,
    ax: Axes | None = None,
) -> Axes:
    """Gates, or states, of one cell at each step of one sequence; dashed, the bounds of gates, C~ and h.

    The scale grows if the cell state C leaves -1 to 1.

    Args:
        trace: trace of one sequence.
        names: names of fields of the trace, e.g. GATES or STATES.
        step: step to mark, counted from 1; None for none.
        cell: number of the cell, from 0.
        ax: where to draw.

    Raises:
        ValueError: the trace is of several sequences, or has no such field, step or cell.
    """
    cell = checked_cell(trace, cell)
    instance("names", names, Sequence, "pass e.g. names=('f', 'i', 'o')")
    for name in names:
        one_of("names", name, tuple(_CURVES))
    ax = ax or new_axes(figsize=(7, 3))
    times = np.arange(1, len(trace.h) + 1)
    if step is not None:
        ax.axvspan((step := whole(1, len(times), step=step)) - 0.5, step + 0.5, color="#fde68a", alpha=0.6, linewidth=0)
    low, high = (0.0, 1.0) if set(names) <= set(GATES) else (-1.0, 1.0)
    for bound in (low, high):
        ax.axhline(bound, color="#6b7280", linestyle="--", linewidth=0.8)
    # Thinner lines and smaller marks, so that overlapping curves are all visible.
    for place, name in enumerate(names):
        label, colour, mark = _CURVES[name]
        values = getattr(trace, name)[:, cell]
        ax.plot(times, values, color=colour, label=label, linewidth=max(1, 3 - place))
        ax.get_lines()[-1].set(marker=mark, markersize=max(3, 8 - 2.5 * place))
        low, high = min(low, float(values.min())), max(high, float(values.max()))
    room = 0.06 * (high - low)
    ax.set(xlabel="step", ylabel="value", xlim=(0.5, len(times) + 0.5), ylim=(low - room, high + room))
    ax.xaxis.set_major_locator(MaxNLocator(integer=True))
    ax.legend(loc="lower left", bbox_to_anchor=(0.0, 1.0), ncols=3, frameon=False, borderaxespad=0.1)
    return ax


def cell_over_time(trace: LSTMTrace, *, step: int | None = None, cell: int = 0) -> Axes:
    """The first input, the gates and the states of one cell, one below the other; returns the axes of the states.

    Args:
        trace: trace of one sequence.
        step: step to mark, counted from 1; None for none.
        cell: number of the cell, from 0.
    """
    checked_cell(trace, cell)
    figure = Figure(figsize=(5.6, 6.0), layout="constrained")
    above, gates, states = figure.subplots(
        3, 1, sharex=True, height_ratios=(1, 2, 2.6), subplot_kw={"axes_class": ShownAxes}
    )
    gate_curves(trace, GATES, step=step, cell=cell, ax=gates).set(xlabel="", ylabel="gate")
    gate_curves(trace, STATES, step=step, cell=cell, ax=states).set(ylabel="state")
    above.bar(np.arange(1, len(trace.x) + 1), trace.x[:, 0], color="#6b7280", width=0.5)
    above.axhline(0, color="#6b7280", linewidth=0.8)
    above.set(ylabel="x")
    return states

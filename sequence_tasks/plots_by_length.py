"""Figures of predictions and errors at each length of the input."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from rl_line.system.arrays import reals
from rl_line.system.axes import new_axes
from rl_line.system.extras import brought_by
from rl_line.system.kinds import instance, spelled
from rl_line.system.numbers import real
from sequence_tasks.checks import LARGEST

with brought_by("plot"):
    from matplotlib.axes import Axes

COLOURS = ("#d97706", "#2563eb", "#059669", "#be185d", "#7c3aed")


@spelled
def predictions_by_length(
    lengths: Sequence[int],
    right: ArrayLike,
    predictions: Mapping[str, ArrayLike],
    *,
    reach: float = 10.0,
    ax: Axes | None = None,
) -> Axes:
    """The predicted next integer at each length of the input, by name, beside the right one, dashed.

    Args:
        lengths: lengths of the inputs.
        right: the right number at each length.
        predictions: by name, a prediction at each length.
        reach: largest distance of the axis from the right numbers; predictions beyond are cut off.
        ax: where to draw.
    """
    ax = ax or new_axes()
    instance("predictions", predictions, Mapping, 'pass e.g. {"mine": [2.1, 3.0]}')
    x, reach = reals((None,), largest=LARGEST, lengths=lengths), real(0, LARGEST, above=True, reach=reach)
    wanted = reals(x.shape, largest=LARGEST, right=right)
    ends = [wanted.min() - 1, wanted.max() + 1]
    for k, (name, values) in enumerate(predictions.items()):
        shown = reals(x.shape, largest=LARGEST, **{f"predictions of {name}": values})
        ax.plot(x, shown, f"{'osD^v'[k % 5]}-", markersize=max(3.5, 9 - 1.8 * k), color=COLOURS[k % 5], label=name)
        ends = [min(ends[0], shown.min()), max(ends[1], shown.max())]
    ax.plot(x, wanted, "--", color="black", linewidth=1, label="right answer")
    ax.set(xlabel="length of the input  (steps)", ylabel="prediction  (integers)")
    ax.set_ylim(max(ends[0] - 0.5, wanted.min() - reach), min(ends[1] + 0.5, wanted.max() + reach))
    ax.set_xticks(x)
    ax.grid(alpha=0.3)
    ax.legend()
    return ax


@spelled
def error_by_length(
    lengths: Sequence[int],
    errors: Mapping[str, ArrayLike],
    *,
    floor: float = 1e-7,
    ax: Axes | None = None,
) -> Axes:
    """The largest error at each length of the input, by name, on logarithmic scales; errors are raised to the floor.

    A name may have errors [n, L] of several seeds: one line per seed, in one colour.
    """
    ax = ax or new_axes()
    instance("errors", errors, Mapping, 'pass e.g. {"mine": [0.1, 0.2]}')
    x, floor = reals((None,), largest=LARGEST, lengths=lengths), real(0, LARGEST, above=True, floor=floor)
    for k, (name, values) in enumerate(errors.items()):
        shown = np.maximum(reals(x.shape, (None, *x.shape), largest=LARGEST, **{f"errors of {name}": values}), floor)
        # Smaller and smaller marks, so that overlapping curves are all visible.
        how: dict[str, Any] = {
            "markersize": max(3.5, 9 - 1.8 * k),
            "color": COLOURS[k % 5],
            "clip_on": False,
            "zorder": 3,
        }
        for seed, line in enumerate(np.atleast_2d(shown)):
            ax.plot(x, line, f"{'osD^v'[k % 5]}-", label=f"_{name}" if seed else name, **how)
    ax.set(xscale="log", yscale="log", xlabel="length of the input  (steps)", ylabel="largest error  (integers)")
    ax.set_xticks(x, ["" if length in (7, 9) else f"{length:g}" for length in x])
    ax.minorticks_off()
    ax.axhline(0.5, color="black", linestyle="--", linewidth=1, label="right when rounded")
    ax.grid(alpha=0.3)
    ax.legend()
    return ax

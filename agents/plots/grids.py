"""Figures of action values on the map of a toy-text environment."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from rl_line.drawing.grids import on_grid
from rl_line.system.axes import new_axes
from rl_line.system.extras import brought_by
from rl_line.system.kinds import spelled

with brought_by("plot"):
    from matplotlib.axes import Axes
    from matplotlib.text import Text

_FILLED = 0.85  # share of a cell's side that its text takes at most


@spelled
def q_grid(env: Any, q: ArrayLike, *, state: int | None = None, ax: Axes | None = None) -> Axes:
    """Action values [S, A] on the map of FrozenLake, CliffWalking or Taxi: best actions and their value, in colours.

    Args:
        env: the environment.
        q: its action values.
        state: state of a Taxi, as in `rl_line.q_grid`.
        ax: where to draw; by default a new figure in the shape of the map.
    """
    grid = on_grid(env, q, state=state)
    rows, columns = grid.best.shape
    ax = ax or new_axes(figsize=_size(rows, columns))
    image = ax.imshow(np.ma.masked_invalid(grid.value), cmap="viridis")
    low, high = image.get_clim()
    texts = []
    for (row, column), arrows in np.ndenumerate(grid.best):
        value = grid.value[row, column]
        dark = np.isfinite(value) and value < (low + high) / 2
        text = arrows if arrows == "end" else f"{arrows}\n{value:.3g}"
        texts.append(ax.text(column, row, text, ha="center", va="center", color="white" if dark else "black"))
    ax.set(xlabel="column", ylabel="row", xticks=range(columns), yticks=range(rows))
    width = 0.03 * max(rows, columns) / columns
    beside = ax.inset_axes((1 + width, 0.0, width, 1.0))  # in shares of the map, so as tall as the map
    ax.figure.colorbar(image, cax=beside, label="value of the best action\n(reward units)")
    _shrink_to_cells(ax, texts)
    return ax


def _size(rows: int, columns: int) -> tuple[float, float]:
    """Width and height of a figure in inches, with room for text in every cell except on very large maps."""
    side = min(max(0.65, min(4.4 / columns, 3.8 / rows)), 16 / max(rows, columns))
    return max(side * columns + 2.0, 3.0), max(side * rows + 1.0, 2.6)


def _shrink_to_cells(ax: Axes, texts: list[Text]) -> None:
    """Reduces all texts to the same size, small enough for the cells of a map."""
    ax.get_figure(root=True).draw_without_rendering()  # type: ignore[union-attr]  # lays the axes out
    (left, top), (right, bottom) = ax.transData.transform([(0, 0), (1, 1)])
    boxes = [text.get_window_extent() for text in texts]
    widest, tallest = max(box.width for box in boxes), max(box.height for box in boxes)
    factor = _FILLED * min((right - left) / widest, (top - bottom) / tallest)
    for text in texts:
        text.set_fontsize(text.get_fontsize() * min(1.0, factor))

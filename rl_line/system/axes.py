"""Axes that a notebook shows as their figure, without the global state of pyplot."""

from __future__ import annotations

from io import BytesIO
from typing import Any

from rl_line.system.extras import brought_by

with brought_by("plot"):
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure


_STYLES = ("-", "--", ":", "-.")


class ShownAxes(Axes):
    """Axes that a notebook shows as their whole figure."""

    def _repr_png_(self) -> bytes:
        picture, figure = BytesIO(), self.get_figure(root=True)
        figure.savefig(picture, format="png", dpi=100)  # type: ignore[union-attr]
        return picture.getvalue()


def new_axes(**figure: Any) -> Axes:
    """Axes in a new figure, made with the arguments of `Figure`."""
    return Figure(layout="constrained", **figure).subplots(subplot_kw={"axes_class": ShownAxes})


def line_style(k: int) -> str:
    """Style of curve k, from 0: each of the ten colours comes back in another one."""
    return _STYLES[k // 10 % len(_STYLES)]


def legend_below(ax: Any, **legend: Any) -> None:
    """A legend under the axes and the label of their x-axis, where it hides no curve."""
    below = {"loc": "upper center", "bbox_to_anchor": (0.5, 0.0), "borderaxespad": 4.0}  # 4 heights of its letters
    ax.legend(**{**below, "frameon": False, **legend})

"""Figures of classifiers and their data; each takes data and returns the `Axes`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import ceil
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from rl_line.system.arrays import reals, same_length
from rl_line.system.axes import new_axes
from rl_line.system.extras import brought_by
from rl_line.system.numbers import real, whole

with brought_by("plot"):
    from matplotlib.axes import Axes
    from matplotlib.colors import to_rgb
    from matplotlib.patches import Rectangle

COLOURS = ("#2563eb", "#d97706", "#059669", "#be185d", "#7c3aed", "#0891b2", "#65a30d", "#dc2626")
_GAP = 1.3  # height of a tile with its title, in widths of an image


def plane(side: int = 61, *, reach: float = 1.2) -> NDArray[np.float32]:
    """Points [side * side, 2] of a grid around the origin, row by row from below, as inputs for a model."""
    reach = real(0, above=True, reach=reach)
    line = np.linspace(-reach, reach, whole(2, side=side))
    return np.stack(np.meshgrid(line, line), axis=-1).reshape(-1, 2).astype(np.float32)


def class_regions(
    probabilities: ArrayLike,
    points: ArrayLike,
    labels: ArrayLike,
    *,
    reach: float = 1.2,
    names: Sequence[str] = (),
    ax: Axes | None = None,
) -> Axes:
    """The plane in the colours of classes, mixed by their probabilities, with borders and labelled points.

    Args:
        probabilities: probabilities [side * side, k] of the classes at the points of `plane`; or [side * side, 1] for
            the second of two classes.
        points: [n, 2].
        labels: class of each, from 0 to k - 1.
        reach: reach of the plane.
        names: names of the classes, for the legend.
        ax: where to draw.
    """
    given, where = reals((None, None), probabilities=probabilities), reals((None, 2), points=points)
    classes = reals((None,), labels=labels)
    same_length(points=where, labels=classes)
    given = np.hstack([1 - given, given]) if given.shape[1] == 1 else given
    side, number = _side(given), given.shape[1]
    colours = np.array([to_rgb(COLOURS[k % len(COLOURS)]) for k in range(number)])
    mixed = (given @ (0.5 + 0.5 * colours)).clip(0, 1).reshape(side, side, 3)
    ax = _shown(mixed, reach, ax)
    axis, ordered = np.linspace(-reach, reach, side), np.sort(given, axis=1)
    lead = ordered[:, -1] - ordered[:, -2]  # margin of the most probable class
    for k in range(number):
        ahead = np.where(given.argmax(axis=1) == k, lead, -lead).reshape(side, side)
        if ahead.min() < 0 < ahead.max():
            ax.contour(axis, axis, ahead, levels=[0], colors="white", linewidths=1)
        label = names[k] if k < len(names) else str(k)
        x, y = where[classes == k].T
        ax.scatter(x, y, s=16, color=colours[k], edgecolors="white", linewidths=0.5, label=label)
    ax.legend(loc="upper right", handletextpad=0.2, borderpad=0.3)
    return ax


def drawn_answers(answers: Any, points: ArrayLike, targets: Any, *, number: str = "") -> list[Axes]:
    """A figure for each output of a model: `class_regions` for classes, and `number_field` for a number.

    Args:
        answers: outputs at the points of `plane`, [side * side, k]; several outputs by name.
        points: [n, 2].
        targets: classes [n] or numbers [n, 1]; for several outputs by name.
        number: name of the number, for the scale of its colours.
    """
    if isinstance(answers, Mapping):
        return [
            axes
            for name, given in answers.items()
            for axes in drawn_answers(given, points, targets[name], number=number)
        ]
    if np.ndim(targets) == 1:
        return [class_regions(answers, points, targets)]
    return [number_field(answers, points, targets, name=number)]


def number_field(
    numbers: ArrayLike,
    points: ArrayLike,
    targets: ArrayLike,
    *,
    reach: float = 1.2,
    name: str = "",
    ax: Axes | None = None,
) -> Axes:
    """The plane coloured by a number, and points [n, 2] coloured by their targets [n, 1].

    Args:
        numbers: numbers at the points of `plane`, [side * side, 1].
        points: points with known numbers.
        targets: known numbers; their least and greatest value are the ends of the colour scale.
        reach: reach of the plane.
        name: name of the number, for the colour scale.
        ax: where to draw.
    """
    given, where = reals((None, 1), numbers=numbers), reals((None, 2), points=points)
    wanted = reals((None, 1), targets=targets)
    same_length(points=where, targets=wanted)
    ends: dict[str, Any] = {"vmin": wanted.min(), "vmax": wanted.max()}
    side = _side(given)
    ax = _shown(given.reshape(side, side), reach, ax, **ends)
    ax.scatter(where[:, 0], where[:, 1], s=16, c=wanted[:, 0], edgecolors="white", linewidths=0.5, **ends)
    ax.figure.colorbar(ax.images[0], ax=ax, shrink=0.8, label=name)
    return ax


def _side(values: NDArray[np.float64]) -> int:
    """Number of points in a row of `plane`."""
    side = round(len(values) ** 0.5)
    if side * side != len(values):
        raise ValueError(
            f"{len(values)} values, expected one for each point of a square; pass values at the points of plane()."
        )
    return side


def _shown(picture: NDArray[np.float64], reach: float, ax: Axes | None, **ends: Any) -> Axes:
    """Axes with the picture of a plane, with pixels centred at its points."""
    ax = ax or new_axes(figsize=(5, 4.6))
    edge = reach * (1 + 1 / (len(picture) - 1))
    ax.imshow(picture, origin="lower", extent=(-edge, edge, -edge, edge), interpolation="bilinear", **ends)
    ax.set(xlabel="x1", ylabel="x2", aspect="equal", xlim=(-reach, reach), ylim=(-reach, reach))
    return ax


def image_tiles(images: ArrayLike, titles: Sequence[str] = (), *, columns: int = 6, ax: Axes | None = None) -> Axes:
    """Images [n, side, side] from 0 to 1 in rows, dark on light, each framed and below its title."""
    given = reals((None, None, None), images=images)
    columns = min(whole(columns=columns), len(given))
    lines = ceil(len(given) / columns)
    ax = ax or new_axes(figsize=(1 * columns, 1.25 * lines))
    for k, image in enumerate(given):
        left, top = (k % columns) * 1.12, (k // columns) * _GAP
        ax.imshow(image, cmap="Greys", vmin=0, vmax=1, extent=(left, left + 1, top + 1, top), zorder=1)
        ax.add_patch(Rectangle((left, top), 1, 1, fill=False, edgecolor="#9ca3af", linewidth=0.8))
        if k < len(titles):
            ax.text(left + 0.5, top - 0.04, titles[k], ha="center", va="bottom", fontsize=10)
    ax.set(xlim=(-0.04, columns * 1.12 - 0.08), ylim=((lines - 1) * _GAP + 1.04, -0.26), aspect="equal")
    ax.axis("off")
    return ax

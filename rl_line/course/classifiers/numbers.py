"""Numbers of classifiers: parameters by formula, counts of errors, and the mean over several trainings."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from rl_line.system.arrays import reals, same_length
from rl_line.system.numbers import whole


class LayerParameters(NamedTuple):
    """A layer's parameters, by formula and by count."""

    name: str
    kind: str  # such as "Dense"
    shape: tuple[int, ...]  # of the output for one example
    formula: str  # with its numbers, "" for a layer without parameters
    by_formula: int
    counted: int  # by Keras


def dense_parameters(inputs: int, units: int) -> int:
    """Weights of a Dense layer: one for each input and a bias, for every unit.

    >>> dense_parameters(64, 21)
    1365
    """
    return (whole(inputs=inputs) + 1) * whole(units=units)


def convolution_parameters(kernel: tuple[int, int], channels: int, filters: int) -> int:
    """Weights of a Conv2D layer: one for each pixel of its kernel in each channel and a bias, for every filter.

    >>> convolution_parameters((3, 3), 1, 16)
    160
    """
    height, width = (whole(kernel=side) for side in kernel)
    return (height * width * whole(channels=channels) + 1) * whole(filters=filters)


def hidden_units(parameters: int, *, inputs: int, outputs: int) -> int:
    """Width of one hidden layer for which a dense network has about the given number of parameters.

    >>> hidden_units(2730, inputs=64, outputs=10)
    36
    """
    inputs, outputs = whole(inputs=inputs), whole(outputs=outputs)
    return max(1, round((whole(parameters=parameters) - outputs) / (inputs + 1 + outputs)))


def layer_parameters(model: Any) -> list[LayerParameters]:
    """Layers of a Keras model of Dense, Conv2D, pooling and flattening, each with its parameters by formula.

    Raises:
        ValueError: a layer of another kind has parameters.
    """
    rows = []
    for layer in model.layers:
        kind, before = type(layer).__name__, _shape(getattr(layer, "input", None))
        if kind == "Dense":
            formula, number = f"({before[-1]} + 1) x {layer.units}", dense_parameters(before[-1], layer.units)
        elif kind == "Conv2D":
            (height, width), channels = layer.kernel_size, before[-1]
            formula = f"({height} x {width} x {channels} + 1) x {layer.filters}"
            number = convolution_parameters(layer.kernel_size, channels, layer.filters)
        elif layer.count_params():
            raise ValueError(f"layer {layer.name!r} is a {kind}, expected Dense or Conv2D if it has parameters.")
        else:
            formula, number = "", 0
        rows.append(LayerParameters(layer.name, kind, _shape(layer.output), formula, number, layer.count_params()))
    return rows


def _shape(tensor: Any) -> tuple[int, ...]:
    """Shape of one example."""
    return tuple(getattr(tensor, "shape", ()))[1:]


def confusion(labels: ArrayLike, read: ArrayLike, *, classes: int) -> NDArray[np.int64]:
    """Counts [classes, classes] of examples by their class (row) and their predicted class (column).

    >>> confusion([0, 0, 1], [0, 1, 1], classes=2).tolist()
    [[1, 1], [0, 1]]
    """
    classes = whole(classes=classes)
    pair = reals((None,), labels=labels), reals((None,), read=read)
    same_length(labels=pair[0], read=pair[1])
    for name, values in zip(("labels", "read"), pair, strict=True):
        if not np.isin(values, np.arange(classes)).all():
            raise ValueError(f"{name} has other values than whole numbers from 0 to {classes - 1}; pass classes=....")
    counts = np.zeros((classes, classes), np.int64)
    np.add.at(counts, (pair[0].astype(int), pair[1].astype(int)), 1)
    return counts


def mean_and_half_width(values: ArrayLike) -> tuple[float, float]:
    """Mean of values, and half of its 95 % interval by Student's distribution.

    >>> mean, half = mean_and_half_width([0, 2])
    >>> print(f"{mean} +- {half:.3f}")
    1.0 +- 12.706
    """
    from scipy.special import stdtrit

    given = reals((None,), values=values)
    if len(given) < 2:
        raise ValueError(f"{len(given)} value has no spread, expected two or more; pass values of several seeds.")
    half = stdtrit(len(given) - 1, 0.975) * given.std(ddof=1) / len(given) ** 0.5
    return float(given.mean()), float(half)

"""Checks of users' arrays: finite numbers of the right shape, or one clear error."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from rl_line.system.numbers import as_array, shown


def reals(*shapes: tuple[int | None, ...], largest: float = np.inf, **given: Any) -> NDArray[np.float64]:
    """The one array given by name as float64.

    Args:
        shapes: allowed shapes, with None for any length from 1; no shapes for any shape.
        largest: largest absolute value.
        given: the array, by its name.

    Raises:
        ValueError: it is no array of real numbers, has another shape, or an entry is masked, not finite or too large.

    >>> reals((3,), v=[1, 2, 3])
    array([1., 2., 3.])
    """
    ((name, value),) = given.items()
    array = as_array(value)
    if array.dtype.kind not in "biuf":
        raise ValueError(f"{name}={shown(value)}, expected an array of numbers.")
    if shapes and not any(_fits(array.shape, shape) for shape in shapes):
        wanted = " or ".join(str(shape).replace("None", "n") if shape else "one number" for shape in shapes)
        raise ValueError(f"{name} has shape {array.shape}, expected {wanted}.")
    if array.dtype.kind == "f" and not np.isfinite(array).all():
        where = np.argwhere(~np.isfinite(np.atleast_1d(array)))[0].tolist()
        raise ValueError(f"{name} is {np.atleast_1d(array)[tuple(where)]} at {where}, expected finite numbers.")
    read = array.astype(np.float64)
    if largest < np.inf and not (np.abs(read) <= largest).all():
        raise ValueError(f"{name} is {np.abs(read).max():g} at most, expected numbers up to {largest:.0e}.")
    return read


def same_length(**arrays: NDArray[Any]) -> None:
    """Raises ValueError unless arrays, given by name, have one length."""
    if len({len(array) for array in arrays.values()}) > 1:
        shapes = ", ".join(f"{name} {array.shape}" for name, array in arrays.items())
        raise ValueError(f"{shapes} differ in length, expected as many of each.")


def _fits(shape: tuple[int, ...], wanted: tuple[int | None, ...]) -> bool:
    """True if a shape matches the wanted one."""
    pairs = zip(shape, wanted, strict=False)
    return len(shape) == len(wanted) and all(
        size == length if length is not None else size > 0 for size, length in pairs
    )

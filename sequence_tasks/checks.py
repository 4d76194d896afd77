"""Arrays at the border: finite numbers of the right shape and kind, or one clear error."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from rl_line.system.numbers import LARGEST as LARGEST

_ADVICE = "fill the gap, or leave it out"


def finite(
    name: str, values: ArrayLike, *, largest: float = LARGEST, advice: str = _ADVICE, axes: tuple[int, ...] = ()
) -> NDArray[np.float64]:
    """Values as float64, checked to be finite, and to have one of the given numbers of axes, if any.

    >>> finite("x", [1, 2])
    array([1., 2.])
    """
    return usable(name, values, largest=largest, advice=advice, axes=axes).astype(np.float64)


def usable(
    name: str, values: ArrayLike, *, largest: float = LARGEST, advice: str = _ADVICE, axes: tuple[int, ...] = ()
) -> NDArray[Any]:
    """Values in their own type, not copied, with the checks of `finite`.

    Raises:
        ValueError: an entry is masked, no number, nan, infinite, or above the largest, or the shape does not fit.
    """
    array = plain(name, values, advice=advice)
    _check_axes(name, array, axes)
    if (where := first_unusable(array, largest=largest)) is not None:
        raise ValueError(f"{name} is {array[where]} at {list(where)}, expected {expected(largest)}; {advice}.")
    return array


def places(name: str, values: ArrayLike, *, high: int) -> NDArray[np.int64]:
    """Steps of a series, whole numbers [k] up to a highest, as int64."""
    array = plain(name, values, advice="pass e.g. np.array([100, 101])")
    if array.ndim != 1 or (array.size and array.dtype.kind not in "iu"):
        raise ValueError(f"{name} have shape {array.shape} and type {array.dtype}, expected whole numbers [k].")
    if array.size and array.max() > high:
        raise ValueError(f"an origin at {array.max()} of {high} values, expected at most {high}; begin earlier.")
    return array.astype(np.int64)


def history(values: ArrayLike, origins: ArrayLike, *, axes: tuple[int, ...]) -> tuple[NDArray[Any], NDArray[np.int64]]:
    """Values, finite before the last origin, and origins [k]; later values may be nan, as they are not known yet."""
    array = plain("values", values)
    _check_axes("values", array, axes)
    at = places("origins", origins, high=len(array))
    usable("values", array[: at.max(initial=0)])
    return array, at


def expected(largest: float = LARGEST) -> str:
    """Words for a finite number, in messages."""
    return f"finite numbers up to {largest:.0e}"


def plain(name: str, values: ArrayLike, *, advice: str = _ADVICE) -> NDArray[Any]:
    """Values as a plain array of integers or floats; ValueError for other types and masked entries."""
    if np.ma.is_masked(values):
        where = np.argwhere(np.ma.getmaskarray(np.ma.asarray(values)))[0].tolist()
        raise ValueError(f"{name} is masked at {where}, expected a number; {advice}.")
    try:
        array = np.asarray(values)
        if array.dtype.kind == "O":
            array = _of_objects(name, array, advice)
    except (OverflowError, TypeError, ValueError, RuntimeError) as error:
        raise ValueError(f"{name} is {_short(values)}, expected an array of numbers ({error}); {advice}.") from None
    if array.dtype.kind not in "biuf":
        raise ValueError(f"{name} has entries of type {array.dtype}, expected numbers; {advice}.")
    return array


def first_unusable(array: NDArray[Any], *, largest: float = LARGEST) -> tuple[int, ...] | None:
    """Place of the first entry that is nan, infinite or above the largest; None if there is none."""
    if not array.size or -largest <= float(array.min()) <= float(array.max()) <= largest:  # False for nan
        return None
    return tuple(np.argwhere(~(np.abs(array.astype(np.float64)) <= largest))[0].tolist())


def _check_axes(name: str, array: NDArray[Any], axes: tuple[int, ...]) -> None:
    if axes and (array.ndim not in axes or not array.size):
        wanted = " or ".join(map(str, axes))
        raise ValueError(f"{name} has shape {array.shape}, expected an array of {wanted} axes that is not empty.")


def _of_objects(name: str, array: NDArray[Any], advice: str) -> NDArray[np.float64]:
    """Numbers stored as objects, as float64; a None is an error, not nan."""
    for where, value in np.ndenumerate(array):
        if value is None:
            raise ValueError(f"{name} is None at {list(where)}, expected a number; {advice}.")
    return array.astype(np.float64)


def _short(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= 60 else f"{text[:57]}..."

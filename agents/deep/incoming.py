"""Checks of the numbers given to a replay memory or a network, fast for valid numbers."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rl_line.system.arrays import reals
from rl_line.system.numbers import as_array, shown

LARGEST = float(np.finfo(np.float32).max)
_PLAIN = (int, float, bool)
_SURE = 1e38  # a sum of squares in which no part is too large


def check_rows(rows: Mapping[str, Any], kept: Mapping[str, NDArray[Any]], lead: tuple[int, ...]) -> None:
    """Raises ValueError unless rows have the parts of `kept` [C, ...] and shapes [*lead, ...]."""
    if rows.keys() != kept.keys():
        raise ValueError(f"the transition has {', '.join(rows)}, expected {', '.join(kept)} as before.")
    for name, part in rows.items():
        like, kind = kept[name], type(part)
        if kind is np.ndarray and part.dtype is like.dtype and part.shape == lead + like.shape[1:]:  # most often
            if part.dtype.kind != "f" or _surely_finite(part):
                continue
        elif kind in _PLAIN and not lead and like.ndim == 1 and (kind is not float or like.dtype.kind == "f"):
            low, high = _range(like.dtype)
            if low <= part <= high:
                continue
        check_part(name, part, None)
        array = part if type(part) is np.ndarray else as_array(part)
        if array.shape != lead + like.shape[1:] or not np.can_cast(array.dtype, like.dtype, "same_kind"):
            raise ValueError(
                f"{name} is {array.dtype} of shape {array.shape}, expected {like.dtype} of {lead + like.shape[1:]} as "
                "in the first transition; give e.g. floats from the first one on."
            )
        low, high = _range(like.dtype)
        if array.size and array.dtype.kind in "iu" and not low <= int(array.min()) <= int(array.max()) <= high:
            raise ValueError(
                f"{name}={shown(part)}, expected numbers from {low:g} to {high:g}, the range of {like.dtype} as in the "
                "first transition; give e.g. floats from the first one on."
            )


def check_part(name: str, part: Any, limits: tuple[Any, Any] | None) -> None:
    """Raises ValueError unless numbers are finite and, with limits, whole and within them."""
    if limits is None:
        if type(part) is not np.ndarray or part.dtype.char not in "fd" or not _surely_finite(part):
            reals(largest=LARGEST, **{name: part})
        return
    low, high = limits
    if type(part) is type(low) is int and low <= part <= high:
        return
    array = as_array(part)
    fits = array.dtype.kind in "iuf" and array.shape[array.ndim - np.ndim(low) :] == np.shape(low)
    if not fits or not ((array >= low) & (array <= high) & (array == np.floor(array))).all():
        raise ValueError(
            f"{name}={shown(part)}, expected whole numbers from {low} to {high}; make the network for the "
            "environment's spaces."
        )


@cache
def _range(kind: np.dtype[Any]) -> tuple[float, float]:
    """Least and largest number that an array of a type may hold."""
    if kind.kind in "iu":
        return int(np.iinfo(kind).min), int(np.iinfo(kind).max)
    return (0, 1) if kind.kind == "b" else (-LARGEST, LARGEST)


def _surely_finite(part: NDArray[Any]) -> bool:
    """True if a cheap sum shows that all numbers are finite and in range; nan compares as False."""
    if part.ndim == 1 and len(part) <= 64 and part.dtype.char == "f":  # a tenth of the time of `np.isfinite`
        return -LARGEST <= sum(part.tolist()) <= LARGEST
    return bool(np.vdot(part, part) <= _SURE)

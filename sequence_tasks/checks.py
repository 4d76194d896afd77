"""Numbers at the border: finite, whole and in range, or one clear error."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

#: Numbers up to this size have differences whose squares, 2**40 of them, still have a sum in float64.
LARGEST = 2.0**490


def finite(
    name: str, values: ArrayLike, *, largest: float = LARGEST, advice: str = "fill the gap, or leave it out"
) -> NDArray[np.float64]:
    """Values of any shape as float64, if each of them is a number.

    Raises:
        ValueError: an entry is masked, no number, nan, infinite, or above the largest.

    >>> finite("x", [1, 2])
    array([1., 2.])
    """
    array = plain(name, values, advice=advice).astype(np.float64)
    if (where := first_unusable(array, largest=largest)) is not None:
        raise ValueError(f"{name} is {array[where]} at {list(where)}, expected {expected(largest)}; {advice}.")
    return array


def expected(largest: float = LARGEST) -> str:
    """Words for a finite number, in messages."""
    return f"finite numbers up to {largest:.0e}"


def plain(name: str, values: ArrayLike, *, advice: str = "fill the gap, or leave it out") -> NDArray[Any]:
    """Values as a plain array of integers or floats, if they are that and no entry is masked."""
    if np.ma.is_masked(values):
        where = np.argwhere(np.ma.getmaskarray(np.ma.asarray(values)))[0].tolist()
        raise ValueError(f"{name} is masked at {where}, expected a number; {advice}.")
    try:
        array = np.asarray(values)
        array = array.astype(np.float64) if array.dtype.kind == "O" else array
    except (TypeError, ValueError, RuntimeError) as error:
        raise ValueError(f"{name} is {_short(values)}, expected an array of numbers ({error}); {advice}.") from None
    if array.dtype.kind not in "biuf":
        raise ValueError(f"{name} has entries of type {array.dtype}, expected numbers; {advice}.")
    return array


def first_unusable(array: NDArray[Any], *, largest: float = LARGEST) -> tuple[int, ...] | None:
    """Place of the first entry that is nan, infinite or above the largest; None if there is none."""
    usable = np.abs(array) <= largest
    return None if usable.all() else tuple(np.argwhere(~usable)[0].tolist())


def whole(name: str, value: Any, *, low: int = 1, high: int | None = None, example: int | None = None) -> int:
    """A whole number from `low` to `high`, as an int; 3.0 and 1e4 are whole too.

    >>> whole("steps", 1e4)
    10000
    """
    number = _scalar(value)
    if number is None or number != np.floor(number) or not low <= number <= (np.inf if high is None else high):
        span = f"from {low}" if high is None else f"from {low} to {high}"
        raise ValueError(
            f"{name}={_short(value)}, expected a whole number {span}; "
            f"pass e.g. {name}={max(low, 1) if example is None else example}."
        )
    return int(value)


def real(
    name: str,
    value: Any,
    *,
    low: float = -LARGEST,
    above: float = -np.inf,
    below: float = np.inf,
    example: float,
) -> float:
    """A finite number from `low` on, greater than `above` and less than `below`, as a float.

    >>> real("coverage", 0.9, above=0, below=1, example=0.9)
    0.9
    """
    number = _scalar(value)
    if number is None or not max(low, -LARGEST) <= number <= LARGEST or not above < number < below:
        limits = [f"from {low:g}"] if low > -LARGEST else []
        limits += [f"above {above:g}"] if above > -np.inf else []
        limits += [f"below {below:g}"] if below < np.inf else []
        wanted = " ".join(["a finite number", " and ".join(limits)]).rstrip()
        raise ValueError(f"{name}={_short(value)}, expected {wanted}; pass e.g. {name}={example:g}.")
    return float(number)


def _scalar(value: Any) -> float | None:
    """One number that is not nan; None for anything else, a truth value too."""
    if np.ma.is_masked(value) or isinstance(value, (bool, str, list, tuple, dict, set)):
        return None
    if np.ndim(value) or np.asarray(value).dtype.kind not in "iuf":
        return None
    number = value if isinstance(value, int) else float(value)
    return None if number != number else number


def _short(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= 60 else f"{text[:57]}..."

"""Checks of users' numbers: one reading for all arguments, with one clear error."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

#: Largest count or array size allowed.
MOST = 2**31 - 1

#: Largest absolute value for which a sum of 2**40 squared differences is finite in float64; axes can show it.
LARGEST = 2.0**490

_LARGEST = float(np.finfo(np.float64).max)


def number(value: Any) -> float:
    """The value as a float; nan if it is no real number (a text, a bool, several numbers).

    >>> number(np.int8(3)), number("3"), number(True)
    (3.0, nan, nan)
    """
    if type(value) is int:  # of any size
        return float(value) if abs(value) <= _LARGEST else math.nan
    array = as_array(value)
    return float(array) if array.ndim == 0 and array.dtype.kind in "iuf" else math.nan


def as_array(value: Any) -> NDArray[Any]:
    """The value as an array, with nan for masked entries; uneven nested lists as an array of None."""
    try:
        if isinstance(value, np.ma.MaskedArray) and np.ma.is_masked(value):
            return np.ma.filled(value.astype(np.float64), np.nan)
        return np.asarray(value)
    except Exception:  # of any kind, as objects may define their conversion
        return np.asarray(None)


def as_whole(value: Any) -> int | None:
    """The value as an int; None if it is no whole number.

    >>> as_whole(3.0), as_whole(2.5)
    (3, None)
    """
    read = value if type(value) is int else number(value)
    return int(read) if isinstance(read, int) or read.is_integer() else None


def whole(least: int | None = 1, most: int | None = None, /, **given: Any) -> int:
    """The one number given by name as an int; 1e4 is whole, too.

    Args:
        least: the least it may be; None for no bound.
        most: the most it may be; None for no bound.
        given: the number, by its name.

    Raises:
        ValueError: it is no number, not finite, not whole, or out of range.

    >>> whole(steps=1e4)
    10000
    """
    ((name, value),) = given.items()
    exact = as_whole(value)
    if exact is not None and (least is None or exact >= least) and (most is None or exact <= most):
        return exact
    far = most is None or (most >= MOST and (exact is None or exact <= most))  # too large to mention
    bound = "" if least is None else f" of at least {least:,}" if far else f" from {least:,} to {most:,}"
    example = max(10, 10 if least is None else least)
    example = example if most is None else min(example, most)
    raise ValueError(f"{name}={shown(value)}, expected a whole number{bound}; pass e.g. {name}={example}.")


def seed_from(seed: Any) -> int | None:
    """A seed as an int from 0; None for none.

    >>> seed_from(3.0), seed_from(None)
    (3, None)
    """
    return None if seed is None else whole(0, seed=seed)


def stream(seed: int, *, of: str) -> np.random.Generator:
    """A generator from a seed, independent of `default_rng(seed)` and of generators spawned from the seed.

    If an environment drew the numbers of an agent's `default_rng(seed)`, exploration would correlate with slips and
    rewards, and learned values would be biased.

    Args:
        seed: from 0.
        of: a name; different names give different generators.

    >>> stream(0, of="line").random() in np.random.default_rng(0).random(1000)
    False
    """
    return np.random.default_rng(np.random.SeedSequence(seed, spawn_key=tuple(of.encode())))


def real(
    low: float = -math.inf,
    high: float = math.inf,
    *,
    above: bool = False,
    below: bool = False,
    kind: str = "a number",
    example: float | None = None,
    **given: Any,
) -> float:
    """The one finite number given by name as a float.

    Args:
        low: the least it may be.
        high: the most it may be.
        above: whether it must be more than `low`.
        below: whether it must be less than `high`.
        kind: its name in the error, such as "a discount".
        example: a valid number, for the error; by default near the least.
        given: the number, by its name.

    Raises:
        ValueError: it is no number, not finite, or out of range.

    >>> real(0, 1, gamma=0.5)
    0.5
    """
    ((name, value),) = given.items()
    read = number(value)
    if math.isfinite(read) and low <= read <= high and not (above and read == low) and not (below and read == high):
        return read
    if example is None:
        example = high * 0.8 if high <= 1 else max(low, 0.0) + 0.1
    bounds = _bounds(low, high, above, below)
    raise ValueError(f"{name}={shown(value)}, expected {kind}{bounds}; pass e.g. {name}={example:g}.")


def shown(value: Any) -> str:
    """The text of a value on one line, cut if it is long."""
    text = " ".join(repr(value).split())
    return text if len(text) <= 200 else f"{text[:200]}..."


def _bounds(low: float, high: float, above: bool, below: bool) -> str:
    """Words for the bounds, such as " from 0 to 1"."""
    if not math.isfinite(high):
        least = f" above {low:g}" if above else f" of at least {low:g}"
        return f"{least}, and finite" if math.isfinite(low) else " that is finite"
    if not (above or below):
        return f" from {low:g} to {high:g}"
    return f"{' above' if above else ' from'} {low:g} and {'below' if below else 'up to'} {high:g}"

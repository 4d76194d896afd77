"""Settings of trials: grids, random searches, and checks that values are plain, for files and other machines."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product
from typing import Any

import numpy as np

from rl_line.system.kinds import several
from rl_line.system.numbers import number, seed_from, shown, whole

Setting = dict[str, Any]  # the arguments of one trial by name: numbers, texts, booleans or None

_TRIES = 100  # draws of each setting before a search fails


def grid(**values: Any) -> list[Setting]:
    """Every combination of values, the last name varying fastest.

    Args:
        values: for each setting, a list, a range or an array.

    Raises:
        ValueError: no values, or one value twice.

    >>> grid(alpha=[0.1, 0.5], seed=range(2))
    [{'alpha': 0.1, 'seed': 0}, {'alpha': 0.1, 'seed': 1}, {'alpha': 0.5, 'seed': 0}, {'alpha': 0.5, 'seed': 1}]
    """
    if not values:
        raise ValueError(
            "a grid of no settings, expected at least one; pass e.g. grid(alpha=[0.1, 0.5], seed=range(5))."
        )
    lists = [_values(name, listed) for name, listed in values.items()]
    return [dict(zip(values, combination, strict=True)) for combination in product(*lists)]


def random_search(n: int, /, *, seed: int, **distributions: Any) -> list[Setting]:
    """Different settings drawn at random; each name has its own random stream, so a further name changes no other.

    Args:
        n: number of settings.
        seed: seed of the search; add seeds of trials later: `[{**one, "seed": s} for one in found for s in range(5)]`.
        distributions: for each setting, a list, range or array to choose from, a tuple `(low, high)` for a uniform
            distribution, or an object with `rvs`, such as `scipy.stats.loguniform(1e-3, 1)`.

    Raises:
        ValueError: there are fewer than n different settings.

    >>> [one["alpha"] for one in random_search(3, seed=0, alpha=[0.1, 0.2, 0.5])]
    [0.5, 0.1, 0.2]
    """
    n, seed = whole(1, n=n), whole(0, seed=seed_from(seed))
    if not distributions:
        raise ValueError(
            "a search over no settings, expected at least one; pass e.g. random_search(20, seed=0, alpha=(0, 1))."
        )
    streams = [_drawn(name, source, n, seed) for name, source in distributions.items()]
    found: dict[tuple[Any, ...], None] = {}
    for _ in range(_TRIES):
        for combination in zip(*(next(stream) for stream in streams), strict=True):
            if len(found) < n:
                found.setdefault(combination)
        if len(found) == n:
            return [dict(zip(distributions, combination, strict=True)) for combination in found]
    raise ValueError(
        f"{len(found)} different settings in {_TRIES * n:,} drawings, expected n={n:,}; pass a smaller n, or "
        "e.g. alpha=(0, 1) in place of a list."
    )


def plain(name: str, value: Any) -> Any:
    """A number, text, boolean or None of plain Python, as in JSON.

    Raises:
        TypeError: another kind of value.

    >>> plain("alpha", np.float32(0.5))
    0.5
    """
    if isinstance(value, np.generic) or (isinstance(value, np.ndarray) and value.ndim == 0):
        value = value.item()
    if type(value) in (bool, int, float, str) or value is None:
        return value
    for kind in (bool, int, float, str):  # of subclasses, e.g. an enumeration of texts
        if isinstance(value, kind):
            return kind(value)
    raise TypeError(
        f"{name}={shown(value)}, expected a number, a text, True, False or None; pass e.g. a name, and look the object "
        "up in the trial."
    )


def chosen(name: str, value: Any) -> Any:
    """A plain value of a setting; ValueError for nan, which equals no value."""
    read = plain(name, value)
    if read != read:
        raise ValueError(f"{name} has the value nan, expected numbers or texts; pass e.g. None for a missing one.")
    return read


def _values(name: str, listed: Any) -> list[Any]:
    """The values of one setting."""
    values = [chosen(name, value) for value in several(f"pass e.g. {name}=[0, 1]", **{name: listed})]
    if not values:
        raise ValueError(f"{name}={shown(listed)}, expected at least one value; pass e.g. {name}=[0, 1].")
    seen = set[Any]()
    for value in values:
        if value in seen:
            raise ValueError(f"{name} has {value!r} twice, expected every value once; remove one of them.")
        seen.add(value)
    return values


def _drawn(name: str, source: Any, n: int, seed: int) -> Iterator[list[Any]]:
    """Endless batches of n values of one setting."""
    generator = np.random.default_rng([seed, *name.encode()])
    if callable(getattr(source, "rvs", None)):
        while True:
            drawn = np.asarray(source.rvs(size=n, random_state=generator))
            yield [chosen(name, value) for value in drawn.tolist()]
    if isinstance(source, tuple):
        low, high = _bounds(name, source)
        while True:
            yield generator.uniform(low, high, n).tolist()
    values = _values(name, source)
    while True:
        yield [values[k] for k in generator.integers(len(values), size=n)]


def _bounds(name: str, source: tuple[Any, ...]) -> tuple[float, float]:
    """The ends of a range of numbers."""
    ends = [number(end) for end in source]
    if len(ends) != 2 or not np.isfinite(ends).all() or ends[0] >= ends[1]:
        raise ValueError(
            f"{name}={shown(source)}, expected (low, high) with low below high; pass e.g. {name}=(0, 1), or a list to "
            "choose from its values."
        )
    return ends[0], ends[1]

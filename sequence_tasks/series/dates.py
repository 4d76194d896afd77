"""Dates of a series: read, checked, and as short texts."""

from __future__ import annotations

import re
import warnings
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rl_line.system.numbers import as_array, shown

_ISO = re.compile(r"\d{4}(-\d\d(-\d\d([T ]\d\d(:\d\d(:\d\d(\.\d+)?)?)?)?)?)?")


def date(text: str) -> np.datetime64 | None:
    """A text as a date or time, from years to seconds; None if it is no date.

    >>> date("1949-01")
    np.datetime64('1949-01')
    """
    try:
        return np.datetime64(text.strip()) if _ISO.fullmatch(text.strip()) else None
    except ValueError:  # a 13th month
        return None


def checked_dates(name: str, dates: Any, count: int) -> NDArray[np.datetime64]:
    """Dates [count] as a read-only array, checked to be increasing.

    Raises:
        ValueError: an entry is no date, the number differs, or dates do not increase.
    """
    given = as_array(dates)
    try:
        texts = [one for one in given.ravel().tolist() if isinstance(one, str)] if given.dtype.kind in "OU" else []
        if given.dtype.kind not in "MOU" or None in map(date, texts):
            raise ValueError("write them as 2020-01-31")
        with warnings.catch_warnings():
            warnings.simplefilter("error")  # for time zones, which would be lost
            kept = given.astype("datetime64") if given.dtype.kind != "M" else given.copy()
    except (TypeError, ValueError, Warning) as error:
        raise ValueError(f"dates of series {name!r} are {shown(dates)}, expected dates ({error}).") from None
    if kept.shape != (count,):
        raise ValueError(
            f"dates of series {name!r} have shape {kept.shape}, expected {(count,)}, a date for each value; pass as "
            "many as values."
        )
    if np.isnat(kept).any():
        raise ValueError(
            f"dates of series {name!r} have none at {int(np.isnat(kept).argmax())}, expected one for each value; fill "
            "the gap."
        )
    late = kept[1:] <= kept[:-1]
    if late.any():
        place = int(late.argmax()) + 1
        told = coarsest(kept)
        raise ValueError(
            f"dates of series {name!r}: {told[place]} at {place} follows {told[place - 1]}, expected each after the "
            "one before; sort by date, or leave dates out."
        )
    kept.flags.writeable = False
    return kept


def coarsest(dates: NDArray[np.datetime64]) -> NDArray[np.datetime64]:
    """The dates in the coarsest exact unit, from years to seconds; otherwise unchanged.

    >>> coarsest(np.array(["2020-01-01", "2020-02-01"], "datetime64[ns]"))
    array(['2020-01', '2020-02'], dtype='datetime64[M]')
    """
    for unit in ("Y", "M", "D", "h", "m", "s"):
        if ((found := dates.astype(f"datetime64[{unit}]")) == dates).all():
            return found
    return dates


def span(dates: NDArray[np.datetime64] | None, first: int, last: int) -> str:
    """The dates of two steps in brackets, for titles; empty if there are none."""
    if dates is None:
        return ""
    known = coarsest(dates)
    return f" ({known[first]} to {known[last]})"

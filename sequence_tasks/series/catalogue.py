"""Every series by its name, and a series from whatever a user has."""

from __future__ import annotations

from collections.abc import Callable
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from sequence_tasks.series.counting import digits, integers
from sequence_tasks.series.embedded import air_passengers, co2, sunspots
from sequence_tasks.series.generated import autoregressive, mackey_glass, sine_mixture
from sequence_tasks.series.series import Series, read_csv

SERIES: dict[str, Callable[..., Series]] = {
    "air_passengers": air_passengers,
    "sunspots": sunspots,
    "co2": co2,
    "integers": integers,
    "digits": digits,
    "sine_mixture": sine_mixture,
    "autoregressive": autoregressive,
    "mackey_glass": mackey_glass,
}


def as_series(source: Any, **settings: Any) -> Series:
    """A series from a name in `SERIES` with its settings, the path of a CSV file, or an array or pandas column.

    Raises:
        KeyError: no series has that name, and it is no path of a CSV file.

    >>> as_series([3, 1, 4, 1, 5], name="Mine", season=2).values.shape
    (5, 1)
    """
    if isinstance(source, Series):
        return source
    if isinstance(source, Path) or (isinstance(source, str) and source.lower().endswith(".csv")):
        return read_csv(source, **settings)
    if not isinstance(source, str):
        name = getattr(source, "name", None)  # of a pandas column
        settings.setdefault("name", name if isinstance(name, str) else "series")
        return Series(values=source, **settings)
    if source not in SERIES:
        closest = get_close_matches(source, SERIES, n=1, cutoff=0.5)
        hint = f"Did you mean {closest[0]!r}? " if closest else ""
        raise KeyError(f"No series {source!r}. {hint}Known: {', '.join(SERIES)}; or pass the path of a .csv file.")
    return SERIES[source](**settings)

"""The catalogue of series, by name, and a series from a name, a file or an array."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

from sequence_tasks.names import Catalogue, hint, spelled
from sequence_tasks.series.series import Series, read_csv

#: Functions that make a series, by name.
SERIES: Catalogue[Callable[..., Series]] = Catalogue("series")

#: Settings of `gymnasium.make` by the id of an environment.
TASKS: Catalogue[dict[str, Any]] = Catalogue("task")

Make = TypeVar("Make", bound=Callable[..., Series])


def catalogued(env_id: str | None = None, **task: Any) -> Callable[[Make], Make]:
    """Decorator of a function that makes a series: it enters `SERIES`, and an environment of it may enter `TASKS`.

    Args:
        env_id: the environment's Gymnasium id; None for none.
        task: settings of its `SequenceTask`.
    """

    def entered(make: Make) -> Make:
        make = spelled(make)
        SERIES[make.__name__] = make
        if env_id is not None:
            TASKS[env_id] = {"series": make.__name__, **task}
        return make

    return entered


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
        raise KeyError(
            f"No series {source!r}. {hint(source, SERIES)}Known: {', '.join(SERIES)}; or pass the path of a .csv file."
        )
    return SERIES[source](**settings)

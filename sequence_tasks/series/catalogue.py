"""The catalogue of series, by name, and a series from a name, a file or an array."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, TypeVar

from rl_line.system.kinds import hint, instance, several, spelled
from sequence_tasks.names import Catalogue
from sequence_tasks.series.series import Series, read_csv

#: Functions that make a series, by name.
SERIES: Catalogue[Callable[..., Series]] = Catalogue("series")

#: Settings of `gymnasium.make` by the id of an environment.
TASKS: Catalogue[dict[str, Any]] = Catalogue("task")

Make = TypeVar("Make", bound=Callable[..., Series])


def catalogued(env_id: str | None = None, **task: Any) -> Callable[[Make], Make]:
    """Decorator that registers a function making a series in `SERIES`, and optionally an environment in `TASKS`.

    Args:
        env_id: the environment's Gymnasium id; None for none.
        task: settings of its `SequenceTask`.
    """
    instance("env_id", env_id, (str, type(None)), 'pass e.g. env_id="Mine-v0"')

    def entered(make: Make) -> Make:
        make = spelled(make)
        SERIES[make.__name__] = make
        if env_id is not None:
            TASKS[env_id] = {"series": make.__name__, **task}
        return make

    return entered


def as_series(source: Any, **settings: Any) -> Series:
    """A series from a name in `SERIES` with its settings, the path of a CSV file, an array, or pandas.

    A pandas index of dates or periods becomes the dates of the series. In a DataFrame, the column to forecast is
    `target`, by default the first one; `dates` names a column of dates, and `known` columns known in advance.

    Raises:
        KeyError: the name is no series and no path of a CSV file, or a DataFrame has no such column.

    >>> as_series([3, 1, 4, 1, 5], name="Mine", season=2).values.shape
    (5, 1)
    """
    if isinstance(source, Series):
        return replace(source, **settings) if settings else source
    if isinstance(source, Path) or (isinstance(source, str) and source.lower().endswith(".csv")):
        return read_csv(source, **settings)
    if hasattr(source, "iloc"):
        return _of_pandas(source, **settings)
    if not isinstance(source, str):
        name = getattr(source, "name", None)  # of a pandas column
        settings.setdefault("name", name if isinstance(name, str) else "series")
        return Series(values=source, **settings)
    if source not in SERIES:
        raise KeyError(
            f"No series {source!r}. {hint(source, SERIES)}Known: {', '.join(SERIES)}; or pass the path of a .csv file."
        )
    return SERIES[source](**settings)


def _of_pandas(
    source: Any, *, target: Any = None, dates: Any = None, known: Sequence[Any] = (), **settings: Any
) -> Series:
    """A series from a pandas Series or DataFrame, without importing pandas."""
    if not hasattr(source, "columns"):
        if target is not None:
            raise TypeError(f"target={target!r} of a single column, expected a DataFrame; leave target out.")
        source = source.to_frame(source.name if isinstance(source.name, str) else "series")
        target, settings = source.columns[0], {"name": source.columns[0], **settings}
    known = several("pass e.g. known=['month']", known=known)
    places: Catalogue[int] = Catalogue("column", ((name, k) for k, name in enumerate(source.columns)))
    if len(places) < len(source.columns):
        raise ValueError(f"columns {list(source.columns)} have a name twice, expected each once; rename them.")
    if dates is None:
        dates = _index_dates(source.index)
    elif isinstance(dates, str):
        dates = source.iloc[:, places.pop(dates) if dates in places else places[dates]].to_numpy()
    ahead = [places[name] for name in known]
    first = places[target] if target is not None else next((k for k in places.values() if k not in ahead), 0)
    order = [first, *(k for k in places.values() if k != first)]
    settings.setdefault("name", "series" if target is None else str(target))
    values = source.iloc[:, order].to_numpy()
    return Series(values=values, dates=dates, known=tuple(order.index(k) for k in ahead), **settings)


def _index_dates(index: Any) -> Any:
    """The dates of a pandas index, in UTC if it has a time zone; None without dates."""
    if hasattr(index, "to_timestamp"):
        index = index.to_timestamp()
    if getattr(index, "tz", None) is not None:
        index = index.tz_convert(None)
    return index.to_numpy() if getattr(index.dtype, "kind", "") == "M" else None

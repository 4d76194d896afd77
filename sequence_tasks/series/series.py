"""A series: numbers in the order of time, with their season, dates and source."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, ClassVar

import numpy as np
from numpy.typing import ArrayLike, NDArray

from rl_line.system.kinds import as_path, hint, instance, several, spelled
from rl_line.system.numbers import real, shown, whole
from sequence_tasks.checks import LARGEST, expected, first_unusable, plain
from sequence_tasks.series.csv_table import number, table
from sequence_tasks.series.dates import checked_dates, coarsest, date


@spelled
@dataclass(frozen=True, eq=False)
class Series:
    """Values in equal steps of time; column 0 is the column to forecast.

    Args:
        name: name in tables.
        values: [n] or [n, F], kept read-only as float64 [n, F], or int64 if it has symbols.
        season: approximate period in steps; 1 for none.
        symbols: number of different labels 0..symbols-1, if the values are labels; None for amounts.
        best_rmse: smallest possible root mean squared error of one-step forecasts, if known.
        source: source of the numbers.
        licence: licence of the numbers.
        dates: [n], as datetime64, in ascending order; None for none.
        known: numbers of the columns known in advance, e.g. of a calendar; reading them ahead is no leak.
    """

    name: str
    values: NDArray[Any]
    season: int = 1
    symbols: int | None = None
    best_rmse: float | None = None
    source: str = ""
    licence: str = ""
    dates: NDArray[np.datetime64] | None = None
    known: tuple[int, ...] = ()

    lacks: ClassVar[dict[str, str]] = {"column": "it is for files; choose columns of an array first, as values[:, [1]]"}

    def __post_init__(self) -> None:
        instance("name", self.name, str, 'pass e.g. name="Passengers"')
        for name in ("source", "licence"):
            instance(name, getattr(self, name), str, f'pass e.g. {name}="measured at home"')
        if self.symbols is not None:
            object.__setattr__(self, "symbols", whole(symbols=self.symbols))
        if self.best_rmse is not None:
            object.__setattr__(self, "best_rmse", real(0, LARGEST, best_rmse=self.best_rmse))
        object.__setattr__(self, "values", _checked(self.name, self.values, self.symbols))
        object.__setattr__(self, "season", whole(season=self.season))
        if self.dates is not None:
            object.__setattr__(self, "dates", checked_dates(self.name, self.dates, len(self.values)))
        columns = self.values.shape[1]
        known = tuple(whole(None, known=one) for one in several("pass e.g. known=(1,)", known=self.known))
        if not all(0 < one < columns for one in known):
            raise ValueError(
                f"known={self.known!r} of {columns} columns, expected numbers of columns from 1 on, as column 0 is "
                "forecast; pass e.g. known=(1,)."
            )
        object.__setattr__(self, "known", known)

    def __repr__(self) -> str:
        count, columns = self.values.shape
        parts = [f"{count:,} values", *([f"{columns} columns"] if columns > 1 else [])]
        parts += [f"season {self.season}"] if self.season > 1 else []
        parts += [f"{self.symbols} symbols"] if self.symbols is not None else []
        if self.dates is not None:
            dates = coarsest(self.dates)
            parts.append(f"{dates[0]} to {dates[-1]}")
        return f"<Series {self.name!r}: {', '.join(parts)}>"

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.__dict__.update(state)
        for array in (self.values, self.dates):
            if array is not None:
                array.flags.writeable = False  # not kept by a deep copy or a pickle

    def __len__(self) -> int:
        return len(self.values)

    def __getitem__(self, part: slice) -> Series:
        """A part of the series, e.g. `series[:96]`, with the same season, source and other fields."""
        instance("the part", part, slice, "pass e.g. series[:96]")
        edges = {"start": part.start, "stop": part.stop, "step": part.step}
        part = slice(*(None if edge is None else whole(None, **{name: edge}) for name, edge in edges.items()))
        return replace(self, values=self.values[part], dates=None if self.dates is None else self.dates[part])


@spelled
def read_csv(
    path: str | Path,
    *,
    column: str | Sequence[str] | None = None,
    dates: str | None = None,
    known: Sequence[str] = (),
    season: int = 1,
    header: bool | None = None,
    separator: str = ",",
) -> Series:
    """A series from one or more columns of a CSV file in UTF-8.

    Args:
        path: path of the file.
        column: name of the column to forecast, as in the first line, or its number from "1" on if there are no
            names; by default the last column. Of several names, the first is forecast; the others are further inputs.
        dates: name of the column of dates, as 2020-01-31; None for none.
        known: names of columns known in advance, e.g. of a calendar.
        season: season of the series.
        header: whether the first line names the columns; None for names, with an error if a name is a number.
        separator: separator of the fields in a line.

    Raises:
        ValueError: a column does not exist, a line has no number or no date in it, or the file is no table.
    """
    path = as_path(path)
    known = several("pass e.g. known=['month']", known=known)
    instance("dates", dates, (str, type(None)), "pass e.g. dates='month'")
    if not isinstance(column, (str, type(None))):
        if not isinstance(column, Iterable):
            raise TypeError(
                f"column={column!r}, expected the name of a column, or a list of names; pass e.g. column='value', or "
                "column='1' for the first of columns without names."
            )
        column = several("pass e.g. column=['value', 'rain']", column=column)
    names, lines = table(path, header, separator)
    aside = {str(name) for name in (dates, *known) if name is not None}
    left = [name for name in names if name not in aside]
    chosen = left[-1:] if column is None else [column] if isinstance(column, str) else column
    columns = list(dict.fromkeys(map(str, [*chosen, *known])))
    places = [_place(path, names, name) for name in columns]
    if not chosen or columns[0] in aside:
        raise ValueError(f"column={column!r} of {path}, expected one to forecast beside {sorted(aside)}; name it.")
    values = [[number(path, separator, names, line, row, place) for place in places] for line, row in lines]
    found = None
    if dates is not None:
        at = _place(path, names, dates)
        found = np.array([_date(path, separator, names, line, row, at) for line, row in lines])
    ahead = tuple(columns.index(str(name)) for name in known)
    return Series(columns[0], np.array(values), season=season, source=str(path), dates=found, known=ahead)


def _place(path: Path, names: list[str], column: str) -> int:
    """Place of a column among the names."""
    if names.count(column) == 1:
        return names.index(column)
    if column in names:
        raise ValueError(f"{path} has {names.count(column)} columns {column!r}, expected one; rename the others.")
    raise ValueError(f"{path} has no column {column!r}. {hint(column, names)}Known: {', '.join(names)}.")


def _date(path: Path, separator: str, names: list[str], line: int, row: list[str], place: int) -> np.datetime64:
    """The date at a place of a line."""
    found = date(row[place]) if place < len(row) else None
    if found is None:
        raise ValueError(
            f"line {line} of {path} is {separator.join(row)!r}, expected a date in column {names[place]!r}; "
            "write it as 2020-01-31."
        )
    return found


def _checked(name: str, values: ArrayLike, symbols: int | None) -> NDArray[Any]:
    array = plain(f"series {name!r}", values)
    if array.dtype.kind not in "iuf" or array.ndim not in (1, 2) or not array.size:
        raise ValueError(
            f"series {name!r} is {shown(values)} of type {array.dtype} and shape {array.shape}, expected numbers [n] "
            "or [n, F]; pass e.g. values=[1, 2, 3]."
        )
    if (where := first_unusable(array)) is not None:
        if not np.isfinite(array[where]):
            raise ValueError(
                f"series {name!r} is {array[where]} at {list(where)}, expected finite numbers; fill the gap, or leave "
                "those values out."
            )
        raise ValueError(
            f"series {name!r} is {array[where]} at {list(where)}, expected {expected()}; give it a larger unit."
        )
    if symbols is not None and (array.dtype.kind == "f" or array.min() < 0 or array.max() >= symbols):
        raise ValueError(
            f"series {name!r} has {array.dtype} values from {array.min()} to {array.max()}, expected integers from 0 "
            f"to {symbols - 1} as symbols={symbols}."
        )
    kept: NDArray[Any] = array.reshape(len(array), -1).astype(np.float64 if symbols is None else np.int64)
    kept.flags.writeable = False
    return kept

"""A series: numbers in the order of time, with what is known about them."""

from __future__ import annotations

import csv
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from sequence_tasks.checks import expected, first_unusable, plain, real, whole
from sequence_tasks.names import hint, spelled


@spelled
@dataclass(frozen=True, eq=False)
class Series:
    """Values in equal steps of time; column 0 is what is to be forecast.

    Args:
        name: how it is called in tables.
        values: [n] or [n, F], kept read-only as float64 [n, F], or int64 if it has symbols.
        season: steps after which it repeats itself roughly; 1 for none.
        symbols: how many kinds of value there are, 0..symbols-1, if the values are labels and not amounts.
        best_rmse: root of the smallest possible mean squared error of one step, where it is known.
        source: where the numbers are from.
        licence: under which they may be used.
    """

    name: str
    values: NDArray[Any]
    season: int = 1
    symbols: int | None = None
    best_rmse: float | None = None
    source: str = ""
    licence: str = ""

    def __post_init__(self) -> None:
        if self.symbols is not None:
            object.__setattr__(self, "symbols", whole("symbols", self.symbols, of=" of labels", example=10))
        if self.best_rmse is not None:
            object.__setattr__(self, "best_rmse", real("best_rmse", self.best_rmse, low=0, example=1.0))
        object.__setattr__(self, "values", _checked(self.name, self.values, self.symbols))
        object.__setattr__(self, "season", whole("season", self.season, of=" of steps"))

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.__dict__.update(state)
        self.values.flags.writeable = False  # which neither a deep copy nor a pickle keeps

    def __len__(self) -> int:
        return len(self.values)

    def __getitem__(self, part: slice) -> Series:
        """A part of it, e.g. `series[:96]`, with all that is known about the whole."""
        return replace(self, values=self.values[part])


@spelled
def read_csv(
    path: str | Path,
    *,
    column: str | None = None,
    season: int = 1,
    header: bool | None = None,
    separator: str = ",",
) -> Series:
    """A series from a column of a CSV file in UTF-8, the last column unless one is named.

    Args:
        path: of the file.
        column: its name, as in the first line, or its number from "1" on if there are no names.
        season: of the series.
        header: whether the first line names the columns; None if it does, but is refused if a name is a number.
        separator: between the fields of a line.

    Raises:
        ValueError: there is no such column, a line of it holds no number, or the file is no such table.
    """
    path = Path(path)
    names, lines = _table(path, header, separator)
    column = names[-1] if column is None else str(column)
    place = _place(path, names, column)
    values = [_number(path, separator, names, line, row, place) for line, row in lines]
    return Series(column, np.array(values), season=season, source=str(path))


def _table(path: Path, header: bool | None, separator: str) -> tuple[list[str], list[tuple[int, list[str]]]]:
    """Names of the columns of a file, and the number and the fields of each line of values."""
    if not isinstance(separator, str) or len(separator) != 1:
        raise ValueError(f"separator={separator!r}, expected one character; pass e.g. separator=';'.")
    try:
        with path.open(newline="", encoding="utf-8-sig") as file:
            reader = csv.reader(file, delimiter=separator)
            lines = [(reader.line_num, row) for row in reader]
    except (UnicodeDecodeError, csv.Error) as error:
        raise ValueError(f"{path} is no text in UTF-8 ({error}); save it as a CSV file in UTF-8.") from None
    if not any(map(_filled, (row for _, row in lines))):
        raise ValueError(f"{path} is empty, expected a line of names and a line for each value.")
    first = lines[0][1]
    if not _filled(first):
        raise ValueError(f"line 1 of {path} is blank, expected names of columns; delete it.")
    for other in sorted({",", ";", "\t", "|"} - {separator}):
        if len(first) == 1 and all(other in separator.join(row) for _, row in lines if _filled(row)):
            raise ValueError(f"line 1 of {path} is {first[0]!r}, without {separator!r}; pass separator={other!r}.")
    numbers = [field for field in first if _float(field) is not None]
    if header is None and numbers:
        raise ValueError(
            f"line 1 of {path} is {separator.join(first)!r}, expected names of columns, and {numbers[0]!r} is a number;"
            " pass header=False if the values begin there, or header=True if it is a name."
        )
    if header is False:
        return [str(k) for k in range(1, len(first) + 1)], lines
    if len(lines) == 1:
        raise ValueError(f"{path} has names, {separator.join(first)!r}, and no values; add a line for each value.")
    return [name.strip() for name in first], lines[1:]


def _place(path: Path, names: list[str], column: str) -> int:
    """Place of a column among the names."""
    if names.count(column) == 1:
        return names.index(column)
    if column in names:
        raise ValueError(f"{path} has {names.count(column)} columns {column!r}, expected one; rename the others.")
    raise ValueError(f"{path} has no column {column!r}. {hint(column, names)}Known: {', '.join(names)}.")


def _number(path: Path, separator: str, names: list[str], line: int, row: list[str], place: int) -> float:
    """The number at a place of a line."""
    text = row[place] if place < len(row) else ""
    number = _float(text)
    if number is not None and not _filled(row[len(names) :]):
        return number
    if not _filled(row):
        cause = "the line is blank, delete it"
    elif number is not None:
        cause = f"there are {len(row)} fields for {len(names)} names, write decimals with a point"
    elif _float(text.replace(",", ".")) is not None:
        cause = "write decimals with a point"
    else:
        cause = "fill the gap, or leave the line out"
    raise ValueError(
        f"line {line} of {path} is {separator.join(row)!r}, expected a number in column {names[place]!r}; {cause}."
    )


def _float(text: str) -> float | None:
    """The number that a text is, None if it is none."""
    try:
        return float(text)
    except ValueError:
        return None


def _filled(row: list[str]) -> bool:
    """Whether a field of a line holds anything."""
    return any(field.strip() for field in row)


def _checked(name: str, values: ArrayLike, symbols: int | None) -> NDArray[Any]:
    array = plain(f"series {name!r}", values)
    if array.dtype.kind not in "iuf" or array.ndim not in (1, 2) or not array.size:
        raise ValueError(
            f"series {name!r} has values of type {array.dtype} and shape {array.shape}, expected numbers [n] or "
            "[n, F]; pass e.g. values=[1, 2, 3]."
        )
    if (where := first_unusable(array)) is not None:
        if not np.isfinite(array[where]):
            raise ValueError(
                f"series {name!r} is not finite at {list(where)}; fill the gap, or leave those values out."
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

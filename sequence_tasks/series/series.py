"""A series: numbers in the order of time, with what is known about them."""

from __future__ import annotations

import csv
from dataclasses import dataclass, replace
from difflib import get_close_matches
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray


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
        object.__setattr__(self, "values", _checked(self.name, self.values, self.symbols))
        if self.season < 1:
            raise ValueError(f"season={self.season!r}, expected at least 1 step; pass season=1 for none.")

    def __len__(self) -> int:
        return len(self.values)

    def __getitem__(self, part: slice) -> Series:
        """A part of it, e.g. `series[:96]`, with all that is known about the whole."""
        return replace(self, values=self.values[part])


def read_csv(path: str | Path, *, column: str | None = None, season: int = 1) -> Series:
    """A series from a column of a CSV file whose first line names the columns; the last column unless one is named.

    Raises:
        ValueError: there is no such column, or a line of it holds no number.
    """
    path = Path(path)
    with path.open(newline="", encoding="utf-8") as file:
        header, *rows = csv.reader(file)
    column = header[-1] if column is None else column
    if column not in header:
        closest = get_close_matches(column, header, n=1, cutoff=0.5)
        hint = f"Did you mean {closest[0]!r}? " if closest else ""
        raise ValueError(f"{path} has no column {column!r}. {hint}Known: {', '.join(header)}.")
    place, values = header.index(column), []
    for line, row in enumerate(rows, start=2):
        try:
            values.append(float(row[place]))
        except (IndexError, ValueError):
            raise ValueError(
                f"line {line} of {path} is {','.join(row)!r}, expected a number in column {column!r}; "
                "fill the gap, or leave the line out."
            ) from None
    return Series(column, np.array(values), season=season, source=str(path))


def _checked(name: str, values: ArrayLike, symbols: int | None) -> NDArray[Any]:
    array = np.asarray(values)
    if array.dtype.kind not in "iuf" or array.ndim not in (1, 2) or not array.size:
        raise ValueError(
            f"series {name!r} has values of type {array.dtype} and shape {array.shape}, expected numbers [n] or "
            "[n, F]; pass e.g. values=[1, 2, 3]."
        )
    if not np.isfinite(array).all():
        where = np.argwhere(~np.isfinite(array))[0].tolist()
        raise ValueError(f"series {name!r} is not finite at {where}; fill the gap, or leave those values out.")
    if symbols is not None and (array.dtype.kind == "f" or array.min() < 0 or array.max() >= symbols):
        raise ValueError(
            f"series {name!r} has {array.dtype} values from {array.min()} to {array.max()}, expected integers from 0 "
            f"to {symbols - 1} as symbols={symbols}."
        )
    kept: NDArray[Any] = array.reshape(len(array), -1).astype(np.float64 if symbols is None else np.int64)
    kept.flags.writeable = False
    return kept

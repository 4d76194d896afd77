"""Rows of numbers, in little memory, and their CSV files."""

from __future__ import annotations

import csv
from array import array
from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from itertools import islice
from pathlib import Path
from typing import Any, overload

from rl_line.system import replaced
from rl_line.system.kinds import instance, several, spelled

Row = dict[str, float]
_EPISODE = ("step", "episode", "return", "length")


class Rows(Sequence[Row]):
    """Rows of episodes, in an eighth of the memory of a list; `list(rows)` makes a list, e.g. for JSON.

    >>> rows = Rows()
    >>> rows.add(3, 2.0, 3, {"td_error": 0.5})
    >>> rows[-1]
    {'step': 3, 'episode': 1, 'return': 2.0, 'length': 3, 'td_error': 0.5}
    """

    def __init__(self) -> None:
        self._parts: list[tuple[int, tuple[str, ...], array[float]]] = []  # first episode, names, their numbers
        self._names: tuple[str, ...] | None = None
        self._count = 0

    def add(self, step: int, total: float, length: int, logged: Mapping[str, float]) -> None:
        """Adds an episode by its last step, its return, its length and other numbers by name.

        Raises:
            TypeError: the other values are not numbers.
        """
        try:
            if (names := tuple(logged)) != self._names:
                self._names, self._numbers = names, array("d")
                self._parts.append((self._count, (*_EPISODE, *names), self._numbers))
            self._count = count = self._count + 1
            self._numbers.fromlist([step, count, total, length, *logged.values()])
        except (TypeError, AttributeError) as error:
            raise TypeError(f"learn gave {logged!r:.200}, expected numbers by name; give e.g. {{}}.") from error

    def __len__(self) -> int:
        return self._count

    @overload
    def __getitem__(self, index: int) -> Row: ...

    @overload
    def __getitem__(self, index: slice) -> list[Row]: ...

    def __getitem__(self, index: int | slice) -> Row | list[Row]:
        if isinstance(index, slice):
            return [self[k] for k in range(*index.indices(self._count))]
        at = range(self._count)[index]  # handles negative indices, and raises IndexError
        part = bisect_right(self._parts, at, key=lambda part: part[0]) - 1
        first, names, numbers = self._parts[part]
        begin = (at - first) * len(names)
        return _row(names, numbers[begin : begin + len(names)])

    def __iter__(self) -> Iterator[Row]:
        for _, names, numbers in self._parts:
            each = iter(numbers)
            yield from (_row(names, islice(each, len(names))) for _ in range(len(numbers) // len(names)))

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Rows | list) and len(self) == len(other) and all(map(dict.__eq__, self, other))

    __hash__ = None  # type: ignore[assignment]

    def __repr__(self) -> str:
        return f"<Rows: {self._count:,} episodes; the last {self[-1]}>" if self._count else "<Rows: no episodes>"


def _row(names: tuple[str, ...], numbers: Any) -> Row:
    step, episode, total, length, *logged = numbers
    values = (int(step), int(episode), total, int(length), *logged)
    return dict(zip(names, values, strict=True))


@spelled
def write_csv(rows: Sequence[Row], path: str | Path) -> None:
    """Writes rows as CSV, under a header of all names; rows may have different names."""
    rows = several("pass rows of agents.train", rows=rows)
    for row in rows:
        instance("one of the rows", row, Mapping, "pass rows of agents.train")
    names = list(dict.fromkeys(name for row in rows for name in row))
    with replaced(path) as beside, beside.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, names)
        writer.writeheader()
        writer.writerows(rows)

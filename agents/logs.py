"""Rows of numbers, and their CSV files."""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from pathlib import Path

from rl_line.system import replaced
from rl_line.system.kinds import instance

Row = dict[str, float]


def write_csv(rows: Sequence[Row], path: str | Path) -> None:
    """Writes rows, whose names may differ, under one line of all names."""
    instance("rows", rows, Sequence, "pass what agents.train returns")
    for row in rows:
        instance("a row", row, Mapping, "pass what agents.train returns")
    names = list(dict.fromkeys(name for row in rows for name in row))
    with replaced(path) as beside, beside.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, names)
        writer.writeheader()
        writer.writerows(rows)

"""Rows of numbers, and their CSV files."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from pathlib import Path

from rl_line.system import replaced

Row = dict[str, float]


def write_csv(rows: Sequence[Row], path: str | Path) -> None:
    """Writes rows, whose names may differ, under one line of all names."""
    names = list(dict.fromkeys(name for row in rows for name in row))
    with replaced(path) as beside, beside.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, names)
        writer.writeheader()
        writer.writerows(rows)

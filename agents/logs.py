"""Rows of numbers as CSV, and as scalars for TensorBoard."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from time import time_ns

from agents.atomic_files import replaced

Row = dict[str, float]


def write_csv(rows: Sequence[Row], path: str | Path) -> None:
    """Writes rows, whose names may differ, under one line of all names."""
    names = list(dict.fromkeys(name for row in rows for name in row))
    with replaced(path) as beside, beside.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, names)
        writer.writeheader()
        writer.writerows(rows)


@contextmanager
def scalars(logdir: str | Path | None) -> Iterator[Callable[[Row], None]]:
    """A function that writes a row's numbers at its `step` to a folder that TensorBoard reads; none if it is None.

    Raises:
        ModuleNotFoundError: tensorboardX is not installed.
    """
    if logdir is None:
        yield lambda row: None
        return
    try:
        from tensorboardX import SummaryWriter
    except ModuleNotFoundError as error:
        raise ModuleNotFoundError(
            f"logdir={str(logdir)!r} needs tensorboardX; pip install 'rl-line[keras]', or pass logdir=None."
        ) from error
    with SummaryWriter(str(logdir), filename_suffix=f".{time_ns()}") as writer:

        def write(row: Row) -> None:
            for name, value in row.items():
                if name != "step":
                    writer.add_scalar(name, value, int(row["step"]))

        yield write

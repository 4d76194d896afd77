"""Rows of errors as a table of text."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from sequence_tasks.evaluation.scores import Comparison, Scores

_SIDES = "<<>>>>>><"  # words on the left, numbers on the right


class Row(NamedTuple):
    """One forecaster's errors: the mean over its seeds, and their spread."""

    name: str
    mode: str  # "one_step", "recursive" or "direct"
    seeds: int
    mean: Scores
    spread: Scores  # standard deviation over the seeds, 0 for one
    comparison: Comparison | None  # with the first row; None for the first row itself and for the mean of its seeds


def score_lines(rows: Sequence[Row]) -> list[str]:
    """Lines of a table with a head; all rows except the first end with their comparison to the first row."""
    smallest = min((row.mean.rmse for row in rows if row.mean.rmse > 0), default=1.0)
    digits = int(np.clip(3 - np.floor(np.log10(smallest)), 0, 8))  # four figures of the best
    first = rows[0].name
    head = ["", "mode", "seeds", "RMSE", "+-", "MAE", "MASE", "sMAPE", f"against {first}"]
    lines = [head, *(_entries(row, digits, first) for row in rows)]
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    return [
        "  ".join(f"{entry:{side}{width}}" for entry, side, width in zip(line, _SIDES, widths, strict=True)).rstrip()
        for line in lines
    ]


def _entries(row: Row, digits: int, first: str) -> list[str]:
    """A row as texts: its errors with `digits` decimals, and its comparison with the first row."""
    mean, spread = row.mean, f"{row.spread.rmse:.{digits}f}" if row.seeds > 1 else ""
    said = "" if row.name == first else "mean of its seeds"
    if row.comparison is not None:
        said = f"{row.comparison.verdict} (p {_probability(row.comparison.p)})"
    errors = f"{mean.rmse:.{digits}f}", spread, f"{mean.mae:.{digits}f}", f"{mean.mase:.3f}", f"{mean.smape:.2f}"
    return [row.name, row.mode, str(row.seeds), *errors, said]


def _probability(p: float) -> str:
    return "< 0.001" if p < 0.001 else f"{p:.3f}"

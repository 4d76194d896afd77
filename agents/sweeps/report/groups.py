"""Rows of a sweep grouped by their settings."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from agents.sweeps.statistics import interquartile_mean
from rl_line.system.kinds import instance, several
from rl_line.system.numbers import number

Row = Mapping[str, Any]


def results(rows: Iterable[Row], result: str, by: str | Sequence[str]) -> dict[Any, NDArray[np.float64]]:
    """Results [n] of all runs, by the value of one setting or by the values of several.

    Rows with an `error`, and results that are not finite, are left out, as by `is_failed`. Groups are in the order of
    their first row; a group in which all runs failed is left out.

    >>> results([{"alpha": 0.1, "regret": 2.0}, {"alpha": 0.1, "error": "no memory"}], "regret", by="alpha")
    {0.1: array([2.])}
    """
    names = [by] if isinstance(by, str) else several('pass e.g. by=("agent", "alpha")', by=by)
    found: dict[Any, list[float]] = {}
    for k, row in enumerate(as_rows(rows)):
        if is_failed(row, result):
            continue
        for name in (*names, result):
            if name not in row:
                raise ValueError(
                    f"row {k} has {', '.join(map(str, row)) or 'nothing'}, expected {name}; name a setting or a result "
                    "that all rows have."
                )
        key = row[names[0]] if isinstance(by, str) else tuple(row[name] for name in names)
        found.setdefault(key, []).append(number(row[result]))
    return {key: np.array(values) for key, values in found.items()}


def as_rows(rows: Iterable[Row]) -> list[Row]:
    """The rows as a list; TypeError if they are no rows."""
    instance("rows", rows, Iterable, "pass the rows of a sweep")
    listed = list(rows)
    for k, row in enumerate(listed):
        instance(f"row {k}", row, Mapping, 'pass rows of a sweep, e.g. [{"alpha": 0.1, "regret": 0.0}]')
    return listed


def is_failed(row: Row, result: str) -> bool:
    """True for a run with an error, or with a result that is not a finite number."""
    return "error" in row or (result in row and not np.isfinite(number(row[result])))


def final_rows(rows: Iterable[Row], result: str) -> list[Row]:
    """Rows of runs that did not fail; for learning curves, the rows of the last `step`."""
    known = [row for row in as_rows(rows) if not is_failed(row, result)]
    last = max((float(row["step"]) for row in known if "step" in row), default=None)
    return known if last is None else [row for row in known if row.get("step") == last]


def ranked(rows: Iterable[Row], result: str, by: Sequence[str], *, less_is_better: bool = False) -> dict[Any, NDArray]:
    """The results [n] of groups of runs, as by `results`, the best interquartile mean first.

    >>> list(ranked([{"alpha": 0.1, "regret": 2.0}, {"alpha": 0.5, "regret": 3.0}], "regret", ["alpha"]))
    [(0.5,), (0.1,)]
    """
    groups = results(rows, result, by)
    return dict(sorted(groups.items(), key=lambda item: interquartile_mean(item[1]), reverse=not less_is_better))


def varied_settings(rows: Sequence[Row], *results: str) -> dict[str, list[Any]]:
    """Settings with several values in the rows, each with its values in order; results are left out."""
    keys = dict.fromkeys(key for row in rows for key in row if key not in (*results, "error"))
    values = {key: list(dict.fromkeys(row[key] for row in rows if key in row)) for key in keys}
    return {key: sorted(found, key=_order) for key, found in values.items() if len(found) > 1}


def _order(value: Any) -> tuple[bool, float, str]:
    """Numbers by their size, then texts."""
    return isinstance(value, str), 0.0 if isinstance(value, str) else float(number(value)), str(value)

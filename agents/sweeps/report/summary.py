"""Summary of a sweep for a terminal: its best settings as a short table with intervals."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np

from agents.sweeps.report.groups import Row, final_rows, ranked, results
from agents.sweeps.statistics import bootstrap_interval, interquartile_mean
from rl_line.system.numbers import number

_MOST_LINES = 20
_NO_RESULTS = ("seed", "step", "episode", "error")  # columns that are no results


class Objective(NamedTuple):
    """The result by which settings are compared."""

    result: str
    less_is_better: bool = False


def numeric_results(rows: Sequence[Row], settings: Sequence[str]) -> list[str]:
    """Names of the results that are numbers, in order.

    >>> numeric_results([{"alpha": 0.1, "seed": 0, "return": 2.0, "policy": "left"}], ["alpha"])
    ['return']
    """
    names = dict.fromkeys(name for row in rows for name in row if name not in (*settings, *_NO_RESULTS))
    return [name for name in names if any(np.isfinite(number(row[name])) for row in rows if name in row)]


def objective(rows: Sequence[Row], settings: Sequence[str], asked: Objective | None = None) -> Objective:
    """The given objective; by default the least regret, if rows have it, else the largest first numeric result.

    Raises:
        ValueError: no row has a number of that name, or no row has a number.
    """
    known = numeric_results(rows, settings)
    if asked is None and known:
        return Objective("regret", less_is_better=True) if "regret" in known else Objective(known[0])
    errors = [f"; the first error is {str(row['error'])[:200].rstrip('.')}" for row in rows if "error" in row][:1]
    if asked is None or not known:
        cause = errors or ["; return e.g. {'return': 1.5} from the trial"]
        raise ValueError(f"no row has a number as a result, expected at least one{''.join(cause)}.")
    if asked.result not in known:
        listed = ", ".join(known)
        raise ValueError(f"no row has {asked.result} as a result, expected one of: {listed}{''.join(errors)}.")
    return asked


def best_table(rows: Sequence[Row], decides: Objective, settings: Sequence[str], by: Sequence[str]) -> str:
    """The best groups of settings as text: runs, interquartile means, and the interval of the objective."""
    last = final_rows(rows, decides.result)
    found = list(ranked(last, decides.result, by, less_is_better=decides.less_is_better).items())
    others = [name for name in numeric_results(last, settings) if name != decides.result]
    means = {name: _means(last, name, by) for name in others}
    lines = [
        (*key, len(runs), *bootstrap_interval(runs), *(means[name].get(key, np.nan) for name in others))
        for key, runs in found[:_MOST_LINES]
    ]
    told = [aligned((*by, "runs", decides.result, "low", "high", *others), lines)]
    if (more := len(found) - _MOST_LINES) > 0:
        told.append(f"... and {more:,} more lines")
    told.append(f"Interquartile means over runs, the best {decides.result} first; low and high end its 95 % interval.")
    return "\n".join(told)


def aligned(head: Sequence[str], lines: Iterable[Sequence[Any]]) -> str:
    """A table as text, in columns as wide as their longest cell; numbers with four digits."""
    cells = [list(head), *([_cell(value) for value in line] for line in lines)]
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
    return "\n".join("  ".join(part.rjust(width) for part, width in zip(line, widths, strict=True)) for line in cells)


def _means(rows: Sequence[Row], result: str, by: Sequence[str]) -> Mapping[Any, float]:
    """The interquartile mean of another result in every group with that result."""
    groups = results([row for row in rows if result in row], result, by)
    return {key: float(interquartile_mean(values)) for key, values in groups.items()}


def _cell(value: Any) -> str:
    if isinstance(value, (float, np.floating, np.ndarray)):
        return "-" if np.isnan(value) else f"{float(value):.4g}"
    return str(value)

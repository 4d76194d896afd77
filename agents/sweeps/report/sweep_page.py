"""The page of any sweep: its settings, its best groups, and figures over the varied settings."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from agents.sweeps.report import page as html
from agents.sweeps.report.groups import Row, as_rows, final_rows, is_failed, ranked, results, varied_settings
from agents.sweeps.statistics import bootstrap_interval
from rl_line.system.numbers import number

_MOST_LINES, _MOST_MAPS, _MOST_CURVES = 40, 12, 12
_SIZE = (5.4, 4.4)  # inches: still to be read on a phone


def sweep_page(
    rows: Sequence[Row],
    result: str,
    *,
    title: str = "Sweep",
    seed: str = "seed",
    other_results: Sequence[str] = (),
    less_is_better: bool = False,
    critical: ArrayLike = (),
    about: Mapping[str, Any] | None = None,
) -> str:
    """A self-contained HTML page: settings, the best groups with intervals, heat maps, profiles, curves.

    Args:
        rows: rows of all runs; rows with a `step` are points of learning curves, and the last step is the result.
        result: name of the result by which settings are compared.
        title: title of the page.
        seed: name of the setting that only repeats a run.
        other_results: names of further results.
        less_is_better: True e.g. for regret.
        critical: discounts to mark in heat maps, e.g. `rl_line.dp.critical_gammas`.
        about: further facts by name, e.g. versions.
    """
    rows = as_rows(rows)
    known = _known(rows, result)
    last = final_rows(known, result)
    varied = varied_settings(last, result, *other_results, "step")
    by = [name for name in varied if name != seed]
    lead = f"{len(last):,} runs, judged by their {result}: {'less' if less_is_better else 'more'} is better."
    if failed := len(rows) - len(known):
        left = "1 row is" if failed == 1 else f"{failed:,} rows are"
        lead += f" {left} left out, as they have an error or no finite result."
    sections: dict[str, list[str]] = {
        "Settings": [
            html.table(("setting", "values"), ((name, html.cell_list(values)) for name, values in varied.items()))
        ],
        "Best settings": [_best(last, result, by, less_is_better)],
    }
    if drawn := list(_figures(known, last, result, by, varied, less_is_better, critical)):
        sections["Figures"] = [html.figures(*drawn)]
    if errors := list(dict.fromkeys(f"{row['error']!s:.200}" for row in rows if "error" in row)):
        sections["Errors"] = [html.table(("error",), [(error,) for error in errors[:_MOST_LINES]])]
    if about:
        sections["Made with"] = [html.table(("part", "version"), about.items())]
    return html.page(title, lead, sections)


def _known(rows: Sequence[Row], result: str) -> list[Row]:
    """The rows that have a result; ValueError if there are none."""
    known = [row for row in rows if not is_failed(row, result)]
    if not known:
        errors = [str(row["error"]) for row in rows if "error" in row]
        said = f"; the first error is {errors[0]:.200}" if errors else ""
        raise ValueError(f"none of {len(rows)} rows has a {result}, expected one at least{said}.")
    return known


def _best(last: Sequence[Row], result: str, by: Sequence[str], less_is_better: bool) -> str:
    """The table of the best groups, each with its interval."""
    groups = ranked(last, result, by, less_is_better=less_is_better)
    lines = []
    for key, runs in list(groups.items())[:_MOST_LINES]:
        found = bootstrap_interval(runs)
        lines.append((*key, found.value, found.low, found.high, len(runs)))
    cut = f"the best {_MOST_LINES} of {len(groups)}; " if len(groups) > _MOST_LINES else ""
    caption = f"{result}: {cut}interquartile mean over runs, and its 95 % bootstrap interval"
    return html.table((*by, "mean", "low", "high", "runs"), lines, caption=caption)


def _figures(
    known: Sequence[Row],
    last: Sequence[Row],
    result: str,
    by: Sequence[str],
    varied: Mapping[str, list[Any]],
    less_is_better: bool,
    critical: ArrayLike,
) -> Iterator[str]:
    """Profiles and learning curves by the first setting with few values, heat maps over the first two numeric ones."""
    from agents.sweeps.report.figures import heat_map, learning_curves, profiles
    from rl_line.system.axes import new_axes

    def axes() -> Any:
        return new_axes(figsize=_SIZE)

    few = next((name for name in by if len(varied[name]) <= _MOST_CURVES), None)
    if few and len(known) > len(last):
        yield html.figure(learning_curves(known, result, by=few, ax=axes()), f"Learning curves by {few}")
    runs = {str(key): values for key, values in results(last, result, few).items()} if few else {}
    every = {value for values in runs.values() for value in values}
    if len(every) > 1:  # else no threshold lies between two results
        at = np.linspace(min(every), max(every), 101)
        drawn = profiles(runs, at, less_is_better=less_is_better, label=result, ax=axes())
        yield html.figure(drawn, f"Profiles by {few}: share of runs, with all other settings")
    numbers = [name for name in by if all(np.isfinite(number(value)) for value in varied[name])]
    if len(numbers) < 2:
        return
    x, y = ("gamma", next(n for n in numbers if n != "gamma")) if "gamma" in numbers else numbers[:2]
    marks = critical if x == "gamma" else ()
    names = [name for name in by if name not in numbers and len(varied[name]) <= _MOST_MAPS][:1]
    for value in varied[names[0]] if names else [None]:
        part = [row for row in last if not names or row[names[0]] == value]
        drawn = heat_map(part, result, x=x, y=y, critical=marks, ax=axes())
        yield html.figure(drawn, f"{result} over {x} and {y}" + (f", {names[0]} {value}" if names else ""))

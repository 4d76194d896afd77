"""Evaluation of forecasters on the test part, always beside naive guesses."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, get_args

import numpy as np
from numpy.typing import NDArray

from rl_line.system.kinds import instance, one_of, spelled
from rl_line.system.notebooks import InNotebook
from rl_line.system.numbers import whole
from sequence_tasks.evaluation.backtesting import asked, backtest
from sequence_tasks.evaluation.naive import Fit, guesses
from sequence_tasks.evaluation.persistence import RepeatsLastValue, repeats_last_value
from sequence_tasks.evaluation.score_table import Row as Row
from sequence_tasks.evaluation.score_table import score_lines
from sequence_tasks.evaluation.scores import Scores, compare, scores, squared_errors
from sequence_tasks.names import Catalogue
from sequence_tasks.series.dates import span
from sequence_tasks.series.series import Series
from sequence_tasks.task import Forecaster, SequenceTask

Mode = Literal["one_step", "recursive", "direct"]

_MODES = {
    "one_step": "one step ahead from the true history",
    "recursive": "steps ahead, forecasts fed back",
    "direct": "steps ahead, all forecast at once",
}


@dataclass(frozen=True, eq=False)
class Evaluation(InNotebook):
    """Rows of errors and the forecasts behind them; as text it is a table."""

    title: str
    rows: tuple[Row, ...]
    origins: NDArray[np.int64]  # [k]
    actual: NDArray[np.float64]  # [k, H]
    forecasts: Mapping[str, NDArray[np.float64]]  # [seeds, k, H] by name
    left_out: Mapping[str, str] = field(default_factory=dict)  # reasons for guesses without a forecast, by name

    def __repr__(self) -> str:
        return f"<Evaluation of {', '.join(row.name for row in self.rows)} from {len(self.origins)} origins>"

    def __getitem__(self, name: str) -> Row:
        """The row of a name."""
        return Catalogue("row", ((row.name, row) for row in self.rows))[name]

    def __str__(self) -> str:
        left_out = [f"left out: {name}, as {why}" for name, why in self.left_out.items()]
        return "\n".join([self.title, *score_lines(self.rows), *left_out])


@spelled
def evaluate(
    forecasters: Mapping[str, Forecaster | Sequence[Forecaster]], task: SequenceTask, *, mode: Mode, steps: int = 1
) -> Evaluation:
    """Evaluates forecasters on the test part of a task, from every origin with `steps` values after it.

    Naive guesses are added, fitted on all values before the test part. A guess that cannot be fitted or cannot forecast
    is left out, and a line below the table gives the reason.

    Args:
        forecasters: by name, a forecaster or a list with one per seed; rows are compared with the first.
        task: gives the series and its test part.
        mode: "one_step" if the true history is known up to each forecast; for more steps "recursive" if forecasts are
            fed back, "direct" if all steps are forecast at once. It is printed, as errors of different modes cannot be
            compared.
        steps: H, number of values in each forecast.

    Raises:
        ValueError: the mode does not fit the steps or a forecaster, or forecasts have the wrong shape or are not
            finite. Errors of a forecaster itself pass through.

    Warns:
        RepeatsLastValue: a forecaster's one-step forecasts are little more than the last value seen.
    """
    instance("task", task, SequenceTask, "pass evaluate(forecasters, task, mode=...)")
    series, begin, steps = task.series, task.borders[1], whole(steps=steps)
    origins = _origins(series, begin, steps)

    def forecasts_of(name: str, forecaster: Forecaster) -> NDArray[np.float64]:
        return asked(forecaster, series.values, origins, steps, name=name)

    _check(series, mode, steps, forecasters)
    made = {name: _each(name, given, forecasts_of) for name, given in forecasters.items()}
    beside, left_out = _forecastable(
        guesses(series[:begin]), made, lambda name, fit: forecasts_of(name, fit(series[:begin]))
    )
    return _evaluation(made, beside, left_out, series, origins, mode=mode, steps=steps, refitted="")


@spelled
def evaluate_backtest(
    fits: Mapping[str, Fit | Sequence[Fit]],
    series: Series,
    *,
    mode: Mode,
    first: int,
    steps: int = 1,
    every: int = 1,
    window: int | None = None,
) -> Evaluation:
    """Evaluates fits by `backtest`, refitted at each origin, beside naive guesses refitted in the same way.

    A guess that fails at one origin is left out, as in `evaluate`; errors of the fits pass through.
    """
    instance("series", series, Series, "pass e.g. as_series(values)")
    first, steps, every = whole(first=first), whole(steps=steps), whole(every=every)
    origins = _origins(series, first, steps)[::every]

    def forecasts_of(name: str, fit: Fit) -> NDArray[np.float64]:
        return backtest(fit, series, first=first, steps=steps, every=every, window=window, name=name).forecasts

    _check(series, mode, steps, fits)
    made = {name: _each(name, given, forecasts_of) for name, given in fits.items()}
    known = series[0 if window is None else max(0, first - window) : first]
    beside, left_out = _forecastable(guesses(known), made, forecasts_of)
    refitted = f", refitted at each on {'all values' if window is None else f'the {window} values'} before it"
    return _evaluation(made, beside, left_out, series, origins, mode=mode, steps=steps, refitted=refitted)


def _each(name: str, given: Any, forecasts_of: Callable[[str, Any], NDArray[np.float64]]) -> NDArray[np.float64]:
    """Forecasts [seeds, k, H] of a forecaster, or of each in a list."""
    several = _seeds(given)
    names = [repr(name)] if len(several) == 1 else [f"{name!r}[{k}]" for k in range(len(several))]
    return np.stack([forecasts_of(*pair) for pair in zip(names, several, strict=True)])


def _forecastable(
    chosen: Mapping[str, Fit], judged: Mapping[str, Any], forecasts_of: Callable[[str, Fit], NDArray[np.float64]]
) -> tuple[dict[str, NDArray[np.float64]], dict[str, str]]:
    """Forecasts [1, k, H] of the guesses with unused names, and the reasons for guesses without a forecast."""
    made: dict[str, NDArray[np.float64]] = {}
    left_out: dict[str, str] = {}
    for name, fit in chosen.items():
        if name in judged:
            continue
        try:
            with np.errstate(all="ignore"):  # an overflow is reported as not finite
                made[name] = _each(name, fit, forecasts_of)
        except ValueError as error:
            left_out[name] = str(error).partition("; ")[0]  # without the advice, which is for a user's forecaster
    return made, left_out


def _evaluation(
    judged: Mapping[str, NDArray[np.float64]],
    beside: Mapping[str, NDArray[np.float64]],
    left_out: Mapping[str, str],
    series: Series,
    origins: NDArray[np.int64],
    *,
    mode: Mode,
    steps: int,
    refitted: str,
) -> Evaluation:
    """The table of forecasters and guesses, from their forecasts [seeds, k, H]."""
    actual = series.values[origins[:, None] + np.arange(steps), 0]
    train = series.values[: origins[0], 0]
    rows: list[Row] = []
    forecasts = {**judged, **beside}
    first = next(iter(forecasts.values()))
    for name, made in forecasts.items():
        each = np.array([scores(one, actual, train=train, season=series.season) for one in made])
        spread = each.std(axis=0, ddof=1) if len(each) > 1 else np.zeros(4)
        comparison = None
        # By convexity, a mean of forecasts is never worse than the forecasts on average: no comparison.
        theirs = len(made) == 1 < len(first) and np.allclose(made[0], first.mean(axis=0))
        if rows and not theirs:
            reference = squared_errors(first, actual)
            apart = int(origins[1] - origins[0]) if len(origins) > 1 else steps
            comparison = compare(squared_errors(made, actual), reference, steps=-(-steps // apart))
        # Guesses feed back their forecasts.
        way = mode if name in judged or mode == "one_step" else "recursive"
        rows.append(Row(name, way, len(made), Scores(*each.mean(axis=0)), Scores(*spread), comparison))
    for name in judged if mode == "one_step" else ():
        last = series.values[origins - 1, 0]
        if any(repeats_last_value(one[:, 0], last, actual[:, 0]) for one in forecasts[name]):
            text = f"{name!r} merely repeats the last value it sees, and is no better than persistence."
            warnings.warn(text, RepeatsLastValue, stacklevel=4)
    title = (
        f"{series.name}, {f'{steps} ' if steps > 1 else ''}{_MODES[mode]}: {len(origins)} origins, {origins[0]} to "
        f"{origins[-1]}{span(series.dates, origins[0], origins[-1])}{refitted}.\nMASE in mean changes "
        f"{'' if series.season == 1 else f'over {series.season} steps '}of the {len(train)} values before."
    )
    if series.best_rmse and steps == 1:
        title += f" In the long run no RMSE is below {series.best_rmse:g}."
    return Evaluation(title, tuple(rows), origins, actual, forecasts, left_out)


def _seeds(given: Any) -> Sequence[Any]:
    """A sequence as it is, another object as a sequence of one."""
    return given if isinstance(given, Sequence) and not isinstance(given, (str, bytes)) else (given,)


def _origins(series: Series, first: int, steps: int) -> NDArray[np.int64]:
    if first + steps > len(series):
        raise ValueError(f"steps={steps} after {first} of a series of {len(series)}, expected no more than follow.")
    return np.arange(first, len(series) - steps + 1)


def _check(series: Series, mode: str, steps: int, forecasters: Mapping[str, Any]) -> None:
    instance("forecasters or fits", forecasters, Mapping, "pass e.g. {'mine': forecaster}")
    if series.symbols is not None:
        raise ValueError(f"series {series.name!r} has symbols, expected amounts; count wrong guesses in a SequenceEnv.")
    one_of("mode", mode, get_args(Mode))
    if (steps == 1) != (mode == "one_step"):
        raise ValueError(f'mode={mode!r} with steps={steps}, expected "one_step" for 1 step and another for more.')
    for name, given in forecasters.items():
        for one in _seeds(given):
            own = getattr(one, "mode", mode)
            if steps > 1 and own != mode:
                raise ValueError(f"mode={mode!r} for {name!r}, which forecasts in mode {own!r}; pass mode={own!r}.")
    if not forecasters or not all(map(_seeds, forecasters.values())):
        raise ValueError(
            f"{dict(forecasters)!r:.200}, expected a forecaster of each name; pass {{'mine': forecaster}}."
        )

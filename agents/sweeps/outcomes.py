"""Outcomes of trials: the rows of each trial, or one row with its error."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Protocol, runtime_checkable

from agents.sweeps.settings import Setting, plain
from rl_line.system.numbers import shown

Row = dict[str, Any]  # the setting, then results: numbers and short texts, or `error`
Trial = Callable[..., Any]  # trial(**setting) -> a row, or a list of rows
Task = Sequence[tuple[int, Setting]]  # the trials that run together, with their places in the sweep
Outcomes = list[tuple[int, list[Row]]]  # places and rows of trials

_LONGEST = 500  # characters of an error


@runtime_checkable
class ManyAtOnce(Protocol):
    """A trial that runs many settings at once faster than one by one, with the same rows."""

    at_once: int  # largest number of settings

    def many(self, settings: Sequence[Setting]) -> Sequence[Any]:
        """Results of the trial for each of the settings, or errors in their place."""
        ...


def outcomes(trial: Trial, task: Task) -> Outcomes:
    """The rows of every trial of a task; a trial that raises has one row, with its `error`."""
    settings = [setting for _, setting in task]
    if isinstance(trial, ManyAtOnce) and len(task) > 1:
        try:
            results = list(trial.many(settings))
            if len(results) == len(task):
                return [(k, _outcome(setting, result)) for (k, setting), result in zip(task, results, strict=True)]
        except Exception:  # of one setting: running each alone shows which
            pass
    return [(k, _tried(trial, setting)) for k, setting in task]


def error_row(setting: Setting, error: BaseException) -> Row:
    """The row of a trial that raised: type and message of the error."""
    text = f"{type(error).__name__}: {error}"
    return {**setting, "error": text if len(text) <= _LONGEST else f"{text[: _LONGEST - 3]}..."}


def _tried(trial: Trial, setting: Setting) -> list[Row]:
    """The outcome of one trial alone."""
    try:
        result = trial(**setting)
    except (Exception, SystemExit) as error:
        return [error_row(setting, error)]
    return _outcome(setting, result)


def _outcome(setting: Setting, result: Any) -> list[Row]:
    """The rows of a result, or of the error in its place."""
    if isinstance(result, Exception):
        return [error_row(setting, result)]
    try:
        return _rows(setting, result)
    except (TypeError, ValueError) as error:
        return [error_row(setting, error)]


def _rows(setting: Setting, result: Any) -> list[Row]:
    listed = [result] if isinstance(result, Mapping) else result
    if isinstance(listed, str | bytes) or not isinstance(listed, Sequence):
        raise TypeError(f"the trial gave {shown(result)}, expected a row or rows; return e.g. {{'return': 1.5}}.")
    return [_row(setting, one) for one in listed]


def _row(setting: Setting, result: Any) -> Row:
    """One row, the setting first."""
    if not isinstance(result, Mapping) or not all(isinstance(name, str) for name in result):
        raise TypeError(f"the trial gave {shown(result)}, expected values by name; return e.g. {{'return': 1.5}}.")
    row = {**setting, **{name: plain(name, value) for name, value in result.items()}}
    for name in result:
        if name in setting and row[name] != setting[name]:
            raise ValueError(
                f"the trial gave {name}={shown(row[name])}, expected {shown(setting[name])} as in the setting; give "
                "the result another name."
            )
    return row

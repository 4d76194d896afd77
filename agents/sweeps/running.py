"""Sweep: one trial with many settings, on any executor with the shape of the builtin `map`."""

from __future__ import annotations

import builtins
import hashlib
import inspect
import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, closing
from functools import partial
from pathlib import Path
from typing import Any

from agents.sweeps.folder import Log, opened
from agents.sweeps.outcomes import ManyAtOnce, Outcomes, Row, Task, Trial, error_row, outcomes
from agents.sweeps.settings import Setting, chosen
from rl_line.system.identity import described, name_of
from rl_line.system.kinds import function, hint, instance, several
from rl_line.system.notebooks import bar
from rl_line.system.numbers import shown

Map = Callable[[Callable[[Any], Any], Iterable[Any]], Iterable[Any]]


def sweep(
    trial: Trial,
    settings: Sequence[Setting],
    *,
    map: Map = builtins.map,  # noqa: A002
    out: str | Path | None = None,
) -> list[Row]:
    """The rows of a trial with every setting, in the order of the settings, equal on every executor.

    So a trial must draw its random numbers from its setting alone, e.g. from a `seed` in it.

    Args:
        trial: `trial(**setting)` gives a row, numbers and short texts by name, or a list of rows. A trial
            that raises has a row with its `error`.
        settings: settings of the trials, e.g. from `grid`.
        map: the builtin for this process, `process_map()`, `ray_map()`, or `map` of a `concurrent.futures` executor.
        out: folder to which rows are written as trials finish. A killed sweep resumes from it.

    Raises:
        TypeError: the trial has no argument of a setting's name.
        ValueError: two settings are equal, or the folder holds another sweep.

    >>> sweep(lambda alpha, seed: {"return": alpha + seed}, [{"alpha": 0.5, "seed": 1}, {"alpha": 0.5, "seed": 2}])
    [{'alpha': 0.5, 'seed': 1, 'return': 1.5}, {'alpha': 0.5, 'seed': 2, 'return': 2.5}]
    """
    settings = _checked(settings)
    _check_trial(trial, settings)
    if map is not builtins.map:  # a class, so not checked
        function("pass a function like the builtin `map`, e.g. process_map()", count=2, map=map)
    with ExitStack() as stack:
        log = None if out is None else stack.enter_context(opened(out, _named(trial), settings))
        return _run(trial, settings, map, log)


def _run(trial: Trial, settings: list[Setting], mapped: Map, log: Log | None) -> list[Row]:
    finished = {} if log is None else log.finished
    tasks = _tasks(trial, settings, finished)
    failed = sum("error" in row for rows in finished.values() for row in rows)
    with bar(total=len(settings), initial=len(finished), unit="trial") as progress:
        for found in _outcomes(trial, tasks, mapped):
            for index, rows in found:
                if log is None:
                    finished[index] = rows
                else:
                    log.add(index, rows)
                failed += any("error" in row for row in rows)
            progress.update(len(found))
            if failed and not progress.disable:
                progress.set_postfix(errors=failed, refresh=False)
    if missing := len(settings) - len(finished):
        raise RuntimeError(f"map={shown(mapped)} gave no result for {missing:,} trials, expected one for each.")
    return [row for index in range(len(settings)) for row in finished[index]]


def _tasks(trial: Trial, settings: list[Setting], finished: Mapping[int, Any]) -> list[Task]:
    """Unfinished trials in blocks of `at_once`; the blocks are the same in every run."""
    size = trial.at_once if isinstance(trial, ManyAtOnce) else 1
    blocks = (range(first, min(first + size, len(settings))) for first in range(0, len(settings), size))
    tasks = ([(k, settings[k]) for k in block if k not in finished] for block in blocks)
    return [task for task in tasks if task]


def _outcomes(trial: Trial, tasks: list[Task], mapped: Map) -> Iterator[Outcomes]:
    """The rows of every task: as tasks finish, if the executor has `as_completed`, else in order."""
    job = partial(outcomes, trial)
    as_completed = getattr(mapped, "as_completed", None)
    if as_completed is None:
        yield from mapped(job, tasks)
        return
    with closing(as_completed(job, tasks)) as results:
        for place, result in results:
            lost = isinstance(result, BaseException)  # its process died
            yield [(k, [error_row(setting, result)]) for k, setting in tasks[place]] if lost else result


def _checked(settings: Any) -> list[Setting]:
    """Settings of plain values, no two equal."""
    checked, seen = [], set[bytes]()
    for k, setting in enumerate(several("pass e.g. grid(alpha=[0.1, 0.5])", settings=settings)):
        instance(f"settings[{k}]", setting, Mapping, "pass e.g. grid(alpha=[0.1, 0.5])")
        checked.append({name: chosen(name, value) for name, value in setting.items()})
        key = hashlib.blake2b(json.dumps(checked[-1], sort_keys=True).encode(), digest_size=16).digest()
        if key in seen:
            raise ValueError(f"settings[{k}] is {setting}, equal to one before it, expected each once; remove one.")
        seen.add(key)
    if not checked:
        raise ValueError("no settings, expected at least one; pass e.g. grid(alpha=[0.1, 0.5]).")
    return checked


def _check_trial(trial: Any, settings: list[Setting]) -> None:
    """Raises TypeError for a trial that cannot be called with the names of one of the settings."""
    first = settings[0]
    if not callable(trial):
        raise TypeError(f"trial={shown(trial)}, expected a function; pass e.g. a `def trial({', '.join(first)})`.")
    try:
        signature = inspect.signature(trial)
    except ValueError:  # built in, without a signature
        return
    for names in dict.fromkeys(map(tuple, settings)):
        try:
            signature.bind(**dict.fromkeys(names))
        except TypeError as error:
            known = list(signature.parameters)
            raise TypeError(
                f"the trial cannot be called with the settings {', '.join(names)} ({error}). "
                f"{''.join(hint(name, known) for name in names if name not in known)}Known: {', '.join(known)}."
            ) from error


def _named(trial: Any) -> str:
    """A trial as text: the name of a function, with the arguments of `functools.partial` or a dataclass."""
    if inspect.isroutine(trial):
        return name_of(trial)
    if isinstance(trial, partial):
        given = described([trial.args, trial.keywords])
        return f"{_named(trial.func)} with {json.dumps(given, sort_keys=True)}"
    return json.dumps(described(trial), sort_keys=True)

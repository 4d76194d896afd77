"""Evaluation on the train part, from which the forecasters learned, beside the test part."""

from __future__ import annotations

import warnings
from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from rl_line.system.kinds import instance
from rl_line.system.numbers import whole
from sequence_tasks.evaluation.backtesting import asked
from sequence_tasks.evaluation.evaluation import Evaluation, Mode, evaluate
from sequence_tasks.evaluation.naive import guesses
from sequence_tasks.evaluation.persistence import RepeatsLastValue, repeats_last_value
from sequence_tasks.evaluation.scores import Scores, scores
from sequence_tasks.names import Catalogue
from sequence_tasks.task import Forecaster, SequenceTask


class InSample(NamedTuple):
    """Forecasts of values of the train part, with their errors."""

    origins: NDArray[np.int64]  # [k]
    actual: NDArray[np.float64]  # [k, H]
    forecasts: dict[str, NDArray[np.float64]]  # [seeds, k, H] by name
    scores: dict[str, Scores]  # means over the seeds


class BothParts(NamedTuple):
    """Forecasters and guesses on the train part and on the test part, `task.horizon` steps ahead."""

    train: InSample
    test: Evaluation
    from_last: dict[str, float]  # root mean squared distance of last-step forecasts from the last values seen
    repeats: dict[str, bool]  # whether a seed's forecasts of the last step are little more than the last value seen


def both_parts(
    forecasters: Mapping[str, Forecaster | Sequence[Forecaster]],
    task: SequenceTask,
    *,
    beside: Sequence[str] = ("persistence",),
) -> BothParts:
    """Evaluates forecasters and some guesses on both parts, with forecasts of `task.horizon` steps.

    Args:
        forecasters: by name, a forecaster or a list with one per seed; if empty, the guesses are evaluated alone.
        task: a task with a horizon of 1, or with targets "path".
        beside: names of guesses of `evaluate`, fitted on the values before the test part.
    """
    instance("task", task, SequenceTask, "pass both_parts(forecasters, task)")
    known, steps = task.series[: task.borders[1]], task.horizon
    fits = Catalogue("guess", guesses(known).items())
    fitted = {name: fits[name](known) for name in beside}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RepeatsLastValue)  # returned as `repeats`
        # Guesses feed back their forecasts; a network with targets "path" does not.
        ahead: Mode = "direct" if forecasters and task.targets == "path" else "recursive"
        test = evaluate(forecasters or fitted, task, mode="one_step" if steps == 1 else ahead, steps=steps)
    last, came = task.series.values[test.origins - 1, 0], test.actual[:, -1]
    said = {name: test.forecasts[name][:, :, -1] for name in forecasters}
    return BothParts(
        in_sample({**forecasters, **fitted}, task, steps=steps),
        test,
        {name: float(np.sqrt(np.mean((one - last) ** 2))) for name, one in said.items()},
        {name: any(repeats_last_value(one, last, came) for one in seeds) for name, seeds in said.items()},
    )


def in_sample(
    forecasters: Mapping[str, Forecaster | Sequence[Forecaster]],
    task: SequenceTask,
    *,
    first: int | None = None,
    steps: int = 1,
) -> InSample:
    """Forecasts from every origin of the train part with enough values before it and `steps` values after it.

    Args:
        forecasters: by name, a forecaster or a list with one per seed.
        task: gives the series and its train part.
        first: the first origin; by default the first one after a window of the task and after a season and one value.
        steps: H, number of values in each forecast.

    Raises:
        ValueError: no origin is left.
    """
    instance("forecasters", forecasters, Mapping, "pass e.g. {'mine': forecaster}")
    instance("task", task, SequenceTask, "pass in_sample(forecasters, task)")
    series, end, steps = task.series, task.borders[0], whole(steps=steps)
    begin = max(task.length + task.transform.lost, series.season + 1) if first is None else whole(0, first=first)
    if begin + steps > end:
        raise ValueError(
            f"first={begin} and steps={steps}, expected an origin with {steps} of the train part's {end} values after "
            "it; shorten the window, or begin earlier."
        )
    origins = np.arange(begin, end - steps + 1)
    actual = series.values[origins[:, None] + np.arange(steps), 0]
    made, found, train = dict[str, NDArray[np.float64]](), dict[str, Scores](), series.values[:end, 0]
    for name, given in forecasters.items():
        several = given if isinstance(given, Sequence) else (given,)
        made[name] = np.stack([asked(one, series.values, origins, steps, name=repr(name)) for one in several])
        each = [scores(one, actual, train=train, season=series.season) for one in made[name]]
        found[name] = Scores(*np.mean(each, axis=0).tolist())
    return InSample(origins, actual, made, found)

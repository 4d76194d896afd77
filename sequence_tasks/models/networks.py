"""Networks as fits, (series) -> forecaster, for backtests, comparisons and leakage checks."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from rl_line.system.kinds import function, several
from rl_line.system.numbers import whole
from sequence_tasks.forecaster import Ensemble, NetworkForecaster
from sequence_tasks.models.training import fit_compiled
from sequence_tasks.series.series import Series
from sequence_tasks.task import Forecaster, SequenceTask


def network(
    build: Callable[..., Any],
    task: Callable[[Series], SequenceTask],
    *,
    seeds: Sequence[int] = (0,),
    **settings: Any,
) -> Callable[[Series], Forecaster]:
    """A fit that makes the task of a series, trains a network per seed, and forecasts the mean of all networks.

    Args:
        build: a builder of `MODELS`, or another function of windows and `seed`.
        task: (series) -> task; its train part is learned, and its validation part monitored.
        seeds: seeds of the networks.
        settings: fields of `Training`, except the seed.
    """
    function('pass e.g. MODELS["lstm"]', build=build)
    function("pass e.g. lambda series: SequenceTask(series, 10)", task=task)
    seeds = [whole(0, seeds=seed) for seed in several("pass e.g. seeds=(0, 1)", seeds=seeds)]
    if not seeds:
        raise ValueError("seeds is empty, expected at least one; pass e.g. seeds=(0,).")

    def fit(series: Series) -> Forecaster:
        made, members = task(series), []
        train = made.windows("train")
        validation = made.windows("validation") if made.borders[1] > made.borders[0] else None
        for seed in seeds:
            model = build(train, seed=seed)
            fit_compiled(model, train, validation, seed=seed, **settings)
            members.append(NetworkForecaster(made, model))
        return members[0] if len(members) == 1 else Ensemble(members)

    return fit

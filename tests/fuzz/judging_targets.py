"""Targets that judge forecasts of sequence_tasks: forecasters, guesses to beat, scores, tests, intervals."""

import numpy as np
from fuzz.harness import Target, arg, array, opt
from fuzz.values import made, numbers, simple

import sequence_tasks as tasks
from sequence_tasks.evaluation import guesses, naive, repeats_last_value
from sequence_tasks.evaluation.backtesting import backtest
from sequence_tasks.evaluation.intervals import conformal
from sequence_tasks.evaluation.scores import compare, scores

VALUES = np.sin(np.arange(60.0)) + 3


def _series():
    return tasks.Series("mine", VALUES, season=6)


def _task():
    return tasks.SequenceTask(_series(), 4)


def last(values, origins, steps):
    """The last value before each origin, repeated."""
    return np.repeat(np.asarray(values)[np.asarray(origins)[:, None] - 1, 0], steps, axis=1)


def _fit(_):
    return last


def _network(task, values, origins, steps):
    return tasks.NetworkForecaster(task, lambda x: x[:, -1])(values, origins, steps)


def _ensemble(members, origins):
    return tasks.Ensemble(members)(VALUES[:, None], origins, 1)


def _compared(losses, others, **settings):
    return compare(losses, others, **settings)


def _naive(kind, *, low=-3.0):
    def asked(series, values, origins, steps):
        return kind(series)(values, origins, steps)

    return Target(
        f"naive.{kind.__name__}",
        asked,
        {
            "series": SERIES,
            "values": array(numbers(30, 1, low=low)),
            "origins": array(simple(np.array([20, 29]))),
            "steps": COUNT,
        },
    )


SERIES = arg(made(_series))
TASK = arg(made(_task))
FORECASTER = simple(last, naive.persistence(_series()))
COUNT = arg(simple(1, 3, 2.0))
OPT_COUNT = opt(simple(1, 3, 2.0))
MODE = arg(simple("recursive", "one_step", "direct"))
SEED = opt(simple(0, 5))
STEP = opt(simple(1, 2), work=True)

TARGETS = (
    Target(
        "NetworkForecaster",
        _network,
        {"task": TASK, "values": array(numbers(30, 1)), "origins": array(simple(np.array([20, 29]))), "steps": COUNT},
    ),
    Target("Ensemble", _ensemble, {"members": arg(simple([last, last])), "origins": arg(simple(np.array([20])))}),
    Target(
        "evaluate",
        tasks.evaluate,
        {"forecasters": arg(FORECASTER.map(lambda one: {"mine": one})), "task": TASK, "mode": MODE, "steps": STEP},
        may_be_nan=True,
    ),
    Target(
        "evaluate of",
        lambda forecaster: tasks.evaluate({"mine": forecaster}, _task(), mode="one_step"),
        {"forecaster": arg(FORECASTER)},
        may_be_nan=True,
    ),
    Target(
        "evaluate_backtest",
        tasks.evaluate_backtest,
        {
            "fits": arg(simple({"mine": _fit})),
            "series": SERIES,
            "mode": MODE,
            "first": arg(simple(50)),
            "steps": STEP,
            "every": OPT_COUNT,
            "window": opt(simple(None, 30)),
        },
        may_be_nan=True,
    ),
    Target(
        "backtest",
        backtest,
        {
            "fit": arg(simple(_fit)),
            "series": SERIES,
            "first": arg(simple(50)),
            "steps": STEP,
            "every": OPT_COUNT,
            "window": opt(simple(None, 30)),
        },
    ),
    Target(
        "check_leakage",
        tasks.check_leakage,
        {
            "pipeline": arg(simple(_fit)),
            "series": SERIES,
            "start": arg(simple(40)),
            "points": OPT_COUNT,
            "steps": STEP,
            "seed": SEED,
        },
    ),
    Target(
        "conformal",
        conformal,
        {"forecaster": arg(simple(last)), "task": TASK, "coverage": opt(simple(0.5)), "steps": STEP},
    ),
    Target("guesses", guesses, {"series": SERIES, "order": opt(simple(None, 2))}),
    Target(
        "repeats_last_value",
        repeats_last_value,
        {"predicted": array(numbers(4)), "last": array(numbers(4)), "actual": array(numbers(4))},
    ),
    Target(
        "scores",
        scores,
        {"forecast": array(numbers(4)), "actual": array(numbers(4)), "train": array(numbers(9)), "season": OPT_COUNT},
        may_be_nan=True,
    ),
    Target(
        "compare",
        _compared,
        {
            "losses": array(numbers(9, low=0)),
            "others": array(numbers(9, low=0)),
            "steps": STEP,
            "level": opt(simple(0.05)),
        },
        may_be_nan=True,
    ),
    *(_naive(kind) for kind in (naive.persistence, naive.drift, naive.seasonal_naive)),
    *(_naive(kind, low=1) for kind in (naive.seasonal_change, naive.seasonal_growth)),
    Target(
        "naive.autoregression",
        lambda order, values, **how: naive.autoregression(order, **how)(tasks.as_series(values)) and None,
        {
            "order": arg(simple(1, 2.0)),
            "values": array(numbers(30, low=1)),
            "transform": opt(simple(None, tasks.Log())),
        },
    ),
)

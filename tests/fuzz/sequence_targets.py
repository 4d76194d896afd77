"""Targets of sequence_tasks: series, tasks, windows, transforms, evaluation; of networks their settings."""

from pathlib import Path

import numpy as np
from fuzz import cell_targets, figure_targets, judging_targets, network_targets
from fuzz.harness import Target, arg, array, opt
from fuzz.values import counts, made, numbers, simple
from hypothesis import strategies as st

import sequence_tasks as tasks
from sequence_tasks import feeds
from sequence_tasks.series import TASKS, catalogued, read_csv

VALUES = np.sin(np.arange(60.0)) + 3
WINDOWS = tasks.windows(VALUES, length=4)
SHORT = tasks.windows(np.sin(np.arange(12.0)) + 3, length=2)


def _series(**settings):
    return tasks.Series("mine", VALUES, season=6, **settings)


def _task():
    return tasks.SequenceTask(_series(), 4)


SERIES = arg(made(_series))
TASK = arg(made(_task))
COUNT = arg(simple(1, 3, 2.0))
OPT_COUNT = opt(simple(1, 3, 2.0))
SHARE = opt(simple(0.5, 30, 0.2, 0))
TARGETS_OF = opt(simple("ahead", "every", "path"))
MODE = arg(simple("recursive", "one_step", "direct"))
SEED = opt(simple(0, 5))
X = array(numbers(30))
DATES = np.arange("2020-01-01", "2020-03-01", dtype="datetime64[D]")[:60]
TRANSFORMS = made(tasks.Standardise, tasks.MinMax, tasks.Log, tasks.Differences, lambda: tasks.Chain(tasks.Log()))
STEP = opt(simple(1, 2), work=True)


def _transformed(transform, values):
    fitted = transform.fit(np.asarray(VALUES)[:, None])
    return fitted.forward(values)


def _chained(first, second):
    return tasks.Chain(first, second).fit(VALUES[:, None]).forward(VALUES[:, None])


def _stepped(task, action, options=None, seed=None, **settings):
    env = tasks.SequenceEnv(task, **settings)
    return env.reset(seed=seed, options=options)[0], env.step(action)[:2]


def _parts(part, **settings):
    task = tasks.SequenceTask(**{"series": _series(), "length": 4, **settings})
    return task, task.windows(part), task.times(part)


def _batches(index=0, **settings):
    return tasks.Batches(**settings)[index]


def _buckets(**given):
    return list(feeds.buckets(**given))


def _catalogued(env_id, **task):
    try:
        catalogued(env_id, **task)(_mine)
    finally:
        tasks.SERIES.pop("_mine", None)
        TASKS.pop(env_id if isinstance(env_id, str) else "", None)


def _mine():
    return _series()


def _csv(path, **settings):
    Path("here.csv").write_text("month,value\n2020-01,1.5\n2020-02,2.5\n2020-03,3.0\n")
    return read_csv(path, **settings)


TARGETS = (
    Target(
        "Series",
        tasks.Series,
        {
            "name": arg(simple("mine")),
            "values": array(st.one_of(numbers(60), numbers(60, 2))),
            "season": OPT_COUNT,
            "symbols": opt(simple(None)),
            "best_rmse": opt(simple(None, 0.1)),
            "source": opt(simple("here")),
            "dates": opt(simple(None, DATES)),
            "known": opt(simple((), [], (1,))),
        },
    ),
    Target(
        "Series of symbols",
        tasks.Series,
        {"name": arg(simple("mine")), "values": array(counts(60)), "symbols": arg(simple(4, 5.0))},
    ),
    Target("Series[part]", lambda part: _series()[part], {"part": arg(simple(slice(3, 9)))}),
    Target("as_series", tasks.as_series, {"source": X, "season": OPT_COUNT}),
    Target("as_series of a name", tasks.as_series, {"source": arg(simple("co2", "air_passengers", "C02"))}),
    Target(
        "read_csv",
        _csv,
        {
            "path": arg(simple("here.csv", Path("here.csv"))),
            "season": OPT_COUNT,
            "column": opt(simple(None, "value", ["value"])),
            "dates": opt(simple(None, "month")),
            "known": opt(simple((), ["value"])),
            "header": opt(simple(None, True)),
            "separator": opt(simple(",")),
        },
    ),
    Target("catalogued", _catalogued, {"env_id": arg(simple(None)), "length": opt(simple(4))}),
    Target("integers", tasks.SERIES["integers"], {"low": opt(simple(0)), "high": opt(simple(50), work=True)}),
    Target("digits", tasks.SERIES["digits"], {"symbols": opt(simple(3)), "length": opt(simple(30))}),
    Target(
        "sine_mixture",
        tasks.SERIES["sine_mixture"],
        {
            "length": opt(simple(30)),
            "periods": array(simple((20.0, 33.0)), optional=True),
            "amplitudes": array(simple((1.0, 0.5)), optional=True),
            "noise": opt(simple(0.1)),
            "seed": SEED,
        },
    ),
    Target(
        "autoregressive",
        tasks.SERIES["autoregressive"],
        {
            "length": opt(simple(30)),
            "phi": array(simple((1.5, -0.9), (0.5,)), optional=True),
            "constant": opt(simple(1.0)),
            "noise": opt(simple(0.5)),
            "seed": SEED,
            "burn_in": opt(simple(10), work=True),
        },
    ),
    Target(
        "mackey_glass",
        tasks.SERIES["mackey_glass"],
        {"length": opt(simple(10)), "delay": opt(simple(17.0)), "step": opt(simple(1.0)), "seed": SEED},
    ),
    Target(
        "SequenceTask",
        _parts,
        {
            "series": opt(made(_series)),
            "length": OPT_COUNT,
            "horizon": OPT_COUNT,
            "targets": TARGETS_OF,
            "train": SHARE,
            "validation": SHARE,
            "transform": opt(TRANSFORMS),
            "bound": opt(simple(None, 8.0)),
            "part": arg(simple("train", "validation", "test")),
        },
    ),
    Target("windows", tasks.windows, {"values": X, "length": COUNT, "horizon": OPT_COUNT, "targets": TARGETS_OF}),
    Target("Log", lambda values: tasks.Log().forward(values), {"values": array(numbers(9, 1, low=1))}),
    Target("Standardise", tasks.Standardise, {"mean": opt(simple(np.zeros(1))), "scale": opt(simple(np.ones(1)))}),
    Target("MinMax", tasks.MinMax, {"low": opt(simple(np.zeros(1))), "width": opt(simple(np.ones(1)))}),
    Target("Differences", tasks.Differences, {"lag": COUNT}),
    Target(
        "forward",
        _transformed,
        {"transform": arg(TRANSFORMS)._replace(hostile=TRANSFORMS), "values": array(numbers(30, 1, low=1))},
    ),
    Target("Chain", _chained, {"first": arg(TRANSFORMS), "second": arg(TRANSFORMS)}),
    Target(
        "SequenceEnv",
        _stepped,
        {
            "task": TASK,
            "action": array(simple(np.zeros(1, np.float32))),
            "part": opt(simple("train", "test")),
            "feedback": opt(simple(True, False)),
            "random_start": opt(simple(True, False)),
            "seed": SEED,
            "options": opt(simple(None, {"window": 3})),
        },
    ),
    Target(
        "feeds.padded",
        feeds.padded,
        {"several": arg(simple([WINDOWS], [WINDOWS, SHORT])), "mask_value": arg(simple(-8.0, -16))},
    ),
    Target(
        "feeds.buckets",
        _buckets,
        {
            "several": arg(simple([WINDOWS], (WINDOWS, SHORT))),
            "size": opt(simple(4, 8.0)),
            "seed": arg(simple(0, 3)),
            "epoch": opt(simple(0, 2)),
        },
    ),
    Target(
        "Batches",
        _batches,
        {
            "data": arg(simple(WINDOWS, (WINDOWS.inputs, WINDOWS.targets))),
            "size": opt(simple(4, 8.0)),
            "seed": opt(simple(None, 1)),
            "epoch": opt(simple(0, 2)),
            "block": opt(simple(1, 4)),
            "index": opt(simple(0, 1)),
        },
    ),
    Target(
        "Training",
        tasks.Training,
        {
            "epochs": opt(simple(3)),
            "batch_size": opt(simple(8)),
            "learning_rate": opt(simple(0.01)),
            "optimizer": opt(simple(None, "adam")),
            "loss": opt(simple("mean_squared_error")),
            "patience": opt(simple(None, 3)),
            "seed": SEED,
            "path": opt(simple(None, "file.npz")),
            "logdir": opt(simple(None, "logs")),
        },
    ),
    *cell_targets.TARGETS,
    *figure_targets.SEQUENCES,
    *judging_targets.TARGETS,
    *network_targets.SEQUENCES,
)

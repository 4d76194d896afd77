"""Every public name of the three packages answers rightly or with one clear error, whatever it is given.

`./run fuzz` makes some hundred cases of each package, the same ones every time, and `./run fuzz 100000` so many in all;
the number is in the environment variable FUZZ_CASES, and FUZZ_SEED makes others of them. What is wrong is told at the
end, each kind with one short call.
"""

import os
import re
from importlib import import_module
from inspect import isclass, isfunction

import numpy as np
import pytest
from fuzz import harness, judge

CASES = int(os.environ.get("FUZZ_CASES", "1500"))
SEED = int(os.environ.get("FUZZ_SEED", "0"))
MODULES = (
    *("rl_line", "rl_line.dp", "rl_line.drawing", "rl_line.env_checkup"),
    *(
        "agents",
        "agents.saving",
        "agents.tabular",
        "agents.deep",
        "agents.compiled",
        "agents.plots",
        "agents.animation",
        "agents.sweeps",
        "agents.sweeps.statistics",
        "agents.sweeps.regret",
    ),
    *(
        "sequence_tasks",
        "sequence_tasks.series",
        "sequence_tasks.task",
        "sequence_tasks.models",
        "sequence_tasks.plots",
    ),
    *("sequence_tasks.evaluation", "sequence_tasks.evaluation.naive", "sequence_tasks.leakage"),
    *("sequence_tasks.explain", "sequence_tasks.explain.exact"),
)
#: Names that are called with nothing of a user's.
WITHOUT_TARGET = {
    "results": "Finding Outcome Solution Comparison Evaluation Progress Backtest Leakage Windows LinearForecaster",
    "results by hand": "Interval LSTMTrace RNNTrace Cell CellFit",
    "what others have to provide": "Actor Learner Forecaster TabularAgent InFiles",
    "transitions, which `learn` checks": "Transition",
    "parts of a network, called by Keras": "Dueling huber squared",
    "a window on the screen": "Window",
    "a sweep of CompiledTrial, which are both called": "compiled_trials",
    "a warning": "RepeatsLastValue",
    "a schedule, which is given as alpha": "sample_average",
}


@pytest.mark.parametrize("package", ["rl_line", "agents", "sequence"])
def test_every_outcome_is_a_right_answer_or_one_clear_error(package, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    targets = import_module(f"fuzz.{package}_targets").TARGETS
    tally = harness.run(targets, CASES // 3, seed=SEED)
    print(tally)
    assert not tally.wrong, f"\n{tally}"


@pytest.mark.parametrize(
    ("message", "given", "is_told"),
    [
        ("steps=-1, expected a count", {"steps": -1}, True),
        ("seeds hold 'R', expected counts", {"seed": "RewardLine-v0"}, True),
        ("'text' is no count, expected one", {"steps": "text"}, True),
        ("an array of shape (2, 3), expected (2,)", {"v": np.ones((2, 3))}, True),
        ("a float is no list, expected one", {"rows": 2.5}, True),
        ("something is wrong, expected steps from 1; pass e.g. steps=3", {"steps": -1}, False),
        ("a number is negative; pass e.g. steps=3", {"steps": -1}, False),
        ("item 11 is wrong, expected others", {"steps": 1}, False),
    ],
)
def test_the_judge_asks_for_what_came(message, given, is_told):
    assert judge.says_what_came(message, given, set(given)) == is_told


def test_every_public_name_has_a_target():
    names = [one.name for package in ("rl_line", "agents", "sequence") for one in _targets(package)]
    words = {word for name in names for word in re.findall(r"\w+", name)}
    without = {name for several in WITHOUT_TARGET.values() for name in several.split()}
    public = {name for module in MODULES for name in _public(import_module(module))}
    assert sorted(public - words - without) == []
    assert sorted(without - public) == [], "an exception that is none"


def _targets(package):
    return import_module(f"fuzz.{package}_targets").TARGETS


def _public(module):
    """Functions and classes that a module exports, or of one without a list those that it defines."""
    for name in getattr(module, "__all__", vars(module)):
        thing = getattr(module, name)
        own = hasattr(module, "__all__") or getattr(thing, "__module__", "") == module.__name__
        if own and not name.startswith("_") and (isclass(thing) or isfunction(thing)):
            yield name

"""Rows are grouped by their settings, and failed runs are left out."""

import numpy as np
import pytest

from agents.sweeps.regret import regrets
from agents.sweeps.report.figures import intervals
from agents.sweeps.report.groups import is_failed, results, varied_settings
from agents.sweeps.report.sweep_page import sweep_page
from agents.sweeps.statistics import bootstrap_interval, probability_of_improvement
from rl_line import reward_line

ROWS = [
    {"agent": "Q", "alpha": 0.5, "seed": 0, "regret": 2.0},
    {"agent": "Q", "alpha": 0.1, "seed": 0, "regret": 1},
    {"agent": "Q", "alpha": 0.1, "seed": 1, "error": "no memory"},
    {"agent": "S", "alpha": 0.5, "seed": 0, "regret": np.nan},
    {"agent": "S", "alpha": 0.1, "seed": 1, "regret": 4.0},
]


def test_runs_are_grouped_by_one_setting_or_by_several():
    assert {key: list(runs) for key, runs in results(ROWS, "regret", "alpha").items()} == {0.5: [2], 0.1: [1, 4]}
    assert list(results(ROWS, "regret", ("agent", "alpha"))) == [("Q", 0.5), ("Q", 0.1), ("S", 0.1)]


def test_runs_with_an_error_or_without_a_finite_result_failed():
    assert [is_failed(row, "regret") for row in ROWS] == [False, False, True, True, False]


def test_only_what_varies_is_a_setting():
    rows = [{**row, "gamma": 0.8} for row in ROWS]
    assert varied_settings(rows, "regret") == {"agent": ["Q", "S"], "alpha": [0.1, 0.5], "seed": [0, 1]}


def test_a_result_that_is_not_there_is_named():
    with pytest.raises(ValueError, match="row 0 has agent, alpha, seed, regret, expected return"):
        results(ROWS, "return", "alpha")
    with pytest.raises(ValueError, match="row 0 has nothing, expected beta"):
        results([{}], "regret", "beta")


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: results(3, "regret", "alpha"), "rows is a int, expected a Iterable"),
        (lambda: results([3], "regret", "alpha"), "row 0 is a int, expected a Mapping"),
        (lambda: sweep_page([[]], "regret"), "row 0 is a list, expected a Mapping"),
        (lambda: intervals({"Q": 3.0}, label="regret"), r"found\['Q'\] is a float, expected a Interval"),
        (lambda: bootstrap_interval([1.0], resampling=3), "resampling is a int, expected a Resampling"),
        (lambda: regrets(reward_line(), 3, 0.8), "policies=3, expected a list or a tuple"),
        (lambda: probability_of_improvement({"a": [1]}, 3), "expected"),
    ],
)
def test_what_are_no_rows_is_refused(call, message):
    with pytest.raises((TypeError, ValueError), match=message):
        call()

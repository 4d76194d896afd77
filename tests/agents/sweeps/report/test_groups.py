"""Rows are grouped by their settings, and failed runs are left out."""

import numpy as np
import pytest

from agents.sweeps.report.groups import is_failed, results, varied_settings

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

"""The table of a sweep says its best settings first, with numbers by hand, and cuts long tables for a terminal."""

import pytest

from agents.sweeps.report.summary import Objective, aligned, best_table, objective


def test_the_best_settings_are_first_and_the_rest_is_counted():
    rows = [{"a": k, "name": "x", "b": 2 * k} for k in range(25)]
    lines = best_table(rows, Objective("b"), ["a"], ["a"]).splitlines()
    assert [line.split() for line in lines[:3]] == [
        ["a", "runs", "b", "low", "high"], ["24", "1", "48", "-", "-"], ["23", "1", "46", "-", "-"],
    ]  # fmt: skip
    assert (len(lines), lines[-2]) == (23, "... and 5 more lines")


def test_means_are_interquartile_and_failed_runs_are_no_runs():
    rows = [{"a": 1, "seed": k, "regret": x, "return": 9.0} for k, x in enumerate((-100, 1, 3, 100))]
    rows += [{"a": 1, "seed": 4, "error": "no memory"}, {"a": 1, "seed": 5, "regret": float("nan"), "return": 0.0}]
    lines = best_table(rows, objective(rows, ["a", "seed"]), ["a", "seed"], ["a"]).splitlines()
    head, line = lines[0].split(), lines[1].split()
    assert head == ["a", "runs", "regret", "low", "high", "return"]
    assert line[:3] + line[5:] == ["1", "4", "2", "9"]
    assert -100 <= float(line[3]) <= 1
    assert 3 <= float(line[4]) <= 100


def test_of_learning_curves_the_last_step_counts():
    rows = [{"a": a, "step": step, "return": a * step} for a in (1, 2) for step in (10, 20)]
    lines = best_table(rows, Objective("return"), ["a"], ["a"]).splitlines()
    assert [line.split()[:3] for line in lines[1:3]] == [["2", "1", "40"], ["1", "1", "20"]]


def test_regret_decides_or_else_the_first_number():
    assert objective([{"a": 1, "return": 2.0, "regret": 0.5}], ["a"]) == ("regret", True)
    assert objective([{"a": 1, "name": "x", "return": 2.0, "loss": 1.0}], ["a"]) == ("return", False)
    asked = Objective("loss", less_is_better=True)
    assert objective([{"a": 1, "return": 2.0, "loss": 1.0}], ["a"], asked) == asked


@pytest.mark.parametrize(
    ("rows", "asked", "told"),
    [
        ([{"a": 1, "loss": 1.0}], Objective("los"), "no row has los as a result, expected one of: loss."),
        (
            [{"a": 1, "name": "x"}],
            None,
            "no row has a number as a result, expected at least one; return e.g. .* trial.$",
        ),
        ([{"a": 1, "name": "x"}], Objective("loss"), "no row has a number as a result, expected at least one; return"),
        ([{"a": 1, "error": "no memory."}], None, "expected at least one; the first error is no memory.$"),
    ],
)
def test_rows_without_the_result_are_told(rows, asked, told):
    with pytest.raises(ValueError, match=told):
        objective(rows, ["a"], asked)


def test_columns_are_as_wide_as_their_longest_cell():
    assert aligned(("a", "long"), [("bb", 0.123456), (1, float("nan"))]) == " a    long\nbb  0.1235\n 1       -"

"""A sweep gives the same rows in the same order on every executor, and survives errors of trials."""

from concurrent.futures import ThreadPoolExecutor
from functools import partial

import numpy as np
import pytest
from small_trials import by_hand, drawn, raising

from agents.sweeps import grid, sweep


def test_rows_are_the_setting_and_the_results_in_the_order_of_the_grid():
    assert sweep(by_hand, grid(a=[10, 20], seed=[1, 2])) == [
        {"a": 10, "seed": 1, "sum": 11},
        {"a": 10, "seed": 2, "sum": 12},
        {"a": 20, "seed": 1, "sum": 21},
        {"a": 20, "seed": 2, "sum": 22},
    ]


def test_a_trial_may_give_several_rows():
    rows = sweep(lambda a: [{"step": k, "value": a * k} for k in range(2)], grid(a=[3, 4]))
    assert [(row["a"], row["step"], row["value"]) for row in rows] == [(3, 0, 0), (3, 1, 3), (4, 0, 0), (4, 1, 4)]


def test_the_executor_changes_no_bit():
    settings = grid(a=[0.1, 0.2, 0.7], seed=range(4))
    serial = sweep(drawn, settings)
    with ThreadPoolExecutor(3) as pool:
        assert sweep(drawn, settings, map=pool.map) == serial
    assert len({row["value"] for row in serial}) == 24


class Backwards:
    """An executor that finishes the last task first, and loses one."""

    def __call__(self, function, items):
        raise NotImplementedError

    def as_completed(self, function, items):
        for place, item in reversed(list(enumerate(items))):
            yield place, OSError("the machine is gone") if place == 1 else function(item)


def test_rows_of_an_executor_that_finishes_out_of_order_are_in_order():
    rows = sweep(by_hand, grid(a=[5, 6, 7]), map=Backwards())
    assert rows == [{"a": 5, "sum": 5}, {"a": 6, "error": "OSError: the machine is gone"}, {"a": 7, "sum": 7}]


def test_a_trial_that_raises_is_a_row_with_its_error():
    rows = sweep(raising, grid(a=[0, 2, 3, 4]))
    assert rows == [
        {"a": 0, "error": "ZeroDivisionError: division by zero"},
        {"a": 2, "inverse": 0.5},
        {"a": 3, "error": "SystemExit: a is 3"},
        {"a": 4, "inverse": 0.25},
    ]


@pytest.mark.parametrize(
    ("result", "told"),
    [
        (None, "TypeError: the trial gave None, expected a row or rows"),
        (3.5, "TypeError: the trial gave 3.5, expected a row or rows"),
        ("text", "TypeError: the trial gave 'text', expected a row or rows"),
        ([1], "TypeError: the trial gave 1, expected values by name"),
        ({1: 2}, "TypeError: the trial gave {1: 2}, expected values by name"),
        ({"q": np.zeros(2)}, r"TypeError: q=array([0., 0.]), expected a number"),
        ({"a": 2}, "ValueError: the trial gave a=2, expected 1 as in the setting"),
    ],
)
def test_a_result_that_is_no_row_is_an_error_of_its_trial(result, told):
    (row,) = sweep(lambda a: result, grid(a=[1]))
    assert row["a"] == 1
    assert row["error"].startswith(told)


def test_numbers_of_arrays_are_plain_in_rows():
    (row,) = sweep(lambda a: {"a": a, "b": np.float32(0.5), "c": np.array(2), "d": np.bool_(True)}, grid(a=[1]))
    assert row == {"a": 1, "b": 0.5, "c": 2, "d": True}
    assert [type(value) for value in row.values()] == [int, float, int, bool]


class Many:
    """A trial that takes three settings at once; 7 spoils all that run with it."""

    at_once = 3

    def __init__(self):
        self.calls = []

    def __call__(self, a):
        return self.many([{"a": a}])[0]

    def many(self, settings):
        self.calls.append([setting["a"] for setting in settings])
        if any(setting["a"] == 7 for setting in settings):
            raise ValueError("a is 7")
        return [{"square": setting["a"] ** 2} for setting in settings]


def test_a_trial_of_many_settings_has_them_at_once_and_its_errors_alone():
    trial = Many()
    rows = sweep(trial, grid(a=[1, 2, 3, 4, 7]))
    assert trial.calls == [[1, 2, 3], [4, 7], [4], [7]]
    assert [row.get("square") for row in rows] == [1, 4, 9, 16, None]
    assert rows[4]["error"] == "ValueError: a is 7"


@pytest.mark.parametrize(
    ("trial", "settings", "told"),
    [
        (3, grid(a=[1]), "trial=3, expected a function"),
        (by_hand, grid(b=[1]), "cannot be called with the settings b"),
        (partial(by_hand, seed=1), grid(b=[1]), "cannot be called with the settings b"),
        (by_hand, [{"a": 1}, {"a": 1, "sed": 1}], r"settings a, sed .*Did you mean 'seed'\? Known: a, seed"),
        (by_hand, [], "no settings, expected at least one"),
        (by_hand, "a", "settings='a', expected a list"),
        (by_hand, [1], r"settings\[0\] is a int, expected a Mapping"),
        (by_hand, [{"a": []}], r"a=\[\], expected a number"),
        (by_hand, [{"a": 1, "seed": 2}, {"seed": 2, "a": 1}], r"settings\[1\] is .*, equal to one before it"),
    ],
)
def test_a_wrong_sweep_is_told(trial, settings, told):
    with pytest.raises((TypeError, ValueError), match=told):
        sweep(trial, settings)


def test_an_executor_without_results_is_told():
    with pytest.raises(RuntimeError, match="gave no result for 2 trials"):
        sweep(by_hand, grid(a=[1, 2]), map=lambda function, items: [])


@pytest.mark.parametrize("given", [4, int, list])
def test_what_has_not_the_shape_of_map_is_told(given):
    with pytest.raises(TypeError, match=r"map=.*, expected a function of 2; pass a function like the builtin"):
        sweep(by_hand, grid(a=[1, 2]), map=given)

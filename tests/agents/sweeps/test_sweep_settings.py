"""Grids and random searches: their settings and order, without duplicates."""

import numpy as np
import pytest
from scipy import stats

from agents.sweeps import grid, random_search


def test_the_last_setting_varies_fastest():
    assert grid(alpha=(0.1, 0.5), gamma=np.array([0.0, 1.0]), seed=range(2)) == [
        {"alpha": 0.1, "gamma": 0.0, "seed": 0},
        {"alpha": 0.1, "gamma": 0.0, "seed": 1},
        {"alpha": 0.1, "gamma": 1.0, "seed": 0},
        {"alpha": 0.1, "gamma": 1.0, "seed": 1},
        {"alpha": 0.5, "gamma": 0.0, "seed": 0},
        {"alpha": 0.5, "gamma": 0.0, "seed": 1},
        {"alpha": 0.5, "gamma": 1.0, "seed": 0},
        {"alpha": 0.5, "gamma": 1.0, "seed": 1},
    ]


def test_numbers_of_arrays_become_those_of_python():
    (setting,) = grid(
        alpha=np.array([0.25], np.float32), seed=[np.int64(3)], name=["x"], masked=[np.True_], policy=[None]
    )
    assert [type(value) for value in setting.values()] == [float, int, str, bool, type(None)]


@pytest.mark.parametrize(
    ("values", "told"),
    [
        ({}, "no settings, expected at least one"),
        ({"alpha": []}, r"alpha=\[\], expected at least one value"),
        ({"alpha": 0.1}, "alpha=0.1, expected a list"),
        ({"alpha": "0.1"}, "alpha='0.1', expected a list"),
        ({"alpha": [0.1, 0.5, 0.1]}, "alpha has 0.1 twice"),
        ({"seed": [0, 1, 0]}, "seed has 0 twice"),
        ({"seed": [1, 1.0]}, "seed has 1.0 twice"),
        ({"alpha": [0.1, float("nan")]}, "alpha has the value nan, expected numbers or texts"),
        ({"policy": [None, None]}, "policy has None twice"),
        ({"agent": [dict]}, "agent=<class 'dict'>, expected a number, a text"),
    ],
)
def test_a_wrong_grid_is_told(values, told):
    with pytest.raises((TypeError, ValueError), match=told):
        grid(**values)


def test_a_search_draws_from_every_kind_of_distribution():
    found = random_search(
        400, seed=1, alpha=(0.25, 0.5), rate=stats.loguniform(1e-4, 1), n=stats.randint(2, 5), agent=["a", "b"]
    )
    assert len({tuple(one.values()) for one in found}) == 400
    assert all(0.25 <= one["alpha"] < 0.5 and 1e-4 <= one["rate"] <= 1 for one in found)
    assert {one["n"] for one in found} == {2, 3, 4}
    assert {type(one["n"]) for one in found} == {int}
    assert {one["agent"] for one in found} == {"a", "b"}
    below = np.mean([one["rate"] < 1e-2 for one in found])  # half of the range of the logarithm
    assert abs(below - 0.5) < 4 * np.sqrt(0.25 / 400)


def test_a_search_is_told_by_its_seed_and_a_name_changes_no_other():
    first = random_search(20, seed=3, alpha=(0, 1), gamma=(0, 1))
    assert first == random_search(20, seed=3, alpha=(0, 1), gamma=(0, 1))
    assert first != random_search(20, seed=4, alpha=(0, 1), gamma=(0, 1))
    assert [one["alpha"] for one in first] == [one["alpha"] for one in random_search(20, seed=3, alpha=(0, 1))]
    assert all(one["alpha"] != one["gamma"] for one in first)


def test_a_search_gives_all_of_few_settings_once():
    found = random_search(6, seed=0, a=[1, 2], b=[1, 2, 3])
    assert sorted((one["a"], one["b"]) for one in found) == [(1, 1), (1, 2), (1, 3), (2, 1), (2, 2), (2, 3)]


@pytest.mark.parametrize(
    ("n", "values", "told"),
    [
        (7, {"a": [1, 2], "b": [1, 2, 3]}, "6 different settings in 700 drawings, expected n=7"),
        (0, {"a": (0, 1)}, "n=0, expected a whole number"),
        (2, {}, "no settings"),
        (2, {"a": (1, 0)}, r"a=\(1, 0\), expected \(low, high\)"),
        (2, {"a": (0, 1, 2)}, r"expected \(low, high\)"),
        (2, {"a": 3}, "a=3, expected a list"),
    ],
)
def test_a_wrong_search_is_told(n, values, told):
    with pytest.raises((TypeError, ValueError), match=told):
        random_search(n, seed=0, **values)

"""Figures of sweeps show the statistics of their rows."""

import numpy as np
import pytest
from matplotlib.colors import to_rgba

from agents.sweeps.report.figures import heat_map, intervals, learning_curves, profiles
from agents.sweeps.statistics import Interval
from rl_line import dp, reward_line


def rows_of(name, *runs):
    return [
        {"agent": name, "seed": seed, "step": 10 * k, "return": value}
        for seed, run in enumerate(runs)
        for k, value in enumerate(run)
    ]


def test_a_curve_is_the_interquartile_mean_at_each_step():
    # At step 10 of -9, 1, 3, 99 it is 2; all runs begin at 0.
    axes = learning_curves([*rows_of("Q", (0, -9), (0, 1), (0, 3), (0, 99)), *rows_of("S", (4, 5))], "return")
    curve, other = axes.get_lines()
    assert curve.get_xydata().tolist() == [[0, 0], [10, 2]]
    assert other.get_xydata().tolist() == [[0, 4], [10, 5]]
    (band,) = axes.collections  # one run has none
    ends = sorted(y for x, y in band.get_paths()[0].vertices.tolist() if x == 10)
    assert ends[0] < 2 < ends[-1]
    assert {y for x, y in band.get_paths()[0].vertices.tolist() if x == 0} == {0}
    assert [text.get_text() for text in axes.get_legend().get_texts()] == ["Q", "S"]
    assert axes.get_xlabel()
    assert axes.get_ylabel()


def test_curves_need_all_runs_at_each_step():
    with pytest.raises(ValueError, match="agent Q has from 1 to 2 runs at a step, expected equally many at each"):
        learning_curves(rows_of("Q", (0, 1), (0,)), "return")


def grid(alphas, gammas, regret):
    return [
        {"alpha": a, "gamma": g, "seed": s, "regret": regret(a, g, s)} for a in alphas for g in gammas for s in range(4)
    ]


def test_a_cell_is_the_interquartile_mean_of_its_runs():
    # Of 0, 1, 3 and 100 times alpha it is 2 alpha.
    axes = heat_map(grid((0.5, 0.1), (0.9, 0.8), lambda a, g, s: a * (0, 1, 3, 100)[s]), "regret")
    assert axes.images[0].get_array().tolist() == [[0.2, 0.2], [1.0, 1.0]]
    assert [text.get_text() for text in axes.texts] == ["0.2", "0.2", "1", "1"]
    assert [text.get_text() for text in axes.get_xticklabels()] == ["0.8", "0.9"]
    assert [text.get_text() for text in axes.get_yticklabels()] == ["0.1", "0.5"]


@pytest.mark.parametrize("regret", [lambda a, g, s: 0.0, lambda a, g, s: a * g], ids=["equal", "different"])
def test_the_outline_of_a_number_has_the_colour_of_its_cell(regret):
    axes = heat_map(grid((0.5, 0.1), (0.9, 0.8), regret), "regret")
    axes.figure.canvas.draw()
    image = axes.images[0]
    outlines = [text.get_path_effects()[0]._gc["foreground"] for text in axes.texts]
    assert np.allclose(outlines, image.to_rgba(image.get_array()).reshape(-1, 4))


def test_of_many_columns_every_fourth_is_labelled_where_it_is():
    gammas = [k / 100 for k in range(40)]
    axes = heat_map(grid((0.5, 0.1), gammas, lambda a, g, s: g), "regret")
    axes.figure.canvas.draw()
    shown = [(at, label.get_text()) for at, label in zip(axes.get_xticks(), axes.get_xticklabels(), strict=True)]
    assert shown == [(k, f"{k / 100:g}") for k in range(0, 40, 4)]


def test_the_critical_discount_lies_between_its_columns():
    # sqrt(7) / 3 = 0.88192 is 81.9 % of the way from 0.8 to 0.9.
    critical = dp.critical_gammas(reward_line())
    axes = heat_map(grid((0.1,), (0.7, 0.8, 0.9), lambda a, g, s: g), "regret", critical=critical)
    dashed = axes.get_lines()[-1]
    assert dashed.get_linestyle() == "--"
    assert dashed.get_xdata()[0] == pytest.approx(1 + (7**0.5 / 3 - 0.8) / 0.1)
    assert "0.8819" in [text.get_text() for text in axes.texts]


def test_critical_discounts_beyond_the_columns_are_not_drawn():
    axes = heat_map(grid((0.1,), (0.5, 0.6), lambda a, g, s: 0.0), "regret", critical=[0.4, 0.88])
    assert not axes.get_lines()


def test_a_profile_of_regret_is_the_share_below():
    # Of 0, 1, 1, 5 one is below 1, and three are below 2.
    axes = profiles({"Q": [0, 1, 1, 5]}, [1, 2, 9], less_is_better=True)
    assert axes.get_lines()[0].get_xydata().tolist() == [[1, 0.25], [2, 0.75], [9, 1]]
    axes = profiles({"Q": {"line": [0, 1, 1, 5]}}, [1, 2, 9])
    assert axes.get_lines()[0].get_ydata().tolist() == [0.25, 0.25, 0]


def test_more_curves_than_colours_differ_by_their_style():
    lines = profiles({f"agent {k}": [0.0, 1.0] for k in range(11)}, [0.5]).get_lines()
    assert len({(to_rgba(line.get_color()), line.get_linestyle()) for line in lines}) == 11


def test_an_interval_is_a_bar_around_its_value():
    bar, mark = intervals({"Q": Interval(2.0, 1.0, 4.0)}, label="regret").get_lines()
    assert list(bar.get_xdata()) == [1.0, 4.0]
    assert list(mark.get_xdata()) == [2.0]


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: heat_map([{"alpha": 0.1, "error": "x"}], "regret"), "no row has a regret, expected some"),
        (lambda: heat_map(grid((0.1,), (0.1,), lambda *_: 0.0), "return"), "expected return; name a setting"),
        (lambda: profiles({"Q": [np.nan]}, [1.0]), "runs is nan"),
        (lambda: intervals({}, label="x"), "found={}, expected one interval at least"),
    ],
)
def test_nothing_to_draw_is_refused(call, message):
    with pytest.raises(ValueError, match=message):
        call()

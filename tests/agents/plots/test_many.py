"""Figures of many agents or discounts show the numbers that they are given."""

import numpy as np
import pytest

from agents.plots import error_bands, values_over_gamma
from rl_line import dp, reward_line


def lines_of(axes):
    return {line.get_label(): line for line in axes.get_lines()}


def test_a_band_holds_agents_from_10_to_90_percent_around_their_median():
    # Of 0, 1, ..., 10 the median is 5, and from 10 % to 90 % are 1 to 9.
    errors = np.stack([np.arange(11.0), 10 * np.arange(11.0)])
    axes = error_bands([100, 200], {"alpha 0.1": errors})
    assert lines_of(axes)["alpha 0.1"].get_xdata().tolist() == [100, 200]
    assert lines_of(axes)["alpha 0.1"].get_ydata().tolist() == [5, 50]
    (band,) = axes.collections
    corners = {tuple(corner) for corner in band.get_paths()[0].vertices.tolist()}
    assert corners == {(100, 1), (100, 9), (200, 10), (200, 90)}
    assert axes.get_yscale() == "log"
    assert axes.get_xlabel()
    assert axes.get_ylabel()


def test_the_legend_of_bands_hides_no_curve():
    axes = error_bands([1, 2], {f"alpha {k}": np.ones((2, 3)) for k in range(5)})
    axes.figure.draw_without_rendering()
    legend = axes.get_legend()
    assert [text.get_text() for text in legend.get_texts()] == [f"alpha {k}" for k in range(5)]
    assert legend.get_window_extent().y1 <= axes.xaxis.get_tightbbox().y0


def test_bands_need_a_row_of_errors_for_each_step():
    with pytest.raises(ValueError, match=r"steps \(2,\), errors \(3, 4\) differ in length"):
        error_bands([1, 2], {"mine": np.ones((3, 4))})


def test_no_two_of_many_curves_look_alike():
    axes = error_bands([1, 2], {f"alpha {k}": np.ones((2, 3)) for k in range(13)})
    assert len({(line.get_color(), line.get_linestyle()) for line in axes.get_lines()}) == 13


@pytest.mark.parametrize(("states", "inside"), [(4, True), (13, False)])
def test_a_legend_of_many_states_hides_no_value(states, inside):
    mdp = reward_line((*np.zeros(states - 1), 9.0))
    axes = values_over_gamma(mdp, {0.5: np.zeros((states, 2))})
    axes.figure.canvas.draw()
    legend, room = axes.get_legend().get_window_extent(), axes.get_window_extent()
    assert legend.overlaps(room) == inside
    learned = [line for line in axes.get_lines() if line.get_label().endswith("learned")]
    assert len({(line.get_color(), line.get_marker()) for line in learned}) == states - 1


def test_values_over_gamma_are_exact_and_what_was_learned_lies_on_them():
    mdp = reward_line()
    learned = {gamma: dp.policy_iteration(mdp, gamma).q for gamma in (0.8, 0.0)}
    lines = lines_of(values_over_gamma(mdp, learned))
    assert len(lines) == 6, "two for each state in which one acts"
    at = lines["state 1, exact"].get_xdata()
    # Walking to the 9 is best up to 0.8: 2 + 9 gamma^2, 9 gamma and 9.
    for state, value in {1: 2 + 9 * at**2, 2: 9 * at, 3: np.full(len(at), 9.0)}.items():
        exact, dots = lines[f"state {state}, exact"], lines[f"state {state}, learned"]
        assert exact.get_linestyle() == "--"
        np.testing.assert_allclose(exact.get_ydata(), value, atol=1e-12)
        assert dots.get_xdata().tolist() == [0.8, 0.0]
    assert lines["state 1, learned"].get_ydata() == pytest.approx([7.76, 2.0])
    assert lines["state 2, learned"].get_ydata() == pytest.approx([7.2, 0.0])


@pytest.mark.parametrize("gamma", [1.0, -0.1])
def test_values_need_a_discount_below_one(gamma):
    with pytest.raises(ValueError, match="expected a discount"):
        values_over_gamma(reward_line(), {gamma: np.zeros((4, 2))})

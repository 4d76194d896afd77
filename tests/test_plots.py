"""Figures show the numbers they are given, and label them."""

import numpy as np
import pytest
from matplotlib.colors import to_hex

from agents.plots import error_curve, policy_over_gamma
from rl_line import reward_line


def bars(axes):
    return {
        (round(bar.get_y() + bar.get_height() / 2), round(bar.get_x(), 4)): to_hex(bar.get_facecolor())
        for bar in axes.patches
    }


def test_the_error_curve_shows_its_data_on_a_labelled_log_scale():
    axes = error_curve([1, 2, 3], [1.0, 0.1, 0.0])
    (line,) = axes.get_lines()
    assert line.get_xdata().tolist() == [1, 2, 3]
    assert line.get_ydata()[:2].tolist() == [1.0, 0.1]
    assert axes.get_yscale() == "log"
    assert axes.get_xlabel()
    assert axes.get_ylabel()


def test_the_policy_changes_colour_at_the_critical_discount():
    drawn = bars(axes := policy_over_gamma(reward_line(), gamma=0.8))
    change = round(np.sqrt(7) / 3, 4)
    assert set(drawn) == {(state, x) for state in (1, 2, 3) for x in (0.0, change)}
    right = drawn[1, 0.0]
    assert [drawn[s, 0.0] for s in (1, 2, 3)] == [right] * 3
    assert drawn[1, change] == right
    assert len({drawn[2, change], drawn[3, change], right}) == 3, "a tie and left have colours of their own"
    assert axes.get_xlabel()
    assert axes.get_ylabel()
    assert any(line.get_xdata()[0] == pytest.approx(np.sqrt(7) / 3) for line in axes.get_lines())

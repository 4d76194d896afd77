"""Minima of the squared Bellman error, worked by hand."""

import numpy as np
import pytest

from agents.checkup.rules.residual import SquaredError


def after(reward, right=0.0):
    """From (0, left) to state 1, or to the end with a reward; from (1, left) and (1, right) to the end."""
    numbers = {
        "cells": [0, 0, 2, 3],
        "successor": [1, 1, 1, 1],
        "factor": [1, 0, 0, 0],
        "reward": [0, reward, 0, right],
    }
    return SquaredError(**{name: np.array(column) for name, column in numbers.items()}, weight=np.ones(4))


# (0, left) is the mean of m = max q(1) and 1, which leaves (m - 1)^2 / 2. With m^2 of (1, left): 2 m = 1 - m. With
# (m - 0.2)^2 of (1, right): 2 m - 0.4 = 1 - m. The action that is not the best stays at its reward.
MINIMA = [([[2 / 3, 0], [1 / 3, 0.2]], 1 / 3), ([[11 / 15, 0], [0, 7 / 15]], (4 / 15) ** 2 + (8 / 15) ** 2 / 2)]


@pytest.mark.parametrize(("minimum", "least"), MINIMA)
def test_of_two_minima_it_is_the_nearest(minimum, least):
    error, found = after(1.0, right=0.2), np.array(minimum)
    assert error(found) == pytest.approx(least)
    assert error.nearest_minimum(found + 0.05 * (found > 0)) == pytest.approx(found)


@pytest.mark.parametrize("first", [0.1, 0.0, -0.1])
def test_a_minimum_may_lie_where_two_actions_are_tied(first):
    # Both have to come down: 2 m^2 + (m + 1)^2 / 2 is least at m = -1/5, and (0, left) is the mean of m and -1.
    shown = np.array([[0.0, 0.0], [first, -0.1]])
    assert after(-1.0).nearest_minimum(shown) == pytest.approx(np.array([[-0.6, 0.0], [-0.2, -0.2]]))


def test_an_action_without_samples_stays_where_it_is_and_holds_the_other_up():
    # (1, right), at 0, has no samples. With m = 0 nothing pulls (1, left) from its own 0.
    error = after(-1.0)
    alone = SquaredError(*(column[:3] for column in vars(error).values()))
    found = np.array([[-0.5, 0.0], [0.0, 0.0]])
    assert alone.nearest_minimum(np.zeros((2, 2))) == pytest.approx(found)
    assert alone._is_minimum(found)
    assert not alone._is_minimum(found - np.array([[0.0, 0.0], [0.1, 0.0]]))

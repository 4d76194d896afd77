"""Every word about the reward, the discount and the mask, on rows by hand."""

from dataclasses import replace

import numpy as np
import pytest
from support.rules_cases import ROWS

from agents.checkup.rules import words as w

POWERS = np.array([1, 2, 3])


@pytest.mark.parametrize(
    ("word", "constant", "expected"),
    [
        (w.paid, 0, [2, 0.5, 9, -3]),
        (w.previous, 0, [0, 2, 0.5, 0]),
        (w.previous_across, 0, [0, 2, 0.5, 9]),
        (w.clipped, 1, [1, 0.5, 1, -1]),
        (w.sign, 0, [1, 1, 1, -1]),
        (w.positive, 0, [2, 0.5, 9, 0]),
        (w.squashed, 0, [0.964, 0.4621, 1, -0.9951]),
        (w.scaled_by_gamma, 0, [1.6, 0.4, 7.2, -2.4]),
        (w.constant_at_any_end, -10, [2, 0.5, -10, -10]),
        (w.whole_number, 0, [2, 0, 9, -3]),
        (w.scaled, 2, [4, 1, 18, -6]),
        (w.moved, 1, [3, 1.5, 10, -2]),
        (w.constant_at_end, -10, [2, 0.5, -10, -3]),
        (w.scaled_at_end, -1, [2, 0.5, -9, -3]),
        (w.so_far, 0, [2, 2.5, 11.5, -3]),
        (w.of_state, 0, [-3, 2, 0.5, 2]),
    ],
)
def test_a_target_begins_with(word, constant, expected):
    assert word(ROWS, constant) == pytest.approx(expected, rel=1e-4)


@pytest.mark.parametrize(
    ("word", "expected"),
    [
        (w.told, [0.8, 0.64, 0.512]),
        (w.another, [0.5, 0.5, 0.5]),
        (w.squared, [0.64, 0.4096, 0.262144]),
        (w.zero, [0, 0, 0]),
        (w.of_one_step, [0.8, 0.8, 0.8]),
    ],
)
def test_what_follows_is_discounted_by(word, expected):
    assert word(0.8, POWERS, 0.5) == pytest.approx(expected)


@pytest.mark.parametrize(
    ("word", "expected"),
    [
        (w.until_terminated, [1, 1, 0, 1]),
        (w.none, [1, 1, 1, 1]),
        (w.until_done, [1, 1, 0, 0]),
        (w.inverted, [0, 0, 1, 0]),
        (w.one_step_late, [1, 1, 1, 0]),
        (w.one_step_late_of_any, [0, 1, 1, 0]),
        (w.before_the_limit, [1, 1, 0, 1]),
    ],
)
def test_something_follows_where(word, expected):
    assert word(ROWS).tolist() == expected


def test_an_end_at_the_limit_is_taken_for_a_cut():
    at_the_limit = replace(ROWS, truncated=np.array([0, 0, 1, 1]))
    assert w.before_the_limit(at_the_limit).tolist() == [1, 1, 1, 1]
    assert w.until_terminated(at_the_limit).tolist() == [1, 1, 0, 1]

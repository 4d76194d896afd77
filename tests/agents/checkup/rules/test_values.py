"""Every word about the successor, its choice, the cell and the samples, on rows by hand."""

from dataclasses import replace

import numpy as np
import pytest
from support.rules_cases import EXPERIENCE, ROWS

from agents.checkup.rules import words as w
from agents.checkup.rules.experience import Experience

Q = np.array([[1.0, 4], [5, 2], [3, 8], [0, -6]])
AFTER = ROWS.successor  # 1, 2, 3, 0 in zero-based states


@pytest.mark.parametrize(
    ("word", "expected"),
    [
        (w.following, [1, 2, 3, 0]),
        (w.here, [0, 1, 2, 1]),
        (w.begin_where_cut, [1, 2, 3, 2]),
        (w.begin_where_terminated, [1, 2, 1, 0]),
        (w.begin, [1, 2, 1, 2]),
    ],
)
def test_the_state_that_is_bootstrapped_from(word, expected):
    assert word(ROWS).tolist() == expected


@pytest.mark.parametrize(
    ("word", "expected"),
    [
        (w.best, [5, 8, 0, 4]),
        (w.worst, [2, 3, -6, 1]),
        (w.mean_action, [3.5, 5.5, -3, 2.5]),
        # It goes right in states 1 to 3, but for a first action, and state 4 is unknown.
        (w.own_policy, [2, 8, -3, 4]),
        (w.same_action, [2, 8, -6, 1]),
        (w.best_here, [2, 3, -6, 1]),
        (w.first_action, [5, 3, 0, 1]),
        (w.second_action, [2, 8, -6, 4]),
        (w.largest_of_all, [8, 8, 8, 8]),
        (w.largest_of_action, [8, 8, 8, 5]),  # of 1, 5, 3, 0 and of 4, 2, 8, -6
        (w.largest_of_best, [5, 8, 5, 8]),
        (w.own_policy_here, [2, 8, -6, 4]),
        (w.index, [0, 1, 0, 1]),
        (w.frozen, [2.5, 2.5, 2.5, 2.5]),
    ],
)
def test_the_successor_is_worth(word, expected):
    assert word(Q, ROWS, AFTER, EXPERIENCE, 2.5) == pytest.approx(expected)


def test_what_each_state_was_worth_at_first_is_read_off_what_leads_there():
    # (1, right) pays 2 and is 6, so state 2 was worth 4 / 0.8; (2, right) pays 0.5 and is 4.5; (2, left) -3, and is -1.
    shown = np.array([(0.0, 6), (-1, 4.5), (0, 7), (0, 0)])
    seen = Experience(EXPERIENCE.trace, 0.8, (4, 2), shown)
    assert w.kept(Q, ROWS, ROWS.successor, seen, 0.0) == pytest.approx([5, 5, 0, 2.5]), "of the end nothing is known"


def test_another_row_chooses_as_often_as_it_is_in_the_batch():
    # Left is best in states 2 and 4, one row each, and right in 3 and 1, of one row and of five: 2/8 and 6/8.
    often = replace(ROWS, weight=np.array([1.0, 1, 1, 5]))
    given = Q, often, AFTER, EXPERIENCE, 0.0
    assert w.best_of_another(*given) == pytest.approx([2.75, 6.75, -4.5, 3.25])
    # The mean row is 1/8 of 5 (1, 4) + (5, 2) + (3, 8) + (0, -6) = (13, 24): right. Of one row each (9, 8): left.
    assert w.best_on_average(*given) == pytest.approx([2, 8, -6, 4])
    assert w.best_on_average(Q, ROWS, AFTER, EXPERIENCE, 0.0) == pytest.approx([5, 3, 0, 1])


@pytest.mark.parametrize(
    ("word", "states", "actions"),
    [
        (w.acted, [[0], [1], [2], [1]], [[1], [1], [1], [0]]),
        (w.arrived, [[1], [2], [3], [0]], [[1], [1], [1], [0]]),
        (w.before, [[3], [0], [1], [0]], [[1], [1], [1], [0]]),
        (w.after, [[1], [2], [3], [2]], [[1], [1], [1], [0]]),
        (w.other_action, [[0], [1], [2], [1]], [[0], [0], [0], [1]]),
        (w.every_action, [[0, 0], [1, 1], [2, 2], [1, 1]], [[0, 1]] * 4),
    ],
)
def test_the_cells_that_are_learned(word, states, actions):
    assert [cells.tolist() for cells in word(ROWS, 2)] == [states, actions]


@pytest.mark.parametrize(
    ("word", "states"), [(w.every, [0, 1, 2, 1]), (w.without_terminated, [0, 1, 1]), (w.without_done, [0, 1])]
)
def test_the_rows_that_are_learned_from(word, states):
    assert word(ROWS, EXPERIENCE).state.tolist() == states


def test_what_pays_nothing_is_left_out():
    assert w.rewarded(replace(ROWS, reward=np.array([2.0, 0, 9, -3])), EXPERIENCE).state.tolist() == [0, 2, 1]


def test_returns_are_normalised_in_their_episode():
    # 8.16, 7.7 and 9 have the mean 24.86 / 3 and the variance 0.28969; the other episode has a return alone.
    rows = w.normalised(ROWS, EXPERIENCE)
    order = np.lexsort((rows.action, rows.state))
    assert rows.state[order].tolist() == [0, 1, 1, 2]
    assert rows.reward[order] == pytest.approx([-0.23534, 0, -1.09, 1.32534], abs=1e-5)
    assert rows.weight.tolist() == [1, 1, 1, 1]


def test_only_whole_episodes_are_normalised():
    begun = Experience(EXPERIENCE.trace[1:], 0.8, (4, 2), EXPERIENCE.shown)  # in the midst of the first
    assert w.normalised(begun.steps, begun).state.tolist() == [1]
    none = Experience(EXPERIENCE.trace[:1], 0.8, (4, 2), EXPERIENCE.shown)
    assert w.normalised(none.steps, none).state.tolist() == []


def test_a_reset_is_learned_as_a_step_from_the_end_by_whatever_it_does_there():
    rows = w.with_resets(ROWS, EXPERIENCE)
    # From state 4 to 2, where the next episode begins, and from 1, where it was cut off, to 3; action 0, then 1.
    added = {name: getattr(rows, name)[4:].tolist() for name in ("state", "action", "successor", "reward", "weight")}
    assert added == {
        "state": [3, 0, 3, 0],
        "action": [0, 0, 1, 1],
        "successor": [1, 2, 1, 2],
        "reward": [0, 0, 0, 0],
        "weight": [0.5, 0, 0.5, 1],  # nothing is known of state 4, and in 1 it always goes right
    }
    assert not rows.terminated[4:].any()

"""Rows, windows and whole returns of an agent's experience, by hand."""

import numpy as np
import pytest
from support.rules_cases import EXPERIENCE, STEPS

from agents.checkup.rules.catalogue import KINDS
from agents.checkup.rules.experience import WHOLE, Experience, Trace
from agents.checkup.rules.fixed_points import fixed_point


def seen(steps, gamma=0.8):
    return Experience(Trace.of(steps), gamma, (4, 2), np.zeros((4, 2)))


def columns(rows, *names):
    return {name: getattr(rows, name).tolist() for name in names}


def test_rows_say_what_every_word_needs():
    assert columns(
        EXPERIENCE.steps, "begin", "next_action", "first", "previous_reward", "previous_terminated", "so_far"
    ) == {
        "begin": [-1, -1, 1, 2],  # the second episode begins in state 2, the third in 3
        "next_action": [1, 1, -1, -1],
        "first": [1, 0, 0, 1],
        "previous_reward": [0, 2, 0.5, 9],
        "previous_terminated": [0, 0, 0, 1],
        "so_far": [2, 2.5, 11.5, -3],
    }


def test_the_last_step_is_left_out_as_what_follows_it_is_unknown():
    assert len(EXPERIENCE.steps.state) == len(STEPS) - 1


def by_state(rows):
    """Rows in the order of states and actions."""
    order = np.lexsort((rows.action, rows.state))
    return {name: getattr(rows, name)[order].tolist() for name in ("state", "reward", "successor", "power")}


@pytest.mark.parametrize(
    ("steps", "across", "expected"),
    [
        # 2 + 0.8 x 0.5; from state 2 left -3, cut off, right 0.5 + 0.8 x 9; the last of an episode alone.
        (
            2,
            False,
            {"state": [0, 1, 1, 2], "reward": [2.4, -3, 7.7, 9], "successor": [2, 0, 3, 3], "power": [2, 1, 2, 1]},
        ),
        # On into the next episode: 9 + 0.8 x -3. Of the cut no second step is known.
        (2, True, {"state": [0, 1, 2], "reward": [2.4, 7.7, 6.6], "successor": [2, 3, 0], "power": [2, 2, 2]}),
        # All that an episode pays: 2 + 0.8 x 0.5 + 0.64 x 9.
        (
            WHOLE,
            False,
            {"state": [0, 1, 1, 2], "reward": [8.16, -3, 7.7, 9], "successor": [3, 0, 3, 3], "power": [3, 1, 2, 1]},
        ),
    ],
)
def test_windows_of_several_steps(steps, across, expected):
    assert by_state(EXPERIENCE.rows(steps, across=across)) == expected


def test_windows_end_with_the_part_of_an_episode_that_they_begin_in():
    # Parts of two steps: 2 + 0.8 x 0.5 in state 1, the second alone in 2, then 9; the cut is a part of its own.
    windows = by_state(EXPERIENCE.rows(WHOLE, parts=2))
    assert windows == {
        "state": [0, 1, 1, 2],
        "reward": [2.4, -3, 0.5, 9],
        "successor": [2, 0, 2, 3],
        "power": [2, 1, 1, 1],
    }


def test_equal_steps_are_one_row_with_their_number():
    # Steps that pay nothing differ in their state and action, and in whether these come for the first time in the
    # episode; the last is left out.
    left, right = (0, 0, 0.0, 0, False, False, False, 0), (0, 1, 0.0, 0, False, False, False, 0)
    begun = (0, 0, 0.0, 0, False, False, True, 0)
    rows = seen([begun, right, left, right, left, right, left]).rows()
    assert sorted(zip(rows.next_action.tolist(), rows.action.tolist(), rows.weight.tolist(), strict=True)) == [
        (0, 1, 1),  # the first time right
        (0, 1, 2),
        (1, 0, 1),  # the first of the episode
        (1, 0, 2),
    ]


def test_lanes_are_episodes_of_their_own():
    steps = [
        (0, 1, 2.0, 1, False, False, True, 0),
        (2, 1, 9.0, 3, True, False, True, 1),
        (1, 1, 0.0, 2, False, False, False, 0),
        (0, 0, 0.0, 0, False, False, True, 1),
        (2, 0, 2.0, 1, False, False, False, 0),
    ]
    rows = seen(steps).steps  # lane by lane, the last of each left out
    assert columns(rows, "state", "previous_reward", "begin", "so_far") == {
        "state": [0, 1, 2],
        "previous_reward": [0, 2, 0],
        "begin": [-1, -1, 0],
        "so_far": [2, 2, 9],
    }
    assert by_state(seen(steps).rows(2))["reward"] == [2, 9], "no window runs from one lane into another"


def test_its_policy_is_how_often_it_took_each_action():
    # An episode begins with (2, left), which follows no step; of state 1 nothing else is known, and of 4 nothing.
    assert EXPERIENCE.policy.tolist() == [[0, 1], [0, 1], [0, 1], [0.5, 0.5]], "unknown is even"
    assert Trace.of(STEPS).counts((4, 2)).tolist() == [[0, 1], [1, 1], [0, 2], [0, 0]]


def test_nothing_was_seen():
    nothing = seen([])
    assert len(nothing.trace) == 0
    assert nothing.policy.tolist() == [[0.5, 0.5]] * 4


@pytest.mark.parametrize("kind", KINDS)
def test_without_a_step_every_value_is_as_it_was_shown(kind):
    shown = np.arange(8.0).reshape(4, 2)
    nothing = Experience(Trace.of([]), 0.8, (4, 2), shown)
    for rule in KINDS[kind]:
        assert fixed_point(rule, nothing).tolist() == shown.tolist()

"""Tables of action values as text show every state that one may act in."""

import gymnasium as gym
import numpy as np
import pytest

from rl_line import RewardLineEnv, dp, policy_text, q_table, reward_line
from rl_line.drawing import agreement_text


def states_of(printed):
    return [int(line.split()[0]) for line in printed.splitlines()[2:]]


def test_a_state_worth_nothing_between_others_is_shown():
    exact = dp.policy_iteration(reward_line(), 0.0).q  # rewards 0, 2, 0, 9: from the second state nothing is near
    assert (exact[1] == 0).all()
    assert states_of(q_table(exact=exact)) == [1, 2, 3]


def test_terminal_states_at_either_end_are_left_out():
    exact = dp.policy_iteration(reward_line((1, 2, 0, 9), start=1, terminals=(0, 3)), 0.8).q
    assert states_of(q_table(exact=exact, other=np.zeros((4, 2)))) == [2, 3]


class Mine(RewardLineEnv):
    """A line of a user's own."""


def test_states_of_a_line_are_labelled_from_1_whatever_is_around_them_and_others_from_0():
    line = gym.make("RewardLine-v0")
    lanes = gym.vector.SyncVectorEnv([lambda: gym.make("RewardLine-v0")])
    table = np.ones((2, 2))
    for env in (None, line, Mine(), lanes, gym.make_vec("RewardLine-v0", num_envs=2)):
        assert states_of(q_table(env, mine=table)) == [1, 2]
        assert policy_text([[False, True], [True, False]], env) == "1 right, 2 left"
    assert states_of(q_table(gym.make("FrozenLake-v1"), mine=np.ones((2, 4)))) == [0, 1]
    assert policy_text([[False, True], [True, False]], gym.make("CartPole-v1")) == "0 1, 1 0"


def test_tables_of_zeros_have_no_row():
    assert states_of(q_table(learned=np.zeros((4, 2)))) == []


def test_agreement_counts_right_best_actions_and_names_the_largest_error():
    exact = dp.policy_iteration(reward_line(), 0.8).q  # (6.208, 7.76), (6.208, 7.2), (7.76, 9)
    learned = exact + np.array([[0, 0], [0, -2], [0, 0.5], [0, 0]])
    # In state 2 left, 6.208, now beats right, 5.2.
    said = "the best action is right in 2 of 3 states, and the largest error is 2, of Q(2, right)"
    assert agreement_text(learned, exact) == said
    assert agreement_text(learned + np.eye(4)[:, 3:] * 50, exact) == said, "an end has no action"
    assert agreement_text(exact + 0.001 * (exact > 0), exact).startswith("the best action is right in all 3 states, ")
    assert agreement_text([[0.0, 1.0]], [[0.0, 1.0]]).startswith("the best action is right in 1 of 1 states, ")


def test_either_of_tied_best_actions_is_right_and_a_tie_in_place_of_one_is_not():
    tied, one = [[0.0, 1.0], [1.0, 1.0], [0.0, 1.0]], [[0.0, 1.0], [1.0, 0.5], [0.0, 1.0]]
    assert "right in all 3 states" in agreement_text(one, exact=tied)
    assert "right in 2 of 3 states, and the largest error is 0.5, of Q(2, right)" in agreement_text(tied, exact=one)
    assert agreement_text(np.zeros((4, 2)), np.zeros((4, 2))) == "the exact table is zero everywhere"
    with pytest.raises(
        ValueError,
        match=r"learned and exact have the shapes \(4, 2\), \(3, 2\), expected the same",
    ):
        agreement_text(np.zeros((4, 2)), np.zeros((3, 2)))


def test_values_that_are_infinite_in_both_tables_agree():
    exact = [[1.0, np.inf], [0.5, 0.25]]
    told = agreement_text([[1.0, np.inf], [0.5, 0.0]], exact)
    assert told == "the best action is right in all 2 states, and the largest error is 0.25, of Q(2, right)"


def test_long_numbers_do_not_touch_each_other():
    lines = str(q_table(a=[[-24201.2371, 1.0], [10000000.0, -24201.2371]], b=[[0.0, 0.5], [1.0, 2.0]])).splitlines()
    assert [line.split() for line in lines[2:]] == [
        ["1", "-24201.237", "1.000*", "0.000", "0.500*"],
        ["2", "10000000.000*", "-24201.237", "1.000", "2.000*"],
    ]
    assert lines[1].index("right") + 5 == lines[2].index("1.000*") + 5, "numbers end where their headings do"

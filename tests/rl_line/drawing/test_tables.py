"""Tables of action values as text show every state that one may act in."""

import numpy as np

from rl_line import dp, q_table, reward_line


def states_of(printed):
    return [int(line.split()[0]) for line in printed.splitlines()[2:]]


def test_a_state_worth_nothing_between_others_is_shown():
    exact = dp.policy_iteration(reward_line(), 0.0).q  # rewards 0, 2, 0, 9: from the second state nothing is near
    assert (exact[1] == 0).all()
    assert states_of(q_table(exact=exact)) == [1, 2, 3]


def test_terminal_states_at_either_end_are_left_out():
    exact = dp.policy_iteration(reward_line((1, 2, 0, 9), start=1, terminals=(0, 3)), 0.8).q
    assert states_of(q_table(exact=exact, other=np.zeros((4, 2)))) == [2, 3]


def test_tables_of_zeros_have_no_row():
    assert states_of(q_table(learned=np.zeros((4, 2)))) == []

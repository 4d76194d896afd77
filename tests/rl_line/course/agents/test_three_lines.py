"""Bugs of one line, and their fixed points, worked by hand."""

import gymnasium
import numpy as np
import pytest

from rl_line import dp, reward_line
from rl_line.course.agents.three_lines import BUGS, leads_to, train
from rl_line.line import PRESETS

LINE = reward_line()


def optimal(gamma=0.8, rewards=PRESETS["course"]["rewards"]):
    return dp.policy_iteration(reward_line(rewards), gamma).q[:3]


#: Tables of states 1 to 3 with gamma 0.8, from tables of 5 and without a time limit to speak of.
BY_HAND = {
    "none": optimal(),
    "truncation-as-termination": optimal(),
    "epsilon-inverted": optimal(),
    "argmin-policy": optimal(),
    "wrong-gamma": optimal(gamma=0.95),
    "terminal-reward-overridden": optimal(rewards=(0, 2, 0, -10)),
    "reward-clipped": optimal(rewards=(0, 1, 0, 1)),
    # The end pays 9 and 0.8 x 5 more.
    "terminal-bootstrap": optimal(rewards=(0, 2, 0, 13)),
    "done-inverted": [[0, 2], [0, 0], [2, 13]],
    "gamma-zero": [[0, 2], [0, 0], [2, 9]],
    # V(1) = 2 + 0.64 V(3), V(3) = 9 + 0.8 V(1): V(1) = 7.76 / 0.488.
    "episodes-stitched": optimal(rewards=(0, 2, 0, 9 + 0.8 * 7.76 / 0.488)),
    # The worst that follows state 2 is worth 2 in state 3; of state 2 and state 1, 0.
    "min-for-max": [[0, 2], [0, 1.6], [2, 9]],
    # m1 = 5, m2 = 5, m3 = 7.5 are the means.
    "mean-for-max": [[4, 6], [4, 6], [6, 9]],
    # Each state goes on from itself: V = r / (1 - 0.8), but for state 3, whose left is 2 + 0.8 x 10.
    "observation-aliased": [[8, 10], [0, 0], [10, 9]],
    # The largest of all is V(1) = 2 + 0.8 V(1) = 10.
    "max-over-wrong-axis": [[8, 10], [8, 8], [10, 9]],
    # The 2 is paid on leaving state 2: V(2) = 2 + 0.8 V(1), V(1) = 0.8 V(2).
    "reward-shifted": [[0.8 * 1.6 / 0.36, 1.6 / 0.36], [2 / 0.36, 2 / 0.36], [1.6 / 0.36, 0]],
}


@pytest.mark.parametrize("bug", BUGS)
def test_a_bug_leads_to_the_table_worked_by_hand(bug):
    found = leads_to(LINE, gamma=0.8, limit=30, start=5.0, **BUGS[bug])
    assert found[:3] == pytest.approx(np.array(BY_HAND[bug]), abs=1e-3)


@pytest.mark.parametrize("bug", BUGS)
def test_an_agent_learns_the_table_to_which_its_bug_leads(bug):
    env = gymnasium.make("RewardLine-v0", max_episode_steps=30)
    agent = train(env, gamma=0.8, steps=20_000, seed=0, start=5.0, **BUGS[bug])
    expected = leads_to(LINE, gamma=0.8, limit=30, start=5.0, **BUGS[bug])
    assert agent.q == pytest.approx(expected, abs=0.3 if bug == "argmin-policy" else 0.05)


def test_a_cut_counts_as_often_as_it_comes():
    # Evenly at random, three steps at most: of 2 visits of state 1 half a one is the last step, of 3/4 of state 2 a
    # quarter, and all of state 3. What follows counts in 3/4 of the moves from 1, 2/3 of those from 2, and none from 3.
    right = 2 + 3 / 4 * 0.9 * 5.4
    found = leads_to(LINE, gamma=0.9, limit=3, epsilon=1.0, **BUGS["truncation-as-termination"])
    expected = [[3 / 4 * 0.9 * right, right], [2 / 3 * 0.9 * right, 2 / 3 * 0.9 * 9], [2, 9]]
    assert found[:3] == pytest.approx(np.array(expected), abs=1e-6)

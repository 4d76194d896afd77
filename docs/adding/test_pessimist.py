"""The pessimist moves as it says, and comes to rest where it must."""

import gymnasium
import numpy as np
import pytest

from agents import EpsilonGreedy, Pessimist, Transition, train


def test_one_update_by_hand():
    agent = Pessimist(4, 2, gamma=0.5, alpha=0.5)
    agent.q[1] = 4.0, 6.0
    agent.learn(Transition(0, 1, 2.0, 1, terminated=False, truncated=False))
    assert agent.q[0, 1] == 0.5 * (2.0 + 0.5 * 4.0)


def test_the_values_it_comes_to_rest_at():
    env = gymnasium.make("rl_line:RewardLine-v0")
    agent = Pessimist.for_env(env, gamma=0.8, policy=EpsilonGreedy(0.5), seed=0)
    train(env, agent, steps=10_000, seed=0)
    # Left in the first state pays 0 for ever, so it is worth 0: 0 + 0.8 x 0; 2 + 0.8 x 0.
    # In the third state left is the worst, for 2: right in the second is worth 0.8 x 2.
    expected = np.array([[0, 2], [0, 1.6], [2, 9]])
    assert agent.q[:3] == pytest.approx(expected, abs=1e-3)

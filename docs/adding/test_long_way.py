"""The preset `long_way`: the best policy passes the 3 for the 20 behind it."""

import gymnasium
import pytest

import rl_line


def test_the_exact_values_by_hand():
    mdp = gymnasium.make("rl_line:LongWay-v0").unwrapped.mdp
    q = rl_line.dp.policy_iteration(mdp, 0.5).q
    # From the end backwards, each step halves what follows:
    # 20; 0 + 0.5 x 20; 0 + 0.5 x 10; 3 + 0.5 x 5.
    assert q[:4, rl_line.RIGHT] == pytest.approx([5.5, 5.0, 10.0, 20.0])

"""Fixtures of several folders: a small line."""

import pytest


@pytest.fixture
def env():
    """The line, whose episodes end after 20 steps at most."""
    import gymnasium as gym

    return gym.make("rl_line:RewardLine-v0", max_episode_steps=20)

"""Fixtures of several folders of agents: a small line."""

import gymnasium as gym
import pytest


@pytest.fixture
def env():
    return gym.make("rl_line:RewardLine-v0", max_episode_steps=20)

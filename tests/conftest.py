"""Fixtures of several folders, e.g. a small line, and settings of all tests."""

import gc

import pytest


@pytest.fixture
def env():
    """The line, whose episodes end after 20 steps at most."""
    import gymnasium as gym

    return gym.make("rl_line:RewardLine-v0", max_episode_steps=20)


def pytest_collection_finish():
    """Keeps what was imported out of every garbage collection: a twelfth of the time where networks are trained."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)

"""Fixtures of several folders, e.g. a small line, and settings of all tests."""

import gc

import pytest


@pytest.fixture
def env():
    """The line, whose episodes end after 20 steps at most."""
    import gymnasium as gym

    return gym.make("rl_line:RewardLine-v0", max_episode_steps=20)


def pytest_collection_modifyitems(items):
    """Puts the tests of the built documentation first, so that no second process takes some of them and builds it."""
    items.sort(key=lambda item: item.path.name != "test_docs.py")


def pytest_collection_finish():
    """Keeps what was imported out of every garbage collection: a twelfth of the time where networks are trained."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)

"""Fixtures of several folders: a small line, and a clock that steps move, so that no verdict depends on the machine."""

import pytest


@pytest.fixture
def env():
    """The line, whose episodes end after 20 steps at most."""
    import gymnasium as gym

    return gym.make("rl_line:RewardLine-v0", max_episode_steps=20)


@pytest.fixture
def seconds_per_step():
    """Seconds of a step on that clock, in a list of one that a test may change."""
    return [3e-5]  # of a table in a Python loop


@pytest.fixture
def step_clock(monkeypatch, seconds_per_step):
    """Every step of a recorded environment, or of all its lanes at once, takes the same time, and nothing else any."""
    from agents.checkup import recording, trainings

    now = [0.0]

    def ticking(step):
        def stepped(*arguments):
            now[0] += seconds_per_step[0]
            return step(*arguments)

        return stepped

    monkeypatch.setattr(trainings.time, "perf_counter", lambda: now[0])
    for kind in (recording.Recording, recording.RecordingLanes):
        monkeypatch.setattr(kind, "step", ticking(kind.step))


def pytest_collection_modifyitems(items):
    """Tests of the checkup run on that clock."""
    for item in items:
        if "checkup" in item.path.parts:
            item.add_marker(pytest.mark.usefixtures("step_clock"))

"""The triangle wave goes up and down; its next value follows from those before it."""

import gymnasium

from sequence_tasks import Chain, SequenceTask, as_series


def test_values_by_hand():
    values = as_series("triangle", length=9, period=4).values[:, 0]
    assert values.tolist() == [0, 1, 2, 1, 0, 1, 2, 1, 0]


def test_the_season_is_the_perfect_guess():
    task = SequenceTask(as_series("triangle"), length=8)
    windows = task.windows("test")
    assert (windows.targets[:, 0] == windows.inputs[:, 0, 0]).all()


def test_it_is_an_environment():
    env = gymnasium.make("sequence_tasks:Triangle-v0", transform=Chain())
    observation, _ = env.reset(seed=0)
    values = observation[:, 0] * env.unwrapped.task.bound
    assert values.tolist() == [0.0, 1.0, 2.0, 3.0]
    *_, information = env.step(env.action_space.sample())
    assert information["target"] * env.unwrapped.task.bound == 4.0

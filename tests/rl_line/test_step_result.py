"""Environments whose steps are no steps are told so, in the training loops and in the checkup of environments."""

import gymnasium as gym
import numpy as np
import pytest

from agents import QLearning, train
from rl_line import check_env_semantics, reward_line

SPACES = gym.spaces.Discrete(4), gym.spaces.Discrete(2)


class Returning(gym.Env):
    """Returns the same from every step."""

    observation_space, action_space = SPACES
    mdp = reward_line()

    def __init__(self, returned):
        self.returned = returned

    def reset(self, *, seed=None, options=None):
        return 0, {}

    def step(self, action):
        return self.returned

    def __str__(self):
        return "<Returning>"


WRONG = {
    "old": ((1, 2.0, False, {}), "returned 4 values, expected observation, reward, terminated, truncated, info"),
    "nothing": (None, "returned a NoneType, expected observation"),
    "no reward": ((1, None, False, False, {}), "paid a reward of None, expected a number"),
    "rewards": ((1, np.array([2.0]), False, False, {}), r"paid a reward of array\(\[2\.\]\), expected a number"),
}


@pytest.mark.parametrize(("returned", "message"), WRONG.values(), ids=WRONG)
@pytest.mark.parametrize(
    "use",
    [lambda env: train(env, QLearning(4, 2), 5), check_env_semantics],
    ids=["train", "check_env_semantics"],
)
def test_what_is_no_step_is_named(use, returned, message):
    with pytest.raises(ValueError, match=rf"step of <Returning> {message}"):
        use(Returning(returned))


class Lanes(gym.vector.VectorEnv):
    """Two lanes that pay one reward together."""

    num_envs = 2
    single_observation_space, single_action_space = SPACES
    observation_space, action_space = (gym.vector.utils.batch_space(space, 2) for space in SPACES)

    def __init__(self, **metadata):
        self.metadata = metadata

    def reset(self, *, seed=None, options=None):
        return np.zeros(2, np.int64), {}

    def step(self, actions):
        return np.zeros(2, np.int64), 2.0, np.zeros(2, bool), np.zeros(2, bool), {}


def test_lanes_are_paid_one_by_one():
    env = Lanes(autoreset_mode=gym.vector.AutoresetMode.NEXT_STEP)
    with pytest.raises(ValueError, match=r"paid a reward of 2\.0, expected an array of 2 numbers"):
        train(env, QLearning(4, 2), 5)


def test_lanes_say_when_they_reset():
    with pytest.raises(ValueError, match=r"does not say when it resets its lanes \(None\), expected metadata"):
        train(Lanes(), QLearning(4, 2), 5)


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"error_rate": 0}, "error_rate=0, expected a chance above 0 and up to 1"),
        ({"error_rate": 2}, "error_rate=2, expected a chance above 0 and up to 1"),
        ({"max_episode_steps": 0}, "max_episode_steps=0, expected a whole number of at least 1"),
        ({"steps": 0}, "steps=0, expected a whole number of at least 1"),
    ],
)
def test_impossible_examinations_are_refused(wrong, message):
    with pytest.raises(ValueError, match=message):
        check_env_semantics(gym.make("RewardLine-v0"), **wrong)

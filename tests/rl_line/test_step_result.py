"""Invalid results of `step` raise one clear error, in the training loops and in the checkup of environments."""

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


USES = pytest.mark.parametrize(
    "use",
    [lambda env: train(env, QLearning(4, 2), 5), check_env_semantics],
    ids=["train", "check_env_semantics"],
)


@pytest.mark.parametrize(("returned", "message"), WRONG.values(), ids=WRONG)
@USES
def test_what_is_no_step_is_named(use, returned, message):
    with pytest.raises(ValueError, match=rf"step of <Returning> {message}"):
        use(Returning(returned))


@USES
@pytest.mark.parametrize("returned", [0, None, (0, 1), (0, {}, {}), np.array([0, 1])], ids=str)
def test_what_is_no_reset_is_named(use, returned):
    env = Returning((1, 2.0, False, False, {}))
    env.reset = lambda *, seed=None, options=None: returned
    with pytest.raises(ValueError, match=r"reset of <Returning> returned .*, expected observation and info; an old"):
        use(env)


@USES
def test_a_reset_without_a_seed_is_named(use):
    env = Returning((1, 2.0, False, False, {}))
    env.reset = lambda: (0, {})
    with pytest.raises(TypeError, match=r"reset of <Returning> does not take seed .* expected reset\(\*, seed=None"):
        use(env)


@USES
def test_an_error_within_reset_is_its_own(use):
    def reset(*, seed=None, options=None):
        return len(seed), {}

    env = Returning((1, 2.0, False, False, {}))
    env.reset = reset
    with pytest.raises(TypeError, match=r"^object of type '\w+' has no len\(\)$"):
        use(env)


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

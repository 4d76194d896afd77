"""Observations that are dictionaries pass through every loop part by part, and actions may be any array."""

import gymnasium as gym
import keras
import numpy as np
import pytest
from gymnasium.spaces import Box, Dict, Discrete
from gymnasium.vector import AutoresetMode, SyncVectorEnv
from gymnasium.wrappers import TransformObservation

from agents import interact, train
from agents.deep.dqn import DQN
from agents.observations import mapped
from agents.policies import EpsilonGreedy

LINE = "rl_line:RewardLine-v0"
SPACE = Dict({"place": Discrete(4), "seen": Dict({"left": Box(0, 3, (2,), np.float32), "place": Discrete(4)})})


def told(place):
    """The place on the line as a dictionary in a dictionary."""
    return {"place": place, "seen": {"left": np.array([place, 1.0], np.float32), "place": 3 - place}}


def single(**settings):
    return TransformObservation(gym.make(LINE, max_episode_steps=5, slip=0.3, **settings), told, SPACE)


def lanes(mode, made=single):
    return SyncVectorEnv([made] * 3, autoreset_mode=mode)


class Walker:
    """Acts at random, whatever it sees, and remembers in what it was asked."""

    on_policy = False

    def __init__(self, see=lambda observation: observation):
        self.rng, self.see, self.asked = np.random.default_rng(0), see, []

    def act(self, observation, *, explore=False):
        places = np.asarray(self.see(observation))
        self.asked.append(places.tolist())
        return self.rng.integers(2, size=places.shape)


@pytest.mark.parametrize("mode", AutoresetMode)
def test_dictionaries_tell_what_plain_observations_do(mode):
    plain_env = lanes(mode, lambda: gym.make(LINE, max_episode_steps=5, slip=0.3))
    plain, walker = Walker(), Walker(lambda observation: observation["place"])
    pairs = zip(
        interact(plain_env, plain, steps=60, seed=0), interact(lanes(mode), walker, steps=60, seed=0), strict=True
    )
    for expected, transition in pairs:
        for name in ("observation", "next_observation"):
            place, observation = getattr(expected, name), getattr(transition, name)
            assert observation["place"].tolist() == place.tolist()
            assert observation["seen"]["place"].tolist() == (3 - place).tolist()
            assert observation["seen"]["left"][:, 0].tolist() == place.tolist()
        for name in ("action", "reward", "terminated", "truncated", "lane"):
            assert getattr(transition, name).tolist() == getattr(expected, name).tolist()
    assert walker.asked == plain.asked


@pytest.mark.parametrize("mode", AutoresetMode)
def test_what_was_handed_out_stays_as_it_was(mode):
    kept, copies = [], []
    for transition in interact(lanes(mode), Walker(lambda observation: observation["place"]), steps=30, seed=0):
        kept.append(transition.next_observation)
        copies.append(mapped(np.array, transition.next_observation))
    for observation, copy in zip(kept, copies, strict=True):
        mapped(np.testing.assert_array_equal, observation, copy)


@pytest.mark.parametrize("mode", [None, *AutoresetMode])
def test_a_dqn_learns_from_dictionaries_on_single_and_vector_environments(mode):
    env = single() if mode is None else lanes(mode)
    settings = {"hidden": (8,), "batch_size": 8, "learning_starts": 20, "memory_size": 500, "seed": 0, "n": 2}
    agent = DQN.for_env(env, policy=EpsilonGreedy(1.0), **settings)
    train(env, agent, steps=60, seed=0)
    assert agent.updates > 5
    batch = agent.memory.draw(np.arange(20), np.ones(20, np.float32), gamma=0.8, n=2)
    assert batch.observation["seen"]["place"].tolist() == (3 - batch.observation["place"]).tolist()
    assert batch.next_observation["seen"]["left"][:, 0].tolist() == batch.next_observation["place"].tolist()
    assert agent.q_values(told(1)).shape == (2,)
    many = mapped(lambda *rows: np.stack(rows), *map(told, range(3)))
    np.testing.assert_allclose(agent.q_values(many)[1], agent.q_values(told(1)), rtol=1e-5)
    assert agent.act(many).shape == (3,)


def test_a_state_with_dictionaries_comes_back():
    env = single()
    agent = DQN.for_env(env, hidden=(8,), batch_size=8, learning_starts=20, memory_size=50, seed=0)
    train(env, agent, steps=30, seed=0)
    again = DQN.for_env(env, hidden=(8,), batch_size=8, learning_starts=20, memory_size=50, seed=1)
    again.restore(agent.state())
    for k in range(2):
        draws = [one.memory.draw(np.arange(10), np.ones(10), gamma=0.8, n=1)[3 * k] for one in (agent, again)]
        keras.tree.map_structure(np.testing.assert_array_equal, *draws)


class Echo(gym.Env):
    """Two numbers to act with; the reward is what they were."""

    observation_space, action_space = Box(-1.0, 1.0, (3,)), Box(-1.0, 1.0, (2,))

    def reset(self, *, seed=None, options=None):
        super().reset(seed=seed)
        return np.zeros(3, np.float32), {}

    def step(self, action):
        return np.zeros(3, np.float32), float(action[0] + 10 * action[1]), False, False, {}


class Steady:
    """Acts with the same two numbers."""

    def act(self, observation, *, explore=False):
        return np.tile(np.array([0.25, -0.5], np.float32), (len(observation), 1))


def test_actions_of_lanes_may_be_arrays():
    (transition,) = interact(SyncVectorEnv([Echo, Echo]), Steady(), steps=1, seed=0)
    assert transition.action.tolist() == [[0.25, -0.5]] * 2
    assert transition.reward.tolist() == [0.25 - 5.0] * 2

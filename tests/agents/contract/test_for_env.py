"""An agent for an environment: other spaces are refused with a way out, and a discount left alone is mentioned once."""

import re
import subprocess
import sys
import warnings

import gymnasium as gym
import numpy as np
import pytest
from gymnasium.spaces import Box, Discrete, MultiBinary, MultiDiscrete, Text, Tuple

from agents import DQN, QLearning, settings, train
from agents.observations import NumberedObservation


class Spaces(gym.Env):
    """No more than its spaces, and one observation."""

    def __init__(self, observation_space, action_space=None, observation=None):
        self.observation_space, self.action_space = observation_space, action_space or Discrete(2)
        self.first = observation

    def reset(self, *, seed=None, options=None):
        return self.first, {}


@pytest.mark.parametrize(
    ("env", "way_out"),
    [
        (lambda: gym.make("CartPole-v1"), r"Use DQN\.for_env\(env\), or discretise: .*DiscretizeObservation"),
        (lambda: gym.make("Blackjack-v1"), r"NumberedObservation\(env\); or flatten .*FlattenObservation\(env\)"),
        (lambda: Spaces(Discrete(4, start=1)), r"NumberedObservation\(env\)"),
        (lambda: Spaces(MultiDiscrete([2, 3])), r"NumberedObservation\(env\)"),
        (lambda: Spaces(Text(3)), r"Use DQN\.for_env\(gymnasium\.wrappers\.FlattenObservation\(env\)\)"),
        (lambda: Spaces(Discrete(2), Box(0, 1)), r"DiscretizeAction"),
        (lambda: Spaces(Discrete(2), Discrete(2, start=1)), r"Number its actions from 0"),
    ],
)
def test_other_spaces_are_refused_with_a_way_out(env, way_out):
    with pytest.raises(TypeError, match=way_out) as error:
        QLearning.for_env(env())
    assert "\n" not in str(error.value)


def test_the_way_out_of_cartpole_works():
    env = gym.make("CartPole-v1")
    with pytest.raises(TypeError) as caught:
        QLearning.for_env(env)
    discretised, bounded = re.search(r"discretise: (.*) of bounded = (.*)\.$", str(caught.value)).groups()
    known = {"gymnasium": gym, "env": env}
    known["bounded"] = eval(bounded, known)
    found = eval(discretised, known)
    agent = QLearning.for_env(found, gamma=0.9, seed=0)  # whose pole falls before 50 steps are over
    assert agent.q.shape == (10**4, 2)
    assert train(found, agent, 50, seed=0)


@pytest.mark.parametrize(
    ("space", "observation", "number", "size"),
    [
        (Tuple((Discrete(3), Discrete(2))), (2, 1), 5, 6),
        (Tuple((Discrete(3, start=-1), Tuple((Discrete(2), MultiBinary(2))))), (1, (0, np.array([1, 0]))), 18, 24),
        (MultiDiscrete([2, 3], start=[0, 5]), np.array([1, 7]), 5, 6),
        (MultiBinary([2, 2]), np.array([[1, 0], [1, 1]]), 11, 16),
        (Discrete(4, start=1), 4, 3, 4),
    ],
)
def test_observations_are_numbered_from_0_the_last_part_fastest(space, observation, number, size):
    env = NumberedObservation(Spaces(space, observation=observation))
    assert env.observation_space == Discrete(size)
    assert env.reset()[0] == number
    assert type(env.reset()[0]) is int


def test_no_two_observations_share_a_number():
    env = NumberedObservation(Spaces(Tuple((Discrete(3), Discrete(2), MultiBinary(1)))))
    numbers = [env.observation((a, b, np.array([c]))) for a in range(3) for b in range(2) for c in range(2)]
    assert numbers == list(range(12))


def test_fractions_have_no_number():
    with pytest.raises(TypeError, match=r"Box.* is no space of whole numbers, expected a Discrete.*DiscretizeObserv"):
        NumberedObservation(gym.make("CartPole-v1"))


def test_a_table_learns_blackjack():
    env = NumberedObservation(gym.make("Blackjack-v1"))
    agent = QLearning.for_env(env, gamma=1.0, alpha=0.05, seed=0)
    train(env, agent, steps=30_000, seed=0)
    stick, hit = agent.q[env.observation((20, 10, 0))]
    assert -1 <= hit < 0 < stick <= 1  # of twenty, a card busts twelve times in thirteen; the dealer must have 21
    assert (agent.q >= -1).all()
    assert (agent.q <= 1).all()


@pytest.fixture
def fresh(monkeypatch):
    monkeypatch.setattr(settings, "_MENTIONED", [])


@pytest.mark.parametrize("make", [QLearning.for_env, DQN.for_env])
def test_a_discount_left_at_the_lines_is_mentioned_once_in_one_line(fresh, make):
    env = gym.make("FrozenLake-v1")
    with warnings.catch_warnings(record=True) as said:
        warnings.simplefilter("always")
        make(env)
        make(env)
    (one,) = said
    assert one.category is settings.DefaultGamma
    assert str(one.message).startswith("gamma is left at 0.8, which is meant for the line; for <TimeLimit<Order")
    assert "\n" not in str(one.message)
    assert one.filename == __file__


@pytest.mark.parametrize(
    "make",
    [
        lambda: QLearning.for_env(gym.make("FrozenLake-v1"), gamma=0.8),
        lambda: QLearning.for_env(gym.make("rl_line:RewardLine-v0")),
        lambda: QLearning.for_env(gym.make("rl_line:TreasureHunt-v0").unwrapped),
        lambda: QLearning.for_env(gym.make_vec("rl_line:RewardLine-v0", num_envs=2)),
        lambda: QLearning.for_env(gym.make_vec("rl_line:RewardLine-v0", num_envs=2, vectorization_mode="sync")),
    ],
)
def test_a_discount_that_was_chosen_or_meant_is_not_mentioned(fresh, make):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        make()


def test_a_script_says_it_once():
    code = "import agents, gymnasium as g; [agents.QLearning.for_env(g.make('FrozenLake-v1')) for _ in range(3)]"
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert ran.stderr.count("gamma is left at 0.8") == 1

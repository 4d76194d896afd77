"""A DQN refuses observations and actions that its environment does not have, by name, as tabular agents do."""

import copy

import gymnasium as gym
import keras
import numpy as np
import pytest

import agents
from agents import DQN, Transition
from agents.deep.ranges import bounds_in, bounds_of
from agents.deep.replay import ReplayMemory

LINE = "rl_line:RewardLine-v0"
STEP = Transition(0, 1, 0.0, 1, False, False)
STATES = "expected whole numbers from 0 to 3"
SPACES = {
    "discrete": (gym.spaces.Discrete(4, start=1), {"observation": (1, 4)}),
    "several": (gym.spaces.MultiDiscrete([3, 2], start=[1, 0]), {"observation": ([1, 0], [3, 1])}),
    "a dictionary": (
        gym.spaces.Dict(near=gym.spaces.Box(-1, 1, (2,)), far=gym.spaces.Discrete(2)),
        {"observation>far": (0, 1)},
    ),
}


@pytest.fixture(scope="module")
def agent():
    return DQN.for_env(LINE, seed=0)


@pytest.mark.parametrize("state", [4, 7, -1, 2.5, True, np.int64(4), [0, 7], np.array([-1, 0]), "x", None])
def test_a_state_that_is_not_there_has_no_value(agent, state):
    for ask in (agent.act, agent.q_values, agent.action_probabilities, lambda x: agent.act(x, explore=True)):
        with pytest.raises(ValueError, match=rf"^observation=.*, {STATES}; make the network for"):
            ask(state)


@pytest.mark.parametrize("name", ["observation", "next_observation"])
def test_a_step_between_states_that_are_not_there_is_not_learned(agent, name):
    for wrong in (4, -1, 1.5):
        with pytest.raises(ValueError, match=rf"^{name}={wrong}, {STATES}"):
            agent.learn(STEP._replace(**{name: wrong}))


@pytest.mark.parametrize("action", [2, -1, 0.5, True, np.int64(9), None])
def test_an_action_that_is_not_there_is_not_learned(agent, action):
    before = agent.time
    with pytest.raises(ValueError, match=r"^action=.*, expected whole numbers from 0 to 1"):
        agent.learn(STEP._replace(action=action))
    assert (agent.time, agent.memory) == (before, None)


@pytest.mark.parametrize(("space", "bounds"), SPACES.values(), ids=SPACES)
def test_a_network_and_a_space_tell_the_same_bounds(space, bounds):
    assert bounds_in(space) == bounds
    assert bounds_of(agents.q_network(space, 2)) == bounds


def test_every_part_of_an_observation_is_looked_at():
    agent = DQN(agents.q_network(SPACES["a dictionary"][0], 2))
    with pytest.raises(ValueError, match=r"^observation>far=2, expected whole numbers from 0 to 1"):
        agent.act({"near": np.zeros(2, np.float32), "far": 2})
    with pytest.raises(ValueError, match=r"^observation>near is nan at \[1\]"):
        agent.act({"near": np.array([0.0, np.nan], np.float32), "far": 1})


def test_copies_and_files_of_a_network_of_ones_own_know_the_states(tmp_path):
    inputs = keras.Input((), dtype="int32")
    x = keras.layers.Flatten()(keras.layers.Embedding(4, 3)(inputs))
    agent = DQN.for_env(LINE, model=keras.Model(inputs, keras.layers.Dense(2)(x)))
    agent.save(tmp_path / "agent.npz")
    for again in (agent, copy.deepcopy(agent), agents.load(tmp_path / "agent.npz")):
        with pytest.raises(ValueError, match=f"^observation=4, {STATES}"):
            again.act(4)


@pytest.mark.parametrize("kind", [np.float32, np.float64, list])
def test_nan_is_no_observation_though_a_network_would_answer(kind):
    agent = DQN.for_env("CartPole-v1", gamma=0.9, seed=0)
    good, bad = np.zeros(4, np.float32), np.array([0, 0, np.nan, 0], np.float32)
    bad = bad.tolist() if kind is list else bad.astype(kind)
    with pytest.raises(ValueError, match=r"^observation is nan at \[2\], expected finite numbers"):
        agent.act(bad)
    agent.learn(STEP._replace(observation=good, next_observation=good))
    for name in ("observation", "next_observation"):
        both = {"observation": good, "next_observation": good, name: bad}
        with pytest.raises(ValueError, match=rf"^{name} is nan at \[2\], expected finite numbers"):
            agent.learn(STEP._replace(**both))
    assert agent.memory.added == 1


def test_large_numbers_whose_squares_overflow_are_numbers():
    agent = DQN.for_env("CartPole-v1", gamma=0.9, seed=0)
    large = np.array([1e30, -1e30, 0, 0], np.float32)
    agent.learn(STEP._replace(observation=large, next_observation=large))
    agent.learn(STEP._replace(observation=np.float64(large), next_observation=large))
    assert agent.memory.rows["observation"][1].tolist() == large.tolist()
    with pytest.raises(ValueError, match="observation is 1e\\+300 at most"):
        agent.act(np.array([1e300, 0, 0, 0]))


@pytest.mark.parametrize(
    ("part", "wrong", "message"),
    [
        (
            "observation",
            np.zeros(3),
            r"observation is float64 of shape \(3,\), expected int64 of \(2,\) as in",
        ),
        ("observation", np.array([0.5, 1.5]), r"observation is float64 of shape \(2,\), expected int64"),
        ("next_observation", 1, r"next_observation is int64 of shape \(\), expected int64 of \(2,\)"),
        ("action", 1.5, r"action is float64 of shape \(\), expected int64"),
        ("reward", np.nan, "reward is nan"),
        ("observation", {"near": 1}, "the transition has .*observation>near, .* as before"),
    ],
)
def test_a_memory_keeps_what_is_like_the_first_transition(part, wrong, message):
    first = Transition(np.array([0, 1]), 0, 1.0, np.array([1, 1]), False, False)
    memory = ReplayMemory.for_transition(4, first)
    memory.remember(first)
    with pytest.raises(ValueError, match=message):
        memory.remember(first._replace(**{part: wrong}))
    assert memory.added == 1
    assert memory.rows["observation"][0].tolist() == [0, 1]


def test_what_is_no_network_is_refused():
    with pytest.raises(TypeError, match=r"model is a int, expected a Model; .*DQN\.for_env\(env\)"):
        DQN(4)

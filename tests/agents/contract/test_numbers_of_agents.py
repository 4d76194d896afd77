"""Counts and settings of agents: whole floats are counts; numbers that are not finite or out of range are refused."""

import math
import re

import gymnasium as gym
import numpy as np
import pytest

from agents import TABULAR, UCB, Constant, DynaQ, Exponential, Linear, NStepQ, QLearning, Softmax, interact, train
from rl_line import reward_line

NOT_WHOLE = [-1, 2.5, math.nan, math.inf, "5", True]


@pytest.fixture
def env():
    return gym.make("rl_line:RewardLine-v0")


@pytest.mark.parametrize("unit", ["steps", "episodes"])
@pytest.mark.parametrize("number", NOT_WHOLE)
def test_training_ends_or_refuses_its_length(env, unit, number):
    with pytest.raises(ValueError, match=f"{unit}=.*, expected a whole number of at least 0"):
        train(env, QLearning(4, 2), **{unit: number})


@pytest.mark.parametrize("number", NOT_WHOLE)
def test_interaction_refuses_its_length_at_once(env, number):
    with pytest.raises(ValueError, match=r"steps=.*, expected a whole number of at least 0"):
        interact(env, QLearning(4, 2), steps=number)


def test_whole_floats_are_lengths(env):
    agent = QLearning(4, 2, seed=0)
    assert len(train(env, agent, episodes=2.0)) == 2
    before = agent.time
    train(env, agent, steps=1e2)
    assert agent.time == before + 100
    assert len(list(interact(env, agent, steps=np.float64(7)))) == 7
    assert train(env, agent, steps=0.0) == []


def test_whole_floats_are_lengths_of_compiled_and_resumable_runs(tmp_path, env):
    from agents import resumable, train_compiled

    agent = QLearning(4, 2, seed=0)
    rows = train_compiled(reward_line(), agent, steps=1e2, num_envs=2.0, max_episode_steps=10.0, every=50.0)
    assert [row["step"] for row in rows] == [50, 100]
    assert agent.time == 200
    agent = QLearning(4, 2, seed=0)
    resumable(
        agent, lambda n, seed: train(env, agent, steps=n, seed=seed), steps=2e2, every=1e2, path=tmp_path / "r.npz"
    )
    assert agent.time == 200


@pytest.mark.parametrize("kind", TABULAR)
@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("gamma", [math.nan, -0.1, 1.1, "0.8", None]),
        ("alpha", [math.nan, 0, -0.1, 1.1, "0.1", None]),
        ("initial_value", [math.nan, math.inf, "1", None]),
        ("num_states", [0, 2.5, math.nan]),
        ("num_actions", [0, 2.5, math.nan]),
    ],
)
def test_settings_of_every_agent_are_numbers_in_range(kind, name, values):
    for value in values:
        with pytest.raises(ValueError, match=f"{name}=.*, expected a"):
            kind(**{"num_states": 4, "num_actions": 2, name: value})


def test_counts_of_agents_may_be_whole_floats(env):
    for agent in (NStepQ(4.0, 2.0, n=2.0, seed=0), DynaQ(4, 2, planning_steps=3.0, seed=0)):
        train(env, agent, steps=30)
        assert agent.time == 30
    for make in (lambda n: NStepQ(4, 2, n=n), lambda n: DynaQ(4, 2, planning_steps=n)):
        for number in (2.5, math.nan, -1):
            with pytest.raises(ValueError, match="expected a whole number of at least"):
                make(number)


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (lambda: Linear(1.0, "0", steps=3), "end='0', expected a number of at least 0, and finite"),
        (
            lambda: Linear(1.0, 0.1, steps=math.inf),
            "steps=inf, expected a number of steps above 0, and finite; pass e.g. steps=1000.",
        ),
        (
            lambda: Exponential(1.0, 0.1, half_life=math.nan),
            "half_life=nan, expected a number of steps above 0, and finite; pass e.g. half_life=1000.",
        ),
        (lambda: Constant(None), "value=None, expected a number of at least 0, and finite"),
        (lambda: Softmax(math.inf), "temperature=inf, expected a number above 0, and finite"),
        (lambda: UCB("2"), "c='2', expected a number above 0, and finite"),
    ],
)
def test_schedules_and_policies_are_of_finite_numbers(make, said):
    with pytest.raises(ValueError, match=re.escape(said)):
        make()


@pytest.mark.parametrize(
    ("name", "values", "said"),
    [
        ("clip_norm", [math.inf, 0, -1, math.nan, "10"], "a number above 0, and finite"),
        ("gamma", [math.nan, 1.5], "a discount from 0 to 1"),
        ("n", [0, 1.5, math.nan], "a whole number of at least 1"),
        ("learning_starts", [-1, 0.5, math.nan], "a whole number of at least 0"),
    ],
)
def test_settings_of_a_deep_agent_are_numbers_in_range(name, values, said):
    from agents import DQN, q_network

    network = q_network(gym.spaces.Discrete(4), 2)
    assert DQN(network, clip_norm=None, batch_size=8.0).batch_size == 8
    for value in values:
        with pytest.raises(ValueError, match=f"{name}=.*, expected {said}"):
            DQN(network, **{name: value})

"""Settings of 16 or 32 bits lead to the same learned values as Python floats, to the last bit."""

from dataclasses import fields

import numpy as np
import pytest
from support.small_dqn import dqn

import agents
from agents import Constant, EpsilonGreedy, Exponential, Linear, PerEpisode, Softmax, policies, train

# Numbers that all three types have.
SETTINGS = {"gamma": 0.8125, "alpha": 0.0625, "initial_value": 0.5, "trace_decay": 0.75}
POLICIES = {
    "constant": lambda as_type: EpsilonGreedy(as_type(0.25)),
    "schedule": lambda as_type: EpsilonGreedy(Exponential(as_type(1), as_type(0.125), half_life=as_type(37))),
    "episodes": lambda as_type: EpsilonGreedy(PerEpisode(Linear(as_type(1), as_type(0.125), steps=as_type(37)))),
    "softmax": lambda as_type: Softmax(Constant(as_type(0.75))),
    "counts": lambda as_type: policies.UCB(as_type(1.5)),
}
narrow = pytest.mark.parametrize("as_type", [np.float16, np.float32])


def learned(env, kind, as_type, policy):
    known = {field.name for field in fields(kind)}
    settings = {name: as_type(value) for name, value in SETTINGS.items() if name in known}
    agent = kind.for_env(env, seed=0, policy=POLICIES[policy](as_type), **settings)
    train(env, agent, steps=300, seed=0)
    return agent.q


@narrow
@pytest.mark.parametrize("kind", agents.TABULAR)
def test_a_table_learns_the_same(env, kind, as_type):
    assert (learned(env, kind, as_type, "constant") == learned(env, kind, float, "constant")).all()


@narrow
@pytest.mark.parametrize("policy", POLICIES)
def test_a_policy_explores_the_same(env, policy, as_type):
    q = learned(env, agents.QLearning, as_type, policy)
    assert (q == learned(env, agents.QLearning, float, policy)).all()
    assert np.ptp(q) > 1


@narrow
def test_a_network_learns_the_same(env, as_type):
    def values(kind):
        settings = {"gamma": 0.8125, "tau": 0.5, "priority": 0.5, "beta": 0.25, "clip_norm": 8.0}
        agent = dqn(env, **{name: kind(value) for name, value in settings.items()})
        train(env, agent, steps=100, seed=0)
        assert all(type(getattr(agent, name)) is float for name in settings)
        return agent.q_values(np.arange(4))

    assert (values(as_type) == values(float)).all()


def test_ints_stay_as_they_are_shown():
    assert repr(Linear(1, 0, steps=100)) == "Linear(start=1, end=0, steps=100)"


@pytest.mark.parametrize("as_type", [np.int8, np.uint8, np.int16, np.uint64])
@pytest.mark.parametrize("kind", agents.TABULAR)
def test_states_of_few_bits_are_the_same_states(kind, as_type):
    # State 100 times 2 actions is more than 8 bits hold.
    def learned(as_type):
        agent, random = kind(120, 2, seed=0), np.random.default_rng(0)
        for _ in range(100):
            sizes = 120, 2, 120, 2
            states, actions, following, then = (random.integers(0, size, 4).astype(as_type) for size in sizes)
            ends, cuts = random.random(4) < 0.2, np.zeros(4, bool)
            step = agents.Transition(states, actions, random.normal(size=4), following, ends, cuts, then)
            agent.learn(step)
        return agent.q

    assert (learned(as_type) == learned(int)).all()
    assert np.count_nonzero(learned(int)) > 10

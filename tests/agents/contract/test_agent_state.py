"""An agent's settings are JSON, and a restored state continues from its time."""

import io
import json
from functools import partial

import gymnasium as gym
import numpy as np
import pytest

import agents
from agents import DoubleQLearning, NStepQ, QLearning, Sarsa, Transition, sample_average
from agents.policies import UCB, EpsilonGreedy, epsilon_greedy
from agents.schedules import Exponential, Linear

ENV = "rl_line:RewardLine-v0"


def experience(agent, steps, seed):
    """Learns transitions of its own choosing on a random MDP; what it did. Episodes end after 7 steps."""
    rng = np.random.default_rng(seed)
    done, state, action = [], 0, int(agent.act(0, explore=True))
    for k in range(steps):
        following = int(rng.integers(4))
        then = int(agent.act(following, explore=True))
        last = k % 7 == 6
        agent.learn(Transition(state, action, float(rng.normal()), following, last and k % 2 == 0, last, then))
        done.append((state, action))
        state, action = following, then
    return done


def assert_same(first, second):
    assert (first.q == second.q).all()
    assert (first.counts == second.counts).all()
    assert first.time == second.time
    assert first.state().keys() == second.state().keys()
    for name, value in first.state().items():
        assert np.array_equal(value, second.state()[name]), name


@pytest.mark.parametrize("kind", agents.TABULAR)
def test_settings_survive_json(kind):
    agent = kind(4, 2, gamma=0.7, alpha=0.3, policy=EpsilonGreedy(Linear(1.0, 0.1, steps=50)), seed=3)
    settings = agent.settings()
    assert json.loads(json.dumps(settings)) == settings
    linear = {"name": "Linear", "start": 1.0, "end": 0.1, "steps": 50}
    expected = {"num_states": 4, "num_actions": 2, "gamma": 0.7, "alpha": 0.3, "initial_value": 0.0, "seed": 3}
    assert expected.items() <= settings.items()
    assert settings["policy"] == {"name": "EpsilonGreedy", "epsilon": linear}


@pytest.mark.parametrize(
    ("kind", "own"),
    [
        (agents.NStepQ, {"n": 4}),
        (agents.NStepSarsa, {"n": 2}),
        (agents.QLambda, {"trace_decay": 0.5}),
        (agents.SarsaLambda, {"trace_decay": 0.25}),
        (agents.DynaQ, {"planning_steps": 7}),
    ],
)
def test_settings_hold_what_is_special(kind, own):
    assert own.items() <= kind(4, 2, **own).settings().items()


def test_settings_name_functions_and_policies():
    settings = QLearning(4, 2, alpha=sample_average, policy=UCB(2.0)).settings()
    assert settings["alpha"] == "sample_average"
    assert settings["policy"] == {"name": "UCB", "c": 2.0}


def test_functions_with_settings_of_their_own_are_told_apart():
    def greedy(q, time, counts, xp=np, *, epsilon):
        return epsilon_greedy(q, epsilon, xp)

    told = [QLearning(4, 2, policy=partial(greedy, epsilon=epsilon)).settings() for epsilon in (0.1, 0.2)]
    assert told[0]["policy"] == {"name": "greedy", "arguments": [], "epsilon": 0.1}
    assert json.loads(json.dumps(told)) == told
    assert told[0] != told[1]


def test_settings_of_numpy_numbers_survive_json():
    agent = QLearning(np.int64(4), np.int64(2), gamma=np.float32(0.5), seed=np.int64(3))
    settings = json.loads(json.dumps(agent.settings()))
    assert (settings["num_states"], settings["gamma"], settings["seed"]) == (4, 0.5, 3)


@pytest.mark.parametrize("policy", [EpsilonGreedy(Exponential(1.0, 0.1, half_life=20)), UCB(1.0)])
@pytest.mark.parametrize("kind", agents.TABULAR)
def test_a_restored_agent_goes_on_as_if_nothing_had_happened(kind, policy):
    first, second = (kind(4, 2, alpha=sample_average, policy=policy, seed=seed) for seed in (0, 99))
    experience(first, 40, seed=1)  # 40 is in the middle of an episode of 7
    experience(second, 11, seed=2)
    second.restore(first.state())
    assert_same(first, second)
    assert experience(first, 30, seed=3) == experience(second, 30, seed=3)
    assert_same(first, second)


@pytest.mark.parametrize("kind", agents.TABULAR)
def test_what_is_in_the_middle_of_an_episode_matters_and_is_kept_by_lane(kind):
    env = gym.make_vec(ENV, num_envs=3, slip=0.2)
    first, second = (kind.for_env(env, seed=seed) for seed in (0, 1))
    batches = list(agents.interact(env, Sarsa.for_env(env, seed=0), steps=60, seed=0))
    for batch in batches[:31]:
        first.learn(batch)
    second.restore(first.state())
    for agent in (first, second):
        for batch in batches[31:]:
            agent.learn(batch)
    assert_same(first, second)


@pytest.mark.parametrize("kind", [agents.NStepQ, agents.QLambda, agents.MonteCarlo, agents.DynaQ])
def test_a_state_holds_what_an_algorithm_remembers(kind):
    agent = kind(4, 2)
    names = [name for name in agent.state() if name.startswith("memory_")]
    before = agent.state()
    agent.learn(Transition(0, 1, 2.0, 1, False, False))
    assert any(not np.array_equal(agent.state()[name], before[name]) for name in names)
    agent.restore(before)
    assert all(np.array_equal(agent.state()[name], before[name]) for name in names)


@pytest.mark.parametrize("kind", agents.TABULAR)
def test_a_state_is_saved_without_pickles(kind):
    first, second = (kind(4, 2, seed=seed) for seed in (0, 1))
    experience(first, 40, seed=1)
    file = io.BytesIO()
    np.savez(file, **first.state())
    file.seek(0)
    with np.load(file, allow_pickle=False) as saved:
        second.restore({name: saved[name][()] for name in saved.files})
    assert experience(first, 30, seed=3) == experience(second, 30, seed=3)
    assert_same(first, second)


@pytest.mark.parametrize("kind", agents.TABULAR)
def test_a_state_is_a_copy(kind):
    agent = kind(4, 2, seed=0)
    experience(agent, 20, seed=0)
    state = agent.state()
    kept = {name: np.copy(value) for name, value in state.items()}
    experience(agent, 20, seed=1)
    assert all(np.array_equal(state[name], kept[name]) for name in kept)
    agent.restore(state)
    experience(agent, 20, seed=1)
    assert all(np.array_equal(state[name], kept[name]) for name in kept)


@pytest.mark.parametrize("kind", agents.TABULAR)
def test_a_state_of_another_shape_is_refused(kind):
    agent = kind(4, 2)
    with pytest.raises(ValueError, match=r"\(5, 2\).*\(4, 2\)"):
        agent.restore(kind(5, 2).state())


@pytest.mark.parametrize(
    ("broken", "state"),
    [
        ("counts", QLearning(4, 2).state() | {"counts": np.zeros((4, 3), int)}),
        ("memory_tables", DoubleQLearning(4, 2).state() | {"memory_tables": np.zeros((10, 2))}),
        ("memory_tables", {k: v for k, v in DoubleQLearning(4, 2).state().items() if k != "memory_tables"}),
    ],
)
def test_a_broken_state_is_refused_and_changes_nothing(broken, state):
    agent = DoubleQLearning(4, 2, seed=0) if broken == "memory_tables" else QLearning(4, 2, seed=0)
    experience(agent, 10, seed=0)
    before = agent.state()
    with pytest.raises((ValueError, KeyError), match=broken):
        agent.restore(state)
    assert all(np.array_equal(before[name], value) for name, value in agent.state().items())


def test_agents_of_one_class_share_nothing():
    first, second = NStepQ(4, 2), NStepQ(4, 2)
    first.learn(Transition(0, 1, 2.0, 1, False, False))
    assert len(first.memory["length"]) == 1
    assert len(second.memory["length"]) == 0

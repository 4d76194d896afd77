"""Every tabular agent runs on Gymnasium's toy-text environments, and learns there what the exact solver says."""

import gymnasium as gym
import numpy as np
import pytest

import agents
from agents import DynaQ, ExpectedSarsa, QLambda, QLearning, evaluate, train
from agents.policies import EpsilonGreedy
from rl_line import TabularMDP, dp
from rl_line.dp.fixed_points import soft_values


def latest(name):
    return max((key for key in gym.registry if key.startswith(f"{name}-v")), key=lambda key: int(key.split("-v")[1]))


TOY_TEXT = [latest("FrozenLake"), latest("CliffWalking"), latest("Taxi")]
EXPLORING = EpsilonGreedy(1.0)


@pytest.mark.parametrize("name", TOY_TEXT)
@pytest.mark.parametrize("kind", agents.TABULAR)
def test_every_agent_runs_and_learns_on_toy_text(kind, name):
    env = gym.make(name, max_episode_steps=50)
    agent = kind.for_env(env, seed=0)
    rows = train(env, agent, steps=300, seed=0)
    assert agent.q.shape == (env.observation_space.n, env.action_space.n)
    assert agent.time == 300
    assert len(rows) >= 6
    assert np.isfinite(agent.q).all()
    assert name.startswith("FrozenLake") or (agent.q < 0).any()


@pytest.mark.parametrize("name", TOY_TEXT)
@pytest.mark.parametrize("kind", agents.TABULAR)
def test_every_agent_runs_on_lanes_of_toy_text(kind, name):
    env = gym.make_vec(name, num_envs=3, vectorization_mode="sync", max_episode_steps=20)
    agent = kind.for_env(env, seed=0)
    rows = train(env, agent, steps=60, seed=0)
    assert agent.q.shape == (env.single_observation_space.n, env.single_action_space.n)
    assert len(rows) >= 6
    assert np.isfinite(agent.q).all()


def reachable(mdp):
    """[S] the states from which an agent can act."""
    uniform = np.full((mdp.num_states, mdp.num_actions), 1 / mdp.num_actions)
    return (dp.discounted_visits(mdp, uniform, 0.99) > 0) & ~mdp.terminal


@pytest.mark.parametrize("kind", [QLearning, QLambda, DynaQ])
def test_agents_solve_the_frozen_lake_that_does_not_slip(kind):
    env = gym.make("FrozenLake-v1", is_slippery=False)
    agent = kind.for_env(env, gamma=0.9, alpha=1.0 if kind is not QLambda else 0.5, policy=EXPLORING, seed=0)
    train(env, agent, steps=12_000, seed=0)
    mdp = TabularMDP.from_toy_text(env)
    where = reachable(mdp)
    assert agent.q[where] == pytest.approx(dp.policy_iteration(mdp, 0.9).q[where], abs=1e-3)
    assert agent.q.max() == pytest.approx(1.0, abs=1e-3)
    assert evaluate(env, agent, gamma=0.9).value == pytest.approx(0.9**5, abs=1e-6)  # six moves, the last one pays


def test_q_learning_solves_the_cliff():
    env = gym.make_vec(latest("CliffWalking"), num_envs=64, vectorization_mode="sync", max_episode_steps=200)
    agent = QLearning.for_env(env, gamma=0.9, alpha=1.0, policy=EpsilonGreedy(0.3), seed=0)
    train(env, agent, steps=1500, seed=0)
    single = gym.make(latest("CliffWalking"), max_episode_steps=200)
    mdp = TabularMDP.from_toy_text(single)
    where = reachable(mdp)
    assert agent.q[where] == pytest.approx(dp.policy_iteration(mdp, 0.9).q[where], abs=1e-9)
    assert evaluate(single, agent).value == -13.0  # up, eleven times right, down


def test_expected_sarsa_learns_what_its_policy_is_worth_on_the_cliff():
    env = gym.make_vec(latest("CliffWalking"), num_envs=64, vectorization_mode="sync", max_episode_steps=200)
    policy = EpsilonGreedy(0.3)
    agent = ExpectedSarsa.for_env(env, gamma=0.9, alpha=1.0, policy=policy, seed=0)
    train(env, agent, steps=2500, seed=0)
    mdp = TabularMDP.from_toy_text(gym.make(latest("CliffWalking")))
    soft = soft_values(mdp, 0.9, lambda q: policy(q, 0, None))
    start = int(np.argmax(mdp.start))
    assert agent.q[start] == pytest.approx(soft.q[start], abs=0.02)
    assert soft.q[start].max() < dp.policy_iteration(mdp, 0.9).v[start] - 1


def test_values_of_toy_text_are_exact_where_its_table_is_known():
    env = gym.make(latest("Taxi"))
    agent = QLearning.for_env(env, seed=0)
    agent.q[:] = dp.policy_iteration(TabularMDP.from_toy_text(env), 0.99).q
    value = evaluate(env, agent)
    assert value.episodes == 0
    assert 7 < value.value < 9


@pytest.mark.skipif(latest("Taxi") == "Taxi-v3", reason="this Gymnasium's passengers are not fickle, or not rightly")
def test_a_taxi_that_does_more_than_its_table_says_is_judged_by_episodes():
    env = gym.make(latest("Taxi"), fickle_passenger=True)
    with pytest.raises(ValueError, match="a passenger who changes the destination, which is not in `P`"):
        TabularMDP.from_toy_text(env)
    assert evaluate(env, QLearning.for_env(env, seed=0), episodes=2, seed=0).episodes == 2


@pytest.mark.parametrize("kind", agents.TABULAR)
@pytest.mark.parametrize(
    ("name", "space"), [("CartPole-v1", "Box"), (latest("Blackjack"), "Tuple"), (latest("Pendulum"), "Box")]
)
def test_other_spaces_are_refused_by_name(kind, name, space):
    pytest.importorskip("pygame")
    with pytest.raises(TypeError, match=rf"{kind.__name__} needs a Discrete observation space.*{space}"):
        kind.for_env(gym.make(name))


@pytest.mark.parametrize("kind", agents.TABULAR)
@pytest.mark.parametrize("which", ["observation", "action"])
def test_spaces_that_do_not_count_from_zero_are_refused(kind, which):
    env = gym.make("FrozenLake-v1")
    setattr(env, f"{which}_space", gym.spaces.Discrete(16, start=1))
    with pytest.raises(TypeError, match=rf"{kind.__name__} needs a Discrete {which} space counted from 0.*start=1"):
        kind.for_env(env)


def test_vector_environments_of_other_spaces_are_refused_by_name():
    with pytest.raises(TypeError, match=r"Sarsa needs a Discrete observation space.*Box"):
        agents.Sarsa.for_env(gym.make_vec("CartPole-v1", num_envs=2, vectorization_mode="sync"))

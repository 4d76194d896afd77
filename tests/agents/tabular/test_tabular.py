"""Tabular agents move by the update they name, and reach their exact fixed point."""

import gymnasium as gym
import numpy as np
import pytest

import agents
from agents import QLearning, TabularAgent, Transition
from agents.policies import EpsilonGreedy
from agents.schedules import Linear
from rl_line import dp, reward_line


def trained(gamma=0.8, epsilon=0.1, steps=20_000, seed=0, **line):
    env = gym.make("rl_line:RewardLine-v0", **line)
    agent = QLearning.for_env(env, gamma=gamma, policy=EpsilonGreedy(epsilon), seed=seed)
    agents.train(env, agent, steps=steps, seed=seed)
    return agent, env.unwrapped.mdp


def test_one_update_by_hand():
    agent = QLearning(4, 2, gamma=0.8, alpha=0.5, initial_value=1.0)
    logged = agent.learn(Transition(0, 1, 2.0, 1, False, False))
    assert agent.q[0, 1] == 1.0 + 0.5 * (2.0 + 0.8 * 1.0 - 1.0)
    assert logged["td_error"] == pytest.approx(1.8)
    assert np.count_nonzero(agent.q != 1.0) == 1


def test_termination_stops_the_bootstrap():
    agent = QLearning(4, 2, gamma=0.8, alpha=1.0, initial_value=5.0)
    agent.learn(Transition(2, 1, 9.0, 3, True, False))
    assert agent.q[2, 1] == 9.0


def test_truncation_keeps_the_bootstrap():
    agent = QLearning(4, 2, gamma=0.8, alpha=1.0, initial_value=5.0)
    agent.learn(Transition(2, 0, 2.0, 1, False, True))
    assert agent.q[2, 0] == 2.0 + 0.8 * 5.0


def test_cells_that_occur_twice_move_by_the_mean_error():
    agent = QLearning(4, 2, gamma=0.0, alpha=0.5)
    agent.learn(
        Transition(
            observation=np.array([1, 1, 2]),
            action=np.array([0, 0, 1]),
            reward=np.array([2.0, 4.0, 9.0]),
            next_observation=np.array([0, 0, 3]),
            terminated=np.array([False, False, True]),
            truncated=np.zeros(3, bool),
        )
    )
    assert agent.q[1, 0] == 0.5 * 3.0
    assert agent.q[2, 1] == 0.5 * 9.0
    assert agent.time == 3


@pytest.mark.parametrize("seed", range(5))
def test_q_learning_reaches_the_optimal_values(seed):
    agent, mdp = trained(seed=seed)
    assert agent.q == pytest.approx(dp.policy_iteration(mdp, 0.8).q, abs=1e-3)


def test_q_learning_reaches_them_with_a_start_in_every_state():
    agent, mdp = trained(rewards=(0, 3, 0, 1, 5), start=(0.25, 0.25, 0.25, 0.25, 0), gamma=0.6, epsilon=0.6)
    assert agent.q == pytest.approx(dp.policy_iteration(mdp, 0.6).q, abs=1e-3)


def test_one_seed_gives_one_table():
    first, second, other = (trained(steps=500, seed=seed)[0].q for seed in (3, 3, 4))
    assert (first == second).all()
    assert (first != other).any()


def test_ties_are_broken_at_random():
    agent = QLearning(4, 2, seed=0)
    assert 350 < agent.act(np.zeros(1000, dtype=int)).sum() < 650


def test_exploration_follows_the_schedule():
    agent = QLearning(2, 2, policy=EpsilonGreedy(Linear(1.0, 0.0, steps=10)))
    agent.q[:, 1] = 1.0
    assert agent.action_probabilities(0, explore=True).tolist() == [0.5, 0.5]
    for _ in range(10):
        agent.learn(Transition(0, 1, 1.0, 1, True, False))
    assert agent.action_probabilities(0, explore=True).tolist() == [0.0, 1.0]


@pytest.mark.parametrize(("setting", "value"), [("gamma", 1.1), ("alpha", 0.0), ("policy", 0.1)])
def test_impossible_settings_are_refused_with_their_value(setting, value):
    with pytest.raises((ValueError, TypeError), match=str(value)):
        QLearning(4, 2, **{setting: value})


def test_spaces_that_make_no_table_are_refused():
    with pytest.raises(TypeError, match=r"QLearning needs a Discrete observation space.*Box"):
        QLearning.for_env(gym.make("CartPole-v1"))
    env = gym.make("rl_line:RewardLine-v0")
    env.action_space = gym.spaces.Discrete(2, start=1)
    with pytest.raises(TypeError, match=r"Discrete action space counted from 0.*start=1"):
        QLearning.for_env(env)


def test_a_base_agent_says_what_is_missing():
    with pytest.raises(NotImplementedError, match="TabularAgent has no bootstrap; override"):
        TabularAgent(4, 2).learn(Transition(0, 1, 2.0, 1, False, False))


def test_the_optimum_of_the_course_by_hand():
    q = dp.policy_iteration(reward_line(), 0.8).q
    assert q.tolist() == [pytest.approx(row) for row in ([6.208, 7.76], [6.208, 7.2], [7.76, 9.0], [0, 0])]


@pytest.mark.parametrize("kind", [kind for kind in agents.TABULAR if kind.on_policy and kind is not agents.SarsaLambda])
def test_an_on_policy_agent_asks_for_the_next_action(kind):
    with pytest.raises(ValueError, match="next_action=None, expected the action taken"):
        kind(4, 2).learn(Transition(0, 1, 2.0, 1, False, False))


def test_a_table_of_integers_set_by_hand_learns_as_one_of_floats():
    agent = QLearning(2, 2, gamma=0.5, alpha=0.5)
    agent.q = np.zeros((2, 2), dtype=np.int64)
    agent.learn(Transition(0, 1, 1.0, 1, True, False))
    assert agent.q.tolist() == [[0.0, 0.5], [0.0, 0.0]], "half of the way to the reward"
    agent.q = [[1, 2], [3, 4]]
    agent.learn(Transition(0, 1, 1.0, 1, False, False))
    assert agent.q.tolist() == [[1.0, 2.5], [3.0, 4.0]], "half of the way to 1 + 0.5 * 4"


@pytest.mark.parametrize(
    ("table", "told"),
    [([[0.0, 1.0]], r"q has shape \(1, 2\), expected \(2, 2\)"), ([[0, np.nan], [0, 0]], r"q is nan at \[0, 1\]")],
)
def test_a_table_that_does_not_fit_is_refused_when_it_is_set(table, told):
    agent = QLearning(2, 2)
    with pytest.raises(ValueError, match=told):
        agent.q = table
    assert agent.q.tolist() == [[0.0, 0.0], [0.0, 0.0]]

"""Exploration that falls with the episodes, in every loop."""

import gymnasium as gym
import numpy as np
import pytest
from support.same_numbers import SameNumbers

from agents import DQN, TABULAR, Linear, PerEpisode, QLearning, Softmax, interact, q_network, train, train_compiled
from agents.checkup.options import read_options
from agents.policies import EpsilonGreedy
from rl_line import reward_line

FALLING = PerEpisode(Linear(1.0, 0.0, steps=4))


def line(**settings):
    return gym.make("rl_line:RewardLine-v0", **settings)


def network():
    return q_network(gym.spaces.Discrete(4), 2, hidden=(4,), seed=0)


@pytest.mark.parametrize("make", [lambda: QLearning(4, 2, seed=0), lambda: DQN(network(), seed=0)])
def test_epsilon_falls_with_every_finished_episode_and_not_within_one(make):
    agent = make()
    agent.policy = EpsilonGreedy(FALLING)
    for transition in interact(line(max_episode_steps=5), agent, steps=60, seed=0):
        before = agent.episodes
        agent.learn(transition)
        assert agent.episodes - before == (transition.terminated or transition.truncated)
        # Of two actions the lesser one is taken half of the times that it explores.
        least = agent.action_probabilities(0, explore=True).min()
        tied = agent.action_probabilities(0).min() == 0.5
        assert tied or least == pytest.approx(max(0.0, 1 - agent.episodes / 4) / 2, abs=1e-12)
    assert agent.episodes > 10
    assert agent.time == 60


def test_both_policies_have_such_a_schedule_and_every_batch_counts_its_ends():
    agent = QLearning.for_env(env := gym.make_vec("rl_line:RewardLine-v0", num_envs=3, max_episode_steps=2), seed=0)
    agent.policy = Softmax(PerEpisode(lambda episodes: 1 / (1 + episodes)))
    train(env, agent, steps=2, seed=0)
    assert (agent.time, agent.episodes) == (6, 3)
    agent.q[0] = [0.0, np.log(3.0) / 4]
    assert agent.action_probabilities(0, explore=True) == pytest.approx([0.25, 0.75])  # at a temperature of 1/4


@pytest.mark.parametrize("kind", TABULAR)
def test_the_compiled_loop_counts_the_same_episodes(kind):
    settings = {"rewards": (1, 2, 0, 9), "slip": 0.2, "start": (0.5, 0.3, 0.2, 0)}
    policy = EpsilonGreedy(PerEpisode(Linear(1.0, 0.1, steps=25)))
    agents = [kind(4, 2, policy=policy, alpha=0.3) for _ in range(2)]
    pair = SameNumbers(line(max_episode_steps=9, **settings), agents[0], seed=5)
    for transition in interact(pair, pair, steps=150):
        agents[0].learn(transition)
    train_compiled(reward_line(**settings), agents[1], steps=150, max_episode_steps=9, seed=5)
    np.testing.assert_allclose(agents[1].q, agents[0].q, rtol=1e-4, atol=1e-4)
    assert agents[1].episodes == agents[0].episodes >= 150 // 9


def test_agents_in_one_compiled_run_count_their_own_episodes():
    agents = [QLearning(4, 2, policy=EpsilonGreedy(PerEpisode(Linear(level, level, 5)))) for level in (0.0, 1.0)]
    rows = train_compiled(reward_line(), agents, steps=200, num_envs=3, max_episode_steps=10)
    assert agents[0].episodes + agents[1].episodes == sum(row["episodes"] for row in rows)
    assert agents[0].episodes != agents[1].episodes


def test_a_compiled_deep_agent_counts_them_too():
    agent = DQN(network(), policy=EpsilonGreedy(PerEpisode(Linear(1.0, 0.0, steps=10))), seed=0)
    rows = train_compiled(reward_line(), agent, steps=90, num_envs=2, max_episode_steps=10)
    assert agent.episodes == sum(row["episodes"] for row in rows) > 10
    assert agent.action_probabilities(0, explore=True).max() == 1.0


@pytest.mark.parametrize("make", [lambda: QLearning(4, 2, seed=0), lambda: DQN(network(), seed=0)])
def test_a_saved_agent_goes_on_counting(make):
    agent, again = make(), make()
    train(line(), agent, episodes=3, seed=0)
    again.restore(agent.state())
    assert again.episodes == 3


@pytest.mark.parametrize(
    "make",
    [
        lambda: QLearning(4, 2, alpha=FALLING),
        lambda: DQN(network(), beta=FALLING),
    ],
)
def test_only_a_policy_counts_episodes(make):
    with pytest.raises(TypeError, match=r"=PerEpisode\(.*\) counts episodes, which only a policy can"):
        make()


def test_other_uses_of_episodes_are_refused():
    with pytest.raises(ValueError, match=r"epsilon=PerEpisode\(.*counts episodes, expected a schedule of steps"):
        read_options(learns="optimal", seeds=(0, 1), budget=1.0, steps=10, epsilon=FALLING)
    with pytest.raises(TypeError, match=r"schedule=0\.1, expected a schedule; pass e\.g\. Linear"):
        PerEpisode(0.1)
    with pytest.raises(ValueError, match=r"epsilon=.*, expected a probability"):
        EpsilonGreedy(PerEpisode(Linear(2.0, 0.0, steps=4)))

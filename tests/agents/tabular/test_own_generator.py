"""An agent's random numbers are its own, also where its environment has the same seed."""

import gymnasium as gym
import numpy as np
import pytest

import agents
from agents import DQN, QLearning, train
from rl_line import dp


@pytest.mark.parametrize("kind", [*agents.TABULAR, DQN], ids=lambda kind: kind.__name__)
def test_no_number_is_the_environment_s(kind):
    env = gym.make("RewardLine-v0")
    env.reset(seed=3)
    theirs = env.unwrapped.np_random.random(1000)
    ours = kind.for_env(env, seed=3)._rng.random(1000)
    assert not np.isin(ours, theirs).any()


def test_exploration_is_not_tied_to_the_noise_of_rewards():
    env = gym.make("RewardLine-v0", reward_noise=2.0)
    exact = dp.policy_iteration(env.unwrapped.mdp, 0.8).q[0, 1]
    errors = []
    for seed in range(40):
        agent = QLearning.for_env(env, alpha=0.05, epsilon=0.5, seed=seed)
        train(env, agent, 4_000, seed=seed)
        errors.append(agent.q[0, 1] - exact)
    # On one stream with the noise the mean is 26 of these standard errors from 0.
    assert abs(np.mean(errors)) < 4 * np.std(errors) / np.sqrt(len(errors))

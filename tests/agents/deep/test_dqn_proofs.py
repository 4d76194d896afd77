"""Slow proofs that a DQN is right, seed by seed; `./run test -m slow` runs them, and a small one is always run."""

import gymnasium as gym
import keras
import numpy as np
import pytest

from agents import train
from agents.compiled.training import train_compiled
from agents.deep.dqn import DQN
from agents.policies import EpsilonGreedy
from agents.schedules import Linear
from rl_line import dp, reward_line
from rl_line.dp import fixed_points
from rl_line.mdp import TabularMDP

LINE = "rl_line:RewardLine-v0"
EXACT = {
    "plain": {},
    "double": {"double": True},
    "dueling": {"dueling": True},
    "priorities": {"priority": 0.6, "beta": Linear(0.4, 1.0, steps=10_000)},
    "all": {"double": True, "dueling": True, "priority": 0.6, "n": 1},
}


def largest_error(agent, exact):
    return np.abs(agent.q_values(np.arange(3)) - exact[:3]).max()


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(20))
@pytest.mark.parametrize("settings", EXACT)
def test_every_seed_reaches_the_exact_values_in_the_compiled_loop(settings, seed):
    agent = DQN.for_env(gym.make(LINE), seed=seed, **EXACT[settings])
    train_compiled(reward_line(), agent, steps=10_000, seed=seed)
    assert largest_error(agent, dp.policy_iteration(reward_line(), 0.8).q) < 0.05


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(20))
@pytest.mark.parametrize("settings", EXACT)
def test_every_seed_reaches_the_exact_values_in_the_python_loop(settings, seed):
    env = gym.make(LINE)
    agent = DQN.for_env(env, seed=seed, **EXACT[settings])
    train(env, agent, steps=10_000, seed=seed)
    assert largest_error(agent, dp.policy_iteration(reward_line(), 0.8).q) < 0.05


@pytest.mark.parametrize("seed", [0, *(pytest.param(seed, marks=pytest.mark.slow) for seed in range(1, 5))])
def test_three_steps_have_the_fixed_point_of_their_operator(seed):
    # A uniform policy that never changes; rewards of n steps average over what it does, so the memory is all of them.
    agent = DQN.for_env(
        gym.make(LINE), seed=seed, n=3, policy=EpsilonGreedy(1.0), memory_size=50_000, batch_size=512, loss=half_square
    )
    uniform = np.full((4, 2), 0.5)
    train_compiled(reward_line(), agent, steps=20_000, max_episode_steps=None, seed=seed)
    # What remains is the noise of the memory's 12,500 samples of a cell, whose returns have a deviation below 5.
    exact = fixed_points.n_step_values(reward_line(), 0.8, 3, lambda q: uniform, lambda q: q.max(-1))
    assert largest_error(agent, exact) < 0.5
    assert np.abs(exact - dp.policy_iteration(reward_line(), 0.8).q).max() > 1.0


def half_square(error):
    """Half the square, whose minimum is the mean."""
    return 0.5 * error * error


TOY_TEXT = {  # what is enough to be within a share of the optimal value: settings, lanes, steps of each, that share
    "FrozenLake-v1": (
        {"target_every": 2_000, "loss": half_square, "rate": 5e-4, "explore": (1.0, 0.3)},
        8,
        50_000,
        0.05,
    ),
    "CliffWalking-v1": ({"target_every": 1_000, "hidden": (128,), "explore": (1.0, 0.2)}, 16, 6_000, 0.01),
    "Taxi-v4": ({"target_every": 3_200, "hidden": (128,), "explore": (1.0, 0.2)}, 32, 30_000, 0.01),
}
slow = [pytest.param("Taxi-v4", 0, marks=pytest.mark.slow)]
slow += [pytest.param(env_id, seed, marks=pytest.mark.slow) for env_id in TOY_TEXT for seed in range(1, 5)]


@pytest.mark.parametrize(("env_id", "seed"), [("FrozenLake-v1", 0), ("CliffWalking-v1", 0), *slow])
def test_what_is_learned_of_toy_text_is_worth_nearly_what_can_be_had(env_id, seed):
    settings, lanes, steps, share = TOY_TEXT[env_id]
    settings = dict(settings)
    policy = EpsilonGreedy(Linear(*settings.pop("explore"), steps=lanes * steps // 2))
    optimizer = keras.optimizers.Adam(settings.pop("rate", 1e-3))
    env = gym.make(env_id)
    mdp = TabularMDP.from_toy_text(env)
    agent = DQN.for_env(
        env,
        gamma=0.99,
        policy=policy,
        optimizer=optimizer,
        batch_size=128,
        memory_size=100_000,
        train_every=lanes,
        seed=seed,
        **settings,
    )
    before = exact_value(mdp, agent)
    train_compiled(mdp, agent, steps=steps, num_envs=lanes, max_episode_steps=200, seed=seed)
    best = dp.policy_iteration(mdp, 0.99).v @ mdp.start
    assert exact_value(mdp, agent) >= best - share * abs(best)
    assert before < best - share * abs(best)


def exact_value(mdp, agent):
    """Value of the greedy policy at the start."""
    greedy = agent.action_probabilities(np.arange(mdp.num_states))
    return dp.policy_evaluation(mdp, greedy, 0.99) @ mdp.start

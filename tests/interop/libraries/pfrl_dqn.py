"""PFRL's DQN and Double DQN, in the loop of its own introduction."""

import gymnasium
import numpy as np
import pfrl
import torch
from pfrl.agents import DQN, DoubleDQN
from pfrl.explorers import ConstantEpsilonGreedy
from pfrl.q_functions import FCStateQFunctionWithDiscreteAction
from pfrl.replay_buffers import ReplayBuffer

torch.set_num_threads(1)


def dqn(env, *, gamma, steps, seed, kind=DQN, observed=lambda terminated, truncated: (terminated, truncated)):
    """The trained agent; `observed` is what it is told after a step: is the state terminal, is there a reset."""
    pfrl.utils.set_random_seed(seed)
    env = gymnasium.wrappers.FlattenObservation(env)  # one-hot rows
    size, actions = env.observation_space.shape[0], int(env.action_space.n)
    network = FCStateQFunctionWithDiscreteAction(size, actions, n_hidden_channels=32, n_hidden_layers=1)
    agent = kind(
        network,
        torch.optim.Adam(network.parameters(), lr=3e-3),
        ReplayBuffer(20_000),
        gamma,
        ConstantEpsilonGreedy(0.3, lambda: np.random.randint(actions)),  # noqa: NPY002 - as its explorers draw
        replay_start_size=100,
        target_update_interval=50,
        phi=lambda row: np.asarray(row, np.float32),
    )
    observation, _ = env.reset(seed=seed)
    for _ in range(steps):
        observation, reward, terminated, truncated, _ = env.step(agent.act(observation))
        agent.observe(observation, reward, *observed(terminated, truncated))
        if terminated or truncated:
            observation, _ = env.reset()
    return agent


def double_dqn(env, *, gamma, steps, seed):
    return dqn(env, gamma=gamma, steps=steps, seed=seed, kind=DoubleDQN)


# --- planted bugs, as users make them ---


def dqn_that_takes_cuts_for_ends(env, *, gamma, steps, seed):
    """The `done` of an older interface, as its introduction was written for."""
    return dqn(env, gamma=gamma, steps=steps, seed=seed, observed=lambda *ends: (any(ends), False))

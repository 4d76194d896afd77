"""Tianshou's DQN, which takes one-hot rows and has its own idea of who steps the environment."""

import gymnasium
import numpy as np
import torch
from tianshou.algorithm import DQN
from tianshou.algorithm.modelfree.dqn import DiscreteQLearningPolicy
from tianshou.algorithm.optim import AdamOptimizerFactory
from tianshou.data import Collector, VectorReplayBuffer
from tianshou.utils.net.common import Net
from tianshou.utils.torch_utils import policy_within_training_step

torch.set_num_threads(1)


def dqn(env, *, gamma, steps, seed, batch=32, every=10):
    """Takes ten steps and learns ten times, again and again."""
    torch.manual_seed(seed)
    np.random.seed(seed)  # noqa: NPY002 - the only seed that Tianshou's exploration has
    env = gymnasium.wrappers.FlattenObservation(env)  # one-hot
    net = Net(state_shape=env.observation_space.shape, action_shape=env.action_space.n, hidden_sizes=[32])
    policy = DiscreteQLearningPolicy(
        model=net,
        action_space=env.action_space,
        observation_space=env.observation_space,
        eps_training=0.3,
    )
    algorithm = DQN(policy=policy, optim=AdamOptimizerFactory(lr=3e-3), gamma=gamma, target_update_freq=50)
    collector = Collector(algorithm, env, VectorReplayBuffer(20_000, 1), exploration_noise=True)
    collector.reset(gym_reset_kwargs={"seed": seed})
    with policy_within_training_step(policy):
        for _ in range(0, steps, every):
            collector.collect(n_step=every)
            for _ in range(every):
                algorithm.update(buffer=collector.buffer, sample_size=batch)
    return algorithm


# --- planted bugs, as users make them ---


def told_another_gamma(env, *, gamma, steps, seed):
    return dqn(env, gamma=0.5, steps=steps, seed=seed)

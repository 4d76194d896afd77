"""Agents of Stable-Baselines3 and its contrib, set up for lines of a few states."""

from functools import partial

import gymnasium
import numpy as np
import torch
from sb3_contrib import QRDQN
from stable_baselines3 import A2C, DQN, PPO

torch.set_num_threads(1)  # with two, networks as small as these wait for each other most of the time

SMALL = {"net_arch": [32]}
OF_VALUES = {
    "learning_rate": 3e-3,
    "learning_starts": 100,
    "train_freq": 1,
    "target_update_interval": 50,
    "exploration_fraction": 0.1,
    "exploration_final_eps": 0.3,
    "buffer_size": 20_000,
    "policy_kwargs": SMALL,
}


def trained(env, *, gamma, steps, seed, kind, **settings):
    return kind("MlpPolicy", env, gamma=gamma, seed=seed, device="cpu", **settings).learn(steps)


dqn = partial(trained, kind=DQN, **OF_VALUES)
qr_dqn = partial(trained, kind=QRDQN, **{**OF_VALUES, "policy_kwargs": {**SMALL, "n_quantiles": 10}})
ppo = partial(
    trained, kind=PPO, n_steps=256, batch_size=64, n_epochs=4, learning_rate=3e-3, ent_coef=0.01, policy_kwargs=SMALL
)
a2c = partial(trained, kind=A2C, learning_rate=3e-3, ent_coef=0.01, policy_kwargs=SMALL)


# --- planted bugs, as users make them ---


def qr_dqn_told_another_gamma(env, *, gamma, steps, seed):
    return qr_dqn(env, gamma=0.5, steps=steps, seed=seed)


def of_clipped_rewards(env, *, kind, **given):
    """Rewards clipped by a wrapper, as is usual for Atari."""
    return kind(gymnasium.wrappers.TransformReward(env, lambda reward: float(np.sign(reward))), **given)


dqn_of_clipped_rewards = partial(of_clipped_rewards, kind=dqn)
ppo_of_clipped_rewards = partial(of_clipped_rewards, kind=ppo)
a2c_of_clipped_rewards = partial(of_clipped_rewards, kind=a2c)


def dqn_that_takes_cuts_for_ends(env, *, gamma, steps, seed):
    """A replay buffer that is told not to tell a time limit from the end."""
    return dqn(env, gamma=gamma, steps=steps, seed=seed, replay_buffer_kwargs={"handle_timeout_termination": False})

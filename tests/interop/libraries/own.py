"""Our own agents, tabular and of Keras, with the same tests."""

import keras

from agents import QLearning
from agents import train as train_in
from agents.deep.dqn import DQN
from agents.policies import EpsilonGreedy


def tabular(env, *, gamma, steps, seed):
    agent = QLearning.for_env(env, gamma=gamma, seed=seed, policy=EpsilonGreedy(0.3))
    train_in(env, agent, steps=steps, seed=seed)
    return agent


def keras_dqn(env, *, gamma, steps, seed):
    settings = {"learning_starts": 100, "train_every": 1, "target_every": 50, "optimizer": keras.optimizers.Adam(3e-3)}
    agent = DQN.for_env(env, gamma=gamma, seed=seed, policy=EpsilonGreedy(0.3), hidden=(32,), **settings)
    train_in(env, agent, steps=steps, seed=seed)
    return agent

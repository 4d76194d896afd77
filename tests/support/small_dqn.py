"""A small DQN that learns fast enough for every test."""

from agents import DQN


def dqn(env, **settings):
    return DQN.for_env(env, **{"hidden": (8,), "learning_starts": 40, "batch_size": 8, "seed": 0} | settings)

"""Targets of networks: a DQN and its parts, compiled loops, models of windows, and how they are fitted."""

import gymnasium as gym
import numpy as np
from fuzz.harness import Target, arg, array, opt
from fuzz.values import counts, made, numbers, simple
from hypothesis import strategies as st

import agents
import rl_line
import sequence_tasks as tasks
from agents import deep
from agents.deep.replay import as_rows
from sequence_tasks import models

SEED = opt(simple(None, 0, 7))
WINDOWS = tasks.windows(np.sin(np.arange(12.0)) + 3, length=4)
EVERY = tasks.windows(np.sin(np.arange(12.0)) + 3, length=4, targets="every")
_KEPT = {}


def _once(name, make):
    """One network for all calls that do not change it, as it takes long to make one."""
    if name not in _KEPT:
        _KEPT[name] = make()
    return _KEPT[name]


def _network():
    return _once("q", lambda: agents.q_network(gym.spaces.Discrete(4), 2, hidden=(4,), seed=0))


def _model():
    """The one model that is fitted, with its first weights again."""
    model, weights = _once("linear", _model_and_weights)
    model.set_weights(weights)
    return model


def _model_and_weights():
    model = models.MODELS["linear"](WINDOWS)
    return model, model.get_weights()


def _dqn(**settings):
    if settings.get("loss", 0) is None:
        del settings["loss"]
    agents.DQN(**{"model": _network(), **settings})


def _table_or_dqn(num):
    return _once("dqn", lambda: agents.DQN(_network())) if num else agents.QLearning(4, 2, seed=0)


def _learned(**parts):
    agent = agents.DQN(_network(), learning_starts=1_000)
    return agent.learn(agents.Transition(**parts)), agent.act(0)


def _remembered(capacity, index, weight, gamma, n, **parts):
    first = agents.Transition(0, 0, 1.0, 1, False, False)
    memory = deep.ReplayMemory.for_transition(capacity, first)
    memory.remember(first)
    memory.remember(agents.Transition(**parts))
    return memory.draw(index, weight, gamma=gamma, n=n)


def _example(example):
    return len(deep.ReplayMemory(4, example))


def _one_hot(x, **settings):
    return np.asarray(deep.OneHot(**settings)(np.asarray(x)))


def _iterated(**given):
    return [step.q for step in agents.iterate_compiled(**given)]


def _built(name, **settings):
    models.MODELS[name](**settings)


def _data(windows, **settings):
    return list(models.tf_dataset(windows, **settings).take(1))


def _batch(windows, index, **settings):
    return models.WindowDataset(windows, **settings)[index]


def _network_fit(values, **settings):
    fit = models.network(models.MODELS["linear"], lambda series: tasks.SequenceTask(series, 4), epochs=1, **settings)
    series = tasks.as_series(values)
    return fit(series)(series.values, np.array([len(series)]), 1)


COMPILED = {
    "mdp": arg(made(rl_line.reward_line)),
    "agents": arg(simple(0, 1).map(_table_or_dqn)),
    "steps": arg(simple(3), work=True),
    "num_envs": opt(simple(1)),
    "max_episode_steps": opt(simple(100)),
    "seed": opt(simple(0)),
}
DQN = {
    "double": opt(simple(True)),
    "n": opt(simple(1, 3)),
    "batch_size": opt(simple(4)),
    "memory_size": opt(simple(100)),
    "learning_starts": opt(simple(0)),
    "train_every": opt(simple(4)),
    "gradient_steps": opt(simple(1)),
    "target_every": opt(simple(5)),
    "tau": opt(simple(1.0, 0.1)),
    "priority": opt(simple(0.0, 0.5)),
    "beta": opt(simple(0.4, agents.Constant(0.4))),
    "clip_norm": opt(simple(None, 10.0)),
    "loss": opt(simple(None)),
    "optimizer": opt(simple(None, "adam")),
    "seed": SEED,
    "gamma": opt(simple(0.8)),
    "policy": opt(simple(agents.GREEDY)),
}
STEP = {
    "observation": arg(simple(0, 1)),
    "action": arg(simple(0, 1)),
    "reward": arg(simple(0.0, 2)),
    "next_observation": arg(simple(2, 3)),
    "terminated": arg(simple(True, False)),
    "truncated": arg(simple(True, False)),
}
ROWS = as_rows(agents.Transition(*(np.array([x]) for x in (0, 1, 2.0, 1, False, False))))
AGENTS = (
    Target("ReplayMemory", _example, {"example": arg(simple(ROWS))}),
    Target(
        "ReplayMemory.draw",
        _remembered,
        {
            **STEP,
            "capacity": arg(simple(4, 8.0), work=True),
            "index": array(simple(np.array([0, 1]))),
            "weight": array(simple(np.ones(2))),
            "gamma": arg(simple(0.8)),
            "n": arg(simple(1, 3), work=True),
        },
    ),
    Target(
        "q_network",
        agents.q_network,
        {
            "observation_space": arg(simple(gym.spaces.Discrete(4), gym.spaces.Box(-1, 1, (2,)))),
            "num_actions": arg(simple(2), work=True),
            "hidden": opt(simple((4,), ())),
            "dueling": opt(simple(True, False)),
            "seed": SEED,
        },
    ),
    Target("DQN", _dqn, DQN),
    Target("DQN.learn", _learned, STEP),
    Target(
        "DQN.act",
        lambda observation, explore=True: _table_or_dqn(1).act(observation, explore=explore),
        {"observation": array(st.one_of(simple(0, 3), counts(3))), "explore": opt(simple(True, False))},
    ),
    Target("train_compiled", agents.train_compiled, {**COMPILED, "every": opt(simple(None))}, may_be_nan=True),
    Target("iterate_compiled", _iterated, {**COMPILED, "every": arg(simple(2))}),
    Target(
        "OneHot",
        _one_hot,
        {
            "x": arg(counts(2, 1))._replace(hostile=counts(2, 1)),
            "sizes": arg(simple([4]), work=True),
            "starts": arg(simple([0])),
        },
    ),
)
FIT = {
    "model": arg(made(_model)),
    "train": arg(simple(WINDOWS, tuple(WINDOWS[:2]))),
    "validation": opt(simple(None, WINDOWS)),
    "epochs": arg(simple(1, 2.0), work=True),
    "batch_size": opt(simple(8)),
    "learning_rate": opt(simple(0.01)),
    "optimizer": opt(simple(None, "adam")),
    "loss": arg(simple("mean_squared_error")),
    "patience": opt(simple(None)),
    "seed": opt(simple(0, 3)),
}
BATCHES = {
    "windows": arg(simple(WINDOWS)),
    "batch_size": opt(simple(4)),
    "seed": opt(simple(None, 1)),
    "block": opt(simple(1, 2)),
}
SEQUENCES = (
    Target("fit", models.fit, FIT),
    Target("fit_compiled", models.fit_compiled, FIT),
    Target(
        "fit_buckets",
        models.fit_buckets,
        {
            **{name: argument for name, argument in FIT.items() if name not in ("train", "validation", "patience")},
            "several": arg(simple([WINDOWS], (WINDOWS, WINDOWS))),
        },
    ),
    Target("network", _network_fit, {"values": array(numbers(20)), "seeds": opt(simple((0,)))}),
    Target("tf_dataset", _data, {**BATCHES, "prefetch": opt(simple(1), work=True)}),
    Target("WindowDataset", _batch, {**BATCHES, "index": arg(simple(0, 1))}),
    *(
        Target(
            f"MODELS[{name!r}]",
            lambda windows, name=name, **given: _built(name, windows=windows, **given),
            {"windows": arg(simple(WINDOWS, EVERY)), "seed": opt(simple(0, 5)), **more},
        )
        for name, more in {
            "linear": {},
            "dense": {"hidden": opt(simple((4,), ()))},
            "lstm": {"units": opt(simple(2), work=True)},
            "gru": {"units": opt(simple(2), work=True)},
            "lstm_linear_skip": {"units": opt(simple(2), work=True)},
            "simple_rnn_one_cell": {"recurrent": opt(simple("zeros", "orthogonal"))},
            "simple_rnn_length_ten": {"recurrent": opt(simple("zeros"))},
            "simple_rnn_four_cells": {"units": opt(simple(2), work=True), "activation": opt(simple("tanh"))},
            "simple_rnn_variable_length": {"mask_value": arg(simple(-8.0)), "recurrent": opt(simple("zeros"))},
        }.items()
    ),
)

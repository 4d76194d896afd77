"""DQNs with equal settings share their graphs, and each learns as it would alone."""

import gc
import os
from pathlib import Path

import keras
import numpy as np
import pytest

import agents
from agents import DQN
from agents.deep import squared, state
from rl_line import reward_line

SMALL = {"hidden": (8,), "learning_starts": 8, "batch_size": 4, "target_every": 20}


def in_python(agent):
    agents.train("RewardLine-v0", agent, 100, seed=1)


def compiled(agent):
    agents.train_compiled(reward_line(), agent, steps=100, seed=1)


def made(**settings):
    return DQN.for_env("RewardLine-v0", **{"seed": 2, **SMALL, **settings})


def weights(agent):
    return np.concatenate([weight.ravel() for weight in agent.model.get_weights()])


def half(error):
    return 0.5 * error * error


OTHERS = {
    "seed": lambda: made(seed=3),
    "loss": lambda: made(loss=squared),
    "own loss": lambda: made(loss=half),
    "double": lambda: made(double=True),
    "gamma": lambda: made(gamma=0.3),
    "n": lambda: made(n=2),
    "clip_norm": lambda: made(clip_norm=0.01),
    "gradient_steps": lambda: made(gradient_steps=2),
    "priority": lambda: made(priority=0.6),
    "tau": lambda: made(tau=0.1, target_every=1),
    "hidden": lambda: made(hidden=(8, 4)),
    "dueling": lambda: made(dueling=True),
    "optimizer": lambda: made(optimizer=keras.optimizers.SGD(0.01)),
    "learning rate": lambda: made(optimizer=keras.optimizers.Adam(0.1)),
    "epsilon": lambda: made(epsilon=0.9),
    "memory": lambda: made(memory_size=16),
}


@pytest.mark.parametrize(
    ("name", "train"), [*((name, in_python) for name in OTHERS), ("seed", compiled), ("gamma", compiled)]
)
def test_a_dqn_learns_what_it_would_learn_alone(name, train, monkeypatch):
    train(made())  # whose graphs the next one may take
    shared = OTHERS[name]()
    train(shared)
    monkeypatch.setattr(state, "form_of", lambda *_: None)
    alone = OTHERS[name]()
    train(alone)
    np.testing.assert_array_equal(weights(shared), weights(alone))
    np.testing.assert_array_equal(shared.q_values(np.arange(4)), alone.q_values(np.arange(4)))


def test_a_rule_of_ones_own_has_a_graph_of_its_own():
    class Shifted(DQN):
        shift = 0.0

        def update(self, batch, *how):
            return super().update(batch._replace(reward=batch.reward + self.shift), *how)

    def learned(shift):
        Shifted.shift = shift
        agent = Shifted.for_env("RewardLine-v0", seed=2, **SMALL)
        in_python(agent)
        return weights(agent)

    np.testing.assert_array_equal(learned(0.0), learned(0.0))
    assert not np.array_equal(learned(0.0), learned(5.0))


@pytest.mark.skipif(not Path("/proc/self/statm").exists(), reason="the memory of a process is read from Linux")
@pytest.mark.parametrize(("train", "alone"), [(in_python, 3), (compiled, 23)], ids=["python", "compiled"])
def test_memory_does_not_grow_with_dqns_made_alike(train, alone):
    def resident():
        gc.collect()
        return int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 1e6

    train(made(seed=0))
    before = resident()
    for seed in range(1, 9):
        train(made(seed=seed))
    assert resident() - before < 8 * alone / 3, f"one with graphs of its own takes {alone} MB"

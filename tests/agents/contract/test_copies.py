"""A copy of an agent is independent: its learning does not change the original."""

import copy
import pickle

import keras
import numpy as np
import pytest
from support.small_dqn import dqn

import agents
from agents import DQN, DynaQ, Exponential, train, train_compiled
from agents.policies import EpsilonGreedy

COPIES = {"deepcopy": copy.deepcopy, "pickle": lambda agent: pickle.loads(pickle.dumps(agent))}


MAKE = {kind.__name__: lambda env, kind=kind: kind.for_env(env, seed=0) for kind in agents.TABULAR} | {
    "DQN": dqn,
    "DQN, all": lambda env: dqn(
        env,
        dueling=True,
        double=True,
        n=3,
        priority=0.5,
        optimizer=keras.optimizers.SGD(0.01, momentum=0.9),
        policy=EpsilonGreedy(Exponential(1.0, 0.1, half_life=100)),
    ),
    "DQN, weights one by one": lambda env: dqn(env, optimizer=keras.optimizers.Adam(0.001, clipnorm=1.0)),
}


def values(agent):
    return np.array(agent.q_values(np.arange(4)) if isinstance(agent, DQN) else agent.q)


@pytest.mark.parametrize("copied", COPIES.values(), ids=COPIES)
@pytest.mark.parametrize("make", MAKE.values(), ids=MAKE)
def test_a_copy_learns_what_the_original_would_and_leaves_it_alone(env, make, copied):
    original = make(env)
    train(env, original, steps=100, seed=0)
    before, other = values(original), copied(original)
    train(env, other, steps=100, seed=1)
    assert (values(original) == before).all()
    assert (values(other) != before).any()
    train(env, original, steps=100, seed=1)
    assert (values(original) == values(other)).all()


@pytest.mark.parametrize("make", [dqn, lambda env: DynaQ.for_env(env, seed=0)], ids=["DQN", "DynaQ"])
def test_a_copy_of_what_was_compiled_is_its_own(env, make):
    original = make(env)
    train_compiled(env.unwrapped.mdp, original, steps=100, seed=0)
    before, other = values(original), copy.deepcopy(original)
    train_compiled(env.unwrapped.mdp, other, steps=100, seed=1)
    assert (values(original) == before).all()
    train_compiled(env.unwrapped.mdp, original, steps=100, seed=1)
    assert values(original) == pytest.approx(values(other), abs=1e-6)


def test_two_agents_of_one_network_still_share_it_when_copied_together(env):
    first = dqn(env)
    second = DQN.for_env(env, model=first.model)
    one, other = copy.deepcopy([first, second])
    assert one.model is other.model is not first.model


def test_a_network_that_keras_cannot_make_anew_is_named(env):
    class Opaque(keras.Model):
        def __init__(self, scale):
            super().__init__()
            self.head, self.scale = keras.layers.Dense(2), scale

        def call(self, x):
            return self.scale(self.head(keras.ops.one_hot(keras.ops.cast(x, "int32"), 4)))

    model = Opaque(lambda x: 2.0 * x)
    model(np.zeros(1))
    with pytest.raises(TypeError, match=r"Opaque of this DQN cannot be copied or saved whole.*get_config"):
        copy.deepcopy(DQN.for_env(env, model=model))

"""Inference by NumPy in the Python loop gives the outputs of Keras."""

import gymnasium as gym
import keras
import numpy as np
import pytest
from gymnasium.spaces import Box, Discrete, MultiDiscrete

from agents import Transition
from agents.deep.dqn import DQN
from agents.deep.inference import QFunction
from agents.deep.networks import q_network
from agents.policies import EpsilonGreedy

SPACES = {
    "discrete": Discrete(5, start=-2),
    "multi-discrete": MultiDiscrete([2, 3], start=[1, -1]),
    "vector": Box(-1.0, 1.0, (4,)),
    "doubles": Box(-1.0, 1.0, (4,), np.float64),
    "matrix": Box(-1.0, 1.0, (3, 4)),
}


def copied(model, axes, uses=1):
    """The values of a model, with a copy of its weights for some uses."""
    values = QFunction(model, axes)
    values.copied(keras.ops.concatenate([keras.ops.ravel(weight) for weight in model.trainable_variables]), uses)
    return values


def batch_of(space, size):
    space.seed(0)
    return np.stack([space.sample() for _ in range(size)])


@pytest.mark.parametrize("dueling", [False, True])
@pytest.mark.parametrize("space", SPACES.values(), ids=SPACES)
def test_numpy_says_what_keras_says(space, dueling):
    model, batch = q_network(space, 3, hidden=(8, 8), dueling=dueling, seed=0), batch_of(space, 6)
    values = copied(model, batch.ndim - 1, uses=2)
    assert values._layers
    expected = np.array(model(batch))
    quick = values.quickly(batch)
    assert quick.dtype == np.float32
    np.testing.assert_allclose(quick, expected, rtol=1e-5, atol=1e-6)
    np.testing.assert_allclose(values.quickly(batch[2]), expected[2], rtol=1e-5, atol=1e-6)
    np.testing.assert_allclose(values(batch), expected, rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize("activation", [None, "relu", "tanh"])
@pytest.mark.parametrize("use_bias", [False, True])
def test_sequential_networks_are_copied_too(activation, use_bias):
    dense = keras.layers.Dense(5, activation, use_bias=use_bias, bias_initializer="random_normal")
    model = keras.Sequential([keras.Input((4,)), dense, keras.layers.Dense(2)])
    batch = batch_of(SPACES["vector"], 3)
    np.testing.assert_allclose(copied(model, 1).quickly(batch), np.array(model(batch)), rtol=1e-5, atol=1e-6)


class Doubled(keras.Model):
    """A network with a rule of its own."""

    def __init__(self):
        super().__init__()
        self.dense = keras.layers.Dense(2)

    def call(self, x):
        return 2.0 * self.dense(x)


class Tripled(keras.Sequential):
    """A chain of layers that is more than its layers."""

    def call(self, x, training=None, mask=None):
        return 3.0 * super().call(x)


def chain(*layers):
    return keras.Sequential([keras.Input((4,)), *layers])


def shared():
    x, dense = keras.Input((4,)), keras.layers.Dense(4)
    return keras.Model(x, dense(dense(x)))


OTHERS = {
    "another activation": lambda: chain(keras.layers.Dense(2, "gelu")),
    "another layer": lambda: chain(keras.layers.LayerNormalization(), keras.layers.Dense(2)),
    "another type": lambda: chain(keras.layers.Dense(2, dtype="float16")),
    "a layer used twice": shared,
    "a layer that is frozen": lambda: chain(keras.layers.Dense(4, trainable=False), keras.layers.Dense(2)),
    "a model of one's own": Doubled,
    "a chain of one's own": lambda: Tripled([keras.Input((4,)), keras.layers.Dense(2)]),
}


@pytest.mark.parametrize("made", OTHERS.values(), ids=OTHERS)
def test_networks_that_numpy_has_no_rule_for_are_asked_through_keras(made):
    model, batch = made(), batch_of(SPACES["vector"], 3)
    expected = np.array(model(batch))
    values = copied(model, 1)
    assert not values._layers
    np.testing.assert_allclose(values.quickly(batch), expected, rtol=1e-2)


def test_a_copy_is_used_so_many_times_and_never_after_the_network_was_asked():
    model = q_network(SPACES["vector"], 2, hidden=(3,), seed=0)
    batch = batch_of(SPACES["vector"], 3)
    for asked in (False, True):
        values = copied(model, 1, uses=2)
        before = np.array(model(batch))
        model.set_weights([weight + 1.0 for weight in model.get_weights()])
        after = np.array(model(batch))
        if asked:
            np.testing.assert_allclose(values(batch), after, rtol=1e-5)
        said = [values.quickly(batch) for _ in range(3)]
        for k, one in enumerate(said):
            np.testing.assert_allclose(one, after if asked or k == 2 else before, rtol=1e-5)


def test_while_it_learns_it_acts_by_the_weights_of_the_last_gradient_steps():
    agent = DQN.for_env(
        gym.make("CartPole-v1"), hidden=(8,), batch_size=4, learning_starts=0, train_every=2, seed=0,
        policy=lambda q, time, counts, xp=np: q,
    )  # fmt: skip
    rng = np.random.default_rng(0)
    for k in range(12):
        observation = rng.normal(size=4).astype(np.float32)
        expected = np.array(agent.model(observation[None]))[0]
        np.testing.assert_allclose(agent.action_probabilities(observation, explore=True), expected, rtol=1e-4)
        assert bool(agent._values._uses) == (k > 1 and k % 2 == 0)
        agent.learn(Transition(observation, k % 2, 1.0, observation, False, False))


def test_restored_weights_are_acted_by_at_once():
    agents = [
        DQN.for_env(gym.make("CartPole-v1"), hidden=(8,), batch_size=4, learning_starts=0, seed=k) for k in (0, 1)
    ]
    observation = np.ones(4, np.float32)
    for agent in agents:
        agent.policy = lambda q, time, counts, xp=np: q
        for _ in range(4):
            agent.learn(Transition(observation, 0, 1.0, observation, False, False))
    agents[0].restore(agents[1].state())
    expected = np.array(agents[1].model(observation[None]))[0]
    np.testing.assert_allclose(agents[0].action_probabilities(observation, explore=True), expected, rtol=1e-4)


def test_greedy_actions_see_weights_that_were_set_by_hand():
    agent = DQN.for_env(
        gym.make("CartPole-v1"), hidden=(8,), batch_size=4, learning_starts=0, policy=EpsilonGreedy(0.0), seed=0
    )
    observation = np.ones(4, np.float32)
    for _ in range(4):
        agent.learn(Transition(observation, 0, 1.0, observation, False, False))
    *hidden, _, _ = agent.model.get_weights()
    for best in (0, 1):
        agent.model.set_weights([*hidden, np.zeros((8, 2)), np.eye(2)[best]])
        assert agent.act(observation) == best
        assert agent.act(observation, explore=True) == best

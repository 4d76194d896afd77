"""Programs are shared by equal objects only."""

import gc
import weakref

import keras
import numpy as np
import pytest
import tensorflow as tf
from keras import layers

from rl_line.system.tf import programs
from rl_line.system.tf.programs import form_of, graph_for, kept, layers_of


def doubling(variable, traced):
    """A graph that adds to a variable, and gives twice what it is then."""

    def add(x):
        traced.append(1)
        variable.assign_add(x)
        return 2.0 * variable

    return lambda: tf.function(add, autograph=False).get_concrete_function(tf.TensorSpec([], tf.float32))


def called(graph_and_captured, x):
    graph, captured = graph_and_captured
    return float(graph.inference_fn.call_flat(tf.constant(x), *captured)[0])


def test_a_graph_works_on_the_variables_of_whoever_asks():
    traced, first, second = [], tf.Variable(1.0), tf.Variable(10.0)
    assert called(graph_for("sum", [first], doubling(first, traced)), 2.0) == 6.0
    assert called(graph_for("sum", [second], doubling(second, traced)), 2.0) == 24.0
    assert (float(first), float(second), len(traced)) == (3.0, 12.0, 1)


@pytest.mark.parametrize(("key", "listed"), [(None, True), ("foreign", False)], ids=["no key", "a variable not listed"])
def test_what_cannot_be_told_apart_is_not_shared(key, listed):
    traced = []
    for start in (1.0, 10.0):
        variable = tf.Variable(start)
        graph = graph_for(key, [variable] if listed else [], doubling(variable, traced))
        assert called(graph, 2.0) == 2 * (start + 2)
    assert len(traced) == 2


def test_a_kept_graph_does_not_hold_who_it_was_made_for():
    class Owner:
        def __init__(self):
            self.variable = tf.Variable(1.0)

        def add(self, x):
            return self.variable.assign_add(x)

        def trace(self):
            return tf.function(self.add, autograph=False).get_concrete_function(tf.TensorSpec([], tf.float32))

    owner = Owner()
    graph_for("held", [owner.variable], owner.trace)
    there = weakref.ref(owner)
    del owner
    gc.collect()
    assert there() is None


def test_programs_that_are_kept_are_few_and_the_last_used_stay():
    kept("first", lambda: "made once")
    for number in range(2 * programs._MOST_KEPT):
        kept(("test", number), object)
        assert kept("first", lambda: "made twice") == "made once"
    assert len(programs._PROGRAMS) == programs._MOST_KEPT


def network(*inner, **settings):
    return keras.Sequential([keras.Input((3,)), *inner, layers.Dense(2, **settings)])


def test_the_form_of_a_network_is_the_same_whatever_its_names_and_first_weights():
    seeded = network(name="another", kernel_initializer=keras.initializers.GlorotUniform(seed=1))
    assert form_of(network()) == form_of(seeded) is not None


@pytest.mark.parametrize(
    ("model", "optimizer"),
    [
        (lambda: network(activation="tanh"), "adam"),
        (lambda: network(layers.Dense(3)), "adam"),
        (lambda: network(use_bias=False), "adam"),
        (lambda: network(kernel_regularizer=keras.regularizers.L2(0.1)), "adam"),
        (lambda: network(dtype="float64"), "adam"),
        (network, "sgd"),
        (network, {"class_name": "adam", "config": {"beta_1": 0.5}}),
    ],
    ids=["activation", "depth", "bias", "regularizer", "dtype", "optimizer", "beta"],
)
def test_another_form_is_told_apart(model, optimizer):
    assert form_of(network(), keras.optimizers.get("adam")) != form_of(model(), keras.optimizers.get(optimizer))


def halved(x):
    return x / 2


class Halved(keras.regularizers.Regularizer):
    def get_config(self):
        return {}


class Wide(layers.Dense):
    pass


class InPython(keras.Model):
    def __init__(self):
        super().__init__()
        self.last = layers.Dense(2)

    def call(self, x):
        return self.last(x)


def patched():
    model = network()
    model.layers[0].call = halved
    return model


@pytest.mark.parametrize(
    "model",
    [
        lambda: network(activation=halved),
        lambda: network(activation=lambda x: x / 2),
        lambda: network(layers.Lambda(halved)),
        lambda: network(kernel_regularizer=Halved()),
        lambda: network(Wide(4)),
        InPython,
        patched,
    ],
    ids=["function", "lambda", "Lambda", "regularizer", "layer", "model", "patched"],
)
def test_code_of_anyone_else_has_no_form(model):
    assert form_of(model()) is None


def test_losses_by_name_or_of_keras_have_a_form_and_functions_have_none():
    assert form_of("mse") != form_of("mae") is not None
    assert form_of(keras.losses.Huber(1.0)) != form_of(keras.losses.Huber(2.0)) is not None
    assert form_of(lambda true, said: (true - said) ** 2) is None


def test_layers_within_models_and_wrappers_are_found():
    inner = keras.Sequential([keras.Input((3, 1)), layers.LSTM(2)])
    model = keras.Sequential([keras.Input((3, 1)), layers.Bidirectional(layers.GRU(2, return_sequences=True)), inner])
    kinds = [type(layer).__name__ for layer in layers_of(model)]
    assert kinds.count("GRU") == 2
    assert kinds.count("LSTM") == 1
    assert np.unique([id(layer) for layer in layers_of(model)]).size == len(kinds)

"""Steps on all weights as one vector are the steps on each of them, and are made only where they are."""

import keras
import numpy as np
import pytest

from agents.deep import flat_optimizer
from agents.deep.flat_optimizer import FlatOptimizer

RNG = np.random.default_rng(0)
WEIGHTS = [RNG.normal(size=shape).astype(np.float32) for shape in [(3, 4), (4,), (4, 2)]]
GRADIENTS = [[RNG.normal(size=weight.shape).astype(np.float32) for weight in WEIGHTS] for _ in range(3)]


def after_steps(optimizer, clip_norm=None, constraint=None):
    """The weights after three steps, and whether they were made on one vector."""
    variables = [keras.Variable(weight) for weight in WEIGHTS]
    for variable in variables:
        variable.constraint = constraint
    steps = FlatOptimizer(optimizer, variables)
    for gradients in GRADIENTS:
        weights = [keras.ops.convert_to_tensor(variable) for variable in variables]
        steps.step(weights, [keras.ops.convert_to_tensor(gradient) for gradient in gradients], clip_norm)
    arrays = [variable.numpy() for variable in variables]
    np.testing.assert_array_equal(steps.weights(), np.concatenate([array.ravel() for array in arrays]))
    return arrays, steps.vector is not None


@pytest.mark.parametrize("clip_norm", [None, 0.5])
@pytest.mark.parametrize("name", sorted(flat_optimizer._ELEMENTWISE))
def test_one_vector_is_moved_as_its_parts_are(name, clip_norm, monkeypatch):
    together, joined = after_steps(getattr(keras.optimizers, name)(0.1), clip_norm)
    monkeypatch.setattr(flat_optimizer, "_is_elementwise", lambda *_: False)
    alone, apart = after_steps(getattr(keras.optimizers, name)(0.1), clip_norm)
    assert joined
    assert not apart
    for ours, theirs, before in zip(together, alone, WEIGHTS, strict=True):
        np.testing.assert_allclose(ours, theirs, rtol=1e-5)
        assert (ours != before).all()


class Own(keras.optimizers.SGD):
    """An optimizer with a rule of its own."""


@pytest.mark.parametrize(
    "made",
    [
        lambda: keras.optimizers.Lamb(0.1),
        lambda: keras.optimizers.Adafactor(0.1),
        lambda: keras.optimizers.AdamW(0.1),
        lambda: keras.optimizers.Adam(0.1, weight_decay=0.1),
        lambda: keras.optimizers.Adam(0.1, clipnorm=1.0),
        lambda: keras.optimizers.Adam(0.1, use_ema=True),
        lambda: Own(0.1),
    ],
)
def test_optimizers_that_know_variables_apart_are_given_each(made):
    assert not after_steps(made())[1]


def test_constraints_are_kept():
    arrays, together = after_steps(keras.optimizers.SGD(0.1), constraint=keras.constraints.NonNeg())
    assert not together
    assert min(array.min() for array in arrays) == 0.0


def test_weights_that_were_set_by_hand_are_moved_from_where_they_are():
    variables = [keras.Variable(weight) for weight in WEIGHTS]
    steps = FlatOptimizer(keras.optimizers.SGD(0.5), variables)
    for _ in range(2):
        for variable in variables:
            variable.assign(np.ones(variable.shape, np.float32))
        weights = [keras.ops.convert_to_tensor(variable) for variable in variables]
        steps.step(weights, weights, clip_norm=None)
    assert {float(x) for variable in variables for x in variable.numpy().ravel()} == {0.5}

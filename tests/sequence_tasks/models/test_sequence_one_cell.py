"""A Keras cell computes the values of the trace by hand, and a trained cell remembers."""

import numpy as np
import pytest

from sequence_tasks.explain.by_hand import lstm_trace
from sequence_tasks.explain.cells import CELLS, random_cell
from sequence_tasks.models.one_cell import keras_lstm, remembering_cell


@pytest.mark.parametrize("weights", [*CELLS.values(), random_cell(seed=0), random_cell(seed=1)])
def test_keras_runs_a_cell_made_by_hand_as_the_trace_does(weights):
    x = np.random.default_rng(0).uniform(-1, 1, 12)
    assert np.abs(keras_lstm(weights, x) - lstm_trace(weights, x).h).max() < 1e-6


def test_keras_takes_several_cells_and_inputs_and_leaves_a_dense_layer_out():
    rng = np.random.default_rng(1)
    weights = [rng.normal(size=shape) for shape in ((2, 12), (3, 12), (12,), (3, 1), (1,))]
    x = rng.normal(size=(7, 2))
    assert np.abs(keras_lstm(weights, x) - lstm_trace(weights, x).h).max() < 1e-6


def test_a_trained_cell_remembers_better_than_nothing():
    found = remembering_cell(seed=0, epochs=100)
    # The variance of numbers spread evenly over -1 to 1 is 1/3.
    assert found.zero == pytest.approx(1 / 3, abs=0.05)
    assert found.loss < found.zero / 2
    trace = lstm_trace(found.weights, np.array([[[0.9], *[[0.1]] * 9], [[-0.9], *[[0.1]] * 9]]))
    assert trace.y[0].min() > 0 > trace.y[1].max()
    again = remembering_cell(seed=0, epochs=100)
    assert all((a == b).all() for a, b in zip(found.weights, again.weights, strict=True))

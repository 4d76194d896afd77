"""Cells set by hand do what they are said to do."""

import keras
import numpy as np
import pytest

from sequence_tasks.explain.by_hand import gate_matrices, lstm_trace
from sequence_tasks.explain.cells import CELLS, lstm_cell, lstm_step, lstm_weights


def test_every_gate_gets_its_own_weights():
    weights = lstm_cell(f=(1, 2, 3), i=(4, 5, 6), C=(7, 8, 9), o=(10, 11, 12))
    for name, expected in {"f": (1, 2, 3), "i": (4, 5, 6), "C": (7, 8, 9), "o": (10, 11, 12)}.items():
        matrix, bias = gate_matrices(weights)[name]
        assert (*matrix[0], *bias) == expected  # of [h, x], then the bias
    with pytest.raises(ValueError, match="o"):
        lstm_cell(f=(1, 2, 3), i=(4, 5, 6), C=(7, 8, 9), o=(10, 11))


@pytest.mark.parametrize("first", [0.4, 1.0])
def test_the_first_value_is_remembered_whatever_follows(first):
    for rest in (np.random.default_rng(0).uniform(-1, 1, 23), -np.ones(23), np.ones(23)):
        c = lstm_trace(CELLS["remembers the first"], np.r_[first, rest]).C[:, 0]
        assert c[0] == pytest.approx(np.tanh(first) / (1 + np.exp(-6)))
        # f = sigmoid(8) loses 0.03 % a step, and i = sigmoid(6 - 40 h) lets in below 0.0003 as h is above 0.355.
        assert np.abs(c - c[0]).max() < 23 * (0.00034 + 0.0003)


def test_open_gates_add_up_and_a_shut_forget_gate_forgets():
    x = np.array([1.0, 0.5, -0.3, 1.0])
    # sigmoid(8) = 0.99966, so 4 steps lose less than 4 x 0.00034 of a sum below 3.
    np.testing.assert_allclose(lstm_trace(CELLS["adds up"], x).C[:, 0], np.cumsum(np.tanh(x)), atol=0.004)
    np.testing.assert_allclose(lstm_trace(CELLS["forgets"], x).C[:, 0], np.tanh(x), atol=0.001)


def test_a_step_in_numbers_is_the_equation_of_the_cell_state():
    rng = np.random.default_rng(3)
    trace = lstm_trace([rng.normal(size=(1, 8)), rng.normal(size=(2, 8)), rng.normal(size=8)], rng.normal(size=5))
    first, third = lstm_step(trace, 1), lstm_step(trace, 3, cell=1)
    assert (first["before"], first["kept"]) == (0, 0)
    assert first["C"] == pytest.approx(first["i"] * first["candidate"], abs=1e-15)
    assert third["before"] == trace.C[1, 1]
    assert third["kept"] == trace.f[2, 1] * trace.C[1, 1]
    assert third["C"] == pytest.approx(third["kept"] + third["let_in"], abs=1e-15)
    assert third["h"] == pytest.approx(third["o"] * np.tanh(third["C"]), abs=1e-15)
    with pytest.raises(ValueError, match=r"step=6, expected a whole number from 1 to 5"):
        lstm_step(trace, 6)
    with pytest.raises(ValueError, match="expected one sequence"):
        lstm_step(lstm_trace(CELLS["forgets"], np.zeros((2, 3, 1))), 1)


@pytest.mark.parametrize(("units", "inputs"), [(1, 1), (4, 1), (3, 2)])
def test_weights_are_counted_as_keras_counts_them(units, inputs):
    layer = keras.layers.LSTM(units)
    layer.build((None, None, inputs))
    assert lstm_weights(units, inputs) == layer.count_params()

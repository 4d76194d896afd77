"""Recurrent networks by hand are Keras' networks, and their arithmetic as text adds up."""

import re

import keras
import numpy as np
import pytest

from sequence_tasks.explain.by_hand import gate_matrices, in_columns, lstm_steps, lstm_trace, rnn_steps, rnn_trace
from sequence_tasks.explain.exact import COURSE

COURSE_WEIGHTS = [[[COURSE.wi]], [[COURSE.ws]], [COURSE.b]]


def sigmoid(a):
    return 1 / (1 + np.exp(-a))


def random_weights(rng, features, units, *, gates=1, outputs=None):
    shapes = [(features, gates * units), (units, gates * units), (gates * units,)]
    shapes += [] if outputs is None else [(units, outputs), (outputs,)]
    return [rng.normal(size=shape).astype(np.float32) for shape in shapes]


def states_of(layer, weights, x):
    """All states by Keras [B, T, u] (and the last outputs, if there are weights of a Dense layer)."""
    inputs = keras.Input(x.shape[1:])
    states = layer(inputs)
    outputs = [states]
    if len(weights) == 5:
        outputs.append(keras.layers.Dense(weights[4].size)(states))
    model = keras.Model(inputs, outputs)
    model.set_weights(weights)
    return [output.numpy() for output in keras.tree.flatten(model(x))]


def test_the_course_weights_give_the_course_numbers():
    trace = rnn_trace(COURSE_WEIGHTS, [1, 2], activation="linear")
    np.testing.assert_allclose(trace.s[:, 0], [1.89624916, 2.9996843642430537], rtol=0, atol=1e-12)
    layer = keras.layers.SimpleRNN(1, activation=None, return_sequences=True)
    (keras_states,) = states_of(layer, [np.array(w, np.float32) for w in COURSE_WEIGHTS], np.array([[[1.0], [2.0]]]))
    np.testing.assert_allclose(keras_states[0, :, 0], [1.89624916, 2.9996843642430537], atol=1e-6)


@pytest.mark.parametrize("activation", ["linear", "tanh", "relu", "sigmoid"])
@pytest.mark.parametrize(("features", "units", "outputs"), [(1, 1, None), (3, 4, None), (1, 4, 1), (2, 3, 2)])
def test_a_simple_rnn_by_hand_is_keras(activation, features, units, outputs):
    rng = np.random.default_rng(units)
    weights = [0.5 * w for w in random_weights(rng, features, units, outputs=outputs)]
    x = rng.normal(size=(5, 9, features)).astype(np.float32)
    layer = keras.layers.SimpleRNN(units, activation=activation, return_sequences=True)
    states, *rest = states_of(layer, weights, x)
    trace = rnn_trace(weights, x, activation=activation)
    np.testing.assert_allclose(trace.s, states, rtol=1e-5, atol=1e-6)
    np.testing.assert_allclose(trace.y, rest[0] if rest else states, rtol=1e-5, atol=1e-6)
    np.testing.assert_array_equal(trace.x, x)


@pytest.mark.parametrize(("features", "units", "outputs"), [(1, 1, None), (1, 8, 1), (3, 4, 2)])
def test_an_lstm_by_hand_is_keras_to_a_millionth(features, units, outputs):
    rng = np.random.default_rng(features)
    weights = [0.5 * w for w in random_weights(rng, features, units, gates=4, outputs=outputs)]
    x = rng.normal(size=(5, 40, features)).astype(np.float32)
    states, *rest = states_of(keras.layers.LSTM(units, return_sequences=True), weights, x)
    trace = lstm_trace(weights, x)
    np.testing.assert_allclose(trace.h, states, rtol=0, atol=1e-6)
    np.testing.assert_allclose(trace.y, rest[0] if rest else states, rtol=0, atol=2e-6)
    inputs = keras.Input(x.shape[1:])
    stateful = keras.Model(inputs, keras.layers.LSTM(units, return_state=True)(inputs))
    stateful.set_weights(weights[:3])
    np.testing.assert_allclose(trace.C[:, -1], stateful(x)[2].numpy(), rtol=0, atol=2e-6)


def test_every_gate_is_what_the_equations_say():
    rng = np.random.default_rng(5)
    weights, x = random_weights(rng, 2, 3, gates=4), rng.normal(size=(6, 2))
    trace, matrices = lstm_trace(weights, x), gate_matrices(weights)
    h = c = np.zeros(3)
    for t in range(6):
        z = np.concatenate([h, x[t]])
        f, i, candidate, o = (
            act(matrix @ z + bias)
            for act, (matrix, bias) in zip((sigmoid, sigmoid, np.tanh, sigmoid), matrices.values(), strict=True)
        )
        c = f * c + i * candidate
        h = o * np.tanh(c)
        for name, value in {"f": f, "i": i, "candidate": candidate, "C": c, "o": o, "h": h}.items():
            np.testing.assert_allclose(getattr(trace, name)[t], value, atol=1e-12, err_msg=f"{name} at step {t}")
    assert list(matrices) == ["f", "i", "C", "o"]


def test_each_gate_does_its_own_work():
    # One cell whose gates are held open or closed by their biases, in Keras' order i, f, C, o.
    def trace(i, f, o):
        return lstm_trace([np.array([[0, 0, 1.0, 0]]), np.zeros((1, 4)), np.array([i, f, 0, o])], [1.0, 0.5, 0.0])

    open_, closed = 50.0, -50.0
    np.testing.assert_allclose(trace(open_, closed, open_).C[:, 0], np.tanh([1, 0.5, 0]))  # remembers nothing
    np.testing.assert_allclose(trace(open_, open_, open_).C[:, 0], np.cumsum(np.tanh([1, 0.5, 0])))  # forgets nothing
    np.testing.assert_allclose(trace(closed, open_, open_).C, 0, atol=1e-12)  # lets nothing in
    np.testing.assert_allclose(trace(open_, open_, closed).h, 0, atol=1e-12)  # lets nothing out


def test_the_arithmetic_of_the_course_is_printed_in_full():
    assert rnn_steps(COURSE_WEIGHTS, [1, 2], activation="linear", digits=None).splitlines() == [
        "step 1  s = 0.9054703 x 1 + 0.10439815 x 0 + 0.99077886 = 1.89624916",
        "step 2  s = 0.9054703 x 2 + 0.10439815 x 1.89624916 + 0.99077886 = 2.9996843642430537",
    ]


def evaluated(expression):
    """The value of a line's arithmetic, read as Python."""
    return eval(expression.replace(" x ", " * "), {"sigmoid": sigmoid, "tanh": np.tanh})


def test_every_line_of_a_simple_rnn_adds_up():
    rng = np.random.default_rng(1)
    weights, x = random_weights(rng, 2, 3, outputs=2), rng.normal(size=(4, 2))
    lines = rnn_steps(weights, x, digits=12).splitlines()
    assert len(lines) == 4 * (3 + 2)
    trace = rnn_trace(weights, x)
    shown = [line.split(" = ") for line in lines]
    for _, expression, result in shown:
        assert evaluated(expression) == pytest.approx(float(result), abs=1e-9)
    results = np.array([float(result) for *_, result in shown]).reshape(4, 5)
    np.testing.assert_allclose(results, np.concatenate([trace.s, trace.y], axis=-1), atol=1e-9)
    assert [name for name, *_ in shown[:5]] == [
        "step 1  s[1]",
        "step 1  s[2]",
        "step 1  s[3]",
        "        y[1]",
        "        y[2]",
    ]


def test_every_line_of_an_lstm_adds_up():
    rng = np.random.default_rng(2)
    weights, x = random_weights(rng, 1, 2, gates=4, outputs=1), rng.normal(size=3)
    lines = lstm_steps(weights, x, digits=12).splitlines()
    assert len(lines) == 3 * (1 + 2 * 6 + 1)
    trace, seen = lstm_trace(weights, x), {}
    for line in lines:
        if head := re.match(r"step (\d)  \[h, x\]", line):
            step = int(head[1]) - 1
            continue
        name, *_, expression, result = line.split(" = ")
        assert evaluated(expression) == pytest.approx(float(result), abs=1e-9)
        seen[step, name.strip()] = float(result)
    for step in range(3):
        assert seen[step, "y"] == pytest.approx(trace.y[step, 0], abs=1e-9)
        for k in range(2):
            for name, value in {
                "f": trace.f,
                "i": trace.i,
                "C~": trace.candidate,
                "C": trace.C,
                "o": trace.o,
                "h": trace.h,
            }.items():
                assert seen[step, f"{name}[{k + 1}]"] == pytest.approx(value[step, k], abs=1e-9)


BAD = [
    (lambda: rnn_trace([[[1.0]], [[1.0]]], [1, 2]), ValueError, "weights are 2 arrays, expected kernel"),
    (lambda: rnn_trace([[[1.0]], [[1.0]], [1.0, 2.0]], [1, 2]), ValueError, r"expected \[\(1, 1\), \(1, 1\), \(1,\)\]"),
    (lambda: lstm_trace(COURSE_WEIGHTS, [1, 2]), ValueError, r"expected \[\(1, 4\), \(1, 4\), \(4,\)\] for 1 features"),
    (lambda: rnn_trace(COURSE_WEIGHTS, np.zeros((2, 3))), ValueError, r"shape \(2, 3\), expected \[\.\.\., T, 1\]"),
    (lambda: rnn_trace(COURSE_WEIGHTS, [1], activation="gelu"), KeyError, "No activation 'gelu'. Known: linear, tanh"),
    (lambda: rnn_steps(COURSE_WEIGHTS, np.zeros((2, 3, 1))), ValueError, r"expected one sequence \[T, F\]"),
]  # fmt: skip


@pytest.mark.parametrize(("call", "error", "message"), BAD)
def test_what_does_not_fit_is_refused_with_the_shapes(call, error, message):
    with pytest.raises(error, match=message):
        call()


def test_a_long_calculation_breaks_between_products_only():
    text = "step 1  s[1] = 0.31 x (-1.4) + 0.1 x 0 = -0.43\n        y = 1 x 2 = 2"
    assert in_columns(text, 100) == text
    assert in_columns(text, 30).splitlines() == [
        "step 1  s[1] = 0.31 x (-1.4) +",  # 30 characters
        "               0.1 x 0 = -0.43",
        "        y = 1 x 2 = 2",
    ]

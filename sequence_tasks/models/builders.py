"""Keras models by name, with shapes for given windows; their initial weights depend only on a seed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import keras
import numpy as np
from keras import layers

from rl_line.system.kinds import instance, several, spelled
from rl_line.system.numbers import MOST, real, whole
from sequence_tasks.models.names_of_keras import of_keras
from sequence_tasks.names import Catalogue
from sequence_tasks.windowing import Windows


def simple_rnn_one_cell(windows: Windows, *, seed: int = 0, recurrent: Any = "zeros") -> keras.Model:
    """SimpleRNN with one linear cell and no further layer, for any length: 3 weights, see `sequence_tasks.explain`.

    Args:
        windows: windows to fit; they give the number of features, and whether to predict at the last step or at all.
        seed: seed of the input weight.
        recurrent: initial recurrent weight. Keras' own "orthogonal" is +1 or -1 for one cell: an integrator or an
            alternator, from which training often does not converge.
    """
    inputs = keras.Input((None, _features(windows)))
    return _linear_cell(windows, seed, recurrent, inputs, inputs, "simple_rnn_one_cell")


def simple_rnn_length_ten(windows: Windows, *, seed: int = 0, recurrent: Any = "zeros") -> keras.Model:
    """SimpleRNN with one linear cell, for windows of length 10 only."""
    features = _features(windows)
    if (length := windows.inputs.shape[1]) != 10:
        raise ValueError(f"windows have length {length}, expected 10; pass length=10, or use simple_rnn_one_cell.")
    inputs = keras.Input((10, features))
    return _linear_cell(windows, seed, recurrent, inputs, inputs, "simple_rnn_length_ten")


def simple_rnn_four_cells(windows: Windows, *, units: int = 4, activation: str = "tanh", seed: int = 0) -> keras.Model:
    """SimpleRNN with four cells, and a Dense layer because its state has four parts: 29 weights with one feature."""
    found = of_keras(keras.activations, activation=activation)
    return _recurrent(layers.SimpleRNN, windows, units, seed, "simple_rnn_four_cells", activation=found)


def simple_rnn_variable_length(
    windows: Windows, *, mask_value: float, seed: int = 0, recurrent: Any = "zeros"
) -> keras.Model:
    """The linear cell behind a Masking layer, for windows of several lengths padded on the right.

    Args:
        windows: windows of any of the lengths, for the number of features.
        mask_value: steps with this value in all features are skipped; it must not occur in the series.
        seed: seed of the input weight.
        recurrent: initial recurrent weight.
    """
    inputs = keras.Input((None, _features(windows)))
    seen = layers.Masking(real(mask_value=mask_value))(inputs)
    return _linear_cell(windows, seed, recurrent, inputs, seen, "simple_rnn_variable_length")


def lstm(windows: Windows, *, units: int = 32, seed: int = 0) -> keras.Model:
    """LSTM, and a Dense layer."""
    return _recurrent(layers.LSTM, windows, units, seed, "lstm", use_cudnn=False)


def gru(windows: Windows, *, units: int = 32, seed: int = 0) -> keras.Model:
    """GRU, and a Dense layer."""
    return _recurrent(layers.GRU, windows, units, seed, "gru", use_cudnn=False)


def lstm_linear_skip(windows: Windows, *, units: int = 8, seed: int = 0) -> keras.Model:
    """LSTM and a Dense layer, plus a linear function of the whole window with initial weights 0, for trends."""
    _one_target_a_window(windows, "lstm_linear_skip")
    nonlinear = lstm(windows, units=units, seed=seed)
    inputs = keras.Input(windows.inputs.shape[1:])
    skip = layers.Dense(windows.targets.shape[-1], kernel_initializer="zeros", name="skip")(layers.Flatten()(inputs))
    return keras.Model(inputs, nonlinear(inputs) + skip, name="lstm_linear_skip")


def dense(windows: Windows, *, hidden: tuple[int, ...] = (32,), seed: int = 0) -> keras.Model:
    """Dense layers with ReLU over the whole window."""
    return _dense(windows, hidden, seed, "dense")


def linear(windows: Windows, *, seed: int = 0) -> keras.Model:
    """One Dense layer over the whole window: an autoregression, learned by gradient descent."""
    return _dense(windows, (), seed, "linear")


MODELS: Catalogue[Callable[..., keras.Model]] = Catalogue(
    "model",
    (
        (builder.__name__, spelled(builder))
        for builder in (
            simple_rnn_one_cell,
            simple_rnn_length_ten,
            simple_rnn_four_cells,
            simple_rnn_variable_length,
            lstm,
            gru,
            lstm_linear_skip,
            dense,
            linear,
        )
    ),
)


def _recurrent(
    kind: type[layers.Layer], windows: Windows, units: int, seed: int, name: str, **more: Any
) -> keras.Model:
    rng = np.random.default_rng(whole(0, seed=seed))
    inputs, units = keras.Input((None, _features(windows))), whole(1, MOST, units=units)
    starts = {
        "kernel_initializer": keras.initializers.GlorotUniform(_draw(rng)),
        "recurrent_initializer": keras.initializers.Orthogonal(seed=_draw(rng)),
    }
    states = kind(units, return_sequences=_every(windows), **starts, **more)(inputs)
    return keras.Model(inputs, _output(windows, rng)(states), name=name)


def _linear_cell(windows: Windows, seed: int, recurrent: Any, inputs: Any, seen: Any, name: str) -> keras.Model:
    """Model from `inputs`, with the linear cell on `seen`, which is computed from them."""
    if windows.targets.shape[-1] != 1:
        raise ValueError(
            f"windows: targets have shape {windows.targets.shape}, and the one cell of {name} predicts one number a "
            'step; pass targets="ahead" or "every", or use a model with a Dense layer.'
        )
    rng = np.random.default_rng(whole(0, seed=seed))
    starts = {"kernel_initializer": keras.initializers.GlorotUniform(_draw(rng))}
    if isinstance(recurrent, str) and recurrent == "orthogonal":
        starts["recurrent_initializer"] = keras.initializers.Orthogonal(seed=_draw(rng))
    else:
        starts["recurrent_initializer"] = of_keras(keras.initializers, recurrent=recurrent)
    cell = layers.SimpleRNN(1, activation="linear", return_sequences=_every(windows), **starts)
    try:
        states = cell(seen)
    except Exception as error:  # of any kind: a user's function may raise anything
        raise ValueError(f"recurrent={recurrent!r:.200}, expected initial weights [1, 1] ({error}).") from error
    return keras.Model(inputs, states, name=name)


def _dense(windows: Windows, hidden: tuple[int, ...], seed: int, name: str) -> keras.Model:
    _one_target_a_window(windows, name)
    rng = np.random.default_rng(whole(0, seed=seed))
    inputs = keras.Input(windows.inputs.shape[1:])
    x = layers.Flatten()(inputs)
    for units in [whole(1, MOST, hidden=units) for units in several("pass e.g. hidden=(32,)", hidden=hidden)]:
        x = layers.Dense(units, "relu", kernel_initializer=keras.initializers.HeUniform(_draw(rng)))(x)
    return keras.Model(inputs, _output(windows, rng)(x), name=name)


def _output(windows: Windows, rng: np.random.Generator) -> layers.Layer:
    return layers.Dense(windows.targets.shape[-1], kernel_initializer=keras.initializers.GlorotUniform(_draw(rng)))


def _features(windows: Windows) -> int:
    """F of windows [n, L, F]."""
    instance("windows", windows, Windows, 'pass e.g. task.windows("train")')
    return int(windows.inputs.shape[2])


def _every(windows: Windows) -> bool:
    """True if every step has a target."""
    return windows.targets.ndim == 3


def _one_target_a_window(windows: Windows, name: str) -> None:
    _features(windows)
    if _every(windows):
        raise ValueError(
            f"windows: targets have shape {windows.targets.shape}, and {name} sees a whole window at once; pass "
            'targets="ahead" or "path", or use a recurrent model.'
        )


def _draw(rng: np.random.Generator) -> int:
    return int(rng.integers(2**31))

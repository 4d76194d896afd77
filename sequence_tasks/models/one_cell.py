"""One LSTM cell of Keras: with given weights, or trained to remember."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import keras
import numpy as np
from numpy.typing import ArrayLike, NDArray

from rl_line.system.numbers import whole
from sequence_tasks.explain.by_hand import lstm_trace
from sequence_tasks.models.training import fit_compiled


class Remembering(NamedTuple):
    """A cell trained to output, at every step, the first number of its sequence."""

    weights: list[NDArray[np.float32]]  # of the cell, and of the Dense layer behind it
    loss: float  # mean squared error of the last epoch
    zero: float  # mean squared error of output 0 at every step


def remembering_cell(*, seed: int = 0, epochs: int = 200, length: int = 10) -> Remembering:
    """An LSTM of one cell and a Dense layer, trained on 256 sequences of numbers from -1 to 1.

    Args:
        seed: seed of the sequences, the initial weights, and the order of the batches.
        epochs: epochs of training.
        length: length of every sequence.
    """
    keras.utils.set_random_seed(seed := whole(0, seed=seed))
    x = np.random.default_rng(seed).uniform(-1, 1, (256, whole(length=length), 1)).astype(np.float32)
    first = np.repeat(x[:, :1], x.shape[1], axis=1)
    inputs = keras.Input((None, 1))
    h = keras.layers.LSTM(1, return_sequences=True, use_cudnn=False)(inputs)
    model = keras.Model(inputs, keras.layers.Dense(1)(h))
    rows = fit_compiled(model, (x, first), epochs=epochs, learning_rate=0.05, seed=seed)
    return Remembering(model.get_weights(), rows[-1]["loss"], float(np.mean(first**2)))


def keras_lstm(weights: Sequence[ArrayLike], x: ArrayLike) -> NDArray[np.float32]:
    """The outputs h [T, u] of Keras' own LSTM layer for one sequence [T] or [T, F].

    Args:
        weights: kernel, recurrent kernel and bias; weights of further layers are ignored.
        x: the inputs.
    """
    trace = lstm_trace(weights, x)  # checks both
    inputs = keras.Input((None, trace.x.shape[-1]))
    layer = keras.layers.LSTM(trace.h.shape[-1], return_sequences=True, use_cudnn=False)
    model = keras.Model(inputs, layer(inputs))
    model.set_weights([np.asarray(part) for part in weights[:3]])
    return np.asarray(model(trace.x[None].astype(np.float32)))[0]

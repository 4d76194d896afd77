"""Action values of a network in the Python loop, where calling TensorFlow takes longer than the arithmetic."""

from __future__ import annotations

import math
from collections.abc import Callable
from itertools import accumulate
from typing import Any

import keras
import numpy as np
from keras import activations, layers
from numpy.typing import NDArray

from agents.deep.graphs import graph_call
from agents.deep.networks import Dueling, OneHot
from agents.observations import mapped
from rl_line.system.tf.programs import form_of


class QFunction:
    """Action values [A] or [B, A] of a network for one observation [...] or a batch [B, ...].

    Args:
        model: observations [B, ...] -> action values [B, A].
        axes: number of axes of one observation, or of its first part.
    """

    def __init__(self, model: keras.Model, axes: int) -> None:
        self.model, self.axes = model, axes
        self._graph = graph_call(
            lambda x: (model(x, training=False),),
            variables=lambda: [variable.value for variable in model.variables],
            key=lambda: form_of(model),
        )
        variables = model.trainable_variables
        sizes = [math.prod(variable.shape) for variable in variables]
        self._copy, self._uses = np.empty(sum(sizes), np.float32), 0  # of all weights; calls left for it
        views = {
            id(variable): self._copy[end - size : end].reshape(variable.shape)
            for variable, size, end in zip(variables, sizes, accumulate(sizes), strict=True)
        }
        self._layers = [
            (layer, [views[id(weight)] for weight in layer.weights], inputs) for layer, inputs in _dense_layers(model)
        ]
        self._dtype = np.dtype(model.inputs[0].dtype) if self._layers else None

    def __call__(self, observation: Any) -> NDArray[np.float32]:
        """Action values under the current weights."""
        self._uses = 0
        return self._of_batches(self._by_tensorflow, observation)

    def quickly(self, observation: Any) -> NDArray[np.float32]:
        """Action values from NumPy, several times as fast, while a copy of the weights is valid."""
        if not self._uses:
            return self(observation)
        self._uses -= 1
        return self._of_batches(self._by_numpy, observation)

    def copied(self, weights: Any, uses: int) -> None:
        """Copies a vector of all weights, valid for `uses` calls of `quickly` or until a plain call."""
        self._uses = uses if self._layers else 0
        if self._uses:
            self._copy[:] = weights.numpy()

    def _of_batches(self, values: Callable[[Any], NDArray[np.float32]], observation: Any) -> NDArray[np.float32]:
        part = observation
        while isinstance(part, dict):
            part = next(iter(part.values()))
        if np.ndim(part) == self.axes:
            return values(mapped(lambda x: np.asarray(x)[None], observation))[0]
        return values(mapped(np.asarray, observation))

    def _by_tensorflow(self, batch: Any) -> NDArray[np.float32]:
        size = len(next(iter(keras.tree.flatten(batch))))
        padded = 1 << (size - 1).bit_length()  # so that batches of any size need few graphs
        if padded > size:
            batch = mapped(lambda x: np.concatenate([x, np.repeat(x[:1], padded - size, 0)]), batch)
        values: NDArray[np.float32] = self._graph(batch)[0].numpy()
        return values[:size]

    def _by_numpy(self, batch: NDArray[Any]) -> NDArray[np.float32]:
        known = [batch if batch.dtype == self._dtype else batch.astype(self._dtype)]
        for layer, weights, inputs in self._layers:
            known.append(_RULES[type(layer)](layer, weights, *[known[k] for k in inputs]))
        return known[-1]


def _dense_layers(model: keras.Model) -> list[tuple[keras.Layer, list[int]]]:
    """The layers in order, each with the indices of its inputs; empty if a layer has no NumPy rule."""
    inputs = getattr(model, "inputs", None)
    if not inputs or len(keras.tree.flatten(inputs)) != 1 or len(model.outputs) != 1:
        return []
    plain = keras.Model(model.inputs, model.outputs)
    if type(model) not in (keras.Sequential, type(plain)):
        return []
    known, found = [id(model.inputs[0])], []
    for layer in plain.operations[1:]:
        if type(layer) not in _RULES or getattr(layer, "activation", activations.linear) not in _ACTIVATIONS:
            return []
        if layer.dtype_policy.name != "float32" or len(layer._inbound_nodes) != 1 or layer.non_trainable_weights:
            return []
        found.append((layer, [known.index(id(x)) for x in keras.tree.flatten(layer.input)]))
        known.append(id(layer.output))
    return found if found and known[-1] == id(model.outputs[0]) else []


def _dense(layer: layers.Dense, weights: list[NDArray[Any]], x: NDArray[Any]) -> NDArray[Any]:
    values: NDArray[Any] = x.dot(weights[0])
    if layer.use_bias:
        values += weights[1]
    return _ACTIVATIONS[layer.activation](values)


_ACTIVATIONS: dict[Any, Callable[[Any], Any]] = {
    activations.linear: lambda x: x,
    activations.relu: lambda x: np.maximum(x, 0.0, out=x),
    activations.tanh: np.tanh,
}
_RULES: dict[type, Callable[..., NDArray[Any]]] = {
    layers.Dense: _dense,
    layers.Flatten: lambda layer, weights, x: x.reshape(len(x), -1),
    OneHot: lambda layer, weights, *x: layer.rule(*x, xp=np),
    Dueling: lambda layer, weights, *x: layer.rule(*x, xp=np),
}

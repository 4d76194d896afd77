"""An optimizer on all weights of a network as one vector, where this gives the same numbers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import keras
import numpy as np
import tensorflow as tf
from keras import ops

# Optimizers that move every number by its own gradient alone.
_ELEMENTWISE = {"SGD", "RMSprop", "Adam", "Adadelta", "Adagrad", "Adamax", "Nadam", "Ftrl", "Lion"}


class FlatOptimizer:
    """Steps of a Keras optimizer on one long vector, which takes fewer operations than many short ones.

    Args:
        optimizer: a Keras optimizer, not built yet.
        variables: the weights to move.
    """

    def __init__(self, optimizer: Any, variables: Sequence[Any]) -> None:
        self.optimizer, self.variables = optimizer, list(variables)
        self.vector = keras.Variable(_joined(variables)) if _is_elementwise(optimizer, variables) else None
        optimizer.build(self.variables if self.vector is None else [self.vector])

    def step(self, weights: Sequence[Any], gradients: Sequence[Any], clip_norm: float | None) -> None:
        """Moves the variables from their `weights` by a step along the gradients, clipped to a norm of `clip_norm`."""
        parts = list(gradients) if self.vector is None else [_joined(gradients)]
        if clip_norm is not None:
            norm = ops.sqrt(sum(ops.sum(part * part) for part in parts))
            parts = [part * (clip_norm / ops.maximum(norm, clip_norm)) for part in parts]
        if self.vector is None:
            self.optimizer.apply(parts, self.variables)
            return
        self.vector.assign(_joined(weights))
        self.optimizer.apply(parts, [self.vector])
        pieces = tf.split(self.vector.value, [int(np.prod(weight.shape)) for weight in weights])
        for variable, piece in zip(self.variables, pieces, strict=True):
            variable.assign(tf.reshape(piece, variable.shape))

    def weights(self) -> Any:
        """The weights after a step, as one vector in the order of the variables."""
        return _joined(self.variables) if self.vector is None else self.vector.value


def _joined(tensors: Sequence[Any]) -> Any:
    return tf.concat([tf.reshape(tensor, [-1]) for tensor in tensors], axis=0)


def _is_elementwise(optimizer: Any, variables: Sequence[Any]) -> bool:
    if not type(optimizer).__module__.startswith("keras.") or type(optimizer).__name__ not in _ELEMENTWISE:
        return False
    if optimizer.clipnorm or optimizer.weight_decay or optimizer.use_ema:  # these treat each variable separately
        return False
    return all(variable.constraint is None and variable.dtype == "float32" for variable in variables)

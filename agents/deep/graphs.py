"""Graphs that Python calls with little overhead."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import keras
import numpy as np
import tensorflow as tf
from numpy.typing import NDArray

Arrays = list[NDArray[Any]]


def graph_call(function: Callable[..., Any], *, jit_compile: bool = False) -> Callable[..., list[Any]]:
    """The function of NumPy arrays, or structures of them, as a graph, one for every set of shapes.

    For small arrays, what TensorFlow does around a graph takes longer than the numbers. So the graph is called as an
    operation, and the bytes of all arrays travel as one.

    Args:
        function: of tensors, gives a tuple of tensors or nothing.
        jit_compile: compiles the graph by XLA, which makes loops in it several times as fast, and every call slower.

    Returns:
        what takes arrays, and gives a list of tensors.
    """
    graphs: dict[Any, Callable[[Arrays], list[Any]]] = {}

    def call(*arguments: Any) -> list[Any]:
        flat = [np.asarray(x) for x in keras.tree.flatten(arguments)]
        kinds = tuple([(x.dtype.char, x.shape) for x in flat])
        if kinds not in graphs:
            graphs[kinds] = _graph(function, arguments, flat, jit_compile)
        return graphs[kinds](flat)

    return call


def _graph(
    function: Callable[..., Any], arguments: Any, flat: Arrays, jit_compile: bool
) -> Callable[[Arrays], list[Any]]:
    """The graph for arguments of some shapes and types, as a function of the flat list of them."""

    def of_bytes(data: Any) -> Any:
        parts = tf.split(data, [array.nbytes for array in flat])
        tensors = [_tensor(part, array) for part, array in zip(parts, flat, strict=True)]
        return function(*keras.tree.pack_sequence_as(arguments, tensors))

    graph = tf.function(of_bytes, jit_compile=jit_compile, autograph=False).get_concrete_function(
        tf.TensorSpec([sum(array.nbytes for array in flat)], tf.uint8)
    )
    types, captured = [x.dtype for x in graph.outputs], graph.captured_inputs

    def call(flat: Arrays) -> list[Any]:
        data = np.concatenate([array.reshape(-1).view(np.uint8) for array in flat])
        if jit_compile:  # which the operation below would leave out
            return list(graph(tf.constant(data)) or ())
        return list(tf.raw_ops.StatefulPartitionedCall(args=[data, *captured], Tout=types, f=graph) or ())

    return call


def _tensor(data: Any, like: NDArray[Any]) -> Any:
    """The tensor of an array's type and shape that bytes [n] stand for."""
    if like.dtype == np.bool_:
        return tf.reshape(tf.cast(data, tf.bool), like.shape)
    each = () if like.itemsize == 1 else (like.itemsize,)
    return tf.bitcast(tf.reshape(data, like.shape + each), like.dtype)

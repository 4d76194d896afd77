"""Graphs that Python calls with little overhead."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from typing import Any

import keras
import numpy as np
import tensorflow as tf
from numpy.typing import NDArray

from rl_line.system.tf.programs import graph_for

Arrays = list[NDArray[Any]]


def graph_call(
    function: Callable[..., Any],
    variables: Callable[[], Sequence[Any]] = tuple,
    key: Callable[[], Hashable] = lambda: None,
    *,
    jit_compile: bool = False,
) -> Callable[..., list[Any]]:
    """A function of NumPy arrays, or structures of them, as graphs: one for every set of shapes.

    For small arrays, TensorFlow's overhead takes longer than the arithmetic. So the graph is called as an operation,
    and the bytes of all arrays are passed as one array.

    Args:
        function: tensors -> a tuple of tensors or nothing.
        variables: the TensorFlow variables that the function uses.
        key: key of all its other inputs, as in `graph_for`; functions with equal keys share their graphs.
        jit_compile: compiles the graph by XLA, which makes loops in it several times as fast, and every call slower.

    Returns:
        A function of arrays that gives a list of tensors.
    """
    graphs: dict[Any, Callable[[Arrays], list[Any]]] = {}

    def made(arguments: Any, flat: Arrays) -> Callable[[Arrays], list[Any]]:
        whose = key()
        if whose is not None:
            whose = (whose, str(keras.tree.map_structure(lambda x: _kind(np.asarray(x)), arguments)), jit_compile)
        graph, captured = graph_for(whose, variables(), lambda: _traced(function, arguments, flat, jit_compile))
        return _call(graph, captured, jit_compile)

    def call(*arguments: Any) -> list[Any]:
        flat = [np.asarray(x) for x in keras.tree.flatten(arguments)]
        kinds = tuple([_kind(x) for x in flat])
        if kinds not in graphs:
            graphs[kinds] = made(arguments, flat)
        return graphs[kinds](flat)

    return call


def _kind(array: NDArray[Any]) -> tuple[str, tuple[int, ...]]:
    return array.dtype.char, array.shape


def _traced(function: Callable[..., Any], arguments: Any, flat: Arrays, jit_compile: bool) -> Any:
    """The graph for arguments of some shapes and types, as a function of their bytes."""

    def of_bytes(data: Any) -> Any:
        parts = tf.split(data, [array.nbytes for array in flat])
        tensors = [_tensor(part, array) for part, array in zip(parts, flat, strict=True)]
        return function(*keras.tree.pack_sequence_as(arguments, tensors))

    return tf.function(of_bytes, jit_compile=jit_compile, autograph=False).get_concrete_function(
        tf.TensorSpec([sum(array.nbytes for array in flat)], tf.uint8)
    )


def _call(graph: Any, captured: list[Any], jit_compile: bool) -> Callable[[Arrays], list[Any]]:
    types = [x.dtype for x in graph.outputs]

    def call(flat: Arrays) -> list[Any]:
        data = np.concatenate([array.reshape(-1).view(np.uint8) for array in flat])
        if jit_compile:  # the operation below would not compile
            return list(graph.inference_fn.call_flat(tf.constant(data), *captured) or ())
        return list(tf.raw_ops.StatefulPartitionedCall(args=[data, *captured], Tout=types, f=graph) or ())

    return call


def _tensor(data: Any, like: NDArray[Any]) -> Any:
    """Bytes [n] as a tensor of an array's type and shape."""
    if like.dtype == np.bool_:
        return tf.reshape(tf.cast(data, tf.bool), like.shape)
    each = () if like.itemsize == 1 else (like.itemsize,)
    return tf.bitcast(tf.reshape(data, like.shape + each), like.dtype)

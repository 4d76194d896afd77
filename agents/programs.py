"""Functions of arrays as programs that Python calls with little overhead."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import keras
import numpy as np
import tensorflow as tf


def program(function: Callable[..., Any], *, jit_compile: bool = False) -> Callable[..., Any]:
    """The function of NumPy arrays, or structures of them, as a graph, one for every set of shapes.

    A graph is called as an operation: for small arrays, TensorFlow's own call takes longer than the numbers.

    Args:
        function: of tensors.
        jit_compile: compiles the graph by XLA, which makes loops in it several times as fast, and every call slower.
    """
    graphs: dict[Any, Callable[[list[Any]], Any]] = {}

    def call(*arguments: Any) -> Any:
        flat = [np.asarray(x) for x in keras.tree.flatten(arguments)]
        kinds = tuple([(x.shape, x.dtype) for x in flat])
        if kinds not in graphs:
            graphs[kinds] = _graph(function, arguments, kinds, jit_compile)
        return graphs[kinds](flat)

    return call


def _graph(
    function: Callable[..., Any], arguments: Any, kinds: tuple[Any, ...], jit_compile: bool
) -> Callable[[list[Any]], Any]:
    """The graph for arguments of some shapes and types, as a function of the flat list of them."""

    def of_tensors(*tensors: Any) -> Any:
        return function(*keras.tree.pack_sequence_as(arguments, list(tensors)))

    graph = tf.function(of_tensors, jit_compile=jit_compile, autograph=False).get_concrete_function(
        *(tf.TensorSpec(*kind) for kind in kinds)
    )
    types, structure, captured = [x.dtype for x in graph.outputs], graph.structured_outputs, graph.captured_inputs

    def call(flat: list[Any]) -> Any:
        if jit_compile:  # which the operation below would leave out
            return graph(*map(tf.constant, flat))
        outputs = tf.raw_ops.StatefulPartitionedCall(args=[*flat, *captured], Tout=types, f=graph)
        return keras.tree.pack_sequence_as(structure, outputs) if types else None

    return call

"""The random numbers of compiled runs: each drawn by (seed, step, purpose)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import tensorflow as tf
from keras import ops

from rl_line.mdp import TabularMDP

ACTION, NEXT_ACTION, OUTCOME, START, UPDATE = range(5)  # purposes


def key_of(seed: int) -> np.int32:
    """The key of a seed, to which a purpose, below 8, is added."""
    return np.uint32(8 * seed % 2**32).astype(np.int32)


def uniforms(key: Any, step: Any, purpose: int, shape: Sequence[int]) -> Any:
    """The numbers [...] in [0, 1) of a run with a key, for one purpose at one step."""
    both = tf.stack([tf.convert_to_tensor(key, tf.int32) + purpose, tf.cast(step, tf.int32)])
    return _uniforms(both, tuple(shape))


@tf.function(jit_compile=True, autograph=False)  # type: ignore[untyped-decorator]
def _uniforms(key: Any, shape: tuple[int, ...]) -> Any:
    return tf.random.stateless_uniform(shape, key, alg="threefry")


def starts(mdp: TabularMDP, key: Any, step: Any, shape: Sequence[int]) -> Any:
    """Start states [...] of the lanes whose episode ended at the step before."""
    if mdp.only_start is not None:
        return ops.convert_to_tensor(mdp.only_start, dtype="int32")
    flat = ops.cast(ops.reshape(uniforms(key, step, START, shape), (-1,)), "float64")
    return ops.reshape(ops.cast(mdp.start_state(flat, xp=ops), "int32"), shape)

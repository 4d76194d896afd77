"""The random numbers of compiled runs: each drawn by (seed, step, purpose)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import tensorflow as tf
from keras import ops
from numpy.typing import NDArray

from rl_line.mdp import TabularMDP

ACTION, NEXT_ACTION, OUTCOME, START, UPDATE = range(5)  # purposes


def key_of(seed: int | Sequence[int]) -> NDArray[np.int32]:
    """The key of a seed, or the keys [G] of several seeds; a purpose below 8 is added to a key."""
    keys = 8 * seed % 2**32 if isinstance(seed, int) else [8 * one % 2**32 for one in seed]
    return np.array(keys, np.uint32).astype(np.int32)


def uniforms(key: Any, step: Any, purpose: int, shape: Sequence[int]) -> Any:
    """Uniform numbers [...] in [0, 1) for a key, a step and a purpose.

    With keys [G], the numbers [G, ...] of each agent equal those of a run with its key alone.
    """
    key, step = tf.convert_to_tensor(key, tf.int32) + purpose, tf.cast(step, tf.int32)
    if key.shape.rank:
        return _uniforms_of_each(key, step, shape[1])
    both = tf.stack([key, step])
    return _uniforms(both, tuple(shape))


@tf.function(jit_compile=True, autograph=False)  # type: ignore[untyped-decorator]
def _uniforms(key: Any, shape: tuple[int, ...]) -> Any:
    return tf.random.stateless_uniform(shape, key, alg="threefry")


def _uniforms_of_each(keys: Any, step: Any, count: int) -> Any:
    """Uniform numbers [G, count], equal to `_uniforms` with each key [G] alone."""
    counter = tf.cast(tf.range((count + 1) // 2), tf.uint32)[None]
    first, second = _threefry(tf.bitcast(keys, tf.uint32)[:, None], tf.bitcast(step, tf.uint32), counter)
    bits = tf.reshape(tf.stack([first, second], axis=-1), (first.shape[0], -1))[:, :count]
    one = tf.constant(0x3F800000, tf.uint32)  # the bits of 1.0; the upper random bits become its fraction
    return tf.bitcast(tf.bitwise.bitwise_or(_right(bits, 9), one), tf.float32) - 1.0


def _threefry(key: Any, key_2: Any, counter: Any) -> tuple[Any, Any]:
    """Threefry-2x32 of 20 rounds of (counter, 0): Salmon, Moraes, Dror & Shaw (2011)."""
    parity = tf.constant(0x1BD11BDA, tf.uint32)
    keys = (key, key_2, tf.bitwise.bitwise_xor(tf.bitwise.bitwise_xor(key, key_2), parity))
    x, y = counter + key, tf.zeros_like(counter + key) + key_2
    for block in range(5):
        for rotation in _ROTATIONS[block % 2]:
            x = x + y
            y = tf.bitwise.bitwise_xor(tf.bitwise.bitwise_or(_left(y, rotation), _right(y, 32 - rotation)), x)
        x, y = x + keys[(block + 1) % 3], y + keys[(block + 2) % 3] + tf.constant(block + 1, tf.uint32)
    return x, y


_ROTATIONS = ((13, 15, 26, 6), (17, 29, 16, 24))


def _left(bits: Any, count: int) -> Any:
    return tf.bitwise.left_shift(bits, tf.constant(count, tf.uint32))


def _right(bits: Any, count: int) -> Any:
    return tf.bitwise.right_shift(bits, tf.constant(count, tf.uint32))


def starts(mdp: TabularMDP, key: Any, step: Any, shape: Sequence[int]) -> Any:
    """Start states [...] of the lanes whose episode ended at the step before."""
    if mdp.only_start is not None:
        return ops.convert_to_tensor(mdp.only_start, dtype="int32")
    flat = ops.cast(ops.reshape(uniforms(key, step, START, shape), (-1,)), "float64")
    return ops.reshape(ops.cast(mdp.start_state(flat, xp=ops), "int32"), shape)

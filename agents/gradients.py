"""The gradient step of deep Q-learning, and all that TensorFlow is asked for beyond Keras."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Any

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")  # no notes on how TensorFlow was built, unless asked for
import keras
import tensorflow as tf
from keras import ops

from agents.replay import Batch


def huber(error: Any) -> Any:
    """Half the square of small errors, the size of large ones less a half: Mnih et al. (2015), where they clip."""
    size = ops.abs(error)
    return ops.where(size < 1.0, 0.5 * error * error, size - 0.5)


def squared(error: Any) -> Any:
    """The square."""
    return error * error


def gradient_step(agent: Any, batch: Batch, share: Any) -> tuple[Any, Any]:
    """Moves the target's weights, then the network's by one step; the same in every loop.

    Args:
        agent: a `DQN`, for its networks, loss, optimizer and settings.
        batch: what to learn from.
        share: of the way to the network's weights that the target's go, from 0 to 1.

    Returns:
        the TD errors [B] and the loss.
    """
    network, target = agent.model, agent.target
    for old, new in zip(target, network.trainable_variables, strict=True):
        old.assign(old + share * (new.value - old))
    following = agent.target_values(batch.next_observation)
    judge = network(batch.next_observation, training=False) if agent.double else following
    best = ops.one_hot(ops.argmax(judge, axis=-1), following.shape[-1])
    value = ops.where(batch.terminated, 0.0, ops.sum(best * following, axis=-1))
    goal = batch.reward + batch.discount * value
    with tf.GradientTape() as tape:
        q = network(batch.observation, training=False)
        error = tf.stop_gradient(goal) - ops.sum(ops.one_hot(batch.action, q.shape[-1]) * q, axis=-1)
        loss = ops.mean(batch.weight * agent.loss(error))
    gradients = tape.gradient(loss, network.trainable_variables)
    if agent.clip_norm is not None:
        gradients, _ = tf.clip_by_global_norm(gradients, agent.clip_norm)
    agent.optimizer.apply(gradients, network.trainable_variables)
    return error, loss


def gradient_steps(agent: Any, batches: Batch, share: Any) -> tuple[Any, Any]:
    """As many steps as there are batches [g, B, ...]: the TD errors [g, B], and the mean loss."""
    number, size = batches.action.shape

    def one(k: Any, errors: Any, losses: Any) -> tuple[Any, ...]:
        batch = keras.tree.map_structure(lambda x: x[k], batches)
        error, loss = agent.update(batch, ops.where(ops.equal(k, 0), share, 0.0))
        return k + 1, tf.tensor_scatter_nd_update(errors, [[k]], [error]), losses + loss

    carry = (tf.constant(0), tf.zeros((number, size)), tf.constant(0.0))
    _, errors, losses = one(*carry) if number == 1 else tf.while_loop(lambda k, *_: k < number, one, carry)
    return errors, losses / number


def compiled(function: Callable[..., Any]) -> Callable[..., Any]:
    """The function of arrays as an XLA program, one for every shape; called with half of `tf.function`'s overhead."""
    programs: dict[Any, Any] = {}

    def call(*arguments: Any) -> Any:
        flat = keras.tree.flatten(arguments)
        kind = tuple((x.shape, x.dtype) for x in flat)
        if kind not in programs:
            program = tf.function(
                lambda *tensors: function(*keras.tree.pack_sequence_as(arguments, tensors)),
                jit_compile=True,
                autograph=False,
            )
            programs[kind] = program.get_concrete_function(*(tf.TensorSpec(x.shape, x.dtype) for x in flat))
        return programs[kind](*map(tf.constant, flat))

    return call

"""The gradient step of deep Q-learning."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

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


def directly(network: Callable[[Any], Any], observation: Any) -> Any:
    """What a network says of observations [B, ...]."""
    return network(observation)


def move_target(agent: Any, share: Any) -> None:
    """Moves the target's weights a share of the way to the network's, from 0 to 1."""
    for old, new in zip(agent.target, agent.model.trainable_variables, strict=True):
        old.assign(old + share * (new.value - old))


def gradient_step(
    agent: Any, batch: Batch, values: Callable[[Callable[[Any], Any], Any], Any] = directly
) -> tuple[Any, Any]:
    """Moves the network's weights by one step; the same in every loop.

    Args:
        agent: a `DQN`, for its networks, loss, optimizer and settings.
        batch: what to learn from.
        values: how a network is asked about observations, where there is a faster way that says the same.

    Returns:
        the TD errors [B] and the loss.
    """
    network = agent.model
    predict = partial(network, training=False)
    following = values(agent.target_values, batch.next_observation)
    judge = values(predict, batch.next_observation) if agent.double else following
    best = ops.one_hot(ops.argmax(judge, axis=-1), following.shape[-1])
    value = ops.where(batch.terminated, 0.0, ops.sum(best * following, axis=-1))
    goal = batch.reward + batch.discount * value
    with tf.GradientTape() as tape:
        q = values(predict, batch.observation)
        error = tf.stop_gradient(goal) - ops.sum(ops.one_hot(batch.action, q.shape[-1]) * q, axis=-1)
        loss = ops.mean(batch.weight * agent.loss(error))
    gradients = tape.gradient(loss, network.trainable_variables)
    if agent.clip_norm is not None:
        norm = ops.sqrt(sum(ops.sum(gradient * gradient) for gradient in gradients))
        gradients = [gradient * (agent.clip_norm / ops.maximum(norm, agent.clip_norm)) for gradient in gradients]
    agent.optimizer.apply(gradients, network.trainable_variables)
    return error, loss


def gradient_steps(agent: Any, batches: Batch) -> tuple[Any, Any]:
    """As many steps as there are batches [g, B, ...]: the TD errors [g, B], and the mean loss."""
    number, size = batches.action.shape

    def one(k: Any, errors: Any, losses: Any) -> tuple[Any, ...]:
        error, loss = agent.update(keras.tree.map_structure(lambda x: x[k], batches))
        return k + 1, tf.tensor_scatter_nd_update(errors, [[k]], [error]), losses + loss

    if number == 1:
        error, loss = agent.update(keras.tree.map_structure(lambda x: x[0], batches))
        return error[None], loss
    carry = (tf.constant(0), tf.zeros((number, size)), tf.constant(0.0))
    _, errors, losses = tf.while_loop(lambda k, *_: k < number, one, carry)
    return errors, losses / number

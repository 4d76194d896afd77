"""The gradient step of deep Q-learning."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

import keras
import tensorflow as tf
from keras import ops

from agents.deep.replay import Batch


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


def values_by(model: keras.Model, weights: Sequence[Any], observation: Any) -> Any:
    """Action values [B, A] of a network with weights in place of its own."""
    others = [variable.value for variable in model.non_trainable_variables]
    weights = [tf.convert_to_tensor(weight) for weight in weights]
    return model.stateless_call(weights, others, observation, training=False)[0]


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
    weights = [tf.convert_to_tensor(variable) for variable in agent.model.trainable_variables]
    network, target = (partial(values_by, agent.model, given) for given in (weights, agent.target))
    following = values(target, batch.next_observation)
    if agent.double:
        value = _of(following, ops.argmax(values(network, batch.next_observation), axis=-1))
    else:
        value = ops.max(following, axis=-1)
    goal = batch.reward + batch.discount * ops.where(batch.terminated, 0.0, value)
    with tf.GradientTape() as tape:
        tape.watch(weights)
        error = tf.stop_gradient(goal) - _of(values(network, batch.observation), batch.action)
        loss = ops.mean(batch.weight * agent.loss(error))
    agent.descent.step(weights, tape.gradient(loss, weights), agent.clip_norm)
    return error, loss


def gradient_steps(agent: Any, batches: Batch) -> tuple[Any, Any]:
    """As many steps as there are batches [g, B, ...]: the TD errors [g, B], and the mean loss."""
    number, size = batches.action.shape

    def one(k: Any, errors: Any, losses: Any) -> tuple[Any, ...]:
        error, loss = agent.update(keras.tree.map_structure(lambda x: x[k], batches))
        return k + 1, tf.tensor_scatter_nd_update(errors, [[k]], [error]), losses + loss

    if number == 1:  # to be reshaped costs nothing, to be indexed one operation of every part
        error, loss = agent.update(keras.tree.map_structure(lambda x: tf.reshape(x, x.shape[1:]), batches))
        return error[None], loss
    carry = (tf.constant(0), tf.zeros((number, size)), tf.constant(0.0))
    _, errors, losses = tf.while_loop(lambda k, *_: k < number, one, carry)
    return errors, losses / number


def _of(q: Any, action: Any) -> Any:
    """The values [B] of actions [B] among all values [B, A]."""
    return ops.sum(ops.one_hot(action, q.shape[-1]) * q, axis=-1)

"""The gradient step of deep Q-learning: pure functions of networks, weights and a batch."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any, NamedTuple

import keras
import tensorflow as tf
from keras import ops

from agents.deep.replay import Batch

Ask = Callable[[Callable[[Any], Any], Any], Any]  # (network, observations) -> output of the network


class Step(NamedTuple):
    """Gradients of one batch, with its errors and loss."""

    gradients: list[Any]  # one for each of the weights
    error: Any  # [B], TD errors
    loss: Any  # [], their mean loss


def huber(error: Any) -> Any:
    """Half the square of errors below 1, else their size minus a half: the clipped errors of Mnih et al. (2015)."""
    size = ops.abs(error)
    return ops.where(size < 1.0, 0.5 * error * error, size - 0.5)


def squared(error: Any) -> Any:
    """The square."""
    return error * error


def directly(network: Callable[[Any], Any], observation: Any) -> Any:
    """Action values [B, A] of a network at observations [B, ...], by a plain call."""
    return network(observation)


def values_by(model: keras.Model, weights: Sequence[Any], observation: Any) -> Any:
    """Action values [B, A] of a network with other weights."""
    others = [variable.value for variable in model.non_trainable_variables]
    weights = [tf.convert_to_tensor(weight) for weight in weights]
    return model.stateless_call(weights, others, observation, training=False)[0]


def targets(batch: Batch, q_next: Any, q_choosing: Any = None) -> Any:
    """Targets [B] of Q-learning from the target network's action values [B, A] at S'.

    Args:
        batch: rewards, discounts and terminated flags.
        q_next: values of the target network.
        q_choosing: values [B, A] that choose the action, for double Q-learning; None for `q_next`.

    Sources: Mnih et al. (2015); double: van Hasselt et al. (2016).
    """
    value = ops.max(q_next, axis=-1) if q_choosing is None else _of(q_next, ops.argmax(q_choosing, axis=-1))
    return batch.reward + batch.discount * ops.where(batch.terminated, 0.0, value)


def gradient_step(
    model: keras.Model,
    weights: Sequence[Any],
    target: Sequence[Any],
    batch: Batch,
    *,
    loss: Callable[[Any], Any],
    double: bool = False,
    ask: Ask = directly,
) -> Step:
    """Gradients of the loss of one batch; the same in every loop. Nothing is changed.

    Args:
        model: the network; only its form is used.
        weights: weights of the network, tensors.
        target: weights of the target network, tensors or variables.
        batch: transitions to learn from.
        loss: TD errors [B] -> losses [B].
        double: double Q-learning: the network chooses the action, the target network gives its value.
        ask: (network, observations) -> action values; a faster call with the same result.
    """
    network, target_network = (partial(values_by, model, given) for given in (weights, target))
    choosing = ask(network, batch.next_observation) if double else None
    goal = targets(batch, ask(target_network, batch.next_observation), choosing)
    with tf.GradientTape() as tape:
        tape.watch(weights)
        error = tf.stop_gradient(goal) - _of(ask(network, batch.observation), batch.action)
        mean = ops.mean(batch.weight * loss(error))
    return Step(tape.gradient(mean, weights), error, mean)


def in_turn(update: Callable[[Batch], tuple[Any, Any]], batches: Batch) -> tuple[Any, Any]:
    """An update on each of the batches [g, B, ...]: the TD errors [g, B], and the mean loss."""
    number, size = batches.action.shape

    def one(k: Any, errors: Any, losses: Any) -> tuple[Any, ...]:
        error, loss = update(keras.tree.map_structure(lambda x: x[k], batches))
        return k + 1, tf.tensor_scatter_nd_update(errors, [[k]], [error]), losses + loss

    if number == 1:  # a reshape costs nothing, an index one operation per part
        error, loss = update(keras.tree.map_structure(lambda x: tf.reshape(x, x.shape[1:]), batches))
        return error[None], loss
    carry = (tf.constant(0), tf.zeros((number, size)), tf.constant(0.0))
    _, errors, losses = tf.while_loop(lambda k, *_: k < number, one, carry)
    return errors, losses / number


def move_target(target: Sequence[Any], variables: Sequence[Any], share: Any) -> None:
    """Moves the target's variables towards the network's by a share, from 0 to 1, of the distance."""
    for old, new in zip(target, variables, strict=True):
        old.assign(old + share * (new.value - old))


def _of(q: Any, action: Any) -> Any:
    """The values [B] of actions [B] among all values [B, A]."""
    return ops.sum(ops.one_hot(action, q.shape[-1]) * q, axis=-1)

"""Epochs of gradient steps as compiled programs, which cut the windows out themselves."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import keras
import numpy as np
import tensorflow as tf

from sequence_tasks.windowing import Data, Windows

_CHUNK = 1024  # validation windows that are looked at together
_PART = 128  # windows of a large batch that are looked at together, while other cores look at other parts
_LONG = 16  # steps of a window from which on parts pay


def epoch_program(model: keras.Model, train: Data, validation: Data | None, size: int) -> Callable[[Any], list[Any]]:
    """A function of an epoch's order [n] that makes its gradient steps: the mean loss, and that of the validation.

    It is one XLA program, which keeps hardly more than one core busy. Where a batch is much work, its parts are
    programs of their own instead, which TensorFlow runs on as many cores as there are, and their gradients are added
    up. Where it is divided does not depend on the machine, so that what is learned does not either.
    """
    gather = _gather(train)

    def loss_of(x: Any, y: Any, training: bool) -> Any:
        return model.compute_loss(x, y, model(x, training=training), training=training)

    def gradients_of(rows: Any, share: Any) -> list[Any]:
        """Contribution of some rows, a share of a batch, to its loss and gradients."""
        x, y = gather(rows)
        with tf.GradientTape() as tape:
            loss = share * loss_of(x, y, training=True)
        return [loss, *tape.gradient(loss, model.trainable_variables)]

    def learn(parts: list[list[Any]]) -> Any:
        loss, *gradients = parts[0] if len(parts) == 1 else map(tf.add_n, zip(*parts, strict=True))
        model.optimizer.apply(gradients, model.trainable_variables)
        return loss

    part, of_a_part = size, _compiled(gradients_of)
    in_parts = (
        _pays_in_parts(model, train, size)
        and _divides(model, lambda rows: loss_of(*gather(rows), training=True))
        and _dense(of_a_part)
    )
    if in_parts:
        part, gradients_of, learn = _PART, of_a_part, _compiled(learn)

    def step(rows: Any) -> Any:
        count = int(rows.shape[0])
        parts = [rows[start : start + part] for start in range(0, count, part)]
        return learn([gradients_of(rows, tf.constant(int(rows.shape[0]) / count)) for rows in parts])

    @tf.function(jit_compile=not in_parts, autograph=False)  # type: ignore[untyped-decorator]
    def run(order: Any) -> list[Any]:
        losses = [_mean(order, size, step)]
        if validation is not None:
            cut = _gather(validation)
            look = _compiled(lambda rows: loss_of(*cut(rows), training=False))
            losses.append(_mean(tf.range(len(validation[0])), _CHUNK, look))
        return losses

    return run


def _mean(rows: Any, size: int, function: Callable[[Any], Any]) -> Any:
    """Mean of a function of rows over batches of them, cut as rows of a table: slices cost a hundredfold."""
    count = int(rows.shape[0])
    full, left = divmod(count, size)
    table, total = tf.reshape(rows[: full * size], (full, size)), tf.constant(0.0)
    if full:
        _, total = tf.while_loop(
            lambda k, _: k < full,
            lambda k, sum_: (k + 1, sum_ + size * function(table[k])),
            (tf.constant(0), total),
            parallel_iterations=1,  # a step begins when the weights of the one before are there
        )
    if left:
        total += left * function(rows[full * size :])
    return total / count


def _gather(data: Data) -> Callable[[Any], tuple[Any, Any]]:
    """A function of rows [B]: their inputs and targets, cut out of the values they are windows of."""
    if not isinstance(data, Windows):
        inputs, targets = (tf.constant(np.asarray(part)) for part in data)
        return lambda rows: (tf.gather(inputs, rows), tf.gather(targets, rows))
    values = tf.constant(data.values)
    steps, offsets = tf.range(data.inputs.shape[1]), tf.constant(data.offsets, tf.int32)

    def cut(rows: Any) -> tuple[Any, Any]:
        begin = tf.cast(rows, tf.int32)[:, None]
        targets = tf.gather(values[:, 0], begin + offsets)
        return tf.gather(values, begin + steps), tf.reshape(targets, (-1, *data.targets.shape[1:]))

    return cut


def _compiled(function: Callable[..., Any]) -> Callable[..., Any]:
    return tf.function(function, jit_compile=True, autograph=False)  # type: ignore[no-any-return]


def _pays_in_parts(model: keras.Model, train: Data, size: int) -> bool:
    """True if there is work for several cores: many windows, and recurrent layers over many steps."""
    count, length = train[0].shape[:2]
    return min(count, size) >= 2 * _PART and length >= _LONG and _recurrent(model)


def _recurrent(layer: Any) -> bool:
    return isinstance(layer, keras.layers.RNN) or any(map(_recurrent, getattr(layer, "layers", ())))


def _divides(model: keras.Model, loss_of: Callable[[Any], Any]) -> bool:
    """True if a batch's loss is the mean of its parts' losses, which batch normalisation, for one, prevents.

    Nor may there be layers that keep something from batch to batch, as those do which draw, for parts have no order.
    """
    kept = [(variable, np.array(variable.numpy())) for variable in model.non_trainable_variables]
    whole, *parts = (
        float(loss_of(tf.range(first, last))) for first, last in ((0, 2 * _PART), (0, _PART), (_PART, 2 * _PART))
    )
    unchanged = all((variable.numpy() == value).all() for variable, value in kept)
    for variable, value in kept:
        variable.assign(value)
    return unchanged and bool(np.isclose(whole, np.mean(parts), rtol=1e-5))


def _dense(gradients_of: Any) -> bool:
    """True if every gradient exists and is dense: Keras does not add up an embedding's within a batch."""
    rows, share = tf.TensorSpec([_PART], tf.int32), tf.TensorSpec([], tf.float32)
    gradients = gradients_of.get_concrete_function(rows, share).structured_outputs
    return all(isinstance(gradient, tf.Tensor | tf.TensorSpec) for gradient in gradients)

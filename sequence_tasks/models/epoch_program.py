"""Epochs of gradient steps as compiled programs that also cut out the windows."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import keras
import numpy as np
import tensorflow as tf

from rl_line.system.tf.programs import form_of, graph_for
from sequence_tasks.windowing import Data, Windows

_CHUNK = 1024  # validation windows in one call
_PART = 128  # windows in a part of a large batch; parts run on several cores
_LONG = 16  # least window length for which parts are faster


def epoch_program(model: keras.Model, train: Data, validation: Data | None, size: int) -> Callable[[Any], list[Any]]:
    """Function (order [n] of an epoch) -> [mean loss, validation loss], which makes the epoch's gradient steps.

    It is one XLA program, which uses hardly more than one core. A batch with much work is divided into parts instead.
    Each part is a program, TensorFlow runs them on all cores, and their gradients are added. The division does not
    depend on the machine, so the learned weights do not either.
    """
    data, gather = _gather(train)
    looked_at, cut = ([], gather) if validation is None else _gather(validation)

    def loss_of(x: Any, y: Any, training: bool) -> Any:
        return model.compute_loss(x, y, model(x, training=training), training=training)

    def validate(rows: Any) -> Any:
        x, y = cut(rows)
        return loss_of(x, y, training=False)

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

    divide = _pays_in_parts(model, train, size) and _divides(model, lambda rows: loss_of(*gather(rows), training=True))
    sizes = (size, _PART if divide else None, _CHUNK)
    counts = (len(train[0]), 0 if validation is None else len(validation[0]))
    form = form_of(model, model.optimizer, model.loss)
    key = None if form is None else (form, *sizes, _kind(train, data), validation and _kind(validation, looked_at))
    variables = [*(each.value for each in (*model.variables, *model.optimizer.variables)), *data, *looked_at]
    graph, captured = graph_for(key, variables, partial(_traced, gradients_of, learn, validate, sizes, counts))
    return lambda order: graph.inference_fn.call_flat(order, *captured)  # type: ignore[no-any-return]


def _traced(
    gradients_of: Callable[..., Any],
    learn: Callable[..., Any],
    validate: Callable[..., Any],
    sizes: tuple[int, int | None, int],
    counts: tuple[int, int],
) -> Any:
    """The graph of an epoch, given the sizes of batches, parts and validation chunks, and the numbers of windows."""
    (size, part, chunk), (count, looked_at) = sizes, counts
    compiled, jit_compile = _compiled(gradients_of), True
    step = partial(_step, gradients_of, learn, size)
    if part and _dense(compiled):
        step, jit_compile = partial(_step, compiled, _compiled(learn), part), False

    def run(order: Any) -> list[Any]:
        losses = [_mean(order, size, step)]
        if looked_at:
            losses.append(_mean(tf.range(looked_at), chunk, _compiled(validate)))
        return losses

    graph = tf.function(run, jit_compile=jit_compile, autograph=False)
    return graph.get_concrete_function(tf.TensorSpec([count], tf.int32))


def _step(gradients_of: Callable[..., list[Any]], learn: Callable[[list[list[Any]]], Any], part: int, rows: Any) -> Any:
    """A gradient step on some rows, in parts of `part` rows; returns the loss."""
    count = int(rows.shape[0])
    parts = [rows[start : start + part] for start in range(0, count, part)]
    return learn([gradients_of(rows, tf.constant(int(rows.shape[0]) / count)) for rows in parts])


def _mean(rows: Any, size: int, function: Callable[[Any], Any]) -> Any:
    """Mean of a function of rows over batches of them, cut as rows of a table: slices are a hundred times as slow."""
    count = int(rows.shape[0])
    full, left = divmod(count, size)
    table, total = tf.reshape(rows[: full * size], (full, size)), tf.constant(0.0)
    if full:
        _, total = tf.while_loop(
            lambda k, _: k < full,
            lambda k, sum_: (k + 1, sum_ + size * function(table[k])),
            (tf.constant(0), total),
            parallel_iterations=1,  # a step needs the weights of the step before
        )
    if left:
        total += left * function(rows[full * size :])
    return total / count


def _gather(data: Data) -> tuple[list[Any], Callable[[Any], tuple[Any, Any]]]:
    """Variables that hold data, and a function (rows [B]) -> inputs and targets, cut out of the variables."""
    if not isinstance(data, Windows):
        pair = [tf.Variable(np.asarray(part), trainable=False) for part in data]
        return pair, lambda rows: (tf.gather(pair[0], rows), tf.gather(pair[1], rows))
    values = tf.Variable(data.values, trainable=False)
    steps, offsets = np.arange(data.inputs.shape[1], dtype=np.int32), data.offsets.astype(np.int32)

    def cut(rows: Any) -> tuple[Any, Any]:
        begin = tf.cast(rows, tf.int32)[:, None]
        targets = tf.gather(values[:, 0], begin + offsets)
        return tf.gather(values, begin + steps), tf.reshape(targets, (-1, *data.targets.shape[1:]))

    return [values], cut


def _kind(data: Data, variables: list[Any]) -> tuple[Any, ...]:
    """Shapes, types and offsets of data: all of the data that is constant in a program."""
    offsets = data.offsets.tolist() if isinstance(data, Windows) else ()
    shapes = [(str(part.dtype), *part.shape) for part in (*data[:2], *variables)]
    return (*map(tuple, shapes), *offsets)


def _compiled(function: Callable[..., Any]) -> Callable[..., Any]:
    return tf.function(function, jit_compile=True, autograph=False)  # type: ignore[no-any-return]


def _pays_in_parts(model: keras.Model, train: Data, size: int) -> bool:
    """True if there is work for several cores: many windows, and recurrent layers over many steps."""
    count, length = train[0].shape[:2]
    return min(count, size) >= 2 * _PART and length >= _LONG and _recurrent(model)


def _recurrent(layer: Any) -> bool:
    return isinstance(layer, keras.layers.RNN) or any(map(_recurrent, getattr(layer, "layers", ())))


def _divides(model: keras.Model, loss_of: Callable[[Any], Any]) -> bool:
    """True if a batch's loss is the mean of its parts' losses; with batch normalisation it is not.

    Layers with a state from batch to batch, e.g. for random draws, are excluded as well, as parts have no order.
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
    """True if every gradient exists and is dense: sparse gradients of embeddings cannot be added."""
    rows, share = tf.TensorSpec([_PART], tf.int32), tf.TensorSpec([], tf.float32)
    gradients = gradients_of.get_concrete_function(rows, share).structured_outputs
    return all(isinstance(gradient, tf.Tensor | tf.TensorSpec) for gradient in gradients)

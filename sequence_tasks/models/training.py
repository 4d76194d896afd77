"""Training on one order of batches: by `model.fit`, or with whole epochs in one compiled program."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import keras
import numpy as np
import tensorflow as tf
from numpy.typing import NDArray

from rl_line.system import kinds, scalars
from rl_line.system.identity import described, starts
from rl_line.system.kinds import as_path, function, instance, spelled
from rl_line.system.notebooks import bar
from rl_line.system.numbers import MOST, real, whole
from rl_line.system.tensorboard import Row
from sequence_tasks.feeds import Batches, epoch_order
from sequence_tasks.forecaster import forget
from sequence_tasks.models.epoch_program import epoch_program
from sequence_tasks.models.epochs import Epochs
from sequence_tasks.models.names_of_keras import of_keras
from sequence_tasks.windowing import Data, Windows, check_data

_LARGEST = float(np.finfo(np.float32).max)  # of Keras' numbers


@spelled
@dataclass(frozen=True)
class Training:
    """Settings of a training.

    Args:
        epochs: passes over all windows, each in another order.
        batch_size: windows in a gradient step; the last step of an epoch takes the rest.
        learning_rate: initial learning rate of Adam; it falls to 0 along half a cosine.
        optimizer: a Keras optimizer instead of Adam; it is copied by its configuration.
        loss: a loss as in `model.compile`.
        patience: epochs without a better validation loss before the training stops and restores the best weights.
        seed: seed of the order of the windows, and of Keras for random layers such as Dropout.
        path: an .npz file, written after every epoch. If it exists, the training resumes from it, to the bit. A file
            of other data, settings or another network, with its initializers and their seeds, is refused.
        logdir: folder in which the losses are logged for TensorBoard.
    """

    epochs: int = 100
    batch_size: int = 32
    learning_rate: float = 0.01
    optimizer: Any = None
    loss: Any = "mean_squared_error"
    patience: int | None = None
    seed: int = 0
    path: str | Path | None = None
    logdir: str | Path | None = None

    def __post_init__(self) -> None:
        for name in ("epochs", "batch_size", "patience"):
            if (number := getattr(self, name)) is not None or name != "patience":
                object.__setattr__(self, name, whole(1, MOST, **{name: number}))
        for name in ("path", "logdir"):
            if (given := getattr(self, name)) is not None:
                object.__setattr__(self, name, as_path(given))
        object.__setattr__(self, "seed", whole(0, 2**32 - 1, seed=self.seed))  # the range of Keras
        if self.optimizer is not None:
            of_keras(keras.optimizers, optimizer=self.optimizer)
        function('pass e.g. loss="mean_squared_error"', count=2, loss=of_keras(keras.losses, loss=self.loss))
        object.__setattr__(self, "learning_rate", real(0, _LARGEST, learning_rate=self.learning_rate))


def fit(model: keras.Model, train: Data, validation: Data | None = None, **settings: Any) -> list[Row]:
    """Trains a model by one call of its own `fit`; the model is compiled again.

    Stateful layers begin each epoch with states of 0. TensorFlow keeps the graph of every call, about 6 MB for a small
    recurrent network; `fit_compiled` shares its programs.

    Args:
        model: any `keras.Model` whose outputs have the targets' shape.
        train: windows, or inputs and targets, of the train part.
        validation: windows of the validation part, evaluated after every epoch; None for none.
        settings: fields of `Training`.

    Returns:
        Rows of `step` (epochs so far), `loss` (mean over the epoch's gradient steps), and `val_loss` after it.

    Raises:
        ValueError: shapes do not fit, patience is given without validation, the file is of another run, or a loss is
            not finite; the file of the epoch before is then kept.
    """
    how, train, validation = Training(**settings), *_arrays(train, validation)
    _make_ready(model, [train], validation, how)
    with _epochs(model, [train], validation, how, "fit") as (kept, show):

        def keep(_: int, logs: dict[str, float]) -> None:
            show(kept.add(**{name: float(logs[name]) for name in ("loss", "val_loss") if name in logs}))
            model.stop_training = kept.stopped

        if len(kept.rows) < how.epochs and not kept.stopped:
            model.fit(
                _batches(train, how.batch_size, how.seed, len(kept.rows)),
                epochs=how.epochs,
                initial_epoch=len(kept.rows),
                steps_per_epoch=_steps(train, how.batch_size),
                validation_data=None if validation is None else tuple(map(np.asarray, validation[:2])),
                callbacks=[keras.callbacks.LambdaCallback(on_epoch_begin=lambda *_: forget(model), on_epoch_end=keep)],
                shuffle=False,
                verbose=0,
            )
    return kept.rows


def fit_compiled(model: keras.Model, train: Data, validation: Data | None = None, **settings: Any) -> list[Row]:
    """Trains as `fit` does, with the same batches and losses, each epoch in one XLA program that cuts the windows.

    It is faster from about a hundred gradient steps on, as compiling takes a second or two. Equal models with data of
    one shape are compiled once. Metrics are not computed. For recurrent networks, batches of 256 windows and more are
    divided into parts, for several cores.
    """
    how, train, validation = Training(**settings), *_arrays(train, validation)
    _make_ready(model, [train], validation, how)
    # Before the file is read: it evaluates initial weights, so that a resumed run has the same program.
    run = epoch_program(model, train, validation, how.batch_size)
    with _epochs(model, [train], validation, how, "fit_compiled") as (kept, show):
        while len(kept.rows) < how.epochs and not kept.stopped:
            forget(model)
            order = epoch_order(len(train[0]), how.seed, len(kept.rows))
            show(kept.add(*(float(loss) for loss in run(tf.constant(order, tf.int32)))))
    return kept.rows


def fit_buckets(model: keras.Model, several: Sequence[Data], **settings: Any) -> list[Row]:
    """Trains as `fit_compiled` does, on windows of several lengths: each batch is of one length, and nothing is padded.

    The lengths have a random order in every epoch; all batches of a length are consecutive.

    Args:
        model: a `keras.Model` for any length.
        several: windows of each length.
        settings: fields of `Training`.
    """
    lengths = kinds.several("pass e.g. several=[task.windows('train')]", several=several)
    how = Training(**settings)
    if not lengths or how.patience is not None:
        raise ValueError(
            f"several holds {len(lengths)} lengths, and patience={how.patience}; expected at least one and no "
            "patience, as there is no validation; pass e.g. several=[task.windows('train')]."
        )
    lengths = [check_data(f"several[{k}]", one) for k, one in enumerate(lengths)]
    _make_ready(model, lengths, None, how)
    runs = [epoch_program(model, train, None, how.batch_size) for train in lengths]
    counts = [len(train[0]) for train in lengths]
    with _epochs(model, lengths, None, how, "fit_buckets") as (kept, show):
        while len(kept.rows) < how.epochs:
            forget(model)
            epoch, losses = len(kept.rows), np.zeros(len(lengths))
            for k in np.random.default_rng([how.seed, epoch]).permutation(len(lengths)).tolist():
                order = tf.constant(epoch_order(counts[k], how.seed, epoch), tf.int32)
                losses[k] = float(runs[k](order)[0])
            show(kept.add(float(np.average(losses, weights=counts))))
    return kept.rows


def _make_ready(model: keras.Model, several: list[Data], validation: Data | None, how: Training) -> None:
    """Checks all shapes, seeds, and compiles."""
    for train in several:
        _check(model, train, validation, how)
    keras.utils.set_random_seed(how.seed)
    schedule = keras.optimizers.schedules.CosineDecay(
        how.learning_rate, how.epochs * sum(_steps(train, how.batch_size) for train in several)
    )
    wanted = keras.optimizers.get(how.optimizer) if how.optimizer else keras.optimizers.Adam(schedule)
    model.compile(optimizer=type(wanted).from_config(wanted.get_config()), loss=how.loss)
    model.optimizer.build(model.trainable_variables)


@contextmanager
def _epochs(
    model: keras.Model, several: list[Data], validation: Data | None, how: Training, way: str
) -> Iterator[tuple[Epochs, Callable[[Row], None]]]:
    """The epochs so far of a prepared model, and a function that shows the row of a new epoch."""
    run = {} if how.path is None else _identity(model, several, validation, how, way)
    variables = [*model.variables, *model.optimizer.variables]
    steps = f"optimizer={type(model.optimizer).__name__}" if how.optimizer else f"learning_rate={how.learning_rate:g}"
    kept = Epochs(variables, len(model.variables), run=run, patience=how.patience, path=how.path, steps=steps)
    with bar(total=how.epochs, initial=len(kept.rows), unit="epoch") as progress, scalars(how.logdir) as log:

        def show(row: Row) -> None:
            log(row)
            progress.set_postfix({name: f"{value:.3g}" for name, value in row.items() if name != "step"}, refresh=False)
            progress.update()

        yield kept, show
    kept.finish()


def _identity(
    model: keras.Model, several: list[Data], validation: Data | None, how: Training, way: str
) -> dict[str, Any]:
    """Description of a training: its settings, its network and its data."""
    run = {"way": way, "epochs": how.epochs, "batch_size": how.batch_size, "patience": how.patience, "seed": how.seed}
    run |= {"loss": how.loss, "optimizer": model.optimizer, "model": model, "starts": starts(model)}
    trains = (("train" if k == 0 else f"train {k + 1}", train) for k, train in enumerate(several))
    for name, data in (*trains, ("validation", validation)):
        # The values of windows, as windows are views of them and many times as large.
        run[name] = [*data[0].shape, *data[2:]] if isinstance(data, Windows) else data
    return dict(described(run))


def _steps(data: Data, size: int) -> int:
    """Gradient steps in an epoch."""
    return -(-len(data[0]) // size)


def _batches(data: Data, size: int, seed: int, epoch: int) -> Iterator[tuple[NDArray, NDArray]]:
    """Endless batches, from one epoch on."""
    while True:
        yield from map(tuple, Batches(data, size, seed=seed, epoch=epoch))
        epoch += 1


def _arrays(train: Any, validation: Any) -> tuple[Data, Data | None]:
    """The data as arrays, also from pandas and lists."""
    return check_data("train", train), None if validation is None else check_data("validation", validation)


def _check(model: keras.Model, train: Data, validation: Data | None, how: Training) -> None:
    if how.patience is not None and validation is None:
        raise ValueError(f"patience={how.patience} waits for a validation loss, and validation is None; pass both.")
    instance("model", model, keras.Model, 'pass e.g. MODELS["lstm"](train)')
    inputs, targets = (np.asarray(part[:1]) for part in train[:2])
    try:
        given = tuple(model(inputs).shape)
    except Exception as error:  # Keras raises many kinds
        raise ValueError(f"the model does not take windows of shape {inputs.shape[1:]}: {error}") from error
    # For labels, the last axis of the output has one number per symbol.
    fits = given[:-1] == targets.shape[:-1] if targets.dtype.kind in "iu" else given == targets.shape
    if not fits:
        raise ValueError(
            f"the model gives {given[1:]} for a window of shape {inputs.shape[1:]}, expected {targets.shape[1:]} as its"
            " targets have; change the last layer, or return_sequences of the last recurrent one."
        )

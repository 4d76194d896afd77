"""Windows as data sets of Keras and of TensorFlow, with the batches of `feeds.Batches`."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count
from typing import Any

import keras
import tensorflow as tf
from numpy.typing import NDArray

from rl_line.system.kinds import spelled
from rl_line.system.numbers import MOST, whole
from sequence_tasks.feeds import Batch, Batches
from sequence_tasks.windowing import Windows, check_data


class WindowDataset(keras.utils.PyDataset):  # type: ignore[misc]
    """Windows for `model.fit(WindowDataset(...), shuffle=False)`; with a seed, each epoch has a different order.

    Keras' own shuffling would change the order of the batches only, not their contents.

    Args:
        windows: the windows to draw from.
        batch_size: windows in a batch.
        seed: seed of the order; None for the order of time.
        block: number of consecutive windows that stay together, as in `Batches`.
        workers: settings of `keras.utils.PyDataset`, e.g. `workers`.
    """

    def __init__(
        self, windows: Windows, *, batch_size: int = 256, seed: int | None = None, block: int = 1, **workers: Any
    ) -> None:
        super().__init__(**workers)
        self._settings = {"size": batch_size, "seed": seed, "block": block}
        self._windows, self._epoch = windows, 0
        self._batches = self._ordered()

    def __len__(self) -> int:
        return len(self._batches)

    def __getitem__(self, index: int) -> Batch:
        return self._batches[index]

    def on_epoch_end(self) -> None:
        """Draws the order of the next epoch."""
        self._epoch += 1
        self._batches = self._ordered()

    def _ordered(self) -> Batches:
        return Batches(self._windows, epoch=self._epoch, **self._settings)  # type: ignore[arg-type]


@spelled
def tf_dataset(
    windows: Windows, *, batch_size: int = 256, seed: int | None = None, block: int = 1, prefetch: int = 2
) -> tf.data.Dataset:
    """Windows for `model.fit(tf_dataset(...), shuffle=False)`: each pass over it is an epoch in the order of `Batches`.

    Args:
        windows: the windows to draw from.
        batch_size: windows in a batch.
        seed: seed of the order; None for the order of time.
        block: number of consecutive windows that stay together, as in `Batches`.
        prefetch: number of batches made ahead.
    """
    data = windows if isinstance(windows, Windows) else check_data("windows", windows)
    epochs, prefetch = count(), whole(0, MOST, prefetch=prefetch)

    def one_epoch() -> Iterator[tuple[NDArray, NDArray]]:
        for batch in Batches(data, batch_size, seed=seed, epoch=next(epochs), block=block):
            yield batch.inputs, batch.targets

    signature = tuple(tf.TensorSpec((None, *part.shape[1:]), part.dtype) for part in data[:2])
    batches = tf.data.Dataset.from_generator(one_epoch, output_signature=signature)
    known = len(Batches(data, batch_size, seed=seed, block=block))
    return batches.apply(tf.data.experimental.assert_cardinality(known)).prefetch(prefetch)

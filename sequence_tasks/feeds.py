"""Batches of windows for a training loop, in order or shuffled, of one length or of several."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from rl_line.system import kinds
from rl_line.system.kinds import spelled
from rl_line.system.numbers import real, whole
from sequence_tasks.windowing import Data, Windows, check_data


class Batch(NamedTuple):
    """Windows of one batch."""

    inputs: NDArray[Any]  # [B, L, F]
    targets: NDArray[Any]  # [B, ...]


def epoch_order(count: int, seed: int, epoch: int) -> NDArray[np.integer]:
    """The order [count] of an epoch's items: `numpy.random.default_rng([seed, epoch]).permutation`.

    The integer type is as narrow as possible, since the array may be as long as the series.
    """
    order = np.arange(count, dtype=np.min_scalar_type(-count))
    np.random.default_rng([seed, epoch]).shuffle(order)
    return order


@spelled
class Batches(Sequence[Batch]):
    """One epoch of windows in batches; without a seed in the order of time, as views without copies.

    With a seed the order is random, and another one in each epoch: `epoch_order` of the blocks. A block is a number of
    consecutive windows that stay together. Blocks longer than 1 are several times faster for long series and need no
    list of all windows, but a batch then holds only size / block places of the series. Batches of one block are views.

    Args:
        data: windows, or inputs and targets.
        size: B, windows in a batch; the last batch, and the batch with the last block, may be smaller.
        seed: seed of the order; None for the order of time.
        epoch: the number of the epoch, from 0.
        block: number of consecutive windows that stay together, a divisor of the size.
    """

    def __init__(self, data: Data, size: int = 256, *, seed: int | None = None, epoch: int = 0, block: int = 1) -> None:
        given = f"size={size!r}, block={block!r}"
        size, block = whole(None, size=size), whole(None, block=block)
        seed, epoch = None if seed is None else whole(0, seed=seed), whole(0, epoch=epoch)
        if size < 1 or block < 1 or size % block:
            raise ValueError(f"{given}, expected counts from 1 and the size a multiple of the block.")
        if not isinstance(data, Windows):
            data = check_data("data", data)
        self.data, self.size, self.block = data, size, block
        self._items = _items(data) if isinstance(data, Windows) else None
        self._order = None if seed is None else epoch_order(-(-len(data[0]) // block), seed, epoch)  # of the blocks

    def __getstate__(self) -> dict[str, Any]:
        return {**self.__dict__, "_items": None}

    def __setstate__(self, kept: dict[str, Any]) -> None:
        items = _items(kept["data"]) if isinstance(kept["data"], Windows) else None
        self.__dict__.update(kept, _items=items)

    @property
    def inputs(self) -> NDArray[Any]:
        """Inputs [n, ...] in the order of time."""
        return self.data[0]

    @property
    def targets(self) -> NDArray[Any]:
        """Targets [n, ...] in the order of time."""
        return self.data[1]

    def __len__(self) -> int:
        if self._order is None:
            return -(-len(self.inputs) // self.size)
        return -(-len(self._order) * self.block // self.size)

    def __getitem__(self, place: Any) -> Any:
        """The batch at a place, counted from 0."""
        given, place = place, whole(None, place=place)
        if not 0 <= place < len(self):
            raise IndexError(f"index={given!r} of {len(self)} batches, expected one from 0 to {len(self) - 1}.")
        inputs, targets = self.inputs, self.targets
        if self._order is None:
            part = slice(place * self.size, (place + 1) * self.size)
            return Batch(inputs[part], targets[part])
        many = self.size // self.block
        chosen = self._order[place * many : (place + 1) * many]
        if self.block == 1:
            return Batch(self._gathered(chosen), targets[chosen])
        parts = [slice(begin * self.block, (begin + 1) * self.block) for begin in chosen.tolist()]
        if len(parts) == 1:
            return Batch(inputs[parts[0]], targets[parts[0]])
        return Batch(
            np.concatenate([inputs[part] for part in parts]), np.concatenate([targets[part] for part in parts])
        )

    def _gathered(self, chosen: NDArray[np.integer]) -> NDArray[Any]:
        if self._items is None:
            return self.inputs[chosen]
        return self._items[chosen].view(self.inputs.dtype).reshape(-1, *self.inputs.shape[1:])


def _items(windows: Windows) -> NDArray[np.void]:
    """Each window as one item of bytes, [n], so that a batch copies windows, not single values."""
    values = np.ascontiguousarray(windows.values)
    _, length, features = windows.inputs.shape
    step = features * values.itemsize
    return np.ndarray(len(windows.inputs), np.dtype((np.void, length * step)), values, strides=(step,))


def padded(several: Sequence[Windows], *, mask_value: float) -> Batch:
    """Windows of several lengths as one batch: short windows are followed by steps of the mask value.

    Args:
        several: windows of each length, with equally many targets.
        mask_value: value of every feature in a padding step; give a masking layer the same value. It must not occur
            in the windows, e.g. -2 * task.bound.

    Raises:
        ValueError: the mask value occurs in all features of a step, or is not exact in the windows' type; or windows
            differ in features, targets or type.
        TypeError: an entry is no windows.
    """
    given, mask_value = mask_value, real(mask_value=mask_value)
    several = _alike(several)
    longest = max(found.inputs.shape[1] for found in several)
    dtype = np.result_type(*(found.inputs for found in several))
    largest = float(np.finfo(np.float32).max)
    if not -largest <= mask_value <= largest or float(dtype.type(mask_value)) != mask_value:
        raise ValueError(
            f"mask_value={given!r:.200} is not exact as {dtype}, expected an exact value; pass a power of two, e.g. "
            "-2 * task.bound."
        )
    parts = []
    for found in several:
        if (found.inputs == mask_value).all(axis=-1).any():
            raise ValueError(
                f"mask_value={given!r} occurs in the windows of length {found.inputs.shape[1]}, expected a value "
                "that none can have; pass e.g. mask_value=-2 * task.bound."
            )
        empty = ((0, 0), (0, longest - found.inputs.shape[1]), (0, 0))
        parts.append(np.pad(found.inputs.astype(dtype), empty, constant_values=mask_value))
    return Batch(np.concatenate(parts), np.concatenate([found.targets for found in several]))


def buckets(several: Sequence[Windows], size: int = 256, *, seed: int, epoch: int = 0) -> Iterator[Batch]:
    """Batches of windows of several lengths, each of one length, in random order: nothing is padded."""
    seed, epoch = whole(0, seed=seed), whole(0, epoch=epoch)
    return _shuffled([Batches(found, size, seed=seed, epoch=epoch) for found in _alike(several)], seed, epoch)


def _shuffled(each: list[Batches], seed: int, epoch: int) -> Iterator[Batch]:
    places = [(bucket, place) for bucket, batches in enumerate(each) for place in range(len(batches))]
    for chosen in np.random.default_rng([seed, epoch]).permutation(len(places)).tolist():
        bucket, place = places[chosen]
        yield each[bucket][place]


def _alike(given: Sequence[Windows]) -> list[Windows]:
    """Windows of several lengths, checked to have the same features, targets and type."""
    advice = "pass e.g. [windows(values, length=4), windows(values, length=8)]"
    found = kinds.several(advice, several=given)
    for one in found:
        kinds.instance("one of several", one, Windows, advice)
    alike = {(one.inputs.shape[2:], one.targets.shape[1:], one.inputs.dtype.kind) for one in found}
    if len(alike) != 1:
        told = ", ".join(f"inputs {one.inputs.shape}, targets {one.targets.shape}" for one in found)
        raise ValueError(f"several={'windows of ' + told if found else '[]'}, expected some of one kind; {advice}.")
    return found

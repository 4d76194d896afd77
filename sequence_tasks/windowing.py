"""Windows of values and their targets: views without copies."""

from __future__ import annotations

from typing import Any, Literal, NamedTuple, get_args

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import ArrayLike, NDArray

from rl_line.system.kinds import one_of, spelled
from rl_line.system.numbers import whole
from sequence_tasks.checks import usable

Targets = Literal["ahead", "every", "path"]


class Windows(NamedTuple):
    """Windows of a series and their targets; all are read-only views of `values`."""

    inputs: NDArray[Any]  # [n, L, F]
    targets: NDArray[Any]  # "ahead" [n, 1], "every" [n, L, 1], "path" [n, H]; of column 0
    values: NDArray[Any]  # [m, F]
    offsets: NDArray[np.int64]  # [K], positions of a window's targets, counted from its start

    def __repr__(self) -> str:
        return f"<Windows: inputs {list(self.inputs.shape)}, targets {list(self.targets.shape)}, {self.inputs.dtype}>"

    def __reduce__(self) -> tuple[Any, ...]:
        length = self.inputs.shape[1]
        targets = "every" if self.targets.ndim == 3 else "path" if len(self.offsets) > 1 else "ahead"
        settings = (length, int(self.offsets[-1]) - length + 1, targets)
        again = _again(self.values, *settings)
        if all(
            one.__array_interface__ == other.__array_interface__ for one, other in zip(self[:3], again, strict=False)
        ):
            return _again, (self.values, *settings)  # so that a copy also has views
        return _read_only, tuple(self)

    @property
    def starts(self) -> NDArray[np.int64]:
        """Position of each window's first value: 0..n-1, made on demand, as it is as long as the series."""
        return np.arange(len(self.inputs))


@spelled
def windows(values: ArrayLike, *, length: int, horizon: int = 1, targets: Targets = "ahead") -> Windows:
    """All windows of the values [m] or [m, F] whose targets are known: m - max(offsets) windows.

    Args:
        values: values in the order of time; they are not copied.
        length: L, number of values in a window.
        horizon: number of steps from the window's end to the target; with "path", number of targets.
        targets: "ahead" for the one value `horizon` steps after the window's end, "every" for the value `horizon`
            steps after each value of the window, "path" for all of the next `horizon` values.

    Raises:
        ValueError: a setting is no count of steps, a value is not finite, or there are too few values for a window.

    >>> windows([0, 1, 2, 3, 4], length=2).targets[:, 0]
    array([2, 3, 4])
    """
    return cut(usable("values", values), length=length, horizon=horizon, targets=targets)


def cut(array: NDArray[Any], *, length: int, horizon: int, targets: str) -> Windows:
    """Windows as by `windows`, of values known to be finite."""
    shape, array = array.shape, array[:, None] if array.ndim == 1 else array
    length, horizon = steps_of(length, horizon)
    first, last = reach(length, horizon, targets)
    count = len(array) - last if array.ndim == 2 else 0
    if count < 1 or not array.size:
        raise ValueError(
            f"values of shape {shape} hold no window, expected [m] or [m, F] with m of at least {last + 1}, as "
            f"length={length}, horizon={horizon} and targets={targets!r}; shorten the window."
        )
    offsets = np.arange(first, last + 1)
    offsets.flags.writeable = False
    inputs = sliding_window_view(array, length, axis=0)[:count].transpose(0, 2, 1)
    wanted = sliding_window_view(array[offsets[0] :, 0], len(offsets), axis=0)[:count]
    seen = array.view()
    seen.flags.writeable = False
    return Windows(inputs, wanted[..., None] if targets == "every" else wanted, seen, offsets)


def _again(values: NDArray[Any], length: int, horizon: int, targets: str) -> Windows:
    """The windows of copied values."""
    return cut(values, length=length, horizon=horizon, targets=targets)


def _read_only(*arrays: NDArray[Any]) -> Windows:
    """Windows of copied arrays that are no longer views of each other."""
    for array in arrays:
        array.flags.writeable = False
    return Windows(*arrays)


def steps_of(length: int, horizon: int) -> tuple[int, int]:
    """Length and horizon as whole numbers."""
    return whole(length=length), whole(horizon=horizon)


def reach(length: int, horizon: int, targets: str) -> tuple[int, int]:
    """Places of the first and the last target of a window, counted from its start."""
    one_of("targets", targets, get_args(Targets))
    last = length + horizon - 1
    return {"ahead": last, "every": horizon, "path": length}[targets], last


Data = Windows | tuple[NDArray[Any], NDArray[Any]]  # windows, or inputs [n, ...] and targets [n, ...]


def check_data(name: str, data: Any) -> Data:
    """The windows, or as many inputs as targets, checked to be finite in float32; TypeError or ValueError otherwise."""
    if not isinstance(data, tuple | list) or not (isinstance(data, Windows) or len(data) == 2):
        raise TypeError(
            f"{name} is a {type(data).__name__}, expected windows, or inputs and targets, which are put in order here; "
            'pass e.g. task.windows("train"), or give a data set to model.fit.'
        )
    arrays = (
        {"values": data.values} if isinstance(data, Windows) else dict(zip(("inputs", "targets"), data, strict=True))
    )
    largest = float(np.finfo(np.float32).max)
    checked = [usable(f"{part} of {name}", numbers, largest=largest) for part, numbers in arrays.items()]
    counts = [len(array) if array.ndim else 0 for array in checked]
    if min(counts) < 1 or len(set(counts)) > 1:
        raise ValueError(f"{name} has {' inputs and '.join(map(str, counts))} targets, expected as many, from 1.")
    return data if isinstance(data, Windows) else (checked[0], checked[1])

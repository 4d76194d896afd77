"""Rows of numbers as scalars for TensorBoard."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from time import time_ns

Row = dict[str, float]


@contextmanager
def scalars(logdir: str | Path | None) -> Iterator[Callable[[Row], None]]:
    """A function that writes a row's numbers at its `step` to a folder for TensorBoard; without logdir it does nothing.

    Raises:
        ModuleNotFoundError: tensorboardX is not installed.
    """
    if logdir is None:
        yield lambda row: None
        return
    try:
        from tensorboardX import SummaryWriter
    except ModuleNotFoundError as error:
        raise ModuleNotFoundError(
            f"logdir={str(logdir)!r} needs tensorboardX; pip install 'rl-line[keras]', or pass logdir=None."
        ) from error
    with SummaryWriter(str(logdir), filename_suffix=f".{time_ns()}") as writer:

        def write(row: Row) -> None:
            for name, value in row.items():
                if name != "step":
                    writer.add_scalar(name, value, int(row["step"]))

        yield write

"""Forms in which an agent may take states: numbers or one-hot rows, together or one at a time."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray


class Form(NamedTuple):
    """A form of input for states."""

    name: str
    make: Callable[[NDArray[np.int64], int], NDArray[Any]]  # (states [B], S) -> the batch
    each: bool = False  # whether states are given one at a time

    @property
    def alone(self) -> Form:
        """The same input, one state at a time."""
        return self._replace(each=True)


def _rows(states: NDArray[np.int64], num_states: int) -> NDArray[np.float32]:
    return np.eye(num_states, dtype=np.float32)[states]


ROWS = Form("one-hot rows", _rows)
STATES = Form("states", lambda states, _: states)
COLUMN = Form("a column of states", lambda states, _: states[:, None])
FLOATS = Form("a column of floats", lambda states, _: states[:, None].astype(np.float32))
ROW = Form("one row at a time", _rows, each=True)
ONE_ROW = Form("a batch of one row at a time", lambda states, size: _rows(states, size)[:, None], each=True)
STATE = Form("one state at a time", lambda states, _: states, each=True)
PAIR = STATE._replace(name="one state and action at a time")
ALL = (ROWS, STATES, COLUMN, FLOATS, ROW, STATE)

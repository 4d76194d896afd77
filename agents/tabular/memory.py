"""Memory that an update rule keeps between steps, lane by lane, in the Python loop."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

Memory = dict[str, NDArray[Any]]
First = Callable[[int], Memory]  # number of lanes -> the memory that they begin with, arrays [L, ...]

#: The name of the array [L] of every lane's last S', -1 for a lane that has not begun.
FOLLOWING = "following"


def of_lanes(first: First, lanes: int) -> Memory:
    """Memory of lanes that have not begun."""
    return {**first(lanes), FOLLOWING: np.full(lanes, -1)}


def continued(memory: Memory, first: First, lanes: NDArray[np.int64], observation: NDArray[np.int64]) -> Memory:
    """Memory with room for lanes [K], cleared in those whose observation [K] is not their last S'.

    Such a lane has begun a new episode or run. If a new one begins in that very state, remembering is no error: by the
    Markov property its future is the same.
    """
    needed = 1 + max(lanes.tolist(), default=-1)
    if needed > (number := len(memory[FOLLOWING])):
        more = of_lanes(first, needed - number)
        memory = {name: np.concatenate([array, more[name]]) for name, array in memory.items()}
    moved = lanes[memory[FOLLOWING][lanes] != observation]
    if len(moved):
        for name, array in first(len(moved)).items():
            memory[name][moved] = array
    return memory

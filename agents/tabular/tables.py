"""Tables of action values as arrays: pure functions of one transition per lane, in NumPy or `keras.ops`.

Shapes: G agents, each with L lanes, S states and A actions.
"""

from __future__ import annotations

from functools import cache
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from rl_line.system.numbers import as_array


class Tables(NamedTuple):
    """Action values, counts and memory of G agents: everything that an update changes."""

    q: Any  # [G, S, A]
    counts: Any  # [G, S, A] int, updates of each cell
    memory: dict[str, Any]  # [G, ...], arrays that a rule keeps between steps


def check_states(table: NDArray[Any], **indices: Any) -> None:
    """Raises ValueError unless states and actions [...] by their names lie in a table [S, A]."""
    num_states, num_actions = table.shape
    for name, index in indices.items():
        array, size = as_array(index), num_actions if name.endswith("action") else num_states
        given = array.size or isinstance(index, np.ndarray)  # NumPy makes floats of an empty list
        if given and (array.dtype.kind not in "iu" or (array.size and (array.min() < 0 or array.max() >= size))):
            raise ValueError(
                f"{name} {index!r}, expected states from 0 to {num_states - 1} and actions from 0 to "
                f"{num_actions - 1}; make the agent with the environment's numbers of states and actions."
            )


def rows(table: Any, state: Any, xp: Any = np) -> Any:
    """Rows [G, L, A] of tables [G, S, A] at states [G, L]."""
    groups, num_states, num_actions = table.shape
    if groups == 1:  # no offset to add: half the time in the Python loop
        return table[0][state] if xp is np else xp.take(table[0], state, axis=0)
    first = (xp.arange(groups) * num_states)[:, None]
    return xp.take(xp.reshape(table, (-1, num_actions)), state + first, axis=0)


def entries(table: Any, state: Any, action: Any, xp: Any = np) -> Any:
    """Entries [G, L] of tables [G, S, A] at states and actions [G, L]."""
    if xp is np and len(table) == 1:  # indexing by entry, which is slower in a compiled loop
        return table[0][state, action]
    return picked(rows(table, state, xp), action, xp)


def picked(q: Any, action: Any, xp: Any = np) -> Any:
    """Entries [...] of action values [..., A] at actions [...]."""
    if xp is np:
        flat, index = q.reshape(-1, q.shape[-1]), np.asarray(action)
        return flat[np.arange(len(flat)), index.reshape(-1)].reshape(index.shape)
    taken = xp.equal(action[..., None], xp.arange(q.shape[-1]))
    return xp.sum(xp.where(taken, q, 0.0), axis=-1)


def along(array: Any, index: Any, xp: Any = np) -> Any:
    """Entries [G, K] of arrays [G, N] at indices [G, K]."""
    if array.shape[0] == 1:
        return array[0][index] if xp is np else xp.take(array[0], index, axis=0)
    return xp.take_along_axis(array, index, axis=-1)


def visited(table: Any, state: Any, action: Any, xp: Any = np) -> Any:
    """Mask [G, L, S, A] of the cell of tables [G, S, A] that each lane is in, from states and actions [G, L]."""
    num_states, num_actions = table.shape[-2:]
    if xp is np:
        cells = _cells(num_states, num_actions)
    else:  # computed in the graph: as a constant it makes a compiled loop three times as slow
        cells = xp.reshape(xp.arange(num_states * num_actions), (num_states, num_actions))
    return xp.equal((state * num_actions + action)[..., None, None], cells)


@cache
def _cells(num_states: int, num_actions: int) -> NDArray[np.int64]:
    return np.arange(num_states * num_actions).reshape(num_states, num_actions)


def over_lanes(array: Any, xp: Any = np) -> Any:
    """Sum [G, S, A] of an array [G, L, S, A] over lanes."""
    return array[:, 0] if array.shape[1] == 1 else xp.sum(array, axis=1)


def mean_over_lanes(mask: Any, error: Any, xp: Any = np) -> tuple[Any, Any]:
    """Number of errors, and their mean (0 if there are none), in each cell [G, S, A].

    Args:
        mask: the errors to include, [G, L, S, A].
        error: errors of a shape that broadcasts to the mask's.
        xp: `numpy` or `keras.ops`.
    """
    times, total = over_lanes(mask, xp), over_lanes(xp.where(mask, error, 0.0), xp)
    if mask.shape[1] == 1:  # the mean of one error is that error
        return times, total
    return times, total / xp.add(xp.maximum(times, 1), 0.0)


def mean_in_cells(
    table: Any, state: Any, action: Any, error: Any, learned: Any = None, xp: Any = np
) -> tuple[Any, Any]:
    """`mean_over_lanes` for errors [G, L] of one cell per lane; `learned` [G, L] selects the errors to include.

    NumPy adds the errors up by their index, in memory for G tables; a graph compares every lane with every cell, which
    XLA fuses into one pass.
    """
    if xp is not np:
        mask = visited(table, state, action, xp)
        mask = mask if learned is None else xp.logical_and(mask, learned[..., None, None])
        return mean_over_lanes(mask, error[..., None, None], xp)
    groups, num_states, num_actions = table.shape
    row = state if groups == 1 else np.arange(groups)[:, None] * num_states + state
    cell = row * num_actions + action
    cell, error = (cell.ravel(), error.ravel()) if learned is None else (cell[learned], error[learned])
    times: NDArray[np.int64] = np.bincount(cell, minlength=table.size)
    total = np.bincount(cell, error, minlength=table.size)
    mean = total if len(cell) == 1 else total / np.maximum(times, 1)
    return times.reshape(table.shape), mean.reshape(table.shape)


def per_agent(setting: Any, xp: Any = np) -> Any:
    """A setting [G, 1] shaped for arrays [G, L, S, A]; a number stays a number."""
    return setting if isinstance(setting, float) else xp.reshape(setting, (-1, 1, 1, 1))


def mean_size(error: Any, learned: Any = None, xp: Any = np) -> Any:
    """Mean absolute value of errors [...], or of those selected by `learned` [...]; 0 if there are none."""
    if learned is None:
        return abs(error[0, 0]) if xp is np and error.size == 1 else xp.mean(xp.abs(error))
    number = xp.sum(xp.where(learned, 1.0, 0.0))
    return xp.sum(xp.where(learned, xp.abs(error), 0.0)) / xp.maximum(number, 1.0)

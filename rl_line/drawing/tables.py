"""Action values and policies of a line as text."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from rl_line.dp.solution import greedy_actions


def q_table(**tables: ArrayLike) -> str:
    """Tables of action values [S, 2] side by side under their names, the better action marked by a star.

    States are labelled from 1; rows of zeros at either end, as terminal states have them there, are left out.

    >>> print(q_table(learned=[[0.0, 0.5], [0, 0]], exact=[[0.25, 1.0], [0, 0]]))
                     learned               exact
    state     left     right      left     right
        1    0.000     0.500*    0.250     1.000*
    """
    columns = {name: np.asarray(table, dtype=np.float64) for name, table in tables.items()}
    shapes = {name: column.shape for name, column in columns.items()}
    if not shapes or len(set(shapes.values())) > 1 or any(len(s) != 2 or s[1] != 2 for s in shapes.values()):
        raise ValueError(f"tables have the shapes {shapes}, expected one or more of the same shape [S, 2].")
    lines = [
        "     " + "".join(f"{name:>19} " for name in columns),
        "state" + f"{'left':>9} {'right':>9} " * len(columns),
    ]
    told = np.flatnonzero(np.any([column.any(axis=-1) for column in columns.values()], axis=0))
    for state in range(told[0], told[-1] + 1) if told.size else ():
        lines.append(f"{state + 1:>5}" + "".join(_cells(column[state]) for column in columns.values()))
    return "\n".join(line.rstrip() for line in lines)


def policy_text(best: ArrayLike) -> str:
    """The best actions [S, 2] of each state in words; states without one (terminal ones) are left out.

    >>> policy_text([[False, True], [True, True], [False, False]])
    '1 right, 2 left or right'
    """
    words = {(True, False): "left", (False, True): "right", (True, True): "left or right"}
    rows = np.asarray(best, dtype=np.bool_).tolist()
    return ", ".join(f"{state} {words[left, right]}" for state, (left, right) in enumerate(rows, 1) if left or right)


def _cells(row: NDArray[np.float64]) -> str:
    best = greedy_actions(row[None])[0]
    return "".join(f"{value:9.3f}{'*' if is_best else ' '}" for value, is_best in zip(row, best, strict=True))

"""Action values and policies as text."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from rl_line.dp.solution import nearly_best
from rl_line.drawing.actions import action_names, first_state
from rl_line.system.kinds import spelled
from rl_line.system.notebooks import Text
from rl_line.system.numbers import as_array, shown


def q_table(env: Any = None, /, **tables: ArrayLike) -> Text:
    """Tables of action values [S, A] side by side under their names, with a star at the best actions.

    States of a line are labelled from 1, other states from 0, as in their environment. Rows of zeros at either end,
    as of terminal states, are left out.

    Args:
        env: a toy-text environment, for the names of its actions; without one, two actions are left and right.
        tables: one or more tables of the same shape, by name.

    >>> print(q_table(learned=[[0.0, 0.5], [0, 0]], exact=[[0.25, 1.0], [0, 0]]))
                     learned               exact
    state     left     right      left     right
        1    0.000     0.500*    0.250     1.000*
    """
    if not tables:
        came = "nothing" if env is None else f"only a {type(env).__name__}"
        raise ValueError(f"q_table was given {came}, expected tables by name; pass e.g. q_table(learned=agent.q).")
    columns = {name: action_values(name, table) for name, table in tables.items()}
    shapes = {name: column.shape for name, column in columns.items()}
    if len(set(shapes.values())) != 1:
        raise ValueError(f"tables have the shapes {shapes}, expected all the same; pass tables of one problem.")
    (number,) = {shape[1] for shape in shapes.values()}
    first = first_state(env, number)
    told = np.flatnonzero(np.any([column.any(axis=-1) for column in columns.values()], axis=0))
    states = range(told[0], told[-1] + 1) if told.size else range(0)
    longest = max((len(f"{x:.3f}") for column in columns.values() for x in column[list(states)].ravel()), default=0)
    width = max(9, longest + 1)  # so that numbers do not touch
    header = "".join(f"{name:>{width}} " for name in action_names(env, number))
    lines = ["     " + "".join(f"{name:>{len(header) - 1}} " for name in columns), "state" + header * len(columns)]
    for state in states:
        cells = "".join(_cells(column[state].astype(np.float64), width) for column in columns.values())
        lines.append(f"{state + first:>5}{cells}")
    return Text("\n".join(line.rstrip() for line in lines))


@spelled
def policy_text(best: ArrayLike, env: Any = None) -> str:
    """The best actions [S, A] of each state in words; states without any (terminal states) are left out.

    Actions and states are named as in `q_table`.

    >>> policy_text([[False, True], [True, True], [False, False]])
    '1 right, 2 left or right'
    """
    mask = as_array(best)
    if mask.ndim != 2 or mask.dtype.kind not in "biu":
        raise ValueError(f"best={shown(best)}, expected a mask [S, A]; pass e.g. dp.optimal_actions(mdp, gamma=0.8).")
    names, first = action_names(env, mask.shape[1]), first_state(env, mask.shape[1])
    words = ([name for name, is_best in zip(names, row, strict=True) if is_best] for row in mask.tolist())
    return ", ".join(f"{state} {' or '.join(some)}" for state, some in enumerate(words, first) if some)


@spelled
def agreement_text(learned: ArrayLike, exact: ArrayLike) -> str:
    """The agreement of action values [S, A] with the exact ones in words: right best actions, and the largest error.

    A best action is right if it is one of the exact table's best. Rows of zeros at either end of the exact table, as
    of terminal states, do not count.

    >>> agreement_text([[0.0, 0.5], [0.2, 0.1], [0, 0]], exact=[[0.25, 1.0], [0, 1.0], [0, 0]])
    'the best action is right in 1 of 2 states, and the largest error is 0.9, of Q(2, right)'
    """
    tables = [action_values(name, table) for name, table in (("learned", learned), ("exact", exact))]
    if tables[0].shape != tables[1].shape:
        shapes = ", ".join(str(table.shape) for table in tables)
        raise ValueError(f"learned and exact have the shapes {shapes}, expected the same; pass tables of one problem.")
    q, right_q = (table.astype(np.float64) for table in tables)
    told = np.flatnonzero(right_q.any(axis=-1))
    if not told.size:
        return "the exact table is zero everywhere"
    states = slice(told[0], told[-1] + 1)
    right = np.logical_and.reduce(nearly_best(q[states]) <= nearly_best(right_q[states]), axis=-1)
    with np.errstate(invalid="ignore"):  # equal infinities, e.g. without a discount, are no error
        error = np.where(q == right_q, 0.0, np.abs(q - right_q))[states]
    row, action = np.unravel_index(error.argmax(), error.shape)
    state = told[0] + row
    first, name = first_state(None, error.shape[1]), action_names(None, error.shape[1])[action]
    some = f"all {len(right)} states" if right.all() and len(right) > 1 else f"{right.sum()} of {len(right)} states"
    return (
        f"the best action is right in {some}, and the largest error is {error.max():.2g}, of Q({state + first}, {name})"
    )


def action_values(name: str, given: Any) -> NDArray[Any]:
    """The table [S, A] of an argument, checked to hold numbers."""
    table = as_array(given)
    if table.ndim != 2 or 0 in table.shape or table.dtype.kind not in "biuf":
        advice = "pass its `q`" if hasattr(given, "q") else f"pass e.g. {name}=agent.q"
        raise ValueError(f"{name}={shown(given)}, expected numbers [S, A]; {advice}.")
    return table


def _cells(row: NDArray[np.float64], width: int) -> str:
    best = nearly_best(row[None])[0]
    return "".join(f"{value:{width}.3f}{'*' if is_best else ' '}" for value, is_best in zip(row, best, strict=True))

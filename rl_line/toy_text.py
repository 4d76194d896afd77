"""Toy-text tables, `P[s][a] = [(probability, next_state, reward, terminated), ...]`, as arrays."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

import gymnasium as gym
import numpy as np
from numpy.typing import NDArray

_STARTS = ("initial_state_distrib", "isd")  # names of p(s_0) in toy-text environments, today and formerly
_MOVE = "(probability, next_state, reward, terminated)"
_LARGEST = float(np.finfo(np.float64).max)


class _Moves(NamedTuple):
    """The M moves of a table."""

    state: NDArray[np.int64]  # [M]
    action: NDArray[np.int64]  # [M]
    branch: NDArray[np.int64]  # [M], counted in the row of the state and action
    probability: NDArray[np.float64]  # [M]
    successor: NDArray[np.int64]  # [M]
    reward: NDArray[np.float64]  # [M]
    ends: NDArray[np.bool_]  # [M]


def toy_text_arrays(env: gym.Env[Any, Any]) -> tuple[NDArray[Any], ...]:
    """The arrays of a `TabularMDP`, in the order of its fields, from an environment's `P`; ValueError as there."""
    table, start = _parts(env)
    if is_fickle(env):
        raise ValueError(f"{env} has a passenger who changes the destination, which is not in `P`.")
    shape, moves = _read(table)
    first = _start(start, shape[0])
    terminal = np.isin(np.arange(shape[0]), moves.successor[moves.ends & (moves.probability > 0)])
    arrays: list[NDArray[Any]] = [np.zeros(shape, dtype) for dtype in (np.int64, np.float64, np.float64)]
    for array, values in zip(arrays, (moves.successor, moves.probability, moves.reward), strict=True):
        array[moves.state, moves.action, moves.branch] = values
    visited = _visited(first, arrays[0], arrays[1], terminal)
    goes_on = ~moves.ends & (moves.probability > 0) & terminal[moves.successor] & ~terminal[moves.state]
    mixed = np.flatnonzero(goes_on & visited[moves.state])
    if len(mixed):
        where = mixed[0]
        raise ValueError(
            f"state {moves.successor[where]} ends an episode on some moves but not after state {moves.state[where]}, "
            f"action {moves.action[where]}; expected termination to depend on the state arrived in."
        )
    return arrays[0], arrays[1], arrays[2], terminal, first


def attribute(env: Any, name: str) -> Any:
    """An attribute of the innermost environment; None if it is missing.

    Raises:
        ValueError: reading the attribute raises an error.
    """
    try:
        return getattr(getattr(env, "unwrapped", None), name, None)
    except Exception as error:  # of any kind: a property may raise anything
        reason = f"{type(error).__name__}: {error}"
        raise ValueError(f"`{name}` of {env} cannot be read ({reason:.200}), expected a toy-text table.") from error


def is_fickle(env: gym.Env[Any, Any]) -> bool:
    """True for a Taxi whose passenger changes the destination, which is not in its table."""
    return bool(getattr(env.unwrapped, "fickle_passenger", False))


def _parts(env: gym.Env[Any, Any]) -> tuple[Any, Any]:
    """The table, and the start distribution under any of its names."""
    table = attribute(env, "P")
    found = (attribute(env, name) for name in _STARTS)
    start = next((given for given in found if given is not None), None)
    missing = [name for name, part in [("`P`", table), (f"`{_STARTS[0]}`", start)] if part is None]
    if missing:
        raise ValueError(
            f"{env} has no {' and '.join(missing)}, expected a toy-text environment; "
            'pass e.g. gymnasium.make("FrozenLake-v1").'
        )
    return table, start


def _read(table: Any) -> tuple[tuple[int, int, int], _Moves]:
    """The shape [S, A, K] of a table, and its moves."""
    rows = [_entries(row, f"P[{s}]", "actions") for s, row in enumerate(_entries(table, "P", "states"))]
    odd = next((s for s, row in enumerate(rows) if len(row) != len(rows[0])), None)
    if odd is not None:
        raise ValueError(f"P[{odd}] has {len(rows[odd])} actions, expected {len(rows[0])} as P[0] has.")
    columns = list(zip(*_moves(rows), strict=True))
    state, action, branch = (np.array(column, dtype=np.int64) for column in columns[:3])
    shape = (len(rows), len(rows[0]), int(branch.max()) + 1)
    probability, successor, reward, ends = (_column(column) for column in columns[3:])
    within = (successor >= 0) & (successor < shape[0]) & (successor == np.floor(successor))
    totals = np.bincount(state * shape[1] + action, probability)[state * shape[1] + action]
    for right, what in [
        (within, f"expected a next state from 0 to {shape[0] - 1}"),
        (np.isfinite(reward), "expected a finite reward"),
        (np.isin(ends, (0, 1)), "expected True or False at its end"),
        (probability >= 0, "expected a probability of at least 0"),
        (np.abs(totals - 1) <= 1e-9, "expected probabilities that sum to 1 with those beside it"),
    ]:
        if not right.all():
            s, a, k = (int(index[~right][0]) for index in (state, action, branch))
            raise ValueError(f"P[{s}][{a}][{k}] is {rows[s][a][k]!r:.200}, {what}; a move is {_MOVE}.")
    return shape, _Moves(state, action, branch, probability, successor.astype(np.int64), reward, ends.astype(np.bool_))


def _entries(part: Any, name: str, kind: str) -> list[Any]:
    """The entries of a dictionary with the keys 0, 1, 2, ..., or of a sequence."""
    listed = isinstance(part, (Mapping, list, tuple)) or (isinstance(part, np.ndarray) and part.ndim > 0)
    size = len(part) if listed else 0
    if isinstance(part, Mapping):
        hole = next((key for key in range(size) if key not in part), None)
        if hole is not None:
            raise ValueError(f"{name} has no key {hole}, expected {kind} numbered from 0 to {size - 1}.")
    if not size:
        raise ValueError(f"{name} is {part!r:.200}, expected {kind} numbered from 0; P[s][a] is a list of {_MOVE}.")
    return [part[key] for key in range(size)]


def _moves(rows: list[list[Any]]) -> Iterator[tuple[Any, ...]]:
    """State, action, branch and the four parts of every move."""
    for s, row in enumerate(rows):
        for a, outcomes in enumerate(row):
            if not isinstance(outcomes, (list, tuple)) or not outcomes:
                raise ValueError(f"P[{s}][{a}] is {outcomes!r:.200}, expected a list of moves {_MOVE}.")
            for k, move in enumerate(outcomes):
                if not isinstance(move, (list, tuple)) or len(move) != 4:
                    raise ValueError(f"P[{s}][{a}][{k}] is {move!r:.200}, expected {_MOVE}.")
                yield s, a, k, *move


def _column(values: Any) -> NDArray[np.float64]:
    """Values [n] as floats [n], booleans as 0 and 1; nan for a value that is no real number."""
    if not isinstance(values, (list, tuple, np.ndarray)) or getattr(values, "ndim", 1) == 0:
        return np.zeros(0)
    try:
        array = np.asarray(values)
    except ValueError:  # of several lengths
        array = np.asarray(None)
    if array.dtype.kind in "biuf" and array.ndim == 1:
        return array.astype(np.float64)
    real = (bool, int, float, np.bool_, np.integer, np.floating)
    return np.array([float(x) if isinstance(x, real) and -_LARGEST <= x <= _LARGEST else np.nan for x in values])


def _start(given: Any, size: int) -> NDArray[np.float64]:
    """p(s_0) [S], checked."""
    start = _column(given)
    if start.shape != (size,) or not (start >= 0).all() or abs(start.sum() - 1) > 1e-9:
        raise ValueError(
            f"the start distribution is {given!r:.200}, expected {size} probabilities that sum to 1, one for each "
            "state of `P`."
        )
    return start


def _visited(start: Any, successor: Any, probability: Any, terminal: Any) -> NDArray[np.bool_]:
    """Mask [S] of states that an episode can visit."""
    found = np.asarray(start) > 0
    frontier = np.flatnonzero(found)
    while len(frontier):
        following = np.unique(successor[frontier][probability[frontier] > 0])
        found[frontier] = True
        frontier = following[~found[following] & ~terminal[following]]
    return found

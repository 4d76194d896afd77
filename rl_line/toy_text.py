"""Toy-text tables, `P[s][a] = [(probability, next_state, reward, terminated), ...]`, as arrays."""

from __future__ import annotations

from typing import Any

import gymnasium as gym
import numpy as np
from numpy.typing import NDArray


def toy_text_arrays(env: gym.Env[Any, Any]) -> tuple[NDArray[Any], ...]:
    """The arrays of a `TabularMDP`, in the order of its fields, from an environment's `P`; errors as it says."""
    table = getattr(env.unwrapped, "P", None)
    start = getattr(env.unwrapped, "initial_state_distrib", None)
    if table is None or start is None:
        raise ValueError(
            f"{env} has no `P` and `initial_state_distrib`, expected a toy-text environment; "
            'pass e.g. gymnasium.make("FrozenLake-v1").'
        )
    if is_fickle(env):
        raise ValueError(f"{env} has a passenger who changes the destination, which `P` does not tell.")
    moves = [(s, a, k, *move) for s in table for a in table[s] for k, move in enumerate(table[s][a])]
    state, action, k, p, successor, reward, ends = map(np.array, zip(*moves, strict=True))
    shape = (len(table), len(table[0]), int(k.max()) + 1)
    ends = ends.astype(np.bool_)
    terminal = np.isin(np.arange(shape[0]), successor[ends & (p > 0)])
    arrays: list[NDArray[Any]] = [np.zeros(shape, dtype) for dtype in (np.int64, np.float64, np.float64)]
    for array, values in zip(arrays, (successor, p, reward), strict=True):
        array[state, action, k] = values
    visited = _visited(start, arrays[0], arrays[1], terminal)
    goes_on = ~ends & (p > 0) & terminal[successor] & ~terminal[state] & visited[state]
    if goes_on.any():
        where = np.flatnonzero(goes_on)[0]
        raise ValueError(
            f"state {successor[where]} ends an episode on some moves but not after state {state[where]}, "
            f"action {action[where]}; expected termination to depend on the state arrived in."
        )
    return arrays[0], arrays[1], arrays[2], terminal, np.asarray(start, dtype=np.float64)


def is_fickle(env: gym.Env[Any, Any]) -> bool:
    """Whether an environment is a Taxi whose passenger changes the destination, which its table does not tell."""
    return bool(getattr(env.unwrapped, "fickle_passenger", False))


def _visited(start: Any, successor: Any, probability: Any, terminal: Any) -> NDArray[np.bool_]:
    """Mask [S] of states that an episode can visit."""
    found = np.asarray(start) > 0
    frontier = np.flatnonzero(found)
    while len(frontier):
        following = np.unique(successor[frontier][probability[frontier] > 0])
        found[frontier] = True
        frontier = following[~found[following] & ~terminal[following]]
    return found

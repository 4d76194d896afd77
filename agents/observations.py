"""Observations as arrays, or as dictionaries of them to any depth."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np


def mapped(function: Callable[..., Any], *observations: Any) -> Any:
    """Observations with a function applied to their arrays, part by part.

    >>> mapped(max, {"near": 1, "far": {"left": 2}}, {"near": 0, "far": {"left": 3}})
    {'near': 1, 'far': {'left': 3}}
    """
    if not isinstance(observations[0], dict):
        return function(*observations)
    return {key: mapped(function, *(one[key] for one in observations)) for key in observations[0]}


def copied(observation: Any) -> Any:
    """A copy of what can change: an environment may go on writing into the arrays that it has handed out."""
    if isinstance(observation, int):
        return observation
    return mapped(lambda part: part.copy() if isinstance(part, np.ndarray) else part, observation)


def by_path(name: str, observation: Any) -> dict[str, Any]:
    """The arrays of an observation by name, those of dictionaries by their path.

    >>> by_path("seen", {"near": 1, "far": {"left": 2}})
    {'seen>near': 1, 'seen>far>left': 2}
    """
    if not isinstance(observation, dict):
        return {name: observation}
    return {path: part for key, value in observation.items() for path, part in by_path(f"{name}>{key}", value).items()}


def from_paths(name: str, arrays: Mapping[str, Any]) -> Any:
    """The observation of that name, put together again from arrays that `by_path` has named.

    >>> from_paths("seen", {"action": 0, "seen>near": 1, "seen>far>left": 2})
    {'near': 1, 'far': {'left': 2}}
    """
    if name in arrays:
        return arrays[name]
    keys = dict.fromkeys(path[len(name) + 1 :].split(">")[0] for path in arrays if path.startswith(f"{name}>"))
    return {key: from_paths(f"{name}>{key}", arrays) for key in keys}

"""The error for an agent that cannot be read: the shortest cure, the ways tried, and the parts of the agent."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from agents.checkup.reading.parts import names_of, part, plain
from agents.checkup.reading.tables import Shape, entries, is_table


def unreadable(agent: Any, shape: Shape, tried: list[str]) -> str:
    """The message about an agent, after attempts to read it."""
    if agent is None:
        return "train returned None, expected the trained agent; does it `return` it?"
    lines = [
        f"{_cure(agent, shape)}{type(agent).__name__} shows neither actions nor values; expected act(observation), "
        "predict(observation), a table q, q_values(observations), or a network or call that gives "
        f"{list(shape)}.{' Tried, in this order:' * any(tried)}",
        *filter(None, tried),
    ]
    names = names_of(agent)
    listed = [name for name in names if not name.startswith("_")] or names
    return "\n  ".join([*lines, f"It has: {', '.join(listed)[:300]}."] if listed else lines)


def _cure(agent: Any, shape: Shape) -> str:
    """The line to return in the place of an agent, by its tables and its methods of state and action; else empty."""
    tables = [name for name in names_of(agent) if _fits(part(agent, name), shape)]
    if tables:
        shows = [f"`return agent{f'[{name!r}]' if isinstance(agent, Mapping) else f'.{name}'}`" for name in tables[:3]]
        return f"Try {' or '.join(shows)}, if it holds action values. "
    methods = [name for name in names_of(agent) if _of_pairs(name, part(agent, name))]
    actions = tuple(range(shape[1]))
    if methods:
        return f"Try `return lambda s: [agent.{methods[0]}(s, a) for a in {actions}]`. "
    if inspect.isfunction(agent) and _takes_two(agent):
        return f"Try `return lambda s: [{agent.__name__}(s, a) for a in {actions}]`, if it gives action values. "
    return ""


def _fits(found: Any, shape: Shape) -> bool:
    try:
        return is_table(found) and entries(found, np.arange(shape[0]), shape).shape == shape
    except Exception:  # other people's objects
        return False


def _of_pairs(name: str, found: Any) -> bool:
    """True for methods of state and action whose name speaks of values."""
    return inspect.isroutine(found) and ("value" in plain(name) or plain(name).startswith("q")) and _takes_two(found)


def _takes_two(found: Callable[..., Any]) -> bool:
    try:
        inspect.signature(found).bind(0, 0)
    except (TypeError, ValueError):
        return False
    return True

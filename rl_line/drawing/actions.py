"""Names of actions and labels of states, by environment."""

from __future__ import annotations

from typing import Any

from gymnasium.envs.toy_text import CliffWalkingEnv, FrozenLakeEnv, TaxiEnv

_NAMES: dict[Any, tuple[str, ...]] = {
    FrozenLakeEnv: ("left", "down", "right", "up"),
    CliffWalkingEnv: ("up", "right", "down", "left"),
    TaxiEnv: ("down", "up", "right", "left", "pick up", "drop off"),
}


def action_names(env: Any, number: int) -> tuple[str, ...]:
    """Names of the actions of a line or a toy-text environment, else numbers; without an env, two are left and right.

    >>> action_names(None, 2), action_names(None, 3)
    (('left', 'right'), ('0', '1', '2'))
    """
    inner = getattr(env, "unwrapped", None)
    for kind, names in _NAMES.items():
        if isinstance(inner, kind) and len(names) == number:
            return names
    return ("left", "right") if _is_line(inner, number) else tuple(map(str, range(number)))


def first_state(env: Any, number: int) -> int:
    """The label of the first state: 1 on a line, else 0, its number in the environment."""
    return int(_is_line(getattr(env, "unwrapped", None), number))


def _is_line(inner: Any, number: int) -> bool:
    """True for two actions if there is no environment, or if it, or the first in a vector, is of rl_line."""
    one = (getattr(inner, "envs", None) or [inner])[0]
    modules = [base.__module__ for base in type(getattr(one, "unwrapped", one)).__mro__]
    return number == 2 and (one is None or any(module.startswith("rl_line.") for module in modules))

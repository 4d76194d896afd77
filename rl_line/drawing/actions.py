"""Names and arrows of actions, by the environment that they belong to."""

from __future__ import annotations

from typing import Any

from gymnasium.envs.toy_text import CliffWalkingEnv, FrozenLakeEnv, TaxiEnv

_NAMES: dict[Any, tuple[str, ...]] = {
    FrozenLakeEnv: ("left", "down", "right", "up"),
    CliffWalkingEnv: ("up", "right", "down", "left"),
    TaxiEnv: ("down", "up", "right", "left", "pick up", "drop off"),
}

#: The arrows of actions with these names.
ARROWS = {"left": "←", "right": "→", "up": "↑", "down": "↓"}


def action_names(env: Any, number: int) -> tuple[str, ...]:
    """Names of the actions of a toy-text environment; of two actions left and right, else their numbers.

    >>> action_names(None, 2), action_names(None, 3)
    (('left', 'right'), ('0', '1', '2'))
    """
    inner = getattr(env, "unwrapped", None)
    for kind, names in _NAMES.items():
        if isinstance(inner, kind) and len(names) == number:
            return names
    return ("left", "right") if number == 2 else tuple(map(str, range(number)))

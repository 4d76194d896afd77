"""Ranges of the settings of all tabular agents, and checks of their transitions."""

from __future__ import annotations

from math import prod
from typing import Any

import numpy as np
from numpy.typing import NDArray

from agents.core import Transition
from agents.settings import check_policy, make_level, make_real, make_whole
from rl_line.system.arrays import reals
from rl_line.system.numbers import seed_from

_NUMBERS = ("reward", "terminated", "truncated")


def check_settings(agent: Any) -> None:
    """Converts a table's sizes to int; raises ValueError or TypeError for a setting that is out of range."""
    make_real(agent, "gamma", low=0, high=1, kind="a discount")
    if callable(agent.alpha):
        make_level(agent, "alpha", times=(1.0, 1e12), low=0)
    else:
        make_real(agent, "alpha", low=0, high=1, above=True, kind="a step size")
    make_real(agent, "initial_value")
    make_whole(agent, "num_states", "num_actions")
    agent.seed = seed_from(agent.seed)
    check_policy(agent.policy)
    if not isinstance(agent.masked, (bool, np.bool_)):
        raise TypeError(f"masked={agent.masked!r}, expected True or False; pass e.g. masked=True.")


def batch_of(transition: Transition) -> Transition:
    """A transition, or a batch of them, as arrays [1, L]; ValueError if parts differ in size or are no numbers."""
    for name in _NUMBERS:
        reals(**{name: getattr(transition, name)})
    parts = [None if part is None else np.asarray(part) for part in transition]
    size = np.size(transition.action)
    if any(part is not None and part.size != size for part in parts):
        named = {name: part.shape for name, part in zip(transition._fields, parts, strict=True) if part is not None}
        odd = {name: shape for name, shape in named.items() if prod(shape) != size}
        raise ValueError(f"a transition of {size} has parts of shapes {odd}, expected {size} of each.")
    return Transition(*[None if part is None else _wide(part).reshape(1, size) for part in parts])


def _wide(array: NDArray[Any]) -> NDArray[Any]:
    """Integers as int64, to compute cell indices from: int8 overflows at state 100 times 2 actions."""
    return array.astype(np.int64, copy=False) if array.dtype.kind in "iu" else array

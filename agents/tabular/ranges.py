"""Ranges of the settings that all tabular agents have, and of the transitions that they learn from."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from agents.core import Transition
from agents.settings import check_fraction, check_level, check_levels, check_policy, make_whole
from rl_line.system.arrays import reals
from rl_line.system.numbers import real, seed_from

_NUMBERS = ("reward", "terminated", "truncated")


def check_settings(agent: Any) -> None:
    """Makes ints of a table's sizes; raises ValueError or TypeError by name for a setting that is out of range."""
    check_fraction("a discount", gamma=agent.gamma)
    if callable(agent.alpha):
        check_levels(check_level, times=(1.0, 1e12), alpha=agent.alpha)
    else:
        real(0, 1, above=True, kind="a step size", alpha=agent.alpha)
    agent.initial_value = real(initial_value=agent.initial_value)
    make_whole(agent, "num_states", "num_actions")
    agent.seed = seed_from(agent.seed)
    check_policy(agent.policy)
    if not isinstance(agent.masked, (bool, np.bool_)):
        raise TypeError(f"masked={agent.masked!r}, expected True or False; pass e.g. masked=True.")


def batch_of(transition: Transition) -> Transition:
    """A transition, or one of every lane, as arrays [1, L]; ValueError if parts differ in size or are no numbers."""
    size = np.size(transition.action)
    for name in _NUMBERS:
        reals(**{name: getattr(transition, name)})
    shapes = {name: np.shape(part) for name, part in transition._asdict().items() if part is not None}
    if odd := {name: shape for name, shape in shapes.items() if np.prod(shape, dtype=int) != size}:
        raise ValueError(f"a transition of {size} has parts of shapes {odd}, expected {size} of each.")
    return Transition(*[None if part is None else _signed(np.asarray(part)).reshape(1, size) for part in transition])


def _signed(array: NDArray[Any]) -> NDArray[Any]:
    """An array whose indices can be added to others: NumPy makes floats of uint64 and int64."""
    return array.astype(np.int64) if array.dtype.kind == "u" else array

"""How much to explore, and what a policy makes of action values: pure functions of values and time."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

Schedule = Callable[..., Any]  # (time, xp=np) -> epsilon, both [...]


@dataclass(frozen=True)
class Constant:
    """The same epsilon at every time."""

    value: float

    def __post_init__(self) -> None:
        _check_probability("value", self.value)

    def __call__(self, time: Any, xp: Any = np) -> Any:
        return self.value


@dataclass(frozen=True)
class Linear:
    """From `start` to `end` in equal steps, then constant.

    >>> float(Linear(1.0, 0.0, steps=100)(25))
    0.75
    """

    start: float
    end: float
    steps: int

    def __post_init__(self) -> None:
        _check_probability("start", self.start)
        _check_probability("end", self.end)
        _check_positive("steps", self.steps)

    def __call__(self, time: Any, xp: Any = np) -> Any:
        return self.start + (self.end - self.start) * xp.minimum(time / self.steps, 1.0)


@dataclass(frozen=True)
class Exponential:
    """From `start` towards `end`, the distance halved every `half_life` steps.

    >>> print(f"{Exponential(1.0, 0.0, half_life=10)(30):.3f}")
    0.125
    """

    start: float
    end: float
    half_life: float

    def __post_init__(self) -> None:
        _check_probability("start", self.start)
        _check_probability("end", self.end)
        _check_positive("half_life", self.half_life)

    def __call__(self, time: Any, xp: Any = np) -> Any:
        return self.end + (self.start - self.end) * xp.exp(-np.log(2.0) * time / self.half_life)


def epsilon_greedy(q: Any, epsilon: Any, xp: Any = np) -> Any:
    """Probabilities [..., A]: any action with epsilon [...], else one of the best, ties shared evenly.

    Source: Sutton & Barto (2nd ed.), section 2.2.

    >>> epsilon_greedy(np.array([1.0, 3.0]), 0.1)
    array([0.05, 0.95])
    """
    best = 1.0 * xp.equal(q, xp.max(q, axis=-1, keepdims=True))
    explore = xp.expand_dims(epsilon, -1)
    return explore / q.shape[-1] + (1.0 - explore) * best / xp.sum(best, axis=-1, keepdims=True)


def choose(probabilities: Any, uniform: Any, xp: Any = np) -> Any:
    """The actions [...] that uniforms [...] in [0, 1) pick from probabilities [..., A]."""
    passed = xp.greater_equal(xp.expand_dims(uniform, -1), xp.cumsum(probabilities, axis=-1)[..., :-1])
    return xp.sum(passed, axis=-1)


def _check_probability(name: str, value: float) -> None:
    if not 0 <= value <= 1:
        raise ValueError(f"{name}={value!r}, expected a probability from 0 to 1; pass e.g. {name}=0.1.")


def _check_positive(name: str, value: float) -> None:
    if not value > 0:
        raise ValueError(f"{name}={value!r}, expected more than 0; pass e.g. {name}=1000.")

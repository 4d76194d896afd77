"""Schedules: numbers as functions of time, the transitions learned so far."""

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
        _check_level("value", self.value)

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
        _check_level("start", self.start)
        _check_level("end", self.end)
        check_positive("steps", self.steps)

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
        _check_level("start", self.start)
        _check_level("end", self.end)
        check_positive("half_life", self.half_life)

    def __call__(self, time: Any, xp: Any = np) -> Any:
        return self.end + (self.start - self.end) * xp.exp(-np.log(2.0) * time / self.half_life)


def _check_level(name: str, value: Any) -> None:
    if not np.all((np.asarray(value) >= 0) & np.isfinite(value)):
        raise ValueError(f"{name}={value!r}, expected a finite number of at least 0; pass e.g. {name}=0.1.")


def check_positive(name: str, value: Any) -> None:
    """Raises ValueError unless a number, or every number of an array, is above 0."""
    if not np.all(np.asarray(value) > 0):
        raise ValueError(f"{name}={value!r}, expected more than 0; pass e.g. {name}=1000.")

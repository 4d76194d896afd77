"""Schedules: numbers as functions of time, the transitions learned so far."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from agents.settings import check_level, check_positive


@dataclass(frozen=True)
class Constant:
    """A constant, at every time."""

    value: float

    def __post_init__(self) -> None:
        check_level(value=self.value)

    def __call__(self, time: Any, xp: Any = np) -> Any:
        """The value."""
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
        check_level(start=self.start, end=self.end)
        check_positive(steps=self.steps)

    def __call__(self, time: Any, xp: Any = np) -> Any:
        """The value [...] at times [...]."""
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
        check_level(start=self.start, end=self.end)
        check_positive(half_life=self.half_life)

    def __call__(self, time: Any, xp: Any = np) -> Any:
        """The value [...] at times [...]."""
        return self.end + (self.start - self.end) * xp.exp(-np.log(2.0) * time / self.half_life)


#: The classes of schedules.
SCHEDULES = (Constant, Linear, Exponential)

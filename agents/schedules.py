"""Schedules: functions of time, the number of transitions learned so far."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from agents.settings import level_at, make_real
from rl_line.system.kinds import spelled


@spelled
@dataclass(frozen=True)
class Constant:
    """A constant, at every time."""

    value: float

    def __post_init__(self) -> None:
        make_real(self, "value", low=0)

    def __call__(self, time: Any, xp: Any = np) -> Any:
        """The value."""
        return self.value


@spelled
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
        make_real(self, "start", "end", low=0)
        make_real(self, "steps", low=0, above=True, kind="a number of steps", example=1000)

    def __call__(self, time: Any, xp: Any = np) -> Any:
        """The value [...] at times [...]."""
        return self.start + (self.end - self.start) * xp.minimum(time / self.steps, 1.0)


@spelled
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
        make_real(self, "start", "end", low=0)
        make_real(self, "half_life", low=0, above=True, kind="a number of steps", example=1000)

    def __call__(self, time: Any, xp: Any = np) -> Any:
        """The value [...] at times [...]."""
        return self.end + (self.start - self.end) * xp.exp(-np.log(2.0) * time / self.half_life)


@spelled
@dataclass(frozen=True)
class PerEpisode:
    """A schedule for policies whose time is the number of finished episodes instead of transitions.

    >>> from agents import EpsilonGreedy
    >>> falling = EpsilonGreedy(PerEpisode(Linear(1.0, 0.0, steps=100)))  # 0 from the 100th episode on
    """

    schedule: Callable[..., Any]

    per_episode: ClassVar[bool] = True

    def __post_init__(self) -> None:
        if not callable(self.schedule):
            raise TypeError(f"schedule={self.schedule!r}, expected a schedule; pass e.g. Linear(1.0, 0.1, steps=100).")

    def __call__(self, time: Any, xp: Any = np) -> Any:
        """The value [...] after `time` finished episodes [...]."""
        return level_at(self.schedule, time, xp)


#: The classes of schedules.
SCHEDULES = (Constant, Linear, Exponential, PerEpisode)

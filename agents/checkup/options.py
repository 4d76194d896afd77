"""Options of a checkup: refuses those with which no answer is possible."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any

from agents.settings import counts_episodes, level_at
from rl_line.system.arrays import reals
from rl_line.system.kinds import flag, one_of
from rl_line.system.numbers import number, real, whole

KINDS = ("optimal", "on-policy", "n-step")  # what an agent may be meant to learn


def seeds_of(seeds: Any) -> tuple[int, ...]:
    """Seeds as ints of Python, as Gymnasium takes no others."""
    reals((None,), seeds=seeds)
    return tuple(whole(0, seeds=seed) for seed in seeds)


def check_options(
    *,
    learns: str,
    seeds: Sequence[int],
    budget: float,
    steps: int,
    vector: bool = False,
    epsilon: float | Callable[[Any], Any] | None,
) -> None:
    """Refuses options that make no sense.

    Raises:
        ValueError: names the first of them, what came and what was expected.
    """
    one_of("learns", learns, KINDS)
    if len(set(seeds)) < max(2, len(seeds)):
        raise ValueError(
            f"seeds={tuple(seeds)!r}, expected at least 2, all different, as one run is no evidence; "
            "pass e.g. (0, 1, 2)."
        )
    if number(budget) != math.inf:  # no end
        real(0, above=True, kind="a number of seconds", budget=budget)
    whole(steps=steps)
    flag(vector=vector)
    if counts_episodes(epsilon):
        raise ValueError(f"epsilon={epsilon!r} counts episodes, expected a schedule of steps; pass e.g. epsilon=0.1.")
    for level in () if epsilon is None else (level_at(epsilon, 0), level_at(epsilon, steps)):
        if not 0 <= number(level) <= 1:
            raise ValueError(
                f"epsilon={epsilon!r:.200} gives {level!r:.200}, expected a probability; pass e.g. epsilon=0.1."
            )

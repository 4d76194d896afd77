"""Options of a checkup: conversion, and checks that they allow an answer."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any

from agents.settings import counts_episodes, level_at
from rl_line.system.arrays import reals
from rl_line.system.kinds import flag, one_of
from rl_line.system.numbers import number, real, whole

KINDS = ("optimal", "on-policy", "n-step")  # values that an agent may learn


def read_options(
    *,
    learns: str,
    seeds: Sequence[int],
    budget: float,
    steps: int,
    vector: bool = False,
    epsilon: float | Callable[[Any], Any] | None,
) -> dict[str, Any]:
    """The options as plain numbers of Python, which Gymnasium needs for seeds.

    Raises:
        ValueError: an option is out of range.
    """
    one_of("learns", learns, KINDS)
    reals((None,), seeds=seeds)
    seeds = tuple(whole(0, seeds=seed) for seed in seeds)
    if len(set(seeds)) < max(2, len(seeds)):
        raise ValueError(
            f"seeds={seeds!r}, expected at least 2, all different, as one proves nothing; pass e.g. seeds=(0, 1, 2)."
        )
    endless = number(budget) == math.inf
    budget = math.inf if endless else real(0, above=True, kind="a number of seconds", budget=budget)
    steps = whole(steps=steps)
    flag(vector=vector)
    if counts_episodes(epsilon):
        raise ValueError(f"epsilon={epsilon!r} counts episodes, expected a schedule of steps; pass e.g. epsilon=0.1.")
    for level in () if epsilon is None else (level_at(epsilon, 0), level_at(epsilon, steps)):
        if not 0 <= number(level) <= 1:
            raise ValueError(
                f"epsilon={epsilon!r:.200} gives {level!r:.200}, expected a probability; pass e.g. epsilon=0.1."
            )
    return {"learns": learns, "seeds": seeds, "budget": budget, "steps": steps, "vector": vector, "epsilon": epsilon}

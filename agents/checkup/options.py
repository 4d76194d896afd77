"""What a checkup may be asked: refuses options of which no answer could come."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from agents.settings import counts_episodes, level_at
from rl_line.system.numbers import whole

KINDS = ("optimal", "on-policy", "n-step")  # what an agent may be meant to learn


def check_options(
    *, learns: str, seeds: Sequence[int], budget: float, steps: int, epsilon: float | Callable[[Any], Any] | None
) -> None:
    """Says what is wrong with options, if anything is.

    Raises:
        ValueError: the first that makes no sense; the message says what came and what was expected.
    """
    if learns not in KINDS:
        raise ValueError(f"learns={learns!r}, expected {', '.join(map(repr, KINDS[:-1]))} or {KINDS[-1]!r}.")
    if len(set(seeds)) < max(2, len(seeds)):
        raise ValueError(
            f"seeds={tuple(seeds)!r}, expected at least 2, all different, as one run is no evidence; "
            "pass e.g. (0, 1, 2)."
        )
    if not budget > 0:
        raise ValueError(f"budget={budget!r}, expected seconds above 0; pass e.g. budget=60.")
    whole(steps=steps)
    if counts_episodes(epsilon):
        raise ValueError(f"epsilon={epsilon!r} counts episodes, expected a schedule of steps; pass e.g. epsilon=0.1.")
    for level in () if epsilon is None else (level_at(epsilon, 0), level_at(epsilon, steps)):
        if not 0 <= float(level) <= 1:
            raise ValueError(f"epsilon={epsilon!r} gives {level!r}, expected a probability; pass e.g. epsilon=0.1.")

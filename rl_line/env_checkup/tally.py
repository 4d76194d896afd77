"""A sequential test of probabilities, valid after every draw."""

from __future__ import annotations

import math
from collections.abc import Sequence


class Tally:
    """Evidence that outcomes do not have the given probabilities, valid after every draw.

    It is the log likelihood ratio of sequential estimates to the given probabilities. If these are right, the
    probability that `strongest` ever reaches log(1 / error_rate) is at most `error_rate` (Ville's inequality, 1939).
    The estimates are those of Krichevsky & Trofimov (1981).

    >>> tally = Tally([0.5, 0.5])
    >>> for _ in range(4):
    ...     tally.add(0)
    >>> print(f"{tally.strongest:.3f}")  # 1/2 x 3/4 x 5/6 x 7/8 of all against 1/2 x 1/2 x 1/2 x 1/2
    1.476
    """

    def __init__(self, probability: Sequence[float]) -> None:
        self.probability = probability
        self.counts = [0] * len(probability)
        self.evidence = self.strongest = 0.0  # log likelihood ratio, now and at its maximum
        self._total = 0

    def add(self, outcome: int) -> None:
        """Adds one draw."""
        estimate = (self.counts[outcome] + 0.5) / (self._total + 0.5 * len(self.counts))
        self.counts[outcome] += 1
        self._total += 1
        self.evidence += math.log(estimate / self.probability[outcome])
        self.strongest = max(self.strongest, self.evidence)

    def __str__(self) -> str:
        n = self._total
        worst = max(range(len(self.counts)), key=lambda k: abs(self.counts[k] / n - self.probability[k]))
        return f"{self.counts[worst]} of {n} where the table says {self.probability[worst]:.4g}"

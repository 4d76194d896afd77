"""Tables of the page on environments: all findings by name, and what the same observation of Blackjack is worth."""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np

from extensions.computed.bugs import markdown
from rl_line.env_checkup import FINDINGS

sys.path.append(str(Path(__file__).parents[3] / "tests/rl_line/env_checkup"))
from blackjack import STICK, blackjack, index


def findings() -> str:
    """Table of the findings of `check_env_semantics`."""
    return markdown(["finding", "what it says"], ([f"`{name}`", meaning] for name, meaning in FINDINGS.items()))


def soft_21() -> str:
    """Expected reward of sticking on a soft 21 against each card of the dealer, for a hand dealt at once or drawn."""
    mdp = blackjack(naturals_win=True)
    paid = (mdp.probability * mdp.reward).sum(axis=2)[:, STICK]
    rows = []
    for dealer in range(1, 11):
        dealt, drawn = (paid[index(21, dealer, 1, natural)] for natural in (1, 0))
        assert dealt > drawn
        rows.append(["ace" if dealer == 1 else dealer, *np.round([dealt, drawn], 4)])
    return markdown(["dealer shows", "a natural", "another soft 21"], rows)

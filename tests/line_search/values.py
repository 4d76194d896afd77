"""The search of lines: `PYTHONPATH=.:tests python -m line_search.values` prints lines that separate rules.

It draws random lines and keeps, by greedy exchange, the three with the largest least distance between any two rules,
for epsilon 1 and 0.2.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from agents.checkup.rules.simulation import FORMS, tables
from agents.checkup.training.lines import Line
from rl_line.dp import policy_iteration

EPSILONS = (1.0, 0.2)
LEAST_GAP = 0.1  # of the scale, between the actions of any state: no ties
MOST_GROWTH = 2.5  # times the scale, for values with a discount of 0.99: no endless rewards, so values converge soon
RESTARTS = 40

#: Pairs that are one rule under two names, at least with epsilon 1 or in a table with initial values of 0.
ALIASES = {
    frozenset(pair)
    for pair in (
        ("on-policy-bootstrap", "on-policy"),
        ("mean-for-max", "on-policy"),  # with epsilon 1
        ("mean-for-max", "on-policy-bootstrap"),
        *(("policy-at-wrong-state", other) for other in ("mean-for-max", "on-policy", "on-policy-bootstrap")),
        ("gamma-zero", "target-never-synced"),  # with initial values of 0
        ("returns-cut-at-limit", "returns-of-parts"),  # parts nearly as long as the limit
    )
}
#: Kinds of learners and bugs that become equal as exploration ends.
MEETING = {"right", "n-step", "on-policy", "on-policy-bootstrap"}
#: Distinguished by other means: cells never learned keep their initial values; a gradient through targets needs slips.
APART = {"terminal-transitions-dropped", "gradient-through-target"}


def told_apart(one: str, other: str) -> bool:
    """True where two bugs must have different fixed points on some line that does not slip."""
    pair = {one, other}
    return one != other and frozenset(pair) not in ALIASES and not pair & APART and not pair <= MEETING


def distances(line: Line) -> NDArray[np.float64]:
    """Distances [F, F] between fixed points on a line, as shares of its scale: the least over levels of exploration."""
    apart = []
    for epsilon in EPSILONS:
        ends = np.nan_to_num(tables(line, epsilon=epsilon), nan=1e3, posinf=1e3, neginf=-1e3)
        apart.append(np.abs(ends[:, None] - ends[None]).max(axis=2))
    return np.asarray(np.min(apart, axis=0))


def pairs() -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """The indices into `FORMS` of all pairs to distinguish."""
    first, second = np.triu_indices(len(FORMS), 1)
    names = [name for name, _ in FORMS]
    kept = [told_apart(names[i], names[j]) for i, j in zip(first, second, strict=True)]
    return first[kept], second[kept]


def drawn(rng: np.random.Generator) -> Line | None:
    """A random line, or None if it is no good line."""
    states, both = int(rng.choice([4, 4, 5])), bool(rng.random() < 0.25)
    rewards = np.where(rng.random(states) < 0.3, 0.0, np.round(rng.uniform(-4, 9, states) * 2) / 2) + 0.0
    start = rng.choice([1.0, 1.0, 1.0, 2.0], states)
    start[-1] = 0.0
    start[0] *= not both
    live = np.flatnonzero(start)
    shown = None if rng.random() < 0.35 else int(rng.choice(live))
    gamma, limit = float(rng.choice([0.5, 0.6, 0.7, 0.8])), int(rng.integers(2, 7))
    terminals = (0, -1) if both else (-1,)
    line = Line(
        "?", tuple(rewards.tolist()), tuple((start / start.sum()).tolist()), gamma, limit, terminals, 0.0, shown
    )
    return line if _good(line) else None


def _good(line: Line) -> bool:
    q, scale, live = line.optimal, line.scale, ~line.mdp.terminal
    best = q[live].argmax(axis=1)
    later = np.abs(policy_iteration(line.mdp, 0.99).q[live]).max()
    wide = np.ptp(q[live], axis=1).min() >= LEAST_GAP * scale
    return bool(scale >= 1 and wide and best.min() != best.max() and later <= MOST_GROWTH * scale)


def exchanged(apart: NDArray[np.float64], own_end: NDArray[np.bool_], *, lines: int = 3, seed: int = 0) -> list[int]:
    """Indices of the lines with the largest least distance over pairs; the first line shows its end as a state.

    Args:
        apart: distances [L, P] of all pairs on each line.
        own_end: [L] whether a line shows its end as its own state.
        lines: number of lines.
        seed: seed of the random starts.
    """
    rng, best, most = np.random.default_rng(seed), list[int](), -1.0
    for _ in range(RESTARTS):
        chosen = [int(rng.choice(np.flatnonzero(own_end))), *rng.integers(len(apart), size=lines - 1).tolist()]
        score, better = -1.0, True
        while better:
            better = False
            for place in range(lines):
                others = apart[[line for k, line in enumerate(chosen) if k != place]].max(axis=0)
                least = np.maximum(others, apart).min(axis=1)
                least = np.where(own_end, least, -1.0) if place == 0 else least
                if least.max() > score + 1e-9:
                    chosen[place], score, better = int(least.argmax()), float(least.max()), True
        if score > most:
            best, most = chosen, score
    return best


def main(arguments: Sequence[str] | None = None) -> None:
    """Searches for some time, and prints the best three lines with their least distance."""
    parser = argparse.ArgumentParser("python -m line_search.values", description=main.__doc__)
    parser.add_argument("--seconds", type=float, default=600.0)
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args(arguments)
    rng, began = np.random.default_rng(options.seed), time.perf_counter()
    first, second = pairs()
    lines: list[Line] = []
    apart: list[NDArray[np.float64]] = []
    while time.perf_counter() - began < options.seconds:
        if line := drawn(rng):
            lines.append(line)
            apart.append(distances(line)[first, second])
    own_end = np.array([line.end_shown_as is None for line in lines])
    chosen = exchanged(np.array(apart), own_end)
    least = np.array(apart)[chosen].max(axis=0)
    print(f"{len(lines)} lines tried; any two rules are at least {least.min():.3f} of the scale apart on one of\n")
    for index in chosen:
        print(lines[index])


if __name__ == "__main__":
    main()

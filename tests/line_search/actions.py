"""The search of lines for actions alone: `PYTHONPATH=.:tests python -m line_search.actions` prints them.

It draws random lines on which learners of every kind have the same greedy actions. By exchange it keeps the lines on
which the fewest bugs pass, the most bugs act as no right learner does, and the fewest pairs of bugs are confused.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from agents.checkup.rules.beginners import acts_by, explains, firm, on_the_way
from agents.checkup.rules.catalogue import KINDS
from agents.checkup.rules.fixed_points import fixed_point
from agents.checkup.rules.simulation import FORMS, experience
from agents.checkup.training.lines import Line
from line_search.values import EPSILONS, drawn

RESTARTS = 12


class Told(NamedTuple):
    """Bugs by their greedy actions on a line, for every level of exploration."""

    wrong: NDArray[np.bool_]  # [F] of `FORMS`, whether some greedy action is not the best
    shown: NDArray[np.bool_]  # [F] whether no right learner acts so, also early in training
    taken: NDArray[np.bool_]  # [F, F] whether the second form explains the first one's actions


def all_kinds_agree(line: Line) -> bool:
    """True where learners of every kind, with epsilon 0.2, prefer the best action by far in every state."""
    best, live = line.optimal.argmax(axis=1), ~line.mdp.terminal
    seen = experience(line, epsilon=min(EPSILONS))
    tables = [fixed_point(rule, seen) for rules in KINDS.values() for rule in rules]
    return all((firm(table)[live] & (table.argmax(axis=1) == best)[live]).all() for table in tables)


def told(line: Line) -> Told:
    """Bugs by their greedy actions on a line."""
    best, live, beginners = line.optimal.argmax(axis=1), ~line.mdp.terminal, on_the_way(line)
    wrong, shown, taken = (np.ones(shape, dtype=bool) for shape in (len(FORMS), len(FORMS), (len(FORMS), len(FORMS))))
    for epsilon in EPSILONS:
        seen = experience(line, epsilon=epsilon)
        tables = [np.nan_to_num(fixed_point(rule, seen), nan=0.0, posinf=0.0, neginf=0.0) for _, rule in FORMS]
        for one, table in enumerate(tables):
            greedy = table.argmax(axis=1)
            off = live & (greedy != best)
            clear = off.any() and bool(firm(table)[off].all())
            wrong[one] &= bool(firm(table)[off].any())
            shown[one] &= clear and not any(acts_by(greedy, beginner, line) for beginner in beginners)
            taken[one] &= [explains(other, greedy, off, line) for other in tables]
    return Told(wrong, shown, taken)


def worth(found: Sequence[Told]) -> float:
    """Ten for each form that does not pass, ten for each `shown`, minus the pairs that no line distinguishes."""
    wrong, shown = (np.any([getattr(one, field) for one in found], axis=0) for field in ("wrong", "shown"))
    confused = np.all([one.taken for one in found], axis=0)[shown].sum() - shown.sum()
    return float(10 * (wrong.sum() + shown.sum()) - confused)


def exchanged(found: Sequence[Told], *, lines: int, seed: int = 0) -> list[int]:
    """Indices of the lines with the largest `worth` together, by exchange of single lines from random starts."""
    rng, best, most = np.random.default_rng(seed), list[int](), -np.inf
    for _ in range(RESTARTS):
        chosen, score, better = rng.integers(len(found), size=lines).tolist(), -np.inf, True
        while better:
            better = False
            for place in range(lines):
                tried = [[*chosen[:place], other, *chosen[place + 1 :]] for other in range(len(found))]
                scores = [worth([found[index] for index in each]) for each in tried]
                if max(scores) > score:
                    score, better = max(scores), True
                    chosen = tried[int(np.argmax(scores))]
        if score > most:
            best, most = chosen, score
    return best


def main(arguments: Sequence[str] | None = None) -> None:
    """Searches for some time, and prints the best lines with the bugs that they show."""
    parser = argparse.ArgumentParser("python -m line_search.actions", description=main.__doc__)
    parser.add_argument("--seconds", type=float, default=600.0)
    parser.add_argument("--lines", type=int, default=6)
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args(arguments)
    rng, began = np.random.default_rng(options.seed), time.perf_counter()
    lines: list[Line] = []
    found: list[Told] = []
    while time.perf_counter() - began < options.seconds:
        if (line := drawn(rng)) and all_kinds_agree(line):
            lines.append(line)
            found.append(told(line))
    chosen = exchanged(found, lines=options.lines)
    print(f"{len(lines)} lines tried; the best {options.lines} of them:\n")
    for index in chosen:
        print(lines[index])
    for field in ("wrong", "shown"):
        seen = np.any([getattr(found[index], field) for index in chosen], axis=0)
        names = sorted({name for (name, _), one in zip(FORMS, seen, strict=True) if one})
        print(f"\n{len(names)} bugs {field}: {', '.join(names)}")


if __name__ == "__main__":
    main()

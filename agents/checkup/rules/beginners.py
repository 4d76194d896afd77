"""Tables that a right learner may act by early in training: their greedy actions are no bug."""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence
from functools import cache

import numpy as np
from numpy.typing import NDArray

from agents.checkup.rules.experience import Table
from agents.checkup.training.lines import Line
from rl_line.dp import action_values, critical_gammas, finite_horizon, policy_evaluation, policy_iteration

WIDE = 0.1  # of a table's largest value: a smaller preference may be found or missed
NOTHING = 1e-9  # of a table's largest value: rounding error


def firm(table: Table) -> NDArray[np.bool_]:
    """Mask [S] of states with one action better by far."""
    return np.ptp(table, axis=1) > WIDE * float(np.abs(table).max())


def acts_by(greedy: NDArray[np.int64], table: Table, line: Line) -> bool:
    """True where actions [S] are the best of a table, in every state with one action better by far."""
    matters = firm(table) & ~line.mdp.terminal
    return bool((greedy == table.argmax(axis=1))[matters].all())


def explains(table: Table, greedy: NDArray[np.int64], wrong: NDArray[np.bool_], line: Line) -> bool:
    """True where `acts_by` is, and actions are the best by any margin in one of the `wrong` states, if any."""
    prefers = (np.ptp(table, axis=1) > NOTHING * float(np.abs(table).max())) & (greedy == table.argmax(axis=1))
    return acts_by(greedy, table, line) and bool(prefers[wrong].any() or not wrong.any())


def discounts(lines: Sequence[Line], low: float, high: float) -> list[float]:
    """One discount from each range between `low` and `high` in which the optimal policies of lines stay the same."""
    critical = {float(each) for line in lines for each in critical_gammas(line.mdp)}
    ends = [low, *sorted(each for each in critical if low < each < high), high]
    return [(one + other) / 2 for one, other in itertools.pairwise(ends)]


@cache
def on_the_way(line: Line) -> list[Table]:
    """Tables [S, A] of a right learner early in training.

    These are the optimal values of short horizons; the optimal values of lower discounts, one from each range with one
    optimal policy; and the values of the policies in policy iteration from the uniform policy, the start of a policy
    gradient.
    """
    mdp, gamma = line.mdp, line.gamma
    matter = math.ceil(math.log(WIDE) / math.log(gamma))  # later rewards count less than WIDE
    tables = list(finite_horizon(mdp, matter, gamma).q)
    tables += [policy_iteration(mdp, lower).q for lower in discounts([line], 0.0, gamma)]
    policy = np.full((mdp.num_states, mdp.num_actions), 1 / mdp.num_actions)
    best = line.optimal.argmax(axis=1)
    while not (policy.argmax(axis=1) == best)[~mdp.terminal].all() or policy.max() < 1:
        tables.append(action_values(mdp, policy_evaluation(mdp, policy, gamma), gamma))
        policy = np.eye(mdp.num_actions)[tables[-1].argmax(axis=1)]
    return tables

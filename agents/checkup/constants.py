"""Bugs with a constant, as a discount or a scale of rewards: their tables, and the constant from what was learned."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from agents.checkup.fingerprints import FINGERPRINTS, Match, dropped, fixed_point, optimal
from agents.checkup.problem import Problem, Table

OF_WINDOWS = ("nstep-gamma-power", "nstep-crosses-episodes")  # known where no limit cuts windows of n steps short
NO_GAMMA = 0.05  # a discount below that is `gamma-zero`


def expected(problem: Problem, q: Table) -> tuple[Table, Table]:
    """What a move is expected to pay, and what follows to be worth, of live states."""
    mdp, live = problem.mdp, ~problem.mdp.terminal
    following = (mdp.probability * problem.live * q.max(axis=1)[mdp.successor]).sum(axis=2)[live]
    return (mdp.probability * mdp.reward).sum(axis=2)[live], following


class Estimates(NamedTuple):
    """Each constant alone that makes learned values most consistent, the others taken as they should be."""

    gamma: float
    scale: float  # of rewards
    shift: float  # added to every reward


def estimates(problem: Problem, q: Table) -> Estimates:
    """The discount, the scale and the shift of rewards that learned values q [S, A] were made with.

    A learner's values satisfy its own Bellman equation, which is linear in each: q = scale r + shift + gamma v'.

    >>> from rl_line import reward_line
    >>> taught, used = (Problem(reward_line(), gamma) for gamma in (0.8, 0.5))
    >>> print(f"{estimates(taught, optimal(used)).gamma:.3f}")
    0.500
    """
    live = ~problem.mdp.terminal
    paid, following = expected(problem, q)
    future = q[live] - problem.gamma * following

    def slope(x: Table, y: Table) -> float:
        return float((x * y).sum() / max(float((x * x).sum()), 1e-12))

    return Estimates(slope(following, q[live] - paid), slope(paid, future), float((future - paid).mean()))


def with_constants(problem: Problem, q: Table) -> list[Match]:
    """The distances of bugs that have a constant, with the constant estimated from the values."""
    compared = ~problem.mdp.terminal
    found = []
    for bug, function in FAMILIES.items():
        table, constant = function(problem, q)
        if bug == "wrong-gamma" and constant < NO_GAMMA:
            continue
        found.append(Match(bug, float(abs(table - q)[compared].max()), table, constant))
    return found


def _wrong_gamma(problem: Problem, q: Table) -> tuple[Table, float]:
    gamma = float(np.clip(estimates(problem, q).gamma, 0.0, 0.9999))
    return WITH["wrong-gamma"](problem, gamma), gamma


def _scaled(problem: Problem, q: Table) -> tuple[Table, float]:
    scale = estimates(problem, q).scale
    return WITH["reward-scaled"](problem, scale), scale


def _moved(problem: Problem, q: Table) -> tuple[Table, float]:
    shift = estimates(problem, q).shift
    return WITH["reward-moved"](problem, shift), shift


def _ends(problem: Problem, q: Table) -> tuple[Table, float]:
    """The last moves are worth what they were learned to be, all the same; the rest follows."""
    chance = (problem.mdp.probability * (1 - problem.live)).sum(axis=2) * ~problem.mdp.terminal[:, None]
    going_on = problem.mdp.reward + problem.gamma * q.max(axis=1)[problem.mdp.successor]
    rest = q - (problem.mdp.probability * problem.live * going_on).sum(axis=2)
    value = float((chance * rest).sum() / max(float((chance**2).sum()), 1e-12))
    return WITH["terminal-reward-overridden"](problem, value), value


def _unlearned(problem: Problem, q: Table) -> tuple[Table, float]:
    """Moves that always end are worth whatever they began as."""
    always = (problem.mdp.probability * problem.live).sum(axis=2) == 0
    values = q[always & ~problem.mdp.terminal[:, None]]
    return dropped(problem, q), float(values[0]) if len(values) else 0.0


def _clipped(problem: Problem, q: Table) -> tuple[Table, float]:
    """The largest reward that values were made of, be it paid or lost."""
    _, following = expected(problem, q)
    bound = float(np.abs(q[~problem.mdp.terminal] - problem.gamma * following).max())
    return WITH["reward-clipped"](problem, bound), bound


def _over_steps(bug: str, problem: Problem, q: Table) -> tuple[Table, float]:
    """Targets of another number of steps than usual."""
    tables = {n: WITH[bug](problem, n) for n in (2, 4, 5)}
    live = ~problem.mdp.terminal
    n = min(tables, key=lambda n: float(np.abs(tables[n] - q)[live].max()))
    return tables[n], n


def _paying(problem: Problem, reward: NDArray[np.float64]) -> Table:
    return optimal(replace(problem, mdp=replace(problem.mdp, reward=reward)))


def _with_ends(problem: Problem, value: Table) -> Table:
    live = problem.live

    def targets(p: Problem, q: Table) -> Table:
        return np.where(live, p.mdp.reward + p.gamma * p.best(q)[p.mdp.successor], value[:, :, None])

    return fixed_point(problem, targets)


def _of_steps(bug: str, problem: Problem, steps: float) -> Table:
    return FINGERPRINTS[bug][0](replace(problem, n=int(steps)))


#: Bugs with a constant: the table it leads to.
WITH: dict[str, Callable[[Problem, float], Table]] = {
    "wrong-gamma": lambda problem, gamma: optimal(replace(problem, gamma=gamma)),
    "reward-scaled": lambda problem, scale: _paying(problem, problem.mdp.reward * scale),
    "reward-moved": lambda problem, shift: _paying(problem, problem.mdp.reward + shift),
    "terminal-reward-overridden": lambda problem, value: _with_ends(
        problem, np.full(problem.mdp.successor.shape[:2], value)
    ),
    "reward-clipped": lambda problem, bound: _paying(problem, np.clip(problem.mdp.reward, -bound, bound)),
    **{bug: partial(_of_steps, bug) for bug in OF_WINDOWS},
}

#: Bugs with a constant: the table it leads to, and the constant, from what was learned.
FAMILIES: dict[str, Callable[[Problem, Table], tuple[Table, float]]] = {
    "wrong-gamma": _wrong_gamma,
    "reward-scaled": _scaled,
    "reward-moved": _moved,
    "terminal-reward-overridden": _ends,
    "terminal-transitions-dropped": _unlearned,
    "reward-clipped": _clipped,
    **{bug: partial(_over_steps, bug) for bug in OF_WINDOWS},
}

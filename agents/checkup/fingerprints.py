"""The exact wrong answer of every known bug: the fixed point of its operator, on any problem."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from agents.checkup.mixtures import huber_location, mean
from agents.checkup.operators import OTHERS, TARGETS, VARYING, Targets, next_is_here
from agents.checkup.problem import Problem, Table
from rl_line.dp import action_values, policy_evaluation, policy_iteration

_MOST_SOLVED = 1_000  # problems of a bug each, that are kept
_SOLVED: dict[tuple[Targets, str], Table] = {}  # the same lines are asked about again and again


def fixed_point(problem: Problem, targets: Targets) -> Table:
    """The q [S, A] that is the mean of its own targets; rows of terminal states stay as they were at first.

    Of a `robust` problem it is where Huber's loss of the targets is least.
    """
    key = targets, problem.key
    if key not in _SOLVED:
        if len(_SOLVED) >= _MOST_SOLVED:
            del _SOLVED[next(iter(_SOLVED))]
        _SOLVED[key] = _solved(problem, targets)
    return _SOLVED[key].copy()


def _solved(problem: Problem, targets: Targets) -> Table:
    mdp = problem.mdp
    ended, located = mdp.terminal[:, None], huber_location if problem.robust else mean
    q = problem.begun
    for _ in range(10_000):
        parts = targets(problem, q)
        moved = located(mdp.probability, parts if isinstance(parts, list) else [(1.0, parts)])
        previous, q = q, np.where(ended, problem.begun, moved)
        if np.abs(q - previous).max() <= (1e-6 if problem.robust else 1e-12) * max(1.0, np.abs(q).max()):
            break
    return q


def optimal(problem: Problem) -> Table:
    """What is right: Q*, with the rows of terminal states as they were at first."""
    q = policy_iteration(problem.mdp, problem.gamma).q
    return np.where(problem.mdp.terminal[:, None], problem.begun, q)


def dropped(problem: Problem, unlearned: Table | None = None) -> Table:
    """Moves that end are never learned from: of others the outcomes that go on, of the rest nothing.

    Args:
        problem: what was asked.
        unlearned: what [S, A] moves are worth that always end; as they began if not given.
    """
    value = problem.begun if unlearned is None else unlearned
    weight = problem.mdp.probability * problem.live
    total = weight.sum(axis=2, keepdims=True)
    kept = np.divide(weight, total, out=np.zeros_like(weight), where=total > 0)
    always = total[..., 0] == 0

    def targets(p: Problem, q: Table) -> Any:
        back = p.mdp.reward + p.gamma * p.best(q)[p.mdp.successor]
        mean = np.where(always, value, (kept * back).sum(axis=2))
        return np.broadcast_to(mean[..., None], back.shape)

    return fixed_point(problem, targets)


def _here_is_next(problem: Problem) -> Table:
    """The cell of S' and A is learned in place of that of S and A: a mean over the moves that arrive.

    Where none arrives a table stays as it began, and a network holds whatever it makes of the rest.
    """
    mdp, shape = problem.mdp, problem.mdp.successor.shape
    weight = problem.moves
    cell = (problem.seen, np.broadcast_to(np.arange(shape[1])[None, :, None], shape))
    total = np.zeros(shape[:2])
    np.add.at(total, cell, weight)
    unlearned = problem.begun if problem.resting is None else problem.resting
    q = unlearned
    for _ in range(2_000):
        moved = np.zeros(shape[:2])
        np.add.at(moved, cell, weight * (mdp.reward + problem.gamma * problem.live * problem.best(q)[problem.seen]))
        previous, q = q, np.divide(moved, total, out=unlearned.copy(), where=total > 0)
        if np.abs(q - previous).max() < 1e-12:
            break
    return q


def _n_step(problem: Problem, *, crossing: bool, discount: float) -> Table:
    """Uncorrected n-step targets that bootstrap with `discount`, and may run on into the next episode."""
    p, mdp = problem, problem.mdp
    q = np.zeros(mdp.successor.shape[:2])
    for _ in range(5_000):
        back = mdp.reward + discount * p.live * p.best(q)[mdp.successor]
        for _ in range(p.n - 1):
            v = (p.policy * (mdp.probability * back).sum(axis=2)).sum(axis=1)
            onward = np.where(p.live, v[mdp.successor], mdp.start @ v if crossing else 0.0)
            back = mdp.reward + p.gamma * onward
        previous, q = q, np.where(mdp.terminal[:, None], p.begun, (mdp.probability * back).sum(axis=2))
        if np.abs(q - previous).max() < 1e-12 * max(1.0, np.abs(q).max()):
            break
    return q


def _residual_gradient(problem: Problem) -> Table:
    """The least mean squared Bellman error, reached if the gradient also flows through the target.

    Source: Baird (1995), Residual algorithms; the least squares are solved for one greedy policy after the other.
    """
    mdp, shape = problem.mdp, problem.mdp.successor.shape
    weight = np.sqrt(problem.moves)
    cells = np.arange(shape[0] * shape[1]).reshape(shape[:2])
    q = np.asarray(optimal(problem))
    for _ in range(100):
        rows = np.zeros((*shape, q.size))
        np.put_along_axis(rows, np.broadcast_to(cells[:, :, None, None], (*shape, 1)), 1.0, axis=3)
        following = np.take_along_axis(cells, q.argmax(axis=1)[:, None], axis=1)[:, 0][mdp.successor]
        rows -= problem.gamma * problem.live[..., None] * np.eye(q.size)[following]
        matrix, right = (weight[..., None] * rows).reshape(-1, q.size), (weight * mdp.reward).ravel()
        solved = np.linalg.lstsq(matrix, right, rcond=None)[0].reshape(q.shape)
        previous, q = q, np.where(mdp.terminal[:, None], problem.begun, solved)
        if np.abs(q - previous).max() < 1e-10:
            break
    return q


def _own_policy(problem: Problem) -> Table:
    q = action_values(problem.mdp, policy_evaluation(problem.mdp, problem.policy, problem.gamma), problem.gamma)
    return np.where(problem.mdp.terminal[:, None], problem.begun, q)


def _of(targets: Targets) -> Callable[[Problem], Table]:
    return lambda problem: fixed_point(problem, targets)


#: The wrong tables of every bug that has one; of some there are two.
FINGERPRINTS: dict[str, tuple[Callable[[Problem], Table], ...]] = {
    **{bug: tuple(map(_of, forms)) for bug, forms in TARGETS.items()},
    "terminal-transitions-dropped": (dropped,),
    "nstep-gamma-power": (lambda p: _n_step(p, crossing=False, discount=p.gamma ** (2 - p.n)),),
    "nstep-crosses-episodes": (lambda p: _n_step(p, crossing=True, discount=p.gamma),),
    "gradient-through-target": (_residual_gradient,),
    "observation-aliased": (_here_is_next, _of(next_is_here)),
    "on-policy-bootstrap": (_own_policy,),
    **{bug: tuple(map(_of, forms)) for bug, forms in OTHERS.items()},
}


class Match(NamedTuple):
    """How far a table is from the fixed point of a bug."""

    bug: str
    distance: float  # the largest difference over the cells compared
    table: Table  # [S, A] of the bug
    constant: float | None = None  # estimated from the values, where a bug has one: the discount used, say


def matches(problem: Problem, q: Table, *, cells: NDArray[np.bool_] | None = None) -> list[Match]:
    """Every bug's distance from a learned table q [S, A], the nearest first.

    Args:
        problem: what was asked.
        q: what was learned.
        cells: those [S, A] to compare; all of states that are not terminal if not given.
    """
    compared = np.broadcast_to(~problem.mdp.terminal[:, None], q.shape) if cells is None else cells
    found = []
    for bug, functions in FINGERPRINTS.items():
        tables = [function(problem) for function in functions]
        if bug in VARYING and problem.resting is not None:
            tables.append(fixed_point(replace(problem, robust=True), TARGETS[bug][0]))
        distances = [float(np.abs(table - q)[compared].max(initial=0.0)) for table in tables]
        nearest = int(np.argmin(distances))
        found.append(Match(bug, distances[nearest], tables[nearest]))
    return sorted(found, key=lambda match: match.distance)

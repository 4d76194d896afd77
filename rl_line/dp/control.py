"""Optimal policies and values: policy iteration, value iteration, and the set of optimal actions."""

from __future__ import annotations

from itertools import count

import numpy as np
from numpy.typing import NDArray

from rl_line.dp.critical import MOST_STATES, optimal_set
from rl_line.dp.evaluation import action_values, check_gamma, policy_evaluation
from rl_line.dp.solution import Solution, first_best, greedy_actions
from rl_line.dp.undiscounted import ending_policies
from rl_line.known import Known, as_mdp
from rl_line.mdp import TabularMDP
from rl_line.system.kinds import spelled
from rl_line.system.numbers import real

_FIRST_JUMP = 10_000  # backups; gamma up to 0.99 needs fewer


@spelled
def policy_iteration(mdp: Known, gamma: float) -> Solution:
    """The optimal policy and its values: Sutton & Barto (2nd ed.), section 4.3.

    Raises:
        ValueError: gamma is 1 and the optimal return is infinite: its policy never ends, and its rewards never stop.
    """
    mdp = as_mdp(mdp)
    gamma = check_gamma(gamma)
    policy = _first_policy(mdp, gamma)
    tried = set()
    while True:
        v = policy_evaluation(mdp, policy, gamma)
        q = action_values(mdp, v, gamma)
        gain = q.max(axis=1) - np.take_along_axis(q, policy[:, None], axis=1)[:, 0]
        better = gain > 1e-12 * np.abs(q).max(axis=1) + 1e-200 * np.abs(q).max()
        tried.add(policy.tobytes())
        improved = np.where(better, q.argmax(axis=1), policy)
        if improved.tobytes() in tried:  # nothing is better, or only by rounding
            return Solution(np.where(mdp.terminal, 0, _first_tied(mdp, policy, v, q, gamma)), v, q)
        policy = improved


@spelled
def value_iteration(mdp: Known, gamma: float, *, tolerance: float = 1e-10) -> Solution:
    """The optimal policy and its values by repeated backups, each v within `tolerance`.

    Source: Sutton & Barto (2nd ed.), section 4.4.

    If gamma is 1, `policy_iteration` checks that the optimal values are finite, and gives the policy. The backups then
    start below these values, as from above they may stop at a value that no policy attains.

    With gamma near 1, plain backups would take hours. So after 10,000 backups, and each time the number has doubled,
    values continue from those of the current policy. The error bound holds for any start. Source:
    Puterman & Shin (1978), Modified policy iteration.

    Raises:
        ValueError: as `policy_iteration`.
    """
    mdp = as_mdp(mdp)
    gamma = check_gamma(gamma)
    tolerance = real(0, tolerance=tolerance)
    policy = policy_iteration(mdp, gamma).policy if gamma == 1 else None
    # |v_k - v*| <= gamma / (1 - gamma) |v_k - v_{k - 1}|; with gamma 1 there is no such bound.
    enough = tolerance * min(1.0, (1 - gamma) / gamma) if 0 < gamma < 1 else tolerance * 1e-3
    v = np.zeros(mdp.num_states) if policy is None else policy_evaluation(mdp, ending_policies(mdp)[1], gamma)
    jump = _FIRST_JUMP
    for sweep in count(1):
        q = action_values(mdp, v, gamma)
        if sweep == jump and gamma < 1:
            v, jump = policy_evaluation(mdp, q.argmax(axis=1), gamma), 2 * jump
            continue
        previous, v = v, q.max(axis=1)
        if np.abs(v - previous).max() <= max(enough, 4 * np.spacing(np.abs(v).max())):
            q = action_values(mdp, v, gamma)
            return Solution(first_best(q) if policy is None else policy, v, q)
    raise AssertionError("backups end")


@spelled
def optimal_actions(mdp: Known, gamma: float) -> NDArray[np.bool_]:
    """Mask of optimal actions [S, A]: several if they are tied, none in terminal states.

    Up to 1,000 states the comparison is exact, also for rewards far away; else it is by `greedy_actions`.
    """
    mdp = as_mdp(mdp)
    solution = policy_iteration(mdp, gamma)
    exact = 0 < gamma < 1 and mdp.num_states <= MOST_STATES
    best = optimal_set(mdp, solution.policy, gamma) if exact else greedy_actions(solution.q)
    return best & ~mdp.terminal[:, None]


def _first_tied(
    mdp: TabularMDP, policy: NDArray[np.int64], v: NDArray[np.float64], q: NDArray[np.float64], gamma: float
) -> NDArray[np.int64]:
    """The first of tied actions, [S], if the policy of first actions attains v; else the given policy.

    With gamma near 1, an action tied within rounding may be much worse if it is always taken.
    """
    first = first_best(q)
    if gamma == 1 or (first == policy).all():
        return policy
    attained = policy_evaluation(mdp, first, gamma)
    return first if np.allclose(attained, v, rtol=1e-12, atol=1e-15 * np.abs(v).max()) else policy


def _first_policy(mdp: TabularMDP, gamma: float) -> NDArray[np.int64]:
    """A start policy [S]: greedy for the best values, state by state, of several simple policies."""
    if gamma == 1:
        ending, idling = ending_policies(mdp)
        better = policy_evaluation(mdp, idling, gamma) > policy_evaluation(mdp, ending, gamma)
        return np.where(better, idling, ending)
    shape = (mdp.num_states, mdp.num_actions)
    always = [np.full(shape[0], action) for action in range(shape[1])]
    v = np.max([policy_evaluation(mdp, policy, gamma) for policy in (*always, np.full(shape, 1 / shape[1]))], axis=0)
    return np.asarray(action_values(mdp, v, gamma).argmax(axis=1))

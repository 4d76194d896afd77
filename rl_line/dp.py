"""Exact answers by dynamic programming: values, optimal policies, returns and visits of a TabularMDP."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from rl_line.chain import policy_chain, reached, solve
from rl_line.critical import MOST_STATES, critical_gammas, optimal_set
from rl_line.mdp import TabularMDP
from rl_line.undiscounted import ending_policies, refuse_endless, without_idle_loops

__all__ = [
    "Solution",
    "action_values",
    "critical_gammas",
    "discounted_visits",
    "expected_return",
    "finite_horizon",
    "greedy_actions",
    "optimal_actions",
    "policy_evaluation",
    "policy_iteration",
    "value_iteration",
]

TIE = 1e-9  # action values of a state that differ by less, relative to the larger, are tied
_NOISE = 1e-14  # as are values that differ by less than this, relative to the largest of the table


class Solution(NamedTuple):
    """An optimal policy and its values; after `finite_horizon` each with a leading time axis."""

    policy: NDArray[np.int64]  # [S], of tied actions the first (if gamma < 1); 0 in terminal states
    v: NDArray[np.float64]  # [S], 0 in terminal states
    q: NDArray[np.float64]  # [S, A], 0 in terminal states


def action_values(mdp: TabularMDP, v: ArrayLike, gamma: float) -> NDArray[np.float64]:
    """The values q [S, A] of acting once and then being worth v [S]: Sutton & Barto (2nd ed.), equation 4.6."""
    future = np.where(mdp.terminal, 0.0, np.asarray(v, dtype=np.float64))[mdp.successor]
    q = (mdp.probability * (mdp.reward + gamma * future)).sum(axis=2)
    return np.where(mdp.terminal[:, None], 0.0, q)


def policy_evaluation(mdp: TabularMDP, policy: ArrayLike, gamma: float) -> NDArray[np.float64]:
    """The values v [S] of a policy, by one linear solve: Sutton & Barto (2nd ed.), equation 4.4.

    Args:
        mdp: the problem.
        policy: an action per state [S], or probabilities [S, A].
        gamma: the discount, from 0 to 1.

    Raises:
        ValueError: gamma is 1 and some states are visited for ever and pay; the message names them.
    """
    _check_gamma(gamma)
    chain, reward = policy_chain(mdp, policy)
    if gamma == 1:
        chain = without_idle_loops(mdp, chain, reward, np.ones(mdp.num_states, dtype=np.bool_))
    return solve(chain, gamma, reward)


def policy_iteration(mdp: TabularMDP, gamma: float) -> Solution:
    """The optimal policy and its values: Sutton & Barto (2nd ed.), section 4.3.

    Raises:
        ValueError: gamma is 1 and the best an agent can do never ends, and pays (or costs) for ever.
    """
    _check_gamma(gamma)
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


def value_iteration(mdp: TabularMDP, gamma: float, *, tolerance: float = 1e-10) -> Solution:
    """The same by repeated backups, each v within `tolerance`: Sutton & Barto (2nd ed.), section 4.4.

    Where gamma is 1, `policy_iteration` is asked whether there is a limit, and for a policy that attains it; the
    backups start below it, as from above they may stop at a value that only waiting for ever promises.

    Raises:
        ValueError: as `policy_iteration`.
    """
    _check_gamma(gamma)
    policy = policy_iteration(mdp, gamma).policy if gamma == 1 else None
    # |v_k - v*| <= gamma / (1 - gamma) |v_k - v_{k - 1}|; without a discount there is no such bound.
    enough = tolerance * min(1.0, (1 - gamma) / gamma) if 0 < gamma < 1 else tolerance * 1e-3
    v = np.zeros(mdp.num_states) if policy is None else policy_evaluation(mdp, ending_policies(mdp)[1], gamma)
    while True:
        q = action_values(mdp, v, gamma)
        previous, v = v, q.max(axis=1)
        if np.abs(v - previous).max() <= max(enough, 4 * np.spacing(np.abs(v).max())):
            q = action_values(mdp, v, gamma)
            return Solution(_first_best(q) if policy is None else policy, v, q)


def greedy_actions(q: ArrayLike) -> NDArray[np.bool_]:
    """Which actions [S, A] are best: several where values are equal but for rounding."""
    values = np.asarray(q, dtype=np.float64)
    size = np.abs(values)
    return values >= values.max(axis=-1, keepdims=True) - TIE * size.max(-1, keepdims=True) - _NOISE * size.max()


def optimal_actions(mdp: TabularMDP, gamma: float) -> NDArray[np.bool_]:
    """Which actions are optimal [S, A]: several where they are tied, and none in terminal states.

    Up to 1,000 states a reward is no tie however far away it is; else values are compared by `greedy_actions`.
    """
    solution = policy_iteration(mdp, gamma)
    exact = 0 < gamma < 1 and mdp.num_states <= MOST_STATES
    best = optimal_set(mdp, solution.policy, gamma) if exact else greedy_actions(solution.q)
    return best & ~mdp.terminal[:, None]


def expected_return(mdp: TabularMDP, policy: ArrayLike, gamma: float, *, horizon: int | None = None) -> float:
    """The exact expected discounted return of a policy [S] or [S, A] from the start distribution.

    `horizon` is the number of steps after which an episode is cut off, as a time limit does.

    Raises:
        ValueError: as `policy_evaluation`, but never with a horizon.
    """
    _check_gamma(gamma)
    chain, reward, visited = _visited(mdp, policy)
    if horizon is None:
        if gamma == 1:
            chain = without_idle_loops(mdp, chain, reward, visited)
        return float(mdp.start @ solve(chain, gamma, reward))
    if horizon < 0:
        raise ValueError(f"horizon={horizon!r}, expected a number of steps; pass e.g. horizon=100.")
    v = np.zeros(mdp.num_states)
    for _ in range(horizon):
        v = reward + gamma * (chain @ v)
    return float(mdp.start @ v)


def discounted_visits(mdp: TabularMDP, policy: ArrayLike, gamma: float) -> NDArray[np.float64]:
    """[S] the sum over t of gamma**t P(S_t = s) under a policy [S] or [S, A]; a terminal state counts once.

    With d the visits and r the expected rewards, d @ r is the expected return. Times (1 - gamma) it is
    the discounted state distribution where nothing terminates. Source: Sutton & Barto (2nd ed.), section 9.2.

    Raises:
        ValueError: gamma is 1 and some states are visited for ever.
    """
    _check_gamma(gamma)
    chain, _, visited = _visited(mdp, policy)
    if gamma == 1:
        refuse_endless(mdp, chain, visited)
    return solve(chain.T, gamma, mdp.start)


def finite_horizon(mdp: TabularMDP, horizon: int, gamma: float = 1.0) -> Solution:
    """The optimal policy when episodes are cut off after `horizon` steps, the time seen as part of the state.

    Returns `policy` [H, S], `v` [H + 1, S] and `q` [H, S, A], indexed by the steps already taken;
    v[H] is 0. Source: Bertsekas, Dynamic Programming and Optimal Control, the DP algorithm.
    """
    _check_gamma(gamma)
    if horizon < 1:
        raise ValueError(f"horizon={horizon!r}, expected at least 1 step; pass e.g. horizon=100.")
    v = np.zeros((horizon + 1, mdp.num_states))
    q = np.zeros((horizon, mdp.num_states, mdp.num_actions))
    for t in reversed(range(horizon)):
        q[t] = action_values(mdp, v[t + 1], gamma)
        v[t] = q[t].max(axis=1)
    return Solution(_first_best(q), v, q)


def _check_gamma(gamma: float) -> None:
    if not 0 <= gamma <= 1:
        raise ValueError(f"gamma={gamma!r}, expected a discount from 0 to 1; pass e.g. gamma=0.8.")


def _visited(mdp: TabularMDP, policy: ArrayLike) -> tuple[Any, NDArray[np.float64], NDArray[np.bool_]]:
    """A policy's chain and rewards without the states never visited, which could make a system singular; and [S]."""
    chain, reward = policy_chain(mdp, policy)
    visited = reached(chain, mdp.start)
    return chain * np.where(visited, 1.0, 0.0)[:, None], np.where(visited, reward, 0.0), visited


def _first_best(q: NDArray[np.float64]) -> NDArray[np.int64]:
    """[...] the first of the actions [..., A] that are best but for the last digits."""
    near = q >= q.max(axis=-1, keepdims=True) - 1e-12 * np.abs(q).max(axis=-1, keepdims=True)
    return np.asarray(near.argmax(axis=-1))


def _first_tied(
    mdp: TabularMDP, policy: NDArray[np.int64], v: NDArray[np.float64], q: NDArray[np.float64], gamma: float
) -> NDArray[np.int64]:
    """[S] the first of tied actions, if taking them always really is worth v; else the policy that is.

    With gamma near 1 an action that is as good as the best once may be far worse for ever.
    """
    first = _first_best(q)
    if gamma == 1 or (first == policy).all():
        return policy
    attained = policy_evaluation(mdp, first, gamma)
    return first if np.allclose(attained, v, rtol=1e-12, atol=1e-15 * np.abs(v).max()) else policy


def _first_policy(mdp: TabularMDP, gamma: float) -> NDArray[np.int64]:
    """[S] the better one, state by state, of simple policies: where to go for most of the reward far away."""
    if gamma == 1:
        ending, idling = ending_policies(mdp)
        better = policy_evaluation(mdp, idling, gamma) > policy_evaluation(mdp, ending, gamma)
        return np.where(better, idling, ending)
    shape = (mdp.num_states, mdp.num_actions)
    always = [np.full(shape[0], action) for action in range(shape[1])]
    v = np.max([policy_evaluation(mdp, policy, gamma) for policy in (*always, np.full(shape, 1 / shape[1]))], axis=0)
    return np.asarray(action_values(mdp, v, gamma).argmax(axis=1))

"""Exact evaluation of a policy: its values, its expected return, its visits."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from rl_line.dp.markov_chain import policy_chain, reached, solve
from rl_line.dp.undiscounted import refuse_endless, without_idle_loops
from rl_line.known import Known, as_mdp
from rl_line.mdp import TabularMDP
from rl_line.system.arrays import reals
from rl_line.system.kinds import spelled
from rl_line.system.numbers import real, whole


@spelled
def action_values(mdp: Known, v: ArrayLike, gamma: float) -> NDArray[np.float64]:
    """The values q [S, A] of one action followed by values v [S]: Sutton & Barto (2nd ed.), equation 4.6."""
    mdp, discount = as_mdp(mdp), check_gamma(gamma)
    future = np.where(mdp.terminal, 0.0, reals((mdp.num_states,), v=v))[mdp.successor]
    q = (mdp.probability * (mdp.reward + discount * future)).sum(axis=2)
    return np.where(mdp.terminal[:, None], 0.0, q)


@spelled
def policy_evaluation(mdp: Known, policy: ArrayLike, gamma: float) -> NDArray[np.float64]:
    """The values v [S] of a policy, by one linear solve: Sutton & Barto (2nd ed.), equation 4.4.

    Args:
        mdp: the problem.
        policy: an action per state [S], or probabilities [S, A].
        gamma: the discount, from 0 to 1.

    Raises:
        ValueError: gamma is 1 and some states are visited for ever with rewards; the message names them.
    """
    mdp = as_mdp(mdp)
    gamma = check_gamma(gamma)
    chain, reward = policy_chain(mdp, policy)
    if gamma == 1:
        chain = without_idle_loops(mdp, chain, reward, np.ones(mdp.num_states, dtype=np.bool_))
    return solve(chain, gamma, reward)


@spelled
def expected_return(mdp: Known, policy: ArrayLike, gamma: float, *, horizon: int | None = None) -> float:
    """The exact expected discounted return of a policy [S] or [S, A] from the start distribution.

    `horizon` is the number of steps after which an episode is cut off, as by a time limit.

    Raises:
        ValueError: as `policy_evaluation`, but never with a horizon.
    """
    mdp = as_mdp(mdp)
    gamma = check_gamma(gamma)
    chain, reward, visited = _visited(mdp, policy)
    if horizon is None:
        if gamma == 1:
            chain = without_idle_loops(mdp, chain, reward, visited)
        return float(mdp.start @ solve(chain, gamma, reward))
    v = np.zeros(mdp.num_states)
    for _ in range(whole(0, horizon=horizon)):
        previous, v = v, reward + gamma * (chain @ v)
        if np.array_equal(v, previous):  # more steps change nothing
            break
    return float(mdp.start @ v)


@spelled
def discounted_visits(mdp: Known, policy: ArrayLike, gamma: float) -> NDArray[np.float64]:
    """Discounted visits [S], the sum over t of gamma**t P(S_t = s), under a policy [S] or [S, A].

    A terminal state counts once. With d the visits and r the expected rewards, d @ r is the expected
    return. Without terminal states, (1 - gamma) d is the discounted state distribution.
    Source: Sutton & Barto (2nd ed.), section 9.2.

    Raises:
        ValueError: gamma is 1 and some states are visited for ever.
    """
    mdp = as_mdp(mdp)
    gamma = check_gamma(gamma)
    chain, _, visited = _visited(mdp, policy)
    if gamma == 1:
        refuse_endless(mdp, chain, visited)
    return solve(chain.T, gamma, mdp.start)


def check_gamma(gamma: float) -> float:
    """A discount as a float; ValueError unless it is from 0 to 1."""
    return real(0, 1, kind="a discount", gamma=gamma)


def _visited(mdp: TabularMDP, policy: ArrayLike) -> tuple[Any, NDArray[np.float64], NDArray[np.bool_]]:
    """A policy's chain and rewards without unvisited states, which could make a system singular; mask [S] of visits."""
    chain, reward = policy_chain(mdp, policy)
    visited = reached(chain, mdp.start)
    return chain * np.where(visited, 1.0, 0.0)[:, None], np.where(visited, reward, 0.0), visited

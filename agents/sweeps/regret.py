"""Regret against the exact optimum, where the MDP is known."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from rl_line import dp
from rl_line.known import Known, as_mdp
from rl_line.mdp import TabularMDP
from rl_line.system.kinds import several
from rl_line.system.numbers import as_array

_ROUNDING = 1e-12  # relative to the optimum: a smaller regret counts as 0


def regret(problem: Known, policy: Any, gamma: float) -> float:
    """J* - J, exactly: the optimal return minus a policy's, from the start distribution, without a time limit.

    Args:
        problem: an MDP, or an environment with a known MDP.
        policy: an action per state [S], probabilities [S, A], or an agent, for its greedy policy.
        gamma: the discount of both returns, e.g. the agent's own.

    Raises:
        ValueError: gamma is 1 and a return is infinite.

    >>> from rl_line import LEFT, RIGHT, reward_line
    >>> print(round(regret(reward_line(), [RIGHT, RIGHT, RIGHT, LEFT], 0.8), 6))  # 2 + 0.64 * 9 is the optimum
    0.0
    """
    mdp = as_mdp(problem)
    if callable(getattr(policy, "action_probabilities", None)):
        policy = policy.action_probabilities(np.arange(mdp.num_states), explore=False)
    return float(regrets(mdp, [policy], gamma)[0])


def regrets(problem: Known, policies: Sequence[ArrayLike], gamma: float) -> NDArray[np.float64]:
    """Regrets [G] of many policies, each [S] or [S, A]; equal policies are evaluated once."""
    mdp = as_mdp(problem)
    listed = several("pass e.g. policies=[[1, 1, 1, 0]]", policies=policies)
    best = float(mdp.start @ dp.policy_iteration(mdp, gamma).v)
    known: dict[bytes, float] = {}
    found = []
    for policy in map(as_array, listed):
        key = policy.tobytes()
        if key not in known:
            known[key] = _return(mdp, policy, gamma)
        found.append(known[key])
    missed = best - np.array(found)
    return np.where(missed > _ROUNDING * abs(best), missed, 0.0)


def uniform_regret(problem: Known, gamma: float) -> float:
    """Regret of random actions: a scale to compare problems and discounts."""
    mdp = as_mdp(problem)
    return regret(mdp, np.full((mdp.num_states, mdp.num_actions), 1 / mdp.num_actions), gamma)


def _return(mdp: TabularMDP, policy: NDArray[Any], gamma: float) -> float:
    if gamma < 1:  # valid without a check of the states that are visited
        return float(mdp.start @ dp.policy_evaluation(mdp, policy, gamma))
    return dp.expected_return(mdp, policy, gamma)

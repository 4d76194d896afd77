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

_ROUNDING = 1e-12  # relative to the optimum: less is no regret


def regret(problem: Known, policy: Any, gamma: float) -> float:
    """J* - J: the return that a policy misses from the start distribution, exactly, without a time limit.

    Args:
        problem: an MDP, or an environment that carries one.
        policy: an action per state [S], probabilities [S, A], or an agent, whose greedy policy is meant.
        gamma: the discount of both returns, such as the agent's own.

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
    """[G] the regret of many policies, each [S] or [S, A]; equal ones are evaluated once."""
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
    """Regret of acting at random: a scale on which problems and discounts can be compared."""
    mdp = as_mdp(problem)
    return regret(mdp, np.full((mdp.num_states, mdp.num_actions), 1 / mdp.num_actions), gamma)


def _return(mdp: TabularMDP, policy: NDArray[Any], gamma: float) -> float:
    if gamma < 1:  # no need to know which states it visits
        return float(mdp.start @ dp.policy_evaluation(mdp, policy, gamma))
    return dp.expected_return(mdp, policy, gamma)

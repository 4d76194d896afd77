"""The optimal policy under a time limit, with the time as part of the state."""

from __future__ import annotations

import numpy as np

from rl_line.dp.evaluation import action_values, check_gamma
from rl_line.dp.solution import Solution, first_best
from rl_line.known import Known, as_mdp
from rl_line.system.kinds import spelled
from rl_line.system.numbers import MOST, whole


@spelled
def finite_horizon(mdp: Known, horizon: int, gamma: float = 1.0) -> Solution:
    """The optimal policy if episodes are cut off after `horizon` steps, with the time as part of the state.

    Returns `policy` [H, S], `v` [H + 1, S] and `q` [H, S, A], indexed by the steps already taken;
    v[H] is 0. Source: Bertsekas, Dynamic Programming and Optimal Control, the DP algorithm.
    """
    mdp = as_mdp(mdp)
    gamma = check_gamma(gamma)
    horizon = whole(1, MOST, horizon=horizon)
    v = np.zeros((horizon + 1, mdp.num_states))
    q = np.zeros((horizon, mdp.num_states, mdp.num_actions))
    for t in reversed(range(horizon)):
        q[t] = action_values(mdp, v[t + 1], gamma)
        v[t] = q[t].max(axis=1)
    return Solution(first_best(q), v, q)

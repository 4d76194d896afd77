"""Fixed points of right learners other than Q*: for exploring policies, and for n-step targets."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from rl_line.dp.evaluation import action_values, policy_evaluation
from rl_line.dp.solution import Solution
from rl_line.known import Known, as_mdp
from rl_line.system.kinds import function, spelled
from rl_line.system.numbers import whole

Policy = Callable[[NDArray[np.float64]], NDArray[np.float64]]  # q [S, A] -> probabilities [S, A]

_A_POLICY = "pass e.g. lambda q: epsilon_greedy(q, 0.1), from agents.policies"


@spelled
def soft_values(mdp: Known, gamma: float, policy: Policy) -> Solution:
    """The values of a policy that depends on its own values, e.g. an epsilon-greedy policy.

    Sarsa, Expected Sarsa and Monte Carlo control learn these values. Source: Sutton & Barto (2nd ed.), section 5.4.

    Raises:
        ValueError: alternating evaluation and improvement does not converge, e.g. with ties that exploration breaks.
    """
    mdp = as_mdp(mdp)
    function(_A_POLICY, policy=policy)
    v: NDArray[np.float64] = np.zeros(mdp.num_states)
    q = action_values(mdp, v, gamma)
    for _ in range(1000):
        previous, v = v, policy_evaluation(mdp, policy(q), gamma)
        q = action_values(mdp, v, gamma)
        if np.abs(v - previous).max() <= 1e-12 * max(np.abs(v).max(), 1.0):
            return Solution(q.argmax(axis=1), v, q)
    raise ValueError("the policy and its values do not settle on each other; try another gamma or more exploration.")


@spelled
def n_step_values(
    mdp: Known,
    gamma: float,
    n: int,
    policy: Policy,
    bootstrap: Callable[[NDArray[np.float64]], NDArray[np.float64]],
) -> NDArray[np.float64]:
    """The fixed point q [S, A] of the mean uncorrected n-step target under a policy of q.

    Args:
        mdp: the problem.
        gamma: the discount, below 1.
        n: steps of reward in a target.
        policy: q [S, A] -> probabilities [S, A], followed after the first action.
        bootstrap: q [S, A] -> values [S] of the state after n steps; the maximum for n-step Q.

    Raises:
        ValueError: the iteration does not converge.
    """
    mdp, n = as_mdp(mdp), whole(n=n)
    function(_A_POLICY, policy=policy)
    function("pass e.g. lambda q: q.max(axis=1)", bootstrap=bootstrap)
    q: NDArray[np.float64] = np.zeros((mdp.num_states, mdp.num_actions))
    earlier = q  # the values after 1, 2, 4, 8, ... sweeps: if they come again, so do all that followed (Brent, 1980)
    for sweep in range(100_000):
        acting = policy(q)
        v = bootstrap(q)
        for _ in range(n - 1):
            v = (acting * action_values(mdp, v, gamma)).sum(axis=1)
        previous, q = q, action_values(mdp, v, gamma)
        if np.abs(q - previous).max() <= 1e-13 * max(np.abs(q).max(), 1.0):
            return q
        if np.array_equal(q, earlier):
            break
        if sweep & (sweep + 1) == 0:
            earlier = q
    raise ValueError("the n-step targets do not settle; try another gamma or a policy that explores more.")

"""Exact answers by dynamic programming: values, optimal policies, returns and visits of a `TabularMDP`."""

from rl_line.dp.control import optimal_actions, policy_iteration, value_iteration
from rl_line.dp.critical import critical_gammas
from rl_line.dp.evaluation import action_values, discounted_visits, expected_return, policy_evaluation
from rl_line.dp.fixed_points import n_step_values, soft_values
from rl_line.dp.horizon import finite_horizon
from rl_line.dp.solution import Solution, greedy_actions

__all__ = [
    "Solution",
    "action_values",
    "critical_gammas",
    "discounted_visits",
    "expected_return",
    "finite_horizon",
    "greedy_actions",
    "n_step_values",
    "optimal_actions",
    "policy_evaluation",
    "policy_iteration",
    "soft_values",
    "value_iteration",
]

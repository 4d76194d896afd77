"""Figures of learning and of its exact answers; each takes data and returns the `Axes`."""

from agents.plots.episodes import episode_path, visited_states
from agents.plots.grids import q_grid
from agents.plots.learning import error_curve, learning_curve, over_epsilon, policy_over_gamma, save
from agents.plots.many import error_bands, values_over_gamma

__all__ = [
    "episode_path",
    "error_bands",
    "error_curve",
    "learning_curve",
    "over_epsilon",
    "policy_over_gamma",
    "q_grid",
    "save",
    "values_over_gamma",
    "visited_states",
]

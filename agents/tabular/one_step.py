"""Agents that learn from one reward and a bootstrap: Q-learning, Sarsa, Expected Sarsa."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from agents.tabular.agent import TabularAgent
from agents.tabular.tables import picked


class QLearning(TabularAgent):
    """Learns the optimal values whatever it does meanwhile.

    Source: Watkins (1989); Sutton & Barto (2nd ed.), equation 6.8.
    """

    def bootstrap(self, q_next: Any, next_action: Any, policy: Callable[[Any], Any], xp: Any = np) -> Any:
        """The best action at S'."""
        return xp.max(q_next, axis=-1)


class Sarsa(TabularAgent):
    """Learns the values of what it does, exploration included, from the action it takes next.

    Source: Rummery & Niranjan (1994); Sutton & Barto (2nd ed.), equation 6.7.
    """

    on_policy = True

    def bootstrap(self, q_next: Any, next_action: Any, policy: Callable[[Any], Any], xp: Any = np) -> Any:
        """The action taken at S'."""
        if next_action is None:
            raise ValueError("next_action=None, expected the action taken at S', as `agents.interact` tells it.")
        if len(q_next.shape) == 1:
            return q_next[next_action]
        return picked(q_next, next_action, xp)


class ExpectedSarsa(TabularAgent):
    """Learns the values of its policy from what that would do next on average.

    Source: van Seijen et al. (2009); Sutton & Barto (2nd ed.), equation 6.9.
    """

    def bootstrap(self, q_next: Any, next_action: Any, policy: Callable[[Any], Any], xp: Any = np) -> Any:
        """The mean over the policy at S'."""
        return xp.sum(policy(q_next) * q_next, axis=-1)

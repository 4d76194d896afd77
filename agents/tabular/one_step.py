"""Agents that learn from one reward and a bootstrap: Q-learning, Sarsa, Expected Sarsa."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

import numpy as np

from agents.tabular.agent import TabularAgent
from agents.tabular.tables import picked

Bootstrap = TypeVar("Bootstrap", bound=Callable[..., Any])


def on_a_row(rule: Callable[[list[float], Any], float]) -> Callable[[Bootstrap], Bootstrap]:
    """Decorator of a `bootstrap` with its rule on one row of plain numbers, for the speed of the Python loop.

    Args:
        rule: from the action values of S' as a list, and A', to its value; equal to the bootstrap in every bit.
    """

    def decorated(bootstrap: Bootstrap) -> Bootstrap:
        bootstrap.on_a_row = rule  # type: ignore[attr-defined]
        return bootstrap

    return decorated


class QLearning(TabularAgent):
    """Learns the optimal values from the best action at S', whatever it does meanwhile.

    Source: Watkins (1989); Sutton & Barto (2nd ed.), equation 6.8.
    """

    @on_a_row(lambda row, next_action: max(row))
    def bootstrap(self, q_next: Any, next_action: Any, policy: Callable[[Any], Any], xp: Any = np) -> Any:
        """Value of the best action at S'."""
        return xp.max(q_next, axis=-1)


class Sarsa(TabularAgent):
    """Learns the values of its own policy, exploration included, from the action it takes next.

    Source: Rummery & Niranjan (1994); Sutton & Barto (2nd ed.), equation 6.7.
    """

    on_policy = True

    @on_a_row(lambda row, next_action: row[_given(next_action)])
    def bootstrap(self, q_next: Any, next_action: Any, policy: Callable[[Any], Any], xp: Any = np) -> Any:
        """Value of the action taken at S'."""
        return picked(q_next, _given(next_action), xp)


class ExpectedSarsa(TabularAgent):
    """Learns the values of its own policy from its mean over the actions at S'.

    Source: van Seijen et al. (2009); Sutton & Barto (2nd ed.), equation 6.9.
    """

    def bootstrap(self, q_next: Any, next_action: Any, policy: Callable[[Any], Any], xp: Any = np) -> Any:
        """Mean value of the policy at S'."""
        return xp.sum(policy(q_next) * q_next, axis=-1)


def _given(next_action: Any) -> Any:
    if next_action is None:
        raise ValueError("next_action=None, expected the action taken at S', as `agents.interact` tells it.")
    return next_action

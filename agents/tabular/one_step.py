"""Agents that learn from one reward and a bootstrap: Q-learning, Sarsa, Expected Sarsa; an update in numbers."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, TypeVar

import numpy as np

from agents.core import Transition
from agents.tabular.agent import TabularAgent
from agents.tabular.tables import check_states, picked
from rl_line.system.kinds import instance, several, spelled
from rl_line.system.numbers import LARGEST, real, whole

Bootstrap = TypeVar("Bootstrap", bound=Callable[..., Any])


def on_a_row(rule: Callable[[list[float], Any], float]) -> Callable[[Bootstrap], Bootstrap]:
    """Decorator that gives a `bootstrap` an equivalent on one row of plain numbers, for speed in the Python loop.

    Args:
        rule: (action values of S' as a list, A') -> value; equal to the bootstrap in every bit.
    """

    def decorated(bootstrap: Bootstrap) -> Bootstrap:
        bootstrap.on_a_row = rule  # type: ignore[attr-defined]
        return bootstrap

    return decorated


class QLearning(TabularAgent):
    """Learns the optimal values from the best action at S', whatever policy it follows.

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
    """Learns the values of its own policy from the mean action value of that policy at S'.

    Source: van Seijen et al. (2009); Sutton & Barto (2nd ed.), equation 6.9.
    """

    def bootstrap(self, q_next: Any, next_action: Any, policy: Callable[[Any], Any], xp: Any = np) -> Any:
        """Mean value of the policy at S'."""
        return xp.sum(policy(q_next) * q_next, axis=-1)


def _given(next_action: Any) -> Any:
    if next_action is None:
        raise ValueError("next_action=None, expected the action taken at S', as `agents.interact` gives it.")
    return next_action


@spelled
def update_in_numbers(
    agent: TabularAgent, transition: Transition, *, digits: int = 2, names: Sequence[str] = ("left", "right")
) -> str:
    """The next update of Q-learning in one cell: the rule with all its numbers, states counted from 1.

    Args:
        agent: an agent whose step size is a number.
        transition: the transition to learn next.
        digits: decimals of every value.
        names: names of the actions.

    >>> from agents import QLearning
    >>> update_in_numbers(QLearning(4, 2, alpha=0.1), Transition(0, 1, 2.0, 1, False, False))
    'Q(1, right) <- 0.00 + 0.1 (2 + 0.8 x 0.00 - 0.00) = 0.20'
    """
    instance("agent", agent, TabularAgent, "pass e.g. QLearning(4, 2)")
    instance("transition", transition, Transition, "pass e.g. Transition(0, 1, 2.0, 1, False, False)")
    state, action, reward, following, terminated, *_ = transition
    check_states(agent.q, observation=state, action=action, next_observation=following)
    reward, digits = real(-LARGEST, LARGEST, reward=reward), whole(0, 20, digits=digits)
    names, alpha = several('pass e.g. names=("left", "right")', names=names), real(0, 1, alpha=agent.alpha)
    if len(names) != agent.num_actions:
        raise ValueError(f"names={names}, expected {agent.num_actions} names of actions; pass one for each.")
    old, best = float(agent.q[state, action]), float(agent.q[following].max())
    later = "" if terminated else f" + {agent.gamma:g} x {best:.{digits}f}"
    new = old + alpha * (reward + (0.0 if terminated else agent.gamma * best) - old)
    before = f"{old:.{digits}f}"
    rule = f"Q({state + 1}, {names[action]}) <- {before} + {alpha:g} ({reward:g}{later} - {before})"
    return f"{rule} = {new:.{digits}f}"

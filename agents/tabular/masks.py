"""Action masks of a table: the actions allowed in each state, and rules applied to those actions alone."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from agents.core import Policy, Transition
from rl_line.system.numbers import as_array, shown


class Masks:
    """Action masks by state; in states whose mask is unknown, every action is allowed."""

    def __init__(self, num_states: int, num_actions: int) -> None:
        self.allowed = np.ones((num_states, num_actions), dtype=np.bool_)
        self.known = np.zeros(num_states, dtype=np.bool_)

    def tell(self, observation: Any, mask: Any) -> None:
        """Stores masks [..., A] of states [...]; ValueError if a mask is invalid, or differs from the stored one."""
        if self.known[observation].all() and np.array_equal(self.allowed[observation], mask):
            return
        given, states = as_array(mask), np.atleast_1d(observation)
        if given.shape != (shape := self.allowed[observation].shape) or not _is_mask(given):
            raise ValueError(
                f"action_mask={shown(mask)} at observation {shown(observation)}, expected {shape} numbers of 0 or 1, "
                "with an allowed action in every state that is not terminal; give 1 for each allowed action."
            )
        given = np.atleast_2d(given).astype(np.bool_)
        new = ~self.known[states]
        self.allowed[states[new]], self.known[states] = given[new], True
        if (other := (self.allowed[states] != given).any(axis=-1)).any():
            state, now = states[other][0], given[other][0].astype(np.int8)
            raise ValueError(
                f"action_mask={now} at observation {state}, expected {self.allowed[state].astype(np.int8)} as before: "
                "a table needs masks that depend on the observation alone; add the missing part to the observation, "
                "or make the agent without masked=True."
            )

    def probabilities(self, policy: Policy, observation: Any, q: Any, time: Any, counts: Any) -> NDArray[np.float64]:
        """The policy [..., A] over the allowed actions at observations [...], 0 for the others."""
        probabilities = np.zeros(np.shape(q))
        for _, cells, number in _grouped(self.allowed[observation]):
            probabilities[cells] = np.ravel(policy(_packed(q, cells, number), time, _packed(counts, cells, number)))
        return probabilities

    def chosen(
        self, draw: Callable[..., Any], policy: Policy, observation: Any, q: Any, time: Any, counts: Any, uniform: Any
    ) -> Any:
        """Actions [...] drawn from the policy over the allowed actions by uniforms [...] in [0, 1).

        Args:
            draw: a function such as `agents.policies.drawn`.
            policy: policy of the agent.
            observation: states [...].
            q: action values [..., A].
            time: time of the policy.
            counts: updates of the cells [..., A].
            uniform: random numbers [...].
        """
        allowed = self.allowed[observation]
        if allowed.ndim == 1:  # without groups: several times as fast
            actions = np.flatnonzero(allowed)
            return int(actions[draw(policy, q[actions], time, counts[actions], uniform)])
        chosen = np.zeros(allowed.shape[:-1], dtype=np.int64)
        every = np.broadcast_to(np.arange(allowed.shape[-1]), allowed.shape)
        for states, cells, number in _grouped(allowed):
            place = draw(policy, _packed(q, cells, number), time, _packed(counts, cells, number), uniform[states])
            chosen[states] = _taken(_packed(every, cells, number), place)
        return chosen

    def values(
        self, bootstrap: Callable[..., Any], policy: Policy, step: Transition, q: Any, time: Any, counts: Any
    ) -> NDArray[np.float64]:
        """Bootstrapped values [...] of S', 0 where it is terminal; bootstrap and policy get the allowed actions alone.

        Args:
            bootstrap: a tabular agent's (q [K, n], A' [K] among the n, policy) -> values [K].
            policy: policy of the agent.
            step: a transition, its fields [...].
            q: action values of S' [..., A].
            time: time of the policy.
            counts: updates of the cells of S' [..., A].
        """
        allowed, place = self.allowed[step.next_observation], None
        if step.next_action is not None:
            self._check(step)
            place = np.asarray(_taken(np.cumsum(allowed, axis=-1) - 1, step.next_action))
        if allowed.ndim == 1 and not step.terminated:  # without groups: several times as fast
            actions = np.flatnonzero(allowed)
            return bootstrap(q[actions], place, partial(_acting, policy, time, counts[actions]))
        values = np.zeros(allowed.shape[:-1])
        for states, cells, number in _grouped(allowed):
            among = None if place is None else place[states]
            acting = partial(_acting, policy, time, _packed(counts, cells, number))
            values[states] = bootstrap(_packed(q, cells, number), among, acting)
        return np.where(step.terminated, 0.0, values)

    def _check(self, step: Transition) -> None:
        """Raises ValueError if an A' [...] is not allowed at its S' [...], unless S' is terminal."""
        wrong = ~(_taken(self.allowed[step.next_observation], step.next_action) | np.asarray(step.terminated))
        if wrong.any():
            state, action = (np.asarray(part)[wrong][0] for part in (step.next_observation, step.next_action))
            raise ValueError(
                f"next_action {action} at observation {state}, expected one of the actions allowed there, "
                f"{np.flatnonzero(self.allowed[state]).tolist()}; choose it with the agent's `act`."
            )


def choices(masks: Masks | None, q: Any, observation: Any) -> Any:
    """Action values [..., A] to choose from at observations [...]: -inf where an action is not allowed."""
    return q if masks is None else np.where(masks.allowed[observation], q, -np.inf)


def _acting(policy: Policy, time: Any, counts: Any, q: Any) -> Any:
    """Probabilities [K, n] of a policy at action values [K, n]."""
    return policy(q, time, counts + 0.0)


def _is_mask(given: NDArray[Any]) -> bool:
    return given.dtype.kind in "biuf" and bool(((given == 0) | (given == 1)).all() and given.any(axis=-1).all())


def _taken(array: NDArray[Any], action: Any) -> Any:
    """Entries [...] of an array [..., A] at actions [...]."""
    return np.take_along_axis(array, np.expand_dims(action, -1), axis=-1)[..., 0]


def _grouped(allowed: NDArray[np.bool_]) -> Iterator[tuple[Any, NDArray[np.bool_], int]]:
    """States [...] grouped by their number n of allowed actions: (states, cells [..., A] of the actions, n)."""
    size = allowed.sum(axis=-1)
    for number in sorted(set(np.ravel(size).tolist())):
        states = size == number
        yield states, allowed & states[..., None], number


def _packed(array: Any, cells: NDArray[np.bool_], number: int) -> Any:
    """Entries [K, n] of an array [..., A] in some cells."""
    return array[cells].reshape(-1, number)

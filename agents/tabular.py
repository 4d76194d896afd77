"""Agents that keep a table of action values; an algorithm is the one line it bootstraps from."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, ClassVar, TypeVar

import gymnasium as gym
import numpy as np
from numpy.typing import NDArray

from agents.core import Transition
from agents.epsilon import Constant, Schedule, choose, epsilon_greedy

Self = TypeVar("Self", bound="TabularAgent")


@dataclass(eq=False)
class TabularAgent:
    """A table q [S, A] that moves towards `reward + gamma * bootstrap`; a subclass says what to bootstrap from.

    Observations and actions may have any leading batch shape; cells that occur several times in a batch
    move by the mean of their errors.

    Args:
        num_states: S.
        num_actions: A.
        gamma: the discount, from 0 to 1. On the line above 0.8819 the best policy never ends.
        alpha: the step size, above 0 and up to 1.
        epsilon: the probability to explore, or a schedule of it over the transitions learned.
        initial_value: what the table holds at first.
        seed: of the agent's own generator.
    """

    num_states: int
    num_actions: int
    gamma: float = 0.8
    alpha: float = 0.1
    epsilon: float | Schedule = 0.1
    initial_value: float = 0.0
    seed: int | None = None

    on_policy: ClassVar[bool] = False
    q: NDArray[np.float64] = field(init=False, repr=False)  # [S, A]
    time: int = field(init=False, default=0)  # transitions learned

    def __post_init__(self) -> None:
        if not 0 <= self.gamma <= 1:
            raise ValueError(f"gamma={self.gamma!r}, expected a discount from 0 to 1; pass e.g. gamma=0.8.")
        if not 0 < self.alpha <= 1:
            raise ValueError(f"alpha={self.alpha!r}, expected a step size above 0 and up to 1; pass e.g. alpha=0.1.")
        self._epsilon: Schedule = self.epsilon if callable(self.epsilon) else Constant(self.epsilon)
        self._rng = np.random.default_rng(self.seed)
        self.q = np.full((self.num_states, self.num_actions), self.initial_value, dtype=np.float64)

    @classmethod
    def for_env(cls: type[Self], env: Any, **settings: Any) -> Self:
        """An agent for an environment's, or vector environment's, spaces.

        Raises:
            TypeError: spaces other than `Discrete` ones counted from 0.
        """
        observations = getattr(env, "single_observation_space", env.observation_space)
        actions = getattr(env, "single_action_space", env.action_space)
        for name, space in [("observation", observations), ("action", actions)]:
            if not isinstance(space, gym.spaces.Discrete) or space.start != 0:
                raise TypeError(
                    f"{cls.__name__} needs a Discrete {name} space counted from 0, as a table has one row a state; "
                    f"{env} has {space}."
                )
        return cls(int(observations.n), int(actions.n), **settings)

    def bootstrap(self, q_next: Any, next_action: Any, epsilon: Any, xp: Any = np) -> Any:
        """What S' is worth [...], from its action values [..., A]."""
        raise NotImplementedError(f"{type(self).__name__} does not say what it bootstraps from.")

    def act(self, observation: Any, *, explore: bool = False) -> Any:
        """Actions [...] drawn from `action_probabilities`."""
        probabilities = self.action_probabilities(observation, explore=explore)
        return choose(probabilities, self._rng.random(probabilities.shape[:-1]))

    def action_probabilities(self, observation: Any, *, explore: bool = False) -> NDArray[np.float64]:
        """The policy [..., A] at observations [...]: greedy, or epsilon-greedy with exploration."""
        return np.asarray(epsilon_greedy(self.q[observation], self._epsilon(self.time) if explore else 0.0))

    def learn(self, transition: Transition) -> dict[str, float]:
        """Moves the cells of S and A by alpha times their errors."""
        cell = (transition.observation, transition.action)
        q_next = self.q[transition.next_observation]
        epsilon = self._epsilon(self.time)
        value = self.bootstrap(q_next, transition.next_action, epsilon)
        error = transition.reward + self.gamma * (1.0 - transition.terminated) * value - self.q[cell]
        if np.ndim(error) == 0:
            self.q[cell] += self.alpha * error
        else:
            self._move_by_mean(np.ravel_multi_index(cell, self.q.shape), error)
        self.time += np.size(error)
        return {"td_error": float(np.mean(np.abs(error))), "epsilon": float(epsilon)}

    def _move_by_mean(self, cells: NDArray[np.int64], error: NDArray[np.float64]) -> None:
        moved, index, count = np.unique(cells, return_inverse=True, return_counts=True)
        self.q.ravel()[moved] += self.alpha * np.bincount(index.ravel(), error.ravel()) / count


class QLearning(TabularAgent):
    """Learns the optimal values whatever it does meanwhile.

    Source: Watkins (1989); Sutton & Barto (2nd ed.), equation 6.8.
    """

    def bootstrap(self, q_next: Any, next_action: Any, epsilon: Any, xp: Any = np) -> Any:
        """The best action at S'."""
        return xp.max(q_next, axis=-1)

"""Agents that keep a table of action values; an algorithm is the one line it bootstraps from."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field, fields, is_dataclass
from typing import Any, ClassVar, TypeVar

import gymnasium as gym
import numpy as np
from numpy.typing import NDArray

from agents.core import Transition
from agents.epsilon import GREEDY_90_10, Policy, choose, epsilon_greedy

Self = TypeVar("Self", bound="TabularAgent")


def sample_average(counts: Any) -> Any:
    """The step size 1/n that makes an estimate the mean of its n targets: Sutton & Barto (2nd ed.), equation 2.3."""
    return 1.0 / counts


@dataclass(eq=False)
class TabularAgent:
    """A table q [S, A] that moves towards `reward + gamma * bootstrap`; a subclass says what to bootstrap from.

    Observations and actions may have any leading batch shape; cells that occur several times in a batch
    move by the mean of their errors.

    Args:
        num_states: S.
        num_actions: A.
        gamma: the discount, from 0 to 1. On the line above 0.8819 the best policy never ends.
        alpha: the step size, above 0 and up to 1, or a function of n(s, a) such as `sample_average`: of k targets that
            meet in a cell it weighs each, so that 1/n stays the mean of all, where a number weighs their mean once.
        policy: how it explores, from `agents.epsilon`.
        initial_value: what the table holds at first.
        seed: of the agent's own generator.
    """

    num_states: int
    num_actions: int
    gamma: float = 0.8
    alpha: float | Callable[[Any], Any] = 0.1
    policy: Policy = GREEDY_90_10
    initial_value: float = 0.0
    seed: int | None = None

    on_policy: ClassVar[bool] = False
    q: NDArray[np.float64] = field(init=False, repr=False)  # [S, A]
    counts: NDArray[np.int64] = field(init=False, repr=False)  # [S, A], how often each cell was learned
    time: int = field(init=False, default=0)  # transitions learned

    def __post_init__(self) -> None:
        if not 0 <= self.gamma <= 1:
            raise ValueError(f"gamma={self.gamma!r}, expected a discount from 0 to 1; pass e.g. gamma=0.8.")
        if not callable(self.alpha) and not 0 < self.alpha <= 1:
            raise ValueError(f"alpha={self.alpha!r}, expected a step size above 0 and up to 1; pass e.g. alpha=0.1.")
        if not callable(self.policy):
            raise TypeError(f"policy={self.policy!r}, expected a policy; pass e.g. policy=EpsilonGreedy(0.1).")
        self._rng = np.random.default_rng(self.seed)
        self.q = np.full((self.num_states, self.num_actions), self.initial_value, dtype=np.float64)
        self.counts = np.zeros((self.num_states, self.num_actions), dtype=np.int64)
        self._memory: dict[str, Any] = {}  # what an algorithm keeps between transitions, as JSON can hold it

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

    def bootstrap(self, q_next: Any, next_action: Any, policy: Callable[[Any], Any], xp: Any = np) -> Any:
        """What S' is worth [...], from its action values [..., A], A' [...] and the policy, q -> probabilities."""
        raise NotImplementedError(f"{type(self).__name__} does not say what it bootstraps from.")

    def act(self, observation: Any, *, explore: bool = False) -> Any:
        """Actions [...] drawn from `action_probabilities`."""
        probabilities = self.action_probabilities(observation, explore=explore)
        return choose(probabilities, self._rng.random(probabilities.shape[:-1]))

    def action_probabilities(self, observation: Any, *, explore: bool = False) -> NDArray[np.float64]:
        """The policy [..., A] at observations [...]: greedy, or the exploring one."""
        q = self.q[observation]
        return np.asarray(self.policy(q, self.time, self.counts[observation]) if explore else epsilon_greedy(q, 0.0))

    def learn(self, transition: Transition) -> dict[str, float]:
        """Moves the cells of S and A by a step towards their targets."""
        value = self.value_of_next(transition)
        target = transition.reward + self.gamma * (1.0 - transition.terminated) * value
        self.time += np.size(target)
        return {"td_error": self.move(transition.observation, transition.action, target)}

    def value_of_next(self, transition: Transition) -> Any:
        """What S' would be worth [...] if it were not terminal."""
        following = transition.next_observation
        return self.bootstrap(
            self.q[following],
            transition.next_action,
            lambda q: self.policy(q, self.time, self.counts[following]),
        )

    def move(self, observation: Any, action: Any, target: Any) -> float:
        """Moves cells [...] of the table by a step towards targets [...], and counts them; the mean absolute error."""
        cell = (observation, action)
        error = target - self.q[cell]
        if np.ndim(error) == 0:
            self.counts[cell] += 1
            self.q[cell] += self.step_size(self.counts[cell]) * error
        else:
            cells = np.ravel_multi_index(cell, self.q.shape)
            moved, index, times = np.unique(cells, return_inverse=True, return_counts=True)
            self.counts.ravel()[moved] += times
            mean = np.bincount(index.ravel(), error.ravel()) / times
            self.q.ravel()[moved] += self.step_size(self.counts.ravel()[moved], times) * mean
        return float(np.mean(np.abs(error)))

    def step_size(self, counts: Any, times: Any = 1, xp: Any = np) -> Any:
        """The share [...] of their mean error that cells move by, after [...] visits of which [...] were these."""
        return xp.minimum(times * self.alpha(counts), 1.0) if callable(self.alpha) else self.alpha

    def settings(self) -> dict[str, Any]:
        """What the agent was made with, as JSON can hold it."""
        return {f.name: _as_json(getattr(self, f.name)) for f in fields(self) if f.init}

    def state(self) -> dict[str, Any]:
        """All that changes while it learns: arrays and JSON texts, copied."""
        texts = {"rng": json.dumps(self._rng.bit_generator.state), "memory": json.dumps(self._memory)}
        return {"q": self.q.copy(), "counts": self.counts.copy(), "time": self.time, **texts}

    def restore(self, state: dict[str, Any]) -> None:
        """Goes on from a `state()`, of an agent of the same shape."""
        check_tables(state, q=self.q, counts=self.counts)
        self.q, self.counts = np.array(state["q"], dtype=np.float64), np.array(state["counts"], dtype=np.int64)
        self.time, self._memory = int(state["time"]), json.loads(state["memory"])
        self._rng.bit_generator.state = json.loads(state["rng"])


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
        taken = xp.expand_dims(next_action, -1)
        return xp.squeeze(xp.take_along_axis(q_next, taken, axis=-1), -1)


class ExpectedSarsa(TabularAgent):
    """Learns the values of its policy from what that would do next on average.

    Source: van Seijen et al. (2009); Sutton & Barto (2nd ed.), equation 6.9.
    """

    def bootstrap(self, q_next: Any, next_action: Any, policy: Callable[[Any], Any], xp: Any = np) -> Any:
        """The mean over the policy at S'."""
        return xp.sum(policy(q_next) * q_next, axis=-1)


def _as_json(setting: Any) -> Any:
    if is_dataclass(setting):
        return {"name": type(setting).__name__} | {f.name: _as_json(getattr(setting, f.name)) for f in fields(setting)}
    if isinstance(setting, np.generic):
        return setting.item()
    return getattr(setting, "__name__", setting) if callable(setting) else setting


def check_tables(state: dict[str, Any], **tables: NDArray[Any]) -> None:
    """Raises ValueError unless a state has tables of these names and shapes."""
    for name, table in tables.items():
        shape = np.asarray(state.get(name)).shape
        if shape != table.shape:
            raise ValueError(f"the state has {name} of shape {shape}, expected {table.shape}.")

"""Agents that keep a table of action values; an algorithm is the one line it bootstraps from."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, ClassVar, TypeVar

import gymnasium as gym
import numpy as np
from numpy.typing import NDArray

from agents.core import Transition
from agents.policies import GREEDY, GREEDY_90_10, EpsilonGreedy, Policy, Softmax, choose
from agents.saving import settings_of
from agents.tabular.tables import (
    Known,
    blank_memory,
    entries,
    learn_in_lanes,
    mean_size,
    over_lanes,
    rows,
    visited,
)

Self = TypeVar("Self", bound="TabularAgent")


def sample_average(counts: Any) -> Any:
    """The step size 1/n that makes an estimate the mean of its n targets: Sutton & Barto (2nd ed.), equation 2.3."""
    return 1.0 / counts


@dataclass(eq=False)
class TabularAgent:
    """A table q [S, A] that moves towards `reward + gamma * bootstrap`; a subclass says what to bootstrap from.

    An algorithm that does more than that overrides `update`, and what it keeps between steps, `first_memory`.
    Either way it learns in every loop. Observations and actions may have any leading batch shape; cells that
    occur several times in a batch move by the mean of their errors.

    Args:
        num_states: S.
        num_actions: A.
        gamma: the discount, from 0 to 1. On the line above 0.8819 the best policy never ends.
        alpha: the step size, above 0 and up to 1, or a function of n(s, a) such as `sample_average`: of k targets that
            meet in a cell it weighs each, so that 1/n stays the mean of all, where a number weighs their mean once.
        policy: how it explores, from `agents.policies`.
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
    per_lane: ClassVar[bool] = False  # the arrays of `first_memory` have a leading axis of lanes
    q: NDArray[np.float64] = field(init=False, repr=False)  # [S, A]
    counts: NDArray[np.int64] = field(init=False, repr=False)  # [S, A], how often each cell was learned
    time: int = field(init=False, default=0)  # transitions learned
    memory: dict[str, NDArray[Any]] = field(init=False, repr=False)  # what `update` keeps besides

    def __post_init__(self) -> None:
        if not 0 <= self.gamma <= 1:
            raise ValueError(f"gamma={self.gamma!r}, expected a discount from 0 to 1; pass e.g. gamma=0.8.")
        if not callable(self.alpha) and not 0 < self.alpha <= 1:
            raise ValueError(f"alpha={self.alpha!r}, expected a step size above 0 and up to 1; pass e.g. alpha=0.1.")
        if not callable(self.policy):
            raise TypeError(f"policy={self.policy!r}, expected a policy; pass e.g. policy=EpsilonGreedy(0.1).")
        rule = ("update", "errors", "value_of_next", "settled")
        self._in_lanes = any(getattr(type(self), name) is not getattr(TabularAgent, name) for name in rule)
        self._rng = np.random.default_rng(self.seed)
        self.q = np.full((self.num_states, self.num_actions), self.initial_value, dtype=np.float64)
        self.counts = np.zeros((self.num_states, self.num_actions), dtype=np.int64)
        self.memory = blank_memory(self, lanes=0)

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
        """Actions [...] drawn from the policy; to explore in another way, give another policy."""
        q, policy = self.q[observation], self.policy if explore else GREEDY
        if q.ndim == 1 and (type(policy) is EpsilonGreedy or type(policy) is Softmax):
            return policy.pick(q.tolist(), self.time, self._rng.random())
        return choose(policy(q, self.time, self.counts[observation]), self._rng.random(q.shape[:-1]))

    def action_probabilities(self, observation: Any, *, explore: bool = False) -> NDArray[np.float64]:
        """The policy [..., A] at observations [...]: greedy, or the exploring one."""
        policy = self.policy if explore else GREEDY
        return np.asarray(policy(self.q[observation], self.time, self.counts[observation]))

    def learn(self, transition: Transition) -> dict[str, float]:
        """Moves the cells of S and A by a step towards their targets."""
        if self._in_lanes:
            return learn_in_lanes(self, transition)
        following, then = transition.next_observation, transition.next_action
        value = self.bootstrap(self.q[following], then, lambda q: self.policy(q, self.time, self.counts[following]))
        target = transition.reward + self.gamma * (1.0 - transition.terminated) * value
        self.time += np.size(target)
        return {"td_error": self.move(transition.observation, transition.action, target)}

    def move(self, observation: Any, action: Any, target: Any) -> float:
        """Moves cells [...] of the table by a step towards targets [...], and counts them; the mean absolute error."""
        cell = (observation, action)
        error = target - self.q[cell]
        if np.ndim(error) == 0:
            self.counts[cell] += 1
            self.q[cell] += self.step_size(self.counts[cell]) * error
            return abs(float(error))
        cells = np.ravel_multi_index(cell, self.q.shape)
        moved, index, times = np.unique(cells, return_inverse=True, return_counts=True)
        self.counts.ravel()[moved] += times
        mean = np.bincount(index.ravel(), error.ravel()) / times
        self.q.ravel()[moved] += self.step_size(self.counts.ravel()[moved], times) * mean
        return float(np.mean(np.abs(error)))

    def step_size(self, counts: Any, times: Any = 1, xp: Any = np) -> Any:
        """The share [...] of their mean error that cells move by, after [...] visits of which [...] were these."""
        if not callable(self.alpha):
            return self.alpha
        return xp.minimum(xp.add(times, 0.0) * self.alpha(xp.add(xp.maximum(counts, 1), 0.0)), 1.0)

    def first_memory(self, lanes: int) -> dict[str, NDArray[Any]]:
        """What `update` keeps besides q and counts, as it is at first; `per_lane` says if of every lane [L, ...]."""
        return {}

    def draws(self, lanes: int) -> int:
        """How many random numbers `update` needs for a step of so many lanes."""
        return 0

    def update(self, known: Known, step: Transition, time: Any, uniforms: Any, xp: Any = np) -> tuple[Known, Any]:
        """The rule as a pure function: G agents of L lanes each learn from one step of every lane.

        Args:
            known: what they know.
            step: a transition of every lane, its fields [G, L].
            time: transitions learned so far, a number or [G, 1].
            uniforms: random numbers [G, draws] in [0, 1).
            xp: `numpy` or `keras.ops`; gamma is then [G, 1], alpha [G, 1, 1] or a function. Numbers of different
                types are added by `xp.add`, as TensorFlow refuses `+`.

        Returns:
            what they know then, and the mean absolute error.
        """
        error = self.errors(known, step, time, xp)
        hit = visited(known.q, step.observation, step.action, xp)
        tables = self.settled(known.q, known.counts, hit, error[..., None, None], xp)
        return Known(*tables, known.memory), mean_size(error, xp=xp)

    def errors(self, known: Known, step: Transition, time: Any, xp: Any = np) -> Any:
        """How far [G, L] the values of S and A are below their targets of one reward."""
        target = step.reward + self.gamma * self.value_of_next(known, step, time, xp)
        return target - entries(known.q, step.observation, step.action, xp)

    def value_of_next(self, known: Known, step: Transition, time: Any, xp: Any = np) -> Any:
        """What S' is worth [G, L]: 0 where it is terminal."""
        q_next = rows(known.q, step.next_observation, xp)

        def policy(q: Any) -> Any:
            return self.policy(q, time, xp.add(rows(known.counts, step.next_observation, xp), 0.0), xp=xp)

        value = self.bootstrap(q_next, step.next_action, policy, xp)
        return xp.where(step.terminated, 0.0, value)

    def settled(self, q: Any, counts: Any, hit: Any, error: Any, xp: Any = np) -> tuple[Any, Any]:
        """Tables and counts [G, S, A] after the cells hit [G, L, S, A] moved by the mean of errors of that shape."""
        times, summed = over_lanes(hit, xp), over_lanes(xp.where(hit, error, 0.0), xp)
        counts = xp.add(counts, times)
        if hit.shape[1] == 1:  # no mean to take, which in the Python loop takes as long as all the rest
            return q + self.step_size(counts, 1, xp) * summed, counts
        return q + self.step_size(counts, times, xp) * summed / xp.add(xp.maximum(times, 1), 0.0), counts

    def settings(self) -> dict[str, Any]:
        """What the agent was made with, as JSON can hold it."""
        return settings_of(self)

    def state(self) -> dict[str, Any]:
        """All that changes while it learns: arrays and JSON texts, copied."""
        memory = {f"memory_{name}": array.copy() for name, array in self.memory.items()}
        tables = {"q": self.q.copy(), "counts": self.counts.copy()}
        return {**tables, "time": self.time, "rng": json.dumps(self._rng.bit_generator.state), **memory}

    def restore(self, state: dict[str, Any]) -> None:
        """Goes on from a `state()`, of an agent of the same shape."""
        memory = {name.removeprefix("memory_"): array for name, array in state.items() if name.startswith("memory_")}
        lanes = len(memory["following"]) if self.per_lane and "following" in memory else 0
        blank = blank_memory(self, lanes)
        for name, table in {"q": self.q, "counts": self.counts, **{f"memory_{n}": a for n, a in blank.items()}}.items():
            shape = np.asarray(state.get(name)).shape
            if shape != table.shape:
                raise ValueError(f"the state has {name} of shape {shape}, expected {table.shape}.")
        self.q, self.counts = np.array(state["q"], dtype=np.float64), np.array(state["counts"], dtype=np.int64)
        self.time, self.memory = int(state["time"]), {n: np.array(memory[n], dtype=a.dtype) for n, a in blank.items()}
        self._rng.bit_generator.state = json.loads(state["rng"])

"""Policies: probabilities of actions as pure functions of action values, time and counts."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from agents.core import Policy, Schedule
from agents.settings import counts_episodes, level_at, make_level, make_real
from rl_line.system.kinds import spelled


def epsilon_greedy(q: Any, epsilon: Any, xp: Any = np) -> Any:
    """Probabilities [..., A]: any action with epsilon [...], else one of the best, ties shared evenly.

    Source: Sutton & Barto (2nd ed.), section 2.2.

    >>> epsilon_greedy(np.array([1.0, 3.0]), 0.1)
    array([0.05, 0.95])
    """
    best = xp.where(xp.equal(q, xp.max(q, axis=-1, keepdims=True)), 1.0, 0.0)
    explore = epsilon if isinstance(epsilon, float) else xp.expand_dims(epsilon, -1)
    return explore / q.shape[-1] + (1.0 - explore) / xp.sum(best, axis=-1, keepdims=True) * best


def softmax(q: Any, temperature: Any, xp: Any = np) -> Any:
    """Probabilities [..., A] in proportion to exp(q / temperature [...]): Sutton & Barto (2nd ed.), equation 13.2.

    >>> softmax(np.array([0.0, np.log(3.0)]), 1.0)
    array([0.25, 0.75])
    """
    weight = xp.exp((q - xp.max(q, axis=-1, keepdims=True)) / xp.expand_dims(temperature, -1))
    return weight / xp.sum(weight, axis=-1, keepdims=True)


def upper_confidence_bound(q: Any, counts: Any, c: Any, xp: Any = np) -> Any:
    """Probabilities [..., A]: greedy for q + c sqrt(log n(s) / n(s, a)), actions never taken first.

    Source: Auer, Cesa-Bianchi & Fischer (2002); Sutton & Barto (2nd ed.), equation 2.10, in every state.

    >>> upper_confidence_bound(np.array([1.0, 0.5]), np.array([100, 1]), 1.0)
    array([0., 1.])
    """
    counts = 1.0 * counts
    visits = xp.sum(counts, axis=-1, keepdims=True)
    bonus = xp.sqrt(xp.log(xp.maximum(visits, 1.0)) / xp.maximum(counts, 1.0))
    return epsilon_greedy(xp.where(xp.equal(counts, 0.0), np.inf, q + xp.expand_dims(c, -1) * bonus), 0.0, xp)


@spelled
@dataclass(frozen=True)
class EpsilonGreedy:
    """The policy `epsilon_greedy`, with a constant epsilon or a schedule of it."""

    epsilon: float | Schedule = 0.1

    per_episode: ClassVar[bool] = False  # whether its time is the number of finished episodes

    def __post_init__(self) -> None:
        make_level(self, "epsilon", episodes=True, low=0, high=1, kind="a probability")
        object.__setattr__(self, "per_episode", counts_episodes(self.epsilon))

    def __call__(self, q: Any, time: Any, counts: Any, xp: Any = np) -> Any:
        """Probabilities [..., A] of actions."""
        return epsilon_greedy(q, level_at(self.epsilon, time, xp), xp)

    def pick(self, q: list[float], time: Any, uniform: float) -> int:
        """The action that `choose` picks from the policy for one observation, without arrays: several times as fast."""
        epsilon, best = float(level_at(self.epsilon, time, np)), max(q)
        each = epsilon / len(q)
        greedy = each + (1.0 - epsilon) / q.count(best)
        passed = 0.0
        for action, x in enumerate(q):
            passed += greedy if x == best else each
            if uniform < passed:
                return action
        return len(q) - 1


@spelled
@dataclass(frozen=True)
class Softmax:
    """The policy `softmax`, with a constant temperature or a schedule of it."""

    temperature: float | Schedule = 1.0

    per_episode: ClassVar[bool] = False  # whether its time is the number of finished episodes

    def __post_init__(self) -> None:
        make_level(self, "temperature", episodes=True, low=0, above=True)
        object.__setattr__(self, "per_episode", counts_episodes(self.temperature))

    def __call__(self, q: Any, time: Any, counts: Any, xp: Any = np) -> Any:
        """Probabilities [..., A] of actions."""
        return softmax(q, level_at(self.temperature, time, xp), xp)

    def pick(self, q: list[float], time: Any, uniform: float) -> int:
        """The action that `choose` picks from the policy for one observation, without arrays: several times as fast."""
        temperature, best = float(level_at(self.temperature, time, np)), max(q)
        weights = [math.exp((x - best) / temperature) for x in q]
        total = sum(weights)
        passed = 0.0
        for action, weight in enumerate(weights):
            passed += weight / total
            if uniform < passed:
                return action
        return len(q) - 1


@spelled
@dataclass(frozen=True)
class UCB:
    """The policy `upper_confidence_bound`."""

    c: float = 1.0

    def __post_init__(self) -> None:
        make_real(self, "c", low=0, above=True)

    def __call__(self, q: Any, time: Any, counts: Any, xp: Any = np) -> Any:
        """Probabilities [..., A] of actions."""
        return upper_confidence_bound(q, counts, self.c, xp)


def with_epsilon(settings: dict[str, Any]) -> dict[str, Any]:
    """Settings of an agent with `epsilon`, a number or a schedule, replaced by an epsilon-greedy policy.

    Raises:
        TypeError: both a policy and epsilon are given.
    """
    if "epsilon" not in settings:
        return settings
    if "policy" in settings:
        raise TypeError(
            f"epsilon={settings['epsilon']!r} and policy={settings['policy']!r}, expected one of them; pass e.g. "
            "policy=EpsilonGreedy(0.1)."
        )
    rest = {name: setting for name, setting in settings.items() if name != "epsilon"}
    return {**rest, "policy": EpsilonGreedy(settings["epsilon"])}


def choose(probabilities: Any, uniform: Any, xp: Any = np) -> Any:
    """Actions [...] drawn from probabilities [..., A] by uniforms [...] in [0, 1)."""
    passed = xp.greater_equal(xp.expand_dims(uniform, -1), xp.cumsum(probabilities, axis=-1)[..., :-1])
    return xp.sum(passed, axis=-1)


def drawn(policy: Policy, q: Any, time: Any, counts: Any, uniform: Any) -> Any:
    """Actions [...] drawn from a policy, at action values and counts [..., A], by uniforms [...] in [0, 1)."""
    if q.ndim == 1 and (type(policy) is EpsilonGreedy or type(policy) is Softmax):
        return policy.pick(q.tolist(), time, uniform)
    return choose(policy(q, time, counts), uniform)


#: The best action, ties shared evenly.
GREEDY = EpsilonGreedy(0.0)
#: The course's policy: 90 % of the time the best action, 10 % of the time any.
GREEDY_90_10 = EpsilonGreedy(0.1)
#: The classes of policies.
POLICIES = (EpsilonGreedy, Softmax, UCB)

"""Vocabulary of learning: transitions, actors, learners, policies and schedules."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple, Protocol

import gymnasium as gym

from rl_line.system.kinds import with_methods

Schedule = Callable[..., Any]  # (time), or (time, xp) -> a number such as epsilon, both [...]
Policy = Callable[..., Any]  # (q [..., A], time, counts [..., A], xp=np) -> probabilities [..., A]
ActOne = Callable[[Any, bool], Any]  # (observation, whether to explore) -> an action
LearnOne = Callable[[tuple[Any, ...]], Mapping[str, float]]  # the fields of a transition -> what there is to log


class Transition(NamedTuple):
    """One step, or B of them: also the row of a replay memory and the batch of a compiled loop."""

    observation: Any  # [...]
    action: Any  # [...]
    reward: Any  # [...]
    next_observation: Any  # [...] S', never the observation after a reset
    terminated: Any  # [...] S' is terminal: its value is 0
    truncated: Any  # [...] the episode was cut off: S' is worth what it is always worth
    next_action: Any = None  # [...] A', for on-policy learners only
    lane: Any = None  # [...] which lane of a vector environment it is from


def as_env(env: Any) -> Any:
    """An environment, or a new one by its id, e.g. "RewardLine-v0"."""
    made = _made(env) if isinstance(env, str) else env
    with_methods("env", made, "reset", "step", advice='pass e.g. gymnasium.make("RewardLine-v0"), or its id')
    return made


def as_actor(actor: Any, *methods: str) -> Any:
    """The object itself, if it can act and has the other methods; else TypeError."""
    with_methods("the agent", actor, "act", *methods, advice="pass e.g. agents.QLearning.for_env(env)")
    return actor


def _made(name: str) -> Any:
    """An environment by its id; Gymnasium's error, which knows the closest id, with the one that came."""
    try:
        return gym.make(name)
    except gym.error.Error as error:
        raise type(error)(
            f"env={name!r:.200}, expected the id of an environment ({error}); pass e.g. 'RewardLine-v0'."
        ) from error


class Actor(Protocol):
    """Whatever can act."""

    def act(self, observation: Any, *, explore: bool = False) -> Any:
        """Actions [...] for observations [...]: its best, or with exploration as when it learns."""
        ...


class Learner(Actor, Protocol):
    """An actor that learns from transitions."""

    on_policy: bool  # it must be told A', the action that it takes next

    def learn(self, transition: Transition) -> Mapping[str, float]:
        """Learns from a transition; returns values to log, by name."""
        ...

"""Vocabulary of learning: transitions, actors, learners, policies and schedules."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple, Protocol

import gymnasium as gym

from rl_line.system.kinds import with_methods

Schedule = Callable[..., Any]  # (time), or (time, xp) -> a number such as epsilon, both [...]
Policy = Callable[..., Any]  # (q [..., A], time, counts [..., A], xp=np) -> probabilities [..., A]
ActOne = Callable[[Any, bool], Any]  # (observation, whether to explore) -> an action
LearnOne = Callable[[tuple[Any, ...]], Mapping[str, float]]  # the fields of a transition -> values to log


class Transition(NamedTuple):
    """One step, or B of them: also the row of a replay memory and the batch of a compiled loop."""

    observation: Any  # [...]
    action: Any  # [...]
    reward: Any  # [...]
    next_observation: Any  # [...] S', never the observation after a reset
    terminated: Any  # [...] S' is terminal: its value is 0
    truncated: Any  # [...] the episode was cut off: bootstrap from S' as usual
    next_action: Any = None  # [...] A', for on-policy learners only
    lane: Any = None  # [...] index of the lane in a vector environment


def as_env(env: Any) -> Any:
    """An environment, or a new one by its id, e.g. "RewardLine-v0"."""
    made = _made(env) if isinstance(env, str) else env
    with_methods("env", made, "reset", "step", advice='pass e.g. gymnasium.make("RewardLine-v0"), or its id')
    return made


def as_actor(actor: Any, *methods: str) -> Any:
    """The actor, checked for `act` and the other methods; TypeError if one is missing."""
    with_methods("the agent", actor, "act", *methods, advice="pass e.g. agents.QLearning.for_env(env)")
    return actor


def _made(name: str) -> Any:
    """An environment by its id; adds the id to Gymnasium's error, which suggests the closest id."""
    try:
        return gym.make(name)
    except gym.error.Error as error:
        raise type(error)(
            f"env={name!r:.200}, expected the id of an environment ({error}); pass e.g. 'RewardLine-v0'."
        ) from error


class Actor(Protocol):
    """Protocol of objects that choose actions."""

    def act(self, observation: Any, *, explore: bool = False) -> Any:
        """Actions [...] for observations [...]: greedy, or exploring as in training."""
        ...


class Learner(Actor, Protocol):
    """An actor that learns from transitions."""

    on_policy: bool  # whether it needs A', its next action, in transitions

    def learn(self, transition: Transition) -> Mapping[str, float]:
        """Learns from a transition; returns values to log, by name."""
        ...

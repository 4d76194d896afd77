"""Ranges of the settings of a DQN."""

from __future__ import annotations

from typing import Any

import numpy as np

from agents.core import Transition
from agents.policies import UCB
from agents.settings import check_fraction, check_levels, check_policy, check_positive, make_whole
from rl_line.system.arrays import reals
from rl_line.system.kinds import function
from rl_line.system.numbers import seed_from

_LARGEST = float(np.finfo(np.float32).max)


def check_step(transition: Transition) -> None:
    """Refuses, by ValueError, actions, rewards and flags that are no numbers, or not as many as actions."""
    action, reward = transition.action, transition.reward
    plain = type(action) is int and type(reward) is float and abs(reward) <= _LARGEST
    if plain and type(transition.terminated) is type(transition.truncated) is bool:
        return
    shape = reals(action=action).shape
    for name in ("reward", "terminated", "truncated"):
        reals(shape, largest=_LARGEST, **{name: getattr(transition, name)})


def check_settings(agent: Any) -> None:
    """Makes ints of a DQN's counts; raises ValueError or TypeError by name for a setting that is out of range."""
    make_whole(agent, "n", "batch_size", "memory_size", "train_every", "gradient_steps", "target_every")
    make_whole(agent, "learning_starts", least=0)
    check_positive(clip_norm=1.0 if agent.clip_norm is None else agent.clip_norm)
    check_levels(check_fraction, gamma=agent.gamma, tau=agent.tau, priority=agent.priority, beta=agent.beta)
    agent.seed = seed_from(agent.seed)
    function("pass e.g. loss=agents.deep.gradients.huber", loss=agent.loss)
    check_policy(agent.policy)
    if isinstance(agent.policy, UCB):
        raise TypeError(f"policy={agent.policy!r} needs counts, which a network lacks; pass EpsilonGreedy(0.1).")

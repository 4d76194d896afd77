"""Ranges of the settings of a DQN."""

from __future__ import annotations

from typing import Any

from agents.policies import UCB
from agents.settings import check_fraction, check_levels, check_policy, check_positive, make_whole
from rl_line.system.kinds import function
from rl_line.system.numbers import seed_from


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

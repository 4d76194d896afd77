"""Has a target network been synced often enough for what was learned to mean anything?"""

from __future__ import annotations

from typing import Any

import numpy as np

from agents.checkup.problem import Problem, Table
from agents.checkup.targets import target_network, weights
from rl_line.dp import action_values

LATEST_SYNC = 45_000  # steps by which any target network has been synced: the longest usual interval is 40,000
AHEAD = 4  # moves that values may look ahead after as many syncs


def few_syncs(problem: Problem, q: Table, error: float, agent: Any) -> bool:
    """Whether values look a few moves ahead only, as they do until a target network has been synced often enough.

    Those of a table look so for another reason, as do those of a network whose target is in step with it.

    Args:
        problem: what was asked.
        q: the values learned [S, A].
        error: their largest.
        agent: who learned them.
    """
    if isinstance(getattr(agent, "q", None), np.ndarray) or in_step(agent):
        return False
    live = ~problem.mdp.terminal
    v = np.zeros(len(live))
    for _ in range(AHEAD):
        ahead = action_values(problem.mdp, v, problem.gamma)
        if np.abs(ahead - q)[live].max() <= 0.35 * error:
            return True
        v = ahead.max(axis=1)
    return False


def in_step(agent: Any) -> bool:
    """Whether an agent shows a target network, with weights within a fiftieth of those of its network."""
    pair = target_network(agent)
    if pair is None:
        return False
    online, target = (np.concatenate([np.zeros(0), *map(_numbers, weights(part))]) for part in pair)
    return online.shape == target.shape and bool(np.linalg.norm(online - target) < 0.02 * np.linalg.norm(online))


def _numbers(weight: Any) -> Any:
    return np.ravel(weight.detach().cpu().numpy() if hasattr(weight, "detach") else np.asarray(weight))

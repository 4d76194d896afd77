"""A minimal agent: Q-learning with NumPy and the Gymnasium API alone, for a page to show, run and change."""

from typing import Any

import numpy as np


def train(env: Any, *, gamma: float, steps: int, seed: int) -> Any:
    """The table after `steps` steps of Q-learning; three actions in ten are random."""
    rng = np.random.default_rng(seed)
    q = np.zeros((env.observation_space.n, env.action_space.n))
    s, _ = env.reset(seed=seed)
    for _ in range(steps):
        best = rng.choice(np.flatnonzero(q[s] == q[s].max()))
        a = int(rng.integers(2) if rng.random() < 0.3 else best)
        s2, r, terminated, truncated, _ = env.step(a)
        target = r + gamma * (0 if terminated else q[s2].max())
        q[s, a] += 0.1 * (target - q[s, a])
        s = env.reset()[0] if terminated or truncated else s2
    return q

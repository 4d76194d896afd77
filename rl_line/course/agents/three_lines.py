"""An agent of three lines of Python, bugs as changes of one line, and their fixed points."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rl_line.course.agents.typed import expression
from rl_line.drawing.render import arrival_rewards
from rl_line.mdp import TabularMDP

#: The three lines of a right agent: its target, its probability of exploring, and its preferences. They can use q, s,
#: a, r, s2, terminated, truncated, gamma, epsilon; earlier, the reward before; and at the end of an episode first, the
#: first state of the next one.
RIGHT = {
    "target": "r + gamma * (0 if terminated else q[s2].max())",
    "explores": "epsilon",
    "prefers": "q[s]",
}

#: Every bug changes one line; the names are as in the checkup.
BUGS: dict[str, dict[str, str]] = {
    "none": {},
    "terminal-bootstrap": {"target": "r + gamma * q[s2].max()"},
    "truncation-as-termination": {"target": "r + gamma * (0 if terminated or truncated else q[s2].max())"},
    "episodes-stitched": {"target": "r + gamma * q[first if terminated else s2].max()"},
    "done-inverted": {"target": "r + gamma * (q[s2].max() if terminated else 0)"},
    "terminal-reward-overridden": {"target": "(-10 if terminated else r) + gamma * (0 if terminated else q[s2].max())"},
    "wrong-gamma": {"target": "r + 0.95 * (0 if terminated else q[s2].max())"},
    "gamma-zero": {"target": "r"},
    "reward-clipped": {"target": "max(-1, min(r, 1)) + gamma * (0 if terminated else q[s2].max())"},
    "reward-shifted": {"target": "earlier + gamma * (0 if terminated else q[s2].max())"},
    "min-for-max": {"target": "r + gamma * (0 if terminated else q[s2].min())"},
    "mean-for-max": {"target": "r + gamma * (0 if terminated else q[s2].mean())"},
    "observation-aliased": {"target": "r + gamma * (0 if terminated else q[s].max())"},
    "max-over-wrong-axis": {"target": "r + gamma * (0 if terminated else q.max())"},
    "epsilon-inverted": {"explores": "1 - epsilon"},
    "argmin-policy": {"prefers": "-q[s]"},
}


def train(
    env: Any, *, gamma: float, steps: int, seed: int, start: float = 0.0, epsilon: float = 0.3, **lines: str
) -> SimpleNamespace:
    """An agent with the three lines of `RIGHT`, or others: its table `q`, `act`, and share of non-greedy actions."""
    target, explores, prefers = (expression(line) for line in (RIGHT | lines).values())
    rng, strayed = np.random.default_rng(seed), 0
    q = np.full((env.observation_space.n, env.action_space.n), float(start))

    def best(s: int) -> int:
        return int(np.argmax(eval(prefers, {"q": q, "s": s}) + 1e-9 * rng.random(2)))  # random among ties

    s = env.reset(seed=seed)[0]
    earlier = 0.0
    for step in range(steps):
        explore = rng.random() < eval(explores, {"epsilon": epsilon})
        a = int(rng.integers(2)) if explore else best(s)
        s2, r, terminated, truncated, _ = env.step(a)
        first = env.reset()[0] if terminated or truncated else None
        strayed += step >= steps / 2 and q[s, a] < q[s].max()
        q[s, a] += 0.1 * (eval(target, locals()) - q[s, a])
        s, earlier = (s2, r) if first is None else (first, 0.0)
    return SimpleNamespace(q=q, act=lambda s, explore=False: best(s), strayed=2 * strayed / steps)


def leads_to(
    mdp: TabularMDP, *, gamma: float, limit: int, start: float = 0.0, epsilon: float = 0.3, **lines: str
) -> NDArray[np.float64]:
    """Fixed point q [S, 2] on a deterministic line: each cell equals the mean of its targets.

    Args:
        mdp: MDP of a line without noise and slips, with one start state.
        gamma: the discount.
        limit: steps after which an episode is cut off.
        start: initial value of every cell; cells without updates keep it.
        epsilon: the probability of exploring.
        lines: lines that replace lines of `RIGHT`.
    """
    target, explores, prefers = (expression(line) for line in (RIGHT | lines).values())
    q, paid, first = np.full((mdp.num_states, 2), float(start)), arrival_rewards(mdp), int(mdp.start.argmax())
    explore = eval(explores, {"epsilon": epsilon})
    for _ in range(1_000):
        (total, visits), here = np.zeros((2, *q.shape)), mdp.start  # here [S]: P(S_t = s, not yet ended)
        for time in range(limit):
            after, truncated = np.zeros(mdp.num_states), time == limit - 1
            for s in np.flatnonzero(here):
                preferred, earlier = eval(prefers, {"q": q, "s": s}), paid[s] if time else 0.0
                best = preferred == preferred.max()
                for a, chance in enumerate(here[s] * (explore / 2 + (1 - explore) * best / best.sum())):
                    s2, r = mdp.successor[s, a, 0], mdp.reward[s, a, 0]
                    terminated = mdp.terminal[s2]
                    total[s, a] += chance * eval(target, locals())
                    visits[s, a] += chance
                    after[s2] += 0 if terminated else chance
            here = after
        before, q = q, np.divide(total, visits, out=q.copy(), where=visits > 0)
        if np.abs(q - before).max() < 1e-9:
            break
    return q

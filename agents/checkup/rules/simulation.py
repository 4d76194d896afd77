"""Simulated experience of a fixed policy on a line, for the search of lines and for proofs about them."""

from __future__ import annotations

import numpy as np

from agents.checkup.rules.catalogue import BUGS, KINDS, RIGHT
from agents.checkup.rules.experience import Experience, Table, Trace
from agents.checkup.rules.fixed_points import Rule, fixed_point
from agents.checkup.rules.words import kept
from agents.checkup.training.lines import Line

#: Example constants of the rules that have one.
CONSTANTS: dict[str, tuple[float, ...]] = {
    "reward-scaled": (2.0, 0.1),
    "reward-moved": (1.0,),
    "terminal-reward-overridden": (-10.0,),
    "wrong-gamma": (0.95, 0.4),
    "target-never-synced": (0.0, 3.0),
}
FORMS: tuple[tuple[str, Rule], ...] = (
    ("right", RIGHT),
    *(
        (bug, rule.given(constant) if rule.unknown else rule)
        for bug, rules in BUGS.items()
        for rule in rules
        for constant in (CONSTANTS[bug] if rule.unknown else (0.0,))
        if rule.choice is not kept  # it has no values except the agent's own
    ),
    *(("on-policy", rule) for rule in KINDS["on-policy"]),
    *(("n-step", rule) for rule in KINDS["n-step"][1:5]),
)


def acted(line: Line, policy: Table, steps: int, *, seed: int = 0) -> Trace:
    """The steps of a policy [S, A] on a line."""
    mdp, shown, rng = line.mdp, line.shown, np.random.default_rng(seed)
    below = mdp.probability.cumsum(axis=2)
    starts = rng.choice(mdp.num_states, size=steps + 1, p=mdp.start)
    uniform = rng.random((steps, 2))
    rows, state, elapsed = [], int(starts[0]), 0
    for step in range(steps):
        action = int(uniform[step, 0] < policy[state, 1])
        k = int((uniform[step, 1] > below[state, action]).sum())
        after, reward = int(mdp.successor[state, action, k]), float(mdp.reward[state, action, k])
        elapsed += 1
        terminated, truncated = bool(mdp.terminal[after]), elapsed == line.limit
        rows.append((shown[state], action, reward, shown[after], terminated, truncated, elapsed == 1, 0))
        state = after
        if terminated or truncated:
            state, elapsed = int(starts[step + 1]), 0
    return Trace.of(rows)


def experience(line: Line, *, epsilon: float, steps: int = 2_500) -> Experience:
    """Experience of the best policy with `epsilon` of exploration, for a table with initial values of 0."""
    q = line.optimal
    best = np.eye(q.shape[1])[q.argmax(axis=1)]
    policy = (1 - epsilon) * best + epsilon / q.shape[1]
    return Experience(acted(line, policy, steps), line.gamma, (q.shape[0], q.shape[1]), np.zeros_like(q))


def tables(line: Line, *, epsilon: float) -> Table:
    """Fixed points [F, cells] of all `FORMS`, in states that are not terminal, as shares of the scale."""
    seen, scale = experience(line, epsilon=epsilon), line.scale
    live = ~line.mdp.terminal
    return np.array([fixed_point(rule, seen)[live].ravel() for _, rule in FORMS]) / scale

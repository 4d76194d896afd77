"""Lines on which what an agent does tells whether it is right: their best actions under a bug are others."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from agents.checkup.fingerprints import FINGERPRINTS, fixed_point, optimal
from agents.checkup.operators import OTHERS
from agents.checkup.probes import Setting
from agents.checkup.problem import Problem, Table
from rl_line.dp import action_values, policy_evaluation

WIDE = 0.1  # of the largest true value: a gap between actions that no learner should miss

#: Right for learners from their own policy, or of no use to behaviour; not looked for.
_NOT_TOLD = {"gradient-through-target", "mean-for-max", "on-policy-bootstrap", "autoreset-transition-learned", *OTHERS}
Operator = Callable[[Problem], Table]


def _of(targets: Callable[[Problem, Table], Any]) -> Operator:
    return lambda problem: fixed_point(problem, targets)


def _bootstrapped(p: Problem, q: Table) -> Any:
    return p.gamma * p.live * p.best(q)[p.mdp.successor]


def _with_gamma(gamma: float) -> Operator:
    return _of(lambda p, q: p.mdp.reward + gamma / p.gamma * _bootstrapped(p, q))


def _with_rewards(change: Callable[[Any], Any]) -> Operator:
    return _of(lambda p, q: change(p.mdp.reward) + _bootstrapped(p, q))


def _with_end(value: float) -> Operator:
    return _of(lambda p, q: np.where(p.live, p.mdp.reward + _bootstrapped(p, q), value))


#: What behaviour can tell: the bug, its constant if it has one, and its operators.
TOLD: tuple[tuple[str, float | None, tuple[Operator, ...]], ...] = (
    *((bug, None, operators) for bug, operators in FINGERPRINTS.items() if bug not in _NOT_TOLD),
    *(("wrong-gamma", gamma, (_with_gamma(gamma),)) for gamma in (0.3, 0.5, 0.95, 0.99)),
    *(("reward-moved", by, (_with_rewards(partial(np.add, by)),)) for by in (-1.0, 1.0)),
    ("reward-scaled", -1.0, (_with_rewards(np.negative),)),
    *(("terminal-reward-overridden", value, (_with_end(value),)) for value in (-10.0, 10.0)),
)


def _line(rewards: Sequence[float], gamma: float, limit: int, shown: int | None, *, name: str = "P") -> Setting:
    """A line on which episodes begin in any state, so that each is visited whatever an agent does."""
    live = len(rewards) - 1
    line = {"rewards": tuple(rewards), "start": (*(1 / live,) * live, 0)}
    why = f"rewards {tuple(rewards)}, gamma {gamma}" + (f", cut off after {limit}" if limit < 100 else "")
    return Setting(name, why, line, gamma, limit, shown)


#: Found by `search`: of all it tried the fewest that tell every bug from what is right, and most bugs from each other.
LINES: tuple[Setting, ...] = (
    _line((0, 2, 0, 9), 0.8, 100, 0, name="P1"),
    _line((0, 0, 3, 2, 5), 0.8, 1, 2, name="P2"),
    _line((0, 0, -1, 4), 0.9, 100, None, name="P3"),
    _line((0, -3, -3, 4), 0.9, 1, None, name="P4"),
    _line((0, 4, 0, 9), 0.9, 100, 0, name="P5"),
    _line((0, -1, -1, -3), 0.9, 2, 2, name="P6"),
    _line((0, -4, -3, 1, -4, 2), 0.9, 1, 4, name="P7"),
    _line((0, -4, -3, -1, 2, 2), 0.8, 2, 2, name="P8"),
    _line((0, -1, -3, -4, 0, 2), 0.9, 100, None, name="P9"),
)


def preferences(operator: Operator, problem: Problem, scale: float) -> NDArray[np.float64]:
    """[S] by how much action 1 is better than action 0 under an operator, as a share of `scale`.

    It is the least of what it is for learners of the best policy's values and of their own, whether they explore all
    the time or hardly any more; 0 if those do not agree. So whoever starts from even odds goes there straight.
    """
    best = operator(problem)
    seldom = np.where(np.eye(best.shape[1])[best.argmax(axis=1)] > 0, 0.85, 0.15)
    ways = (
        problem,
        replace(problem, acting=seldom),
        replace(problem, acting=None, on_policy=True),
        replace(problem, acting=seldom, on_policy=True),
    )
    tables = [operator(way) for way in ways]
    gaps = np.array([table[:, 1] - table[:, 0] for table in tables]) / scale
    agreed = (np.sign(gaps) == np.sign(gaps[0])).all(axis=0)
    return np.where(agreed, np.sign(gaps[0]) * np.abs(gaps).min(axis=0), 0.0)


def right(problem: Problem) -> Table:
    """What is right: Q*, or the values of its own policy for a learner of those."""
    if not problem.on_policy:
        return optimal(problem)
    return action_values(problem.mdp, policy_evaluation(problem.mdp, problem.policy, problem.gamma), problem.gamma)


def told(setting: Setting) -> dict[tuple[str, float | None], float]:
    """How widely a line tells each bug from what is right: the smaller of two gaps, in the state where it is widest."""
    problem = setting.problem()
    scale = float(np.abs(optimal(problem)[~problem.mdp.terminal]).max())
    if scale == 0:
        return {}
    best = preferences(right, problem, scale)
    found: dict[tuple[str, float | None], float] = {}
    for bug, constant, operators in TOLD:
        for operator in operators:
            wrong = preferences(operator, problem, scale)
            apart = np.where(best * wrong < 0, np.minimum(np.abs(best), np.abs(wrong)), 0.0)
            found[bug, constant] = max(found.get((bug, constant), 0.0), float(apart.max()))
    return found


def search(*, tries: int, seed: int) -> Iterator[tuple[Setting, dict[tuple[str, float | None], float]]]:
    """Random lines of four to six states on which what is right is clear nearly everywhere, with what they tell."""
    rng = np.random.default_rng(seed)
    for _ in range(tries):
        live = int(rng.integers(3, 6))
        rewards = (0, *rng.choice([-4, -3, -1, 0, 1, 2, 3, 4, 5, 7, 9], live).tolist())
        shown = None if rng.random() < 0.5 else int(rng.integers(live))
        setting = _line(rewards, float(rng.choice([0.8, 0.9])), int(rng.choice([1, 2, 3, 100])), shown)
        problem = setting.problem()
        scale = float(np.abs(optimal(problem)[~problem.mdp.terminal]).max())
        if scale and (np.abs(preferences(right, problem, scale))[:-1] > WIDE).sum() >= live - 1:
            yield setting, told(setting)

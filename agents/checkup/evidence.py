"""Says of what was learned on a setting whether it is right, wrong or not yet clear."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from agents.checkup.fingerprints import optimal
from agents.checkup.probes import Setting, frequencies
from agents.checkup.problem import Problem, Table
from agents.checkup.trainings import Run
from rl_line.dp import action_values, policy_evaluation
from rl_line.dp.fixed_points import n_step_values

PASS, SUSPECTED, UNCLEAR = "pass", "bug suspected", "inconclusive"
FEWEST = 10  # visits of a cell for it to count as covered
TOLERANCE = 0.05  # of the largest value: an error that is none, and up to twice that where seeds differ as much
LONG = 10  # steps: a limit below cuts windows of n steps short, whose values are then no longer known


@dataclass(frozen=True, eq=False)
class Answer:
    """What came of one setting."""

    setting: Setting
    verdict: str
    reason: str
    runs: list[Run]  # of the first seed with more and more steps, then of the others with the most
    problem: Problem
    truth: Table  # [S, A]
    q: Table | None  # [S, A] the mean over seeds with the most steps
    error: float = float("nan")  # the largest, of live states
    spread: float = 0.0  # the largest standard deviation over seeds

    @property
    def scale(self) -> float:
        """The largest of the true values, which errors are measured by."""
        return float(np.abs(self.truth[~self.problem.mdp.terminal]).max())


def judge(setting: Setting, runs: list[Run], *, learns: str) -> Answer:
    """What runs on a setting say."""
    last = [run for run in runs if run.steps == runs[-1].steps]
    tables = [run.learned.q for run in last if run.learned.q is not None]
    acting = frequencies(np.sum([run.late for run in last], axis=0))
    q = np.mean(tables, axis=0) if tables else None
    ended = setting.mdp.terminal
    untouched = q is not None and np.ptp(q[ended]) == 0  # a table, in which terminal states stay as they began
    problem = setting.problem(
        acting=acting,
        initial=float(q[ended].min()) if untouched and q is not None else 0.0,
        resting=None if untouched else q,
        on_policy=learns == "on-policy",
    )
    truth = _truth(problem, learns, q)
    answer = Answer(setting, UNCLEAR, "", runs, problem, truth, q)
    if q is None:
        return replace(answer, reason="the agent shows no values")
    live = ~ended
    error = float(np.abs(q - truth)[live].max())
    spread = float(np.std(tables, axis=0, ddof=1)[live].max()) if len(tables) > 1 else 0.0
    answer = replace(answer, error=error, spread=spread)
    if not np.isfinite(error):
        return replace(answer, verdict=SUSPECTED, reason="the values are not finite numbers")
    if not covered(answer):
        return replace(answer, reason=_not_covered(answer))
    tolerance = TOLERANCE * answer.scale
    noise = min(2 * spread, 2 * tolerance) if noisy(setting, learns) else 0.0
    if error <= max(tolerance, noise) and spread <= 3 * tolerance:
        return replace(answer, verdict=PASS, reason=f"largest error {error:.3g} of values up to {answer.scale:.3g}")
    if not covered(answer, late=True):
        return replace(answer, reason=_not_covered(answer, late=True))
    if learns == "on-policy" and error <= tolerance + 2 * _drift(problem, last):
        reason = "what it does still changes; let its exploration rest for the last half of the training"
        return replace(answer, reason=f"{error:.3g} off, but {reason}")
    if len(tables) < 2:
        return replace(answer, reason=not_trained(error))
    if error <= 1.3 * tolerance + 3 * spread:
        reason = (
            f"too noisy: {error:.3g} off, but seeds differ by {spread:.3g}; lower the step size, or give more steps"
        )
        if spread < 0.1 * error:
            reason = f"hardly off: {error:.3g}, where {tolerance:.3g} is none; give more steps"
        return replace(answer, reason=reason)
    reason = f"{error:.3g} off, and seeds differ by only {spread:.2g}"
    return replace(answer, verdict=SUSPECTED, reason=reason)


def _drift(problem: Problem, runs: list[Run]) -> float:
    """How much the values of what was done change from the third to the last quarter of the trainings."""
    shape, tables = problem.policy.shape, []
    for quarter in (2, 3):
        parts = [run.trace[len(run.trace) * quarter // 4 : len(run.trace) * (quarter + 1) // 4] for run in runs]
        acting = frequencies(np.sum([part.counts(shape) for part in parts], axis=0))
        tables.append(_truth(replace(problem, acting=acting), "on-policy", None))
    return float(np.abs(tables[1] - tables[0])[~problem.mdp.terminal].max())


def not_trained(error: float) -> str:
    """Why nothing can be said of values that may still move."""
    return f"not trained: values are {error:.3g} off and may still move; give more steps, or start learning sooner"


def _not_covered(answer: Answer, *, late: bool = False) -> str:
    if not answer.runs[-1].counts.any():
        return "no step was seen: train in the environment that is given, neither in its `unwrapped` nor in another"
    few = (_visits(answer, late=late) < FEWEST) & ~answer.problem.mdp.terminal[:, None]
    where = ", ".join(f"({state + 1}, {'right' if action else 'left'})" for state, action in np.argwhere(few).tolist())
    when = " in the second half" if late else ""
    return f"not covered: {where} tried fewer than {FEWEST} times{when}; explore more, or give more steps"


def _truth(problem: Problem, learns: str, q: Table | None) -> Table:
    mdp, gamma = problem.mdp, problem.gamma
    if learns == "on-policy":
        return action_values(mdp, policy_evaluation(mdp, problem.policy, gamma), gamma)
    if learns == "n-step":
        tables = [n_step_values(mdp, gamma, n, lambda _: problem.policy, lambda q: q.max(axis=1)) for n in range(1, 9)]
        return tables[0] if q is None else min(tables, key=lambda table: float(np.abs(table - q)[~mdp.terminal].max()))
    return optimal(problem)


def noisy(setting: Setting, learns: str) -> bool:
    """Whether values learned with a constant step size stay uncertain."""
    return setting.noisy or learns != "optimal"


def covered(answer: Answer, *, late: bool = False) -> bool:
    """Whether every action was tried often enough in every state, in all or in the second half."""
    return bool((_visits(answer, late=late)[~answer.problem.mdp.terminal] >= FEWEST).all())


def _visits(answer: Answer, *, late: bool) -> NDArray[np.int64]:
    """[S, A] the fewest over the trainings with the most steps, in all or in their second halves."""
    last = [run for run in answer.runs if run.steps == answer.runs[-1].steps]
    return np.asarray(np.min([run.late if late else run.counts for run in last], axis=0))

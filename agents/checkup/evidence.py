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
from rl_line.fixed_points import n_step_values

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


def settled(answer: Answer, *, trained: bool = False) -> bool:
    """Whether values of the first seed have stopped moving from one budget to the next, short of the truth.

    A slow learner still goes where it went, twice as far with twice the steps; one that has settled does not. Where it
    had trained enough elsewhere, two budgets tell.
    """
    seed = answer.runs[0].seed
    tables = [run.learned.q for run in answer.runs if run.seed == seed and run.learned.q is not None]
    if not np.isfinite(answer.error):
        return True
    live = ~answer.problem.mdp.terminal
    if trained and len(tables) == 2:
        move, way = (tables[1] - tables[0])[live].ravel(), (answer.truth - tables[0])[live].ravel()
        return float(np.abs(move).max()) <= (0.02 if _onward(move, way) else 0.1) * answer.error
    if len(tables) < 3:
        return False
    if runs_away(answer) or _stuck(answer, tables):
        return True
    errors = [float(np.abs(q - answer.truth)[live].max()) for q in tables[-3:]]
    earlier, later = ((b - a)[live].ravel() for a, b in zip(tables[-3:-1], tables[-2:], strict=True))
    closer = _onward(later, (answer.truth - tables[-2])[live].ravel())
    if trained and answer.setting.noisy and min(errors[1:]) >= 0.8 * errors[0] and not closer:
        return True  # noise keeps it moving, but four times the steps have not brought it nearer
    sizes = [float(np.abs(move).max()) for move in (earlier, later)]
    if closer:  # as with a step size of 1/n it may creep all the way, so only what has all but stopped has settled
        return sizes[1] <= 0.02 * answer.error and sizes[1] <= max(0.1 * sizes[0], 1e-9 * answer.error)
    if _onward(earlier, later):
        return sizes[1] <= 0.1 * answer.error and sizes[1] <= 0.5 * sizes[0]
    return sizes[1] <= 0.35 * answer.error and sizes[1] <= 3 * sizes[0]  # it had begun to learn before


def runs_away(answer: Answer) -> bool:
    """Whether values of the first seed are all far above and move away, or below and ever faster: none returns."""
    seed = answer.runs[0].seed
    tables = [run.learned.q for run in answer.runs if run.seed == seed and run.learned.q is not None][-3:]
    off = [(q - answer.truth)[~answer.problem.mdp.terminal] for q in tables]
    errors = [float(np.abs(one).max()) for one in off]
    tolerance = TOLERANCE * answer.scale
    if len(off) < 3 or not (errors[0] < errors[1] < errors[2] and errors[2] > answer.scale):
        return False
    below = float(off[-1].max()) < tolerance and errors[2] - errors[1] > errors[1] - errors[0]
    return below or float(off[-1].min()) > -tolerance


def _stuck(answer: Answer, tables: list[Table]) -> bool:
    """Whether the value that is furthest off, having moved, has rested while it trained eight times as long."""
    live = ~answer.problem.mdp.terminal
    off = np.where(live[:, None], np.abs(tables[-1] - answer.truth), 0.0)
    cell = np.unravel_index(int(off.argmax()), off.shape)
    late = np.array([q[cell] for q in tables[-4:]])
    unmoved = abs(late[-1] - answer.problem.begun[cell]) <= TOLERANCE * answer.scale
    return len(late) == 4 and not unmoved and bool(np.ptp(late) <= 0.005 * off[cell])


def _onward(earlier: NDArray[np.float64], later: NDArray[np.float64]) -> bool:
    """Whether two moves go more or less the same way."""
    return float(earlier @ later) > 0.5 * float(np.linalg.norm(earlier) * np.linalg.norm(later))


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
        return tables[0] if q is None else min(tables, key=lambda table: float(np.abs(table - q).max()))
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

"""Trains an agent on the settings and says of each whether what it learned is right, wrong or not yet clear."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from agents.adapters import Learned, read
from agents.fingerprints import optimal
from agents.probes import Probe, Setting, Step, counts, frequencies
from agents.problem import Problem, Table
from rl_line.dp import action_values, policy_evaluation
from rl_line.fixed_points import n_step_values

PASS, SUSPECTED, UNCLEAR = "pass", "bug suspected", "inconclusive"
FEWEST = 10  # visits of a cell for it to count as covered
TOLERANCE = 0.05  # of the largest value: an error that is none, and up to twice that where seeds differ as much
LONG = 10  # steps: a limit below cuts windows of n steps short, whose values are then no longer known
SHARE = 0.4  # of the time left, for one setting
LATEST_SYNC = 60_000  # steps by which any target network has been synced; the longest usual interval is 10,000
MOST_DOUBLED, MOST_DOUBLED_NOISY = 32, 8  # times the first steps, for one training


class Run(NamedTuple):
    """One training."""

    seed: int
    steps: int
    learned: Learned
    counts: NDArray[np.int64]  # [S, A]
    late: NDArray[np.int64]  # [S, A], of the second half
    trace: list[Step]  # empty for lanes
    agent: Any


@dataclass
class Trainer:
    """Runs somebody's training while there is time."""

    train: Callable[..., Any]
    budget: float  # seconds
    make: Callable[[Setting], Any] = Probe
    seconds_per_step: float = 0.0
    longest: int = 0  # steps of the longest training yet
    _began: float = field(default_factory=time.perf_counter)

    def left(self) -> float:
        """Seconds left."""
        return self.budget - (time.perf_counter() - self._began)

    def affords(self, steps: int, *, until: float = 0.0) -> bool:
        """Whether a training of so many steps should end with so many seconds left."""
        return self.seconds_per_step * steps < self.left() - until

    def run(self, setting: Setting, *, seed: int, steps: int) -> Run:
        """Trains anew."""
        env, began = self.make(setting), time.perf_counter()
        agent = self.train(env, gamma=setting.gamma, steps=steps, seed=seed)
        mdp = setting.mdp
        learned = read(agent, num_states=mdp.num_states, num_actions=mdp.num_actions)
        seconds = time.perf_counter() - began
        if steps >= self.longest:
            self.longest, self.seconds_per_step = steps, seconds / steps
        shape, trace = mdp.successor.shape[:2], getattr(env, "steps", [])
        taken = counts(trace, shape) if trace else env.taken
        late = counts(trace[len(trace) // 2 :], shape) if trace else env.taken
        return Run(seed, steps, learned, taken, late, trace, agent)


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


def ask(
    trainer: Trainer, setting: Setting, *, learns: str, steps: int, seeds: Sequence[int], patient: bool = True
) -> Answer:
    """Trains on a setting with more and more steps, and then seeds, until the answer is clear or time is out.

    Args:
        trainer: what trains.
        setting: the line.
        learns: what is right: "optimal", "on-policy" or "n-step" values.
        steps: of the first training.
        seeds: the first for the first trainings, all for the last.
        patient: False for one training of one seed only, whose answer is a hint.
    """
    runs, until = [trainer.run(setting, seed=seeds[0], steps=steps)], trainer.left() * (1 - SHARE)
    while True:
        answer = judge(setting, runs, learns=learns)
        more = 2 * runs[-1].steps
        if answer.verdict == PASS or not patient or answer.q is None:
            break
        if _covered(answer, late=True) and settled(answer) and not (_few_syncs(answer) and more < LATEST_SYNC):
            break
        if more > (MOST_DOUBLED_NOISY if _noisy(setting, learns) else MOST_DOUBLED) * steps or not trainer.affords(
            more, until=until
        ):
            break
        runs.append(trainer.run(setting, seed=seeds[0], steps=more))
    # Of a learner that has not settled the mean over seeds may still be right, if what it learns from is noisy.
    if answer.verdict != PASS and answer.q is not None and patient and (settled(answer) or _noisy(setting, learns)):
        for seed in seeds[1:]:
            if trainer.affords(runs[-1].steps):
                runs.append(trainer.run(setting, seed=seed, steps=runs[-1].steps))
        answer = judge(setting, runs, learns=learns)
    if answer.verdict == SUSPECTED and not settled(answer):
        return replace(answer, verdict=UNCLEAR, reason=_not_trained(answer.error))
    if answer.verdict == SUSPECTED and _few_syncs(answer) and runs[-1].steps < LATEST_SYNC // 2:
        reason = f"not trained: {answer.error:.3g} off, as after few syncs of a target network; sync oftener"
        return replace(answer, verdict=UNCLEAR, reason=reason)
    return answer


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
        resting=q,
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
    if not _covered(answer):
        return replace(answer, reason=_not_covered(answer))
    tolerance = TOLERANCE * answer.scale
    noise = min(2 * spread, 2 * tolerance) if _noisy(setting, learns) else 0.0
    if error <= max(tolerance, noise) and spread <= 3 * tolerance:
        return replace(answer, verdict=PASS, reason=f"largest error {error:.3g} of values up to {answer.scale:.3g}")
    if not _covered(answer, late=True):
        return replace(answer, reason=_not_covered(answer, late=True))
    if len(tables) < 2:
        return replace(answer, reason=_not_trained(error))
    if error <= 1.3 * tolerance + 3 * spread:
        reason = (
            f"too noisy: {error:.3g} off, but seeds differ by {spread:.3g}; lower the step size, or give more steps"
        )
        return replace(answer, reason=reason)
    reason = f"{error:.3g} off, and seeds differ by only {spread:.2g}"
    return replace(answer, verdict=SUSPECTED, reason=reason)


def settled(answer: Answer) -> bool:
    """Whether values of the first seed have stopped moving from one budget to the next, short of the truth.

    A slow learner still goes where it went, twice as far with twice the steps; one that has settled does not.
    """
    seed = answer.runs[0].seed
    tables = [run.learned.q for run in answer.runs if run.seed == seed and run.learned.q is not None]
    if not np.isfinite(answer.error):
        return True
    if len(tables) < 3:
        return False
    live = ~answer.problem.mdp.terminal
    errors = [float(np.abs(q - answer.truth)[live].max()) for q in tables[-3:]]
    lowest = float((tables[-1] - answer.truth)[live].min())
    if errors[0] < errors[1] < errors[2] and errors[2] > answer.scale and lowest > -TOLERANCE * answer.scale:
        return True  # far above and moving away: coming to rest would not help
    earlier, later = ((b - a)[live].ravel() for a, b in zip(tables[-3:-1], tables[-2:], strict=True))
    sizes = [float(np.abs(move).max()) for move in (earlier, later)]
    onward = float(earlier @ later) > 0.5 * float(np.linalg.norm(earlier) * np.linalg.norm(later))
    if onward:
        return sizes[1] <= 0.1 * answer.error and sizes[1] <= 0.5 * sizes[0]
    return sizes[1] <= 0.35 * answer.error and sizes[1] <= 3 * sizes[0]  # it had begun to learn before


def _few_syncs(answer: Answer) -> bool:
    """Whether values look a few moves ahead only, as they do until a target network has been synced often enough."""
    if answer.q is None or isinstance(getattr(answer.runs[-1].agent, "q", None), np.ndarray):
        return False
    problem, live = answer.problem, ~answer.problem.mdp.terminal
    v = np.zeros(len(live))
    for _ in range(4):
        ahead = action_values(problem.mdp, v, problem.gamma)
        if np.abs(ahead - answer.q)[live].max() <= 0.35 * answer.error:
            return True
        v = ahead.max(axis=1)
    return False


def _not_trained(error: float) -> str:
    return f"not trained: values are {error:.3g} off and may still move; give more steps, or start learning sooner"


def _not_covered(answer: Answer, *, late: bool = False) -> str:
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


def _noisy(setting: Setting, learns: str) -> bool:
    return setting.noisy or learns != "optimal"


def _covered(answer: Answer, *, late: bool = False) -> bool:
    return bool((_visits(answer, late=late)[~answer.problem.mdp.terminal] >= FEWEST).all())


def _visits(answer: Answer, *, late: bool) -> NDArray[np.int64]:
    """[S, A] the fewest over the trainings with the most steps, in all or in their second halves."""
    last = [run for run in answer.runs if run.steps == answer.runs[-1].steps]
    return np.asarray(np.min([run.late if late else run.counts for run in last], axis=0))

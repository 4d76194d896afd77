"""Checks of behaviour recorded by the environment: exploration, seeds, resets, and the ends of episodes."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from agents.checkup.behaviours.checks import NOT_APPLICABLE, PASS, SUSPECTED, UNCLEAR, Check
from agents.checkup.decide import right
from agents.checkup.training.evidence import Evidence, Run
from agents.settings import level_at

LEANS = 0.2  # difference between shares of greedy actions 1 and 0 that is too large
ALIKE = 0.05  # tolerance for equal action frequencies on a line and its mirror image, as of a fixed policy
CHANCE = 1e-4  # probability that uniform exploration takes one action only, in each of several trainings
FEWEST_FIRST = 30  # first actions in a state needed for a comparison


def exploration(evidence: Evidence, run: Run, epsilon: float | Callable[[Any], Any] | None) -> Check:
    """Check of exploration: the share of actions that are not the best, late in training, against the declared epsilon.

    Late means the last quarter. If the learned values are wrong, the final greedy action counts as the best. Then only
    too little exploration is a bug: while the greedy action changed, exploration seemed larger than it was.
    """
    if epsilon is None:
        return Check("epsilon", NOT_APPLICABLE, "no epsilon was declared; pass e.g. epsilon=0.1 or a schedule")
    known = evidence.runs[-1].learned.q is not None and right(evidence)
    best, clear = run.learned.greedy, np.full(evidence.line.mdp.num_states, True)
    if known:  # states with two almost equal actions are left out
        best, clear = evidence.truth.argmax(axis=1), _clear(evidence)
    first = len(run.trace) * 3 // 4
    times = first + np.flatnonzero(clear[run.trace.observation[first:]])
    if not len(times):
        return Check("epsilon", UNCLEAR, "in no state that it saw towards the end is one action clearly the best")
    other = run.trace.action[times] != best[run.trace.observation[times]]
    level = np.array([level_at(epsilon, time) for time in times.tolist()])
    actions = evidence.line.mdp.num_actions
    declared = float(level.mean()) * (actions - 1) / actions
    rate, half = float(other.mean()), _half_width(float(other.mean()), declared, len(other))
    where = "" if first + len(times) == len(run.trace) else " where one is clearly the best"
    text = (
        f"{rate:.3f} +- {half:.3f} of the last {len(other)} actions{where} were not the best; "
        f"the declared epsilon of {float(level.mean()):.3g} means {declared:.3f}"
    )
    if abs(rate - declared) <= max(half, 0.02 + 0.3 * declared):
        return Check("epsilon", PASS, text)
    if not known and rate > declared:
        return Check("epsilon", UNCLEAR, f"{text}, but what was learned is not right yet")
    inverted = (1 - float(level.mean())) * (actions - 1) / actions
    start = (float(level_at(epsilon, 0)) if callable(epsilon) else 1.0) * (actions - 1) / actions
    close = {"epsilon-always-zero": 0.0, "epsilon-inverted": inverted, "epsilon-never-decays": start}
    named = sorted(
        (bug for bug, expected in close.items() if abs(rate - expected) <= max(half, 0.03)),
        key=lambda bug: abs(rate - close[bug]),
    )
    if not named and abs(rate - float(level.mean())) <= half:
        text += f"; if it never explores with the best action, declare {actions / (actions - 1):.3g} times as much"
        return Check("epsilon", UNCLEAR, text)
    return Check("epsilon", SUSPECTED, text, tuple(named))


def _clear(evidence: Evidence) -> NDArray[np.bool_]:
    """Mask [S] of states whose best action is the same for all tables within the tolerance."""
    q = np.sort(evidence.truth, axis=1)
    return np.asarray((q[:, -1] - q[:, -2] > 2 * evidence.near * evidence.scale) & ~evidence.line.mdp.terminal)


def _half_width(rate: float, declared: float, size: int) -> float:
    """Half of a 99.99 % interval of a share, with the larger of the two variances."""
    return 3.9 * float(np.sqrt(max(rate * (1 - rate), declared * (1 - declared), 1 / size) / size))


def mirrored(
    run: Run, mirror: Run, again: Callable[[], Iterable[tuple[Run, Run]]] = list, *, settled: bool = True
) -> Check:
    """Check of symmetry between a line and its mirror image, where actions 0 and 1 swap roles.

    With exploration, one training proves nothing, so all trainings of `again` must lean to the same side. For an agent
    that has not `settled` on right values, only exploration is checked.
    """
    sides = _sides(run, mirror)
    rights = _rights(sides)
    evidence = f"it does what is best {rights[0]:.2f} of the time where that is action 1, {rights[1]:.2f} where 0"
    if min(len(run.trace), len(mirror.trace)) < 500:
        return Check("mirror", UNCLEAR, f"{evidence}; too few steps")
    if all(one.trace.action.all() for one in (run, mirror)):
        return Check("mirror", SUSPECTED, "action 0 was never taken", ("action-zero-falsy",))
    leans, only = settled and abs(rights[0] - rights[1]) > LEANS, _explores_only(sides)
    if not leans and only is None:
        return Check("mirror", PASS if settled else UNCLEAR, evidence)
    if leans and abs(sum(rights) - 1) <= ALIKE:
        text = f"{evidence}: it acts alike whatever it has learned, as by a fixed policy, so this tells nothing"
        return Check("mirror", NOT_APPLICABLE, text)
    others = [_sides(*pair) for pair in again()]
    more, side = [_rights(other) for other in others], np.sign(rights[0] - rights[1])
    told = ", ".join(f"{one:.2f} and {other:.2f}" for one, other in more) or "no time for it"
    evidence = f"{evidence}; with other seeds and more steps {told}"
    if only is not None and more and all(_explores_only(other) == only for other in others):
        return Check("mirror", SUSPECTED, f"it explores with action {only} only: {evidence}")
    if not leans or not more or any(side * (one - other) <= LEANS for one, other in more):
        alike = settled and more and abs(np.mean(np.diff(more))) <= LEANS
        return Check("mirror", PASS if alike else UNCLEAR, evidence)
    return Check("mirror", SUSPECTED, evidence, ("action-zero-falsy",) if side > 0 else ())


def _sides(run: Run, mirror: Run) -> NDArray[np.int64]:
    """[2, 2] counts of greedy actions 0 and 1 (rows) in the last quarter: not taken, and taken."""
    sides = np.zeros((2, 2), np.int64)
    for one in (run, mirror):
        last = one.trace[len(one.trace) * 3 // 4 :]
        best = one.learned.greedy[last.observation]
        np.add.at(sides, (best, (last.action == best).astype(int)), 1)
    return sides


def _rights(sides: NDArray[np.int64]) -> tuple[float, float]:
    """Shares of greedy actions in the last quarter: in states with greedy action 1, and with greedy action 0."""
    ones, zeros = (float(hit / (hit + miss)) if hit + miss else 0.5 for miss, hit in sides[::-1])
    return ones, zeros


def _explores_only(sides: NDArray[np.int64]) -> int | None:
    """The only action of exploration, if uniform exploration would hardly show one action only; else None.

    Uniform exploration is as frequent in states of either best action. If a share p of all steps is in states with one
    best action, all n exploring steps are there with probability p to the n.
    """
    explored, visits = sides[:, 0], sides.sum(axis=1)
    best = int(explored.argmax())  # the other action is the one taken in exploration
    chance = (visits[best] / max(1, visits.sum())) ** float(explored.sum())
    return 1 - best if explored.min() == 0 and chance < CHANCE else None


def first_actions(run: Run, told: Callable[[], Run] | None = None) -> Check:
    """Check of first actions: an episode's first action is chosen as later ones in the same state, in the last half.

    First actions differ if the agent still sees the end of the last episode, or if it explores differently at first,
    e.g. with exploring starts. `told`, a training on `SHOWN_THE_END`, distinguishes the two; None without time for it.
    """
    last = run.trace[len(run.trace) // 2 :]
    worst, evidence = 0.0, "too few visits of a start state on the way"
    for state in np.unique(last.observation[last.reset]).tolist():
        here = [last.action[(last.observation == state) & (last.reset == first)] for first in (True, False)]
        if min(len(actions) for actions in here) < FEWEST_FIRST:
            continue
        first, later = (float(np.mean(actions)) for actions in here)
        pooled = float(np.mean(np.concatenate(here)))
        error = np.sqrt(max(pooled * (1 - pooled), 1e-3) * sum(1 / len(actions) for actions in here))
        if worst == 0.0 or abs(first - later) > worst:
            evidence = f"action 1 in state {state + 1}: {first:.2f} when an episode begins, {later:.2f} later"
            worst = abs(first - later) if abs(first - later) > 5 * error else 1e-9
    if worst == 0.0 or (worst > 0.2 and told is None):
        return Check("first-action", UNCLEAR, evidence)
    if worst <= 0.2:
        return Check("first-action", PASS, evidence)
    assert told is not None
    return _shown_the_end(told(), evidence)


def _shown_the_end(run: Run, evidence: str) -> Check:
    """Check of first actions on `SHOWN_THE_END`: the best action of the last end is no more frequent than by chance."""
    last = run.trace[len(run.trace) // 2 :]
    here = last.observation == 2
    first, later = (1 - last.action[here & (last.reset == begun)] for begun in (True, False))
    if len(first) < FEWEST_FIRST or (len(later) and np.mean(later) > 0.5):
        return Check("first-action", UNCLEAR, f"{evidence}; why cannot be told")
    share = float(np.mean(first))
    if share <= 0.5 + 2.5 / np.sqrt(len(first)):  # five standard errors
        return Check("first-action", PASS, f"{evidence}, but never more often wrong than right: it explores otherwise")
    evidence = f"{share:.2f} of episodes begin with what is best not there, but where the last one ended"
    return Check("first-action", SUSPECTED, evidence, ("stale-first-observation",))


def same_seed(one: Run, two: Run, other: Run) -> Check:
    """Check of seeds: two runs with one seed are the same, and a run with another seed differs."""
    actions = [run.trace.action for run in (one, two, other)]
    length = min(len(actions[0]), len(actions[1]))
    differs = np.flatnonzero(actions[0][:length] != actions[1][:length])
    if len(differs) or len(actions[0]) != len(actions[1]):
        where = int(differs[0]) + 1 if len(differs) else length
        return Check("seed", SUSPECTED, f"two runs with seed {one.seed} differ from step {where} on", ("seed-ignored",))
    q, again = one.learned.q, two.learned.q
    if q is not None and again is not None and not np.allclose(q, again, rtol=1e-3, atol=1e-3, equal_nan=True):
        evidence = f"two runs with seed {one.seed} act alike but learn other values"
        return Check("seed", SUSPECTED, evidence, ("seed-ignored",))
    if np.array_equal(actions[0], actions[2]) and np.array_equal(other.learned.greedy, one.learned.greedy):
        evidence = f"seeds {one.seed} and {other.seed} make no difference: nothing is random, or the seed is fixed"
        return Check("seed", UNCLEAR, evidence)
    return Check("seed", PASS, f"two runs with seed {one.seed} are the same in all {length} actions")


def seeded_resets(run: Run) -> Check:
    """Check of resets: only the first reset has a seed, so that no episode repeats another."""
    seeds = list(run.resets)
    if len(seeds) < 2:
        return Check("resets", UNCLEAR, f"{len(seeds)} resets; too few steps")
    given = [seed for seed in seeds[1:] if seed is not None]
    if given and len(set(given)) == 1:
        evidence = (
            f"{len(given)} of {len(seeds)} episodes begin with seed {given[0]}: chances repeat; seed the first only"
        )
        return Check("resets", UNCLEAR, evidence)
    if all(seed is None for seed in seeds):
        return Check("resets", PASS, f"{len(seeds)} resets, none with a seed")
    return Check("resets", PASS, f"{len(seeds)} resets, the first with seed {seeds[0]}")


def calls(run: Run) -> Check:
    """Check of an agent's `calls`: every action was chosen for the state in which it was taken.

    `calls` holds one state for every step: the agent's input when it chose that action.
    """
    asked = getattr(run.agent, "calls", None)
    if not isinstance(asked, (list, tuple, np.ndarray)) or len(asked) != len(run.trace):
        return Check("calls", NOT_APPLICABLE, "the agent shows no `calls`, one state for every step")
    off = np.flatnonzero(np.asarray(asked).ravel() != run.trace.observation)
    if not len(off):
        return Check("calls", PASS, f"all {len(asked)} actions were chosen for the state they were taken in")
    step, first = int(off[0]), int(run.trace.reset[off].sum())
    evidence = (
        f"{len(off)} of {len(asked)} actions, {first} of them the first of an episode, were chosen for another state "
        f"than they were taken in: in step {step + 1} for {int(asked[step]) + 1}, not {run.trace.observation[step] + 1}"
    )
    return Check("calls", SUSPECTED, evidence, ("stale-first-observation",) if first == len(off) else ())

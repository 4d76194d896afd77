"""What an agent did, seen by the environment, and what it shows of itself: exploration, seeds, resets, its networks."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from agents.adapters import read, target_network
from agents.evidence import PASS, SUSPECTED, UNCLEAR, Run
from agents.fingerprints import optimal
from agents.problem import Problem

NOT_APPLICABLE = "not applicable"


class Check(NamedTuple):
    """A question, its answer and what it rests on."""

    id: str
    verdict: str
    evidence: str
    suspects: tuple[str, ...] = ()


def greedy_actions(problem: Problem, run: Run) -> Check:
    """Whether it does, in every state, what its own values say is best."""
    q = run.learned.q
    if q is None:
        return Check("greedy", NOT_APPLICABLE, "the agent shows no values")
    clear = ~problem.mdp.terminal & (np.ptp(q, axis=1) > 0.05 * np.abs(q).max())
    if not clear.any():
        return Check("greedy", UNCLEAR, "no state in which one action is clearly better by its values")
    again = [read(run.agent, num_states=len(q), num_actions=q.shape[1]).greedy for _ in range(4)]
    if any((greedy[clear] != run.learned.greedy[clear]).any() for greedy in again):
        return Check("greedy", UNCLEAR, "it acts at random even when asked for its best action")
    other = np.flatnonzero(clear & (run.learned.greedy != q.argmax(axis=1)))
    if not len(other):
        return Check("greedy", PASS, f"the best by its values in all {clear.sum()} states with a clear best action")
    least = run.learned.greedy[other] == q[other].argmin(axis=1)
    evidence = f"not the best by its values in states {(other + 1).tolist()}, out of {clear.sum()}"
    return Check("greedy", SUSPECTED, evidence, ("argmin-policy",) if least.all() else ())


def exploration(
    problem: Problem, run: Run, epsilon: float | Callable[[Any], Any] | None, *, right: bool = True
) -> Check:
    """How often it does not do what is best, in the last quarter of the training, against the declared epsilon.

    If what it learned is not right, the best is what it ends with, and only exploring too little convicts: while that
    changed, it seemed to explore more than it did.
    """
    if epsilon is None:
        return Check("epsilon", NOT_APPLICABLE, "no epsilon was declared; pass e.g. epsilon=0.1 or a schedule")
    best = optimal(problem).argmax(axis=1) if right else run.learned.greedy
    first = len(run.trace) * 3 // 4
    other = np.array([step.action != best[step.observation] for step in run.trace[first:]])
    times = np.arange(first, len(run.trace))
    level = np.array([epsilon(time) for time in times]) if callable(epsilon) else np.full(len(times), epsilon)
    actions = problem.mdp.num_actions
    declared = float(level.mean()) * (actions - 1) / actions
    rate, half = float(other.mean()), _half_width(float(other.mean()), declared, len(other))
    evidence = f"{rate:.3f} +- {half:.3f} of the last {len(other)} actions were not the best, declared {declared:.3f}"
    if abs(rate - declared) <= max(half, 0.02 + 0.3 * declared):
        return Check("epsilon", PASS, evidence)
    if not right and rate > declared:
        return Check("epsilon", UNCLEAR, f"{evidence}, but what was learned is not right yet")
    inverted = (1 - float(level.mean())) * (actions - 1) / actions
    start = (float(epsilon(0)) if callable(epsilon) else 1.0) * (actions - 1) / actions
    close = {"epsilon-always-zero": 0.0, "epsilon-inverted": inverted, "epsilon-never-decays": start}
    named = sorted(
        (bug for bug, expected in close.items() if abs(rate - expected) <= max(half, 0.03)),
        key=lambda bug: abs(rate - close[bug]),
    )
    return Check("epsilon", SUSPECTED, evidence, tuple(named))


def _half_width(rate: float, declared: float, size: int) -> float:
    """Half of a 99.99 % interval of a share, with the larger of the two variances."""
    return 3.9 * float(np.sqrt(max(rate * (1 - rate), declared * (1 - declared), 1 / size) / size))


def mirrored(run: Run, mirror: Run) -> Check:
    """Whether it treats its actions alike: on a line and on its mirror image it should go right and left as often."""
    shares = []
    for one in (run, mirror):
        last = one.trace[len(one.trace) * 3 // 4 :]
        shares.append(float(np.mean([step.action for step in last])))
    rights = shares[0], 1 - shares[1]
    evidence = (
        f"towards the end {rights[0]:.2f} of the time with action 1, {rights[1]:.2f} with action 0 where that leads"
    )
    if min(len(run.trace), len(mirror.trace)) < 500:
        return Check("mirror", UNCLEAR, f"{evidence}; too few steps")
    if not any(step.action == 0 for one in (run, mirror) for step in one.trace):
        return Check("mirror", SUSPECTED, "action 0 was never taken", ("action-zero-falsy",))
    if abs(rights[0] - rights[1]) <= 0.2:
        return Check("mirror", PASS, evidence)
    return Check("mirror", SUSPECTED, evidence, ("action-zero-falsy",) if rights[0] > rights[1] else ())


def first_actions(run: Run) -> Check:
    """Whether the first action of an episode is chosen as later ones in the same state, in the last half.

    It is not if the agent is still shown what the last episode ended with.
    """
    last = run.trace[len(run.trace) // 2 :]
    states = {step.observation for step in last if step.reset}
    worst, evidence = 0.0, "too few visits of a start state on the way"
    for state in states:
        here = [
            [step.action for step in last if step.observation == state and bool(step.reset) == first]
            for first in (True, False)
        ]
        if min(len(actions) for actions in here) < 30:
            continue
        first, later = (float(np.mean(actions)) for actions in here)
        pooled = float(np.mean(here[0] + here[1]))
        error = np.sqrt(max(pooled * (1 - pooled), 1e-3) * sum(1 / len(actions) for actions in here))
        if worst == 0.0 or abs(first - later) > worst:
            evidence = f"action 1 in state {state + 1}: {first:.2f} when an episode begins, {later:.2f} later"
            worst = abs(first - later) if abs(first - later) > 5 * error else 1e-9
    if worst == 0.0:
        return Check("first-action", UNCLEAR, evidence)
    if worst <= 0.2:
        return Check("first-action", PASS, evidence)
    return Check("first-action", SUSPECTED, evidence, ("stale-first-observation",))


def same_seed(one: Run, two: Run, other: Run) -> Check:
    """Whether two runs with one seed are the same, and one with another seed is not."""
    actions = [[step.action for step in run.trace] for run in (one, two, other)]
    length = min(len(actions[0]), len(actions[1]))
    differs = [k for k in range(length) if actions[0][k] != actions[1][k]]
    if differs or len(actions[0]) != len(actions[1]):
        where = differs[0] + 1 if differs else length
        return Check("seed", SUSPECTED, f"two runs with seed {one.seed} differ from step {where} on", ("seed-ignored",))
    q, again = one.learned.q, two.learned.q
    if q is not None and again is not None and not np.allclose(q, again, rtol=1e-3, atol=1e-3, equal_nan=True):
        evidence = f"two runs with seed {one.seed} act alike but learn other values"
        return Check("seed", SUSPECTED, evidence, ("seed-ignored",))
    if actions[0] == actions[2] and other.learned.greedy.tolist() == one.learned.greedy.tolist():
        evidence = f"seeds {one.seed} and {other.seed} make no difference: nothing is random, or the seed is fixed"
        return Check("seed", UNCLEAR, evidence)
    return Check("seed", PASS, f"two runs with seed {one.seed} are the same in all {length} actions")


def separate_target(run: Run) -> Check:
    """Whether the target network is one of its own."""
    pair = target_network(run.agent)
    if pair is None:
        return Check("target", NOT_APPLICABLE, "no network and target network to be seen")
    if pair[0] is pair[1] or _shared(*pair):
        return Check("target", SUSPECTED, "the target shares its weights with the network", ("target-is-the-network",))
    return Check("target", PASS, "the target has weights of its own")


def _shared(online: Any, target: Any) -> bool:
    """Whether two networks have a weight in common."""
    weights = []
    for network in (online, target):
        listed = getattr(network, "parameters", None)
        weights.append(list(listed()) if callable(listed) else list(getattr(network, "weights", [])))
    return bool({id(weight) for weight in weights[0]} & {id(weight) for weight in weights[1]})


def batch_neighbours(run: Run) -> Check:
    """Whether a state's values are the same alone and in a batch."""
    values, q = run.learned.values, run.learned.q
    if values is None or q is None:
        return Check("batch", NOT_APPLICABLE, "the agent shows no values")
    try:
        alone = np.concatenate([values(np.array([state])).reshape(1, -1) for state in range(len(q))])
    except Exception as error:  # other people's code
        return Check("batch", NOT_APPLICABLE, f"values of a single state: {type(error).__name__}: {error}")
    off = float(np.nan_to_num(np.abs(alone - q)).max())
    if off <= 1e-3 * max(1.0, float(np.nan_to_num(np.abs(q)).max())):
        return Check("batch", PASS, f"values of states alone and together differ by {off:.1g}")
    evidence = f"values of a state alone and among others differ by {off:.3g}"
    return Check("batch", SUSPECTED, evidence, ("dueling-mean-over-batch",))


def round_trip(run: Run) -> Check:
    """Whether what is saved and loaded has learned the same."""
    save, load = getattr(run.agent, "save", None), getattr(type(run.agent), "load", None)
    if not callable(save) or not callable(load):
        return Check("save", NOT_APPLICABLE, "the agent has no `save(path)` and `load(path)`")
    states, q = len(run.learned.greedy), run.learned.q
    with tempfile.TemporaryDirectory() as folder:
        try:
            save(str(Path(folder) / "agent"))
            loaded = read(load(str(Path(folder) / "agent")), num_states=states, num_actions=2)
        except Exception as error:  # other people's code
            return Check("save", UNCLEAR, f"{type(error).__name__}: {error}")
    if q is not None and (loaded.q is None or not np.allclose(loaded.q, q, rtol=1e-5, atol=1e-6)):
        return Check("save", SUSPECTED, "other values after saving and loading", ("load-incomplete",))
    if q is None and (loaded.greedy != run.learned.greedy).any():
        return Check("save", SUSPECTED, "acts otherwise after saving and loading", ("load-incomplete",))
    return Check("save", PASS, "the same after saving and loading")

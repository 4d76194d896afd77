"""Checks of greedy actions, of networks, and of saving and loading."""

from __future__ import annotations

import inspect
import sys
import tempfile
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

import agents.saving as saving
from agents.checkup.behaviours.checks import NOT_APPLICABLE, PASS, SUSPECTED, UNCLEAR, Check
from agents.checkup.decide import right
from agents.checkup.reading.acting import acting
from agents.checkup.reading.parts import weights
from agents.checkup.reading.reading import read
from agents.checkup.reading.targets import target_network
from agents.checkup.training.evidence import Evidence, Run
from agents.core import Transition
from rl_line.dp.fixed_points import n_step_values

MOST_REWARDS = 4  # largest number of rewards in an n-step target


def greedy_actions(evidence: Evidence) -> Check:
    """Check of greedy actions: in every state the action is the best by the agent's own values."""
    run, q = evidence.runs[-1], evidence.runs[-1].learned.q
    if q is None:
        return Check("greedy", NOT_APPLICABLE, "the agent shows no values")
    if not acting(run.agent)[0]:
        return Check("greedy", NOT_APPLICABLE, "it has no act or predict to be asked for its best action")
    if run.learned.failed:
        return Check("greedy", UNCLEAR, f"it cannot be asked for an action: {run.learned.failed}")
    clear = evidence.live[:, 0] & (np.ptp(q, axis=1) > evidence.near * evidence.scale)
    if not clear.any():
        return Check("greedy", UNCLEAR, "no state in which one action is clearly better by its values")
    again = [read(run.agent, num_states=len(q), num_actions=q.shape[1]).greedy for _ in range(4)]
    if any((greedy[clear] != run.learned.greedy[clear]).any() for greedy in again):
        return Check("greedy", UNCLEAR, "it acts at random even when asked for its best action")
    other = np.flatnonzero(clear & (run.learned.greedy != q.argmax(axis=1)))
    if not len(other):
        states = "the one state" if clear.sum() == 1 else f"all {clear.sum()} states"
        return Check("greedy", PASS, f"the best by its values in {states} with a clear best action")
    least = run.learned.greedy[other] == q[other].argmin(axis=1)
    text = f"not the best by its values in states {(other + 1).tolist()}, out of {clear.sum()}"
    return Check("greedy", SUSPECTED, text, ("argmin-policy",) if least.all() else ())


def acts_otherwise(evidence: Evidence) -> str:
    """Question whether states have the form that a network wants, if values are wrong and the agent acts otherwise.

    With exploration, the best action of two is taken half of the time or more; five standard errors less is no chance.
    """
    run, q = evidence.runs[-1], evidence.runs[-1].learned.q
    if q is None or not run.learned.guessed or right(evidence):
        return ""
    last = run.trace[len(run.trace) * 3 // 4 :]
    visits = last.counts(q.shape)
    taken, total = visits[np.arange(len(q)), q.argmax(axis=1)], visits.sum(axis=1)
    clear = evidence.live[:, 0] & (np.ptp(q, axis=1) > evidence.near * evidence.scale)
    never = clear & (taken < total / 2 - 2.5 * np.sqrt(total))
    if not never.any():
        return ""
    return (
        f"{run.learned.way} gives values, but late in training it mostly does what is worse by them in states "
        f"{(np.flatnonzero(never) + 1).tolist()}; are its observations scaled? Return an object that shows values as "
        "q_values(observations), for numbers of states"
    )


def separate_target(run: Run) -> Check:
    """Check that the target network has its own weights."""
    pair = target_network(run.agent)
    if pair is None:
        return Check("target", NOT_APPLICABLE, "no network and target network to be seen")
    if pair[0] is pair[1] or _shared(*pair):
        return Check("target", SUSPECTED, "the target shares its weights with the network", ("target-is-the-network",))
    return Check("target", PASS, "the target has weights of its own")


def target_in_use(evidence: Evidence) -> Check:
    """Check that targets come from the target network: with its weights held at zero, an agent learns rewards alone.

    For agents with `learn(transition)` and `target_every`, the transitions between two updates of the target network.
    The agent learns once more from all its steps, which changes it.
    """
    run = evidence.runs[-1]
    agent, pair = run.agent, target_network(run.agent)
    shows = pair is not None and hasattr(agent, "target_every") and callable(getattr(agent, "learn", None))
    if pair is None or not shows or run.learned.q is None or _shared(*pair):
        return Check("target-use", NOT_APPLICABLE, "no target network that can be held still while the agent learns on")
    try:
        return _held_at_zeros(evidence, run, pair[1])
    except Exception as error:  # other people's code
        return Check("target-use", NOT_APPLICABLE, f"it cannot be held still: {type(error).__name__}: {error}")


def _held_at_zeros(known: Evidence, run: Run, target: Any) -> Check:
    assert run.learned.q is not None
    run.agent.target_every = sys.maxsize
    for weight in weights(target):
        weight.assign(np.zeros(weight.shape, np.float32))
    live = known.live[:, 0]
    before, after = run.learned.q[live], _learned_on(run, 1.0)[live]
    moved = (after - before).ravel()
    ways = [_rewards_of(known, n)[live] - before for n in range(1, MOST_REWARDS + 1)]
    far = [way.ravel() for way in ways if np.linalg.norm(way) > 0.25 * np.linalg.norm(before)]
    way = min(far, key=lambda way: float(np.linalg.norm(moved - way)))
    share = float(moved @ way) / float(way @ way)
    evidence = f"held at zeros, the target has moved values {round(share, 2) + 0.0:.0%} of the way to the rewards alone"
    if share >= 0.5:
        return Check("target-use", PASS, evidence)
    learns = np.abs(_learned_on(run, 3.0)[live] - after).max() > 0.03 * np.abs(before).max()
    if share > 0.15 or not learns:
        return Check("target-use", UNCLEAR, f"{evidence}, as if it learned no more")
    return Check("target-use", SUSPECTED, evidence, ("wrong-network-in-target",))


def _rewards_of(known: Evidence, n: int) -> NDArray[np.float64]:
    """Values [S, A] of n rewards without a bootstrap, under the agent's own policy."""
    return n_step_values(
        known.line.mdp, known.line.gamma, n, lambda _: known.views[0].policy, lambda q: np.zeros(len(q))
    )


def _learned_on(run: Run, factor: float) -> NDArray[np.float64]:
    """The values [S, A] after the agent has learned again from all its steps, with rewards times a factor."""
    fields = (run.trace.observation, run.trace.action, run.trace.reward * factor, run.trace.next_observation)
    for step in zip(*fields, run.trace.terminated, run.trace.truncated, strict=True):
        run.agent.learn(Transition(*(part.item() for part in step)))
    q = read(run.agent, num_states=len(run.learned.greedy), num_actions=2).q
    assert q is not None
    return q


def _shared(online: Any, target: Any) -> bool:
    """True where two networks have a weight in common."""
    return bool({id(weight) for weight in weights(online)} & {id(weight) for weight in weights(target)})


def batch_neighbours(run: Run) -> Check:
    """Check of batches: a state's values are the same alone and in a batch."""
    values, q = run.learned.values, run.learned.q
    if values is None or q is None:
        return Check("batch", NOT_APPLICABLE, "the agent shows no values")
    try:
        alone, again = (
            np.concatenate([values(np.array([state])).reshape(1, -1) for state in range(len(q))]) for _ in range(2)
        )
    except Exception as error:  # other people's code
        return Check("batch", NOT_APPLICABLE, f"values of a single state: {type(error).__name__}: {error}")
    if not np.array_equal(alone, again, equal_nan=True):
        return Check("batch", UNCLEAR, "asked twice about one state it gives different values, as noisy networks do")
    off = float(np.nan_to_num(np.abs(alone - q)).max())
    if off <= 1e-3 * max(1.0, float(np.nan_to_num(np.abs(q)).max())):
        return Check("batch", PASS, f"values of states alone and together differ by {off:.1g}")
    evidence = f"values of a state alone and among others differ by {off:.3g}"
    if not run.learned.sure:
        return Check("batch", UNCLEAR, f"{evidence}, but they may be no action values")
    return Check("batch", SUSPECTED, evidence, ("dueling-mean-over-batch",))


def round_trip(run: Run, other: Run | None = None) -> Check:
    """Check of saving and loading: values stay the same; without values, greedy actions do.

    For agents with `state()` and `restore(state)` instead, the state is loaded from a file into `other`.
    """
    save, load = getattr(run.agent, "save", None), _loading(run.agent, other)
    alone = not (callable(save) and callable(load))
    if alone and other is not None and hasattr(run.agent, "state") and hasattr(other.agent, "restore"):
        save, load = lambda path: saving.save(f"{path}.npz", run.agent.state()), partial(_restored, other.agent)
    if not callable(save) or not callable(load):
        return Check("save", NOT_APPLICABLE, "the agent has no `save(path)` and `load(path)`")
    states, q = len(run.learned.greedy), run.learned.q
    with tempfile.TemporaryDirectory() as folder:
        try:
            save(str(Path(folder) / "agent"))
            loaded = read(load(str(Path(folder) / "agent")), num_states=states, num_actions=2)
        except Exception as error:  # other people's code
            return Check("save", UNCLEAR, f"{type(error).__name__}: {error}")
    if q is not None and (loaded.q is None or not np.allclose(loaded.q, q, rtol=1e-5, atol=1e-6, equal_nan=True)):
        return Check("save", SUSPECTED, "other values after saving and loading", ("load-incomplete",))
    if q is None and (loaded.greedy != run.learned.greedy).any():
        return Check("save", SUSPECTED, "acts otherwise after saving and loading", ("load-incomplete",))
    return Check("save", PASS, "the same after saving and loading")


def _loading(agent: Any, other: Run | None) -> Any:
    """`load(path)` of the class; if it is a method of instances, a function that loads into `other` and returns it."""
    if isinstance(inspect.getattr_static(type(agent), "load", None), (classmethod, staticmethod)):
        return type(agent).load
    if other is None or not callable(getattr(other.agent, "load", None)):
        return None

    def load(path: str) -> Any:
        loaded = other.agent.load(path)
        return other.agent if loaded is None else loaded

    return load


def _restored(agent: Any, path: str) -> Any:
    """Another agent, with the state in a file."""
    agent.restore(saving.load(f"{path}.npz"))
    return agent

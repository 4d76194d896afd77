"""Experience, evidence and agents that the tests of the checkup share."""

from concurrent.futures import Future
from functools import cache

import numpy as np
from mutants.right import Right, training

from agents.checkup.reading.reading import Learned
from agents.checkup.rules.experience import Experience, Trace
from agents.checkup.rules.fixed_points import fixed_point
from agents.checkup.rules.simulation import acted
from agents.checkup.training.evidence import Evidence, Run
from agents.checkup.training.lines import LINES, Line

A, B, C, N = LINES
FLAT = LINES[:3]  # lines without slips
COURSE = Line("T", (0, 2, 0, 9), (1 / 3, 1 / 3, 1 / 3, 0), 0.8, 10_000)
RIGHT_AGENT = training(Right)


@cache
def walked(line, *, steps=3_000, seed=0, epsilon=1.0):
    """Steps of the optimal policy with exploration `epsilon`; by default all actions are random."""
    q = line.optimal
    return acted(line, (1 - epsilon) * np.eye(2)[q.argmax(axis=1)] + epsilon / 2, steps, seed=seed)


def experience_of(line, *, shown=0.0, **how):
    """Experience of a random agent, with the value `shown` in every cell of its final table."""
    shape = line.mdp.successor.shape[:2]
    return Experience(walked(line, **how), line.gamma, shape, np.full(shape, float(shown)))


def run_of(line, q, *, seed=0, steps=4_000, trace=None, agent=None, resets=()):
    """A training with the final table `q`."""
    q = np.asarray(q, float)
    trace = walked(line, seed=seed) if trace is None else trace
    return Run(seed, steps, Learned(q, q.argmax(axis=1), None), trace, agent, resets)


def evidence_of(line, q, *, moves=(0.0, 0.0), spread=(), kind=(), **run):
    """Three trainings of the first seed, with `moves` between their tables; the other seeds differ by `spread`."""
    q = np.asarray(q, float)
    tables = [q - moves[0] - moves[1], q - moves[1], q]
    runs = [run_of(line, table, steps=1_000 * 2**k, **run) for k, table in enumerate(tables)]
    others = [run_of(line, q + apart, seed=seed, **run) for seed, apart in enumerate(spread, 1)]
    return Evidence(line, [*runs, *others], kind)


def of_rule(line, rule, *, shown=0.0, epsilon=1.0, kind=()):
    """Evidence of a rule's fixed point, from two equal seeds with exploration `epsilon`."""
    runs = [
        run_of(line, np.full(line.mdp.successor.shape[:2], shown), seed=s, trace=walked(line, seed=s, epsilon=epsilon))
        for s in (0, 1)
    ]
    q = fixed_point(rule, Evidence(line, runs, kind).views[0])
    of_first = [run_of(line, q, steps=steps, trace=runs[0].trace) for steps in (1_000, 2_000, 4_000)]
    return Evidence(line, [*of_first, run_of(line, q, seed=1, trace=runs[1].trace)], kind)


def steps_of(actions, *, states=None, first=None):
    """A trace of actions without rewards and ends."""
    rows = [
        (0 if states is None else states[k], action, 0.0, 0, False, False, first is not None and bool(first[k]), 0)
        for k, action in enumerate(actions)
    ]
    return Trace.of(rows)


def explore(env, steps, seed):
    """Acts at random and learns nothing."""
    rng = np.random.default_rng(seed)
    env.reset(seed=seed)
    for _ in range(steps):
        *_, ended, cut, _ = env.step(int(rng.integers(2)))
        if ended or cut:
            env.reset()


class AtOnce:
    """An executor that runs each call when it is submitted."""

    def __init__(self, *_):
        pass

    def __enter__(self):
        return self

    def __exit__(self, *_):
        pass

    def submit(self, function, name):
        done = Future()
        done.set_result(function(name))
        return done

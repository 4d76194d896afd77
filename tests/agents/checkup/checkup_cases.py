"""Settings, runs and answers that the tests of the checkup share."""

from types import SimpleNamespace

import numpy as np
from mutants import tabular
from mutants.tabular import training

from agents.checkup.adapters import Learned
from agents.checkup.evidence import judge
from agents.checkup.probes import SETTINGS
from agents.checkup.recording import Step, Trace
from agents.checkup.trainings import Run

BY_ID = {setting.id: setting for setting in SETTINGS}


RIGHT_AGENT = training(tabular.Right)


def explore(env, steps, seed):
    """Acts at random and learns nothing."""
    rng = np.random.default_rng(seed)
    env.reset(seed=seed)
    for _ in range(steps):
        *_, ended, cut, _ = env.step(int(rng.integers(2)))
        if ended or cut:
            env.reset()


def run_of(q, *, seed=0, steps=8_000, trace=(), visits=500, agent=None, resets=()):
    q = np.asarray(q, float)
    taken = np.full(q.shape, visits)
    return Run(seed, steps, Learned(q, q.argmax(axis=1), None), taken, taken, Trace.of(trace), agent, resets)


def answer_of(setting, q, *, earlier=None):
    """What is said of values that three seeds agree on and that came to rest."""
    first = [run_of(q if earlier is None else earlier, steps=steps) for steps in (2_000, 4_000)]
    return judge(setting, [*first, *(run_of(q, seed=seed) for seed in range(3))], learns="optimal")


def sarsa(env, *, gamma, steps, seed, rests=0.5, ended_is=0.0):
    """Sarsa whose epsilon falls from 1 to 0.05 until a share of its steps is left."""
    rng, q = np.random.default_rng(seed), np.zeros((env.observation_space.n, 2))

    def chosen(state, time):
        epsilon = max(0.05, 1 - time / ((1 - rests) * steps))
        return int(rng.integers(2)) if rng.random() < epsilon else int(q[state].argmax())

    state, _ = env.reset(seed=seed)
    action = chosen(state, 0)
    for time in range(steps):
        following, reward, ended, cut, _ = env.step(action)
        after = chosen(following, time)
        value = ended_is if ended else q[following, after]
        q[state, action] += 0.1 * (reward + gamma * value - q[state, action])
        state, action = following, after
        if ended or cut:
            state, _ = env.reset()
            action = chosen(state, time)
    return SimpleNamespace(q=q)


def steps_of(actions, *, states=None, first=None):
    return [
        Step(0 if states is None else states[k], action, 0.0, 0, False, False, first is not None and first[k])
        for k, action in enumerate(actions)
    ]

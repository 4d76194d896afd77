"""Behaviours that the tests of agents which show only actions share."""

import numpy as np

from agents.checkup.adapters import Learned
from agents.checkup.conduct import Behaviour
from agents.checkup.policies import PATIENCE
from agents.checkup.probes import Setting
from agents.checkup.telling import LINES, _with_gamma, preferences, right
from agents.checkup.trainings import Run


class Shown:
    """Nothing but what it does."""

    def __init__(self, agent):
        self._agent = agent

    def act(self, state):
        return self._agent.act(state)


class Growing:
    """Looks ahead as with a discount that depends on the steps, and has time for so many at once, in PATIENCE."""

    budget = 60.0

    def __init__(self, discounts, time):
        self._discounts, self._time = discounts, time
        self.longest = 0

    def affords(self, steps, until=0.0):
        return steps <= self._time * PATIENCE

    def run(self, setting, seed, steps):
        self.longest = max(self.longest, steps)
        q = _with_gamma(self._discounts.get(steps // PATIENCE, 0.8))(setting.problem())
        return policy_run_of(q.argmax(axis=1), seed=seed, steps=steps)


COURSE = Setting("A", "the course's line, begun anywhere", {"start": (1 / 3, 1 / 3, 1 / 3, 0)})


def hidden(train):
    return lambda env, **how: Shown(train(env, **how))


def policy_run_of(actions, *, seed=0, steps=8_000, share=0.95):
    actions = np.asarray(actions)
    taken = np.where(np.eye(2)[actions] > 0, 1_000 * share, 1_000 * (1 - share)).astype(int)
    learned = Learned(None, actions, None)
    return Run(seed, steps, learned, taken, taken, [], Shown(type("A", (), {"act": lambda _, s: int(actions[s])})()))


def behaviour_of(setting, actions, *, seeds=2, share=0.95):
    problem = setting.problem()
    runs = [policy_run_of(actions, seed=seed, share=share) for seed in range(seeds)]
    scale = np.abs(right(problem)[~problem.mdp.terminal]).max()
    return Behaviour(setting, runs, [np.asarray(actions)] * seeds, preferences(right, problem, scale))


def acting(operator):
    """What an agent with a bug does on every line, where it prefers anything."""
    return [behaviour_of(line, (operator(line.problem())[:, 1] > operator(line.problem())[:, 0]) * 1) for line in LINES]


SOME = ("gamma-zero", "terminal-bootstrap", "truncation-as-termination", "reward-clipped", "observation-aliased")

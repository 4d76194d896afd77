"""Tables with a bug in how they explore, begin, choose, repeat or are saved, a few lines each."""

import numpy as np

from mutants.right import Right


class StaleFirstObservation(Right):
    stale = None

    def begin(self, env, start, last=None):
        self.stale = last
        return start

    def explore(self, state, progress):
        state, self.stale = (state if self.stale is None else self.stale), None
        return super().explore(state, progress)


class EpsilonInverted(Right):
    def chance(self, progress):
        return 1 - self.epsilon


class EpsilonNeverDecays(Right):
    """Declared to fall from 1 to 0.1 in the first half."""

    def chance(self, progress):
        return 1.0


class EpsilonAlwaysZero(Right):
    """Begins with high values, so that it tries all actions even without exploration."""

    initial = 20.0

    def chance(self, progress):
        return 0.0


class ArgminPolicy(Right):
    def act(self, state, explore=False):
        return int(self.q[state].argmin())


class ActionZeroFalsy(Right):
    def explore(self, state, progress):
        chosen = self.best(state) if self.rng.random() >= self.chance(progress) else None
        return chosen or int(self.rng.integers(2))


class ActionZeroNever(Right):
    def explore(self, state, progress):
        return super().explore(state, progress) or 1


class SeedIgnored(Right):
    def __init__(self, env, *, gamma, seed):
        super().__init__(env, gamma=gamma, seed=None)


class LoadIncomplete(Right):
    def save(self, path):
        with open(f"{path}.npy", "wb") as file:
            np.save(file, self.q[:, :1])

    @classmethod
    def load(cls, path):
        loaded = object.__new__(cls)
        loaded.rng, loaded.q = np.random.default_rng(0), np.repeat(np.load(f"{path}.npy"), 2, axis=1)
        return loaded


class TargetIsTheNetwork(Right):
    """Shows a network and a target that are one object."""

    def train(self, env, steps, seed):
        super().train(env, steps, seed)
        self.q_network = self.target_network = lambda rows: rows @ self.q
        return self


class TiesAlwaysFirst(Right):
    def best(self, state):
        return int(self.q[state].argmax())

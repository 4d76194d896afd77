"""A right actor-critic that shows no values, in its own loop, and for some bugs the line that breaks it."""

import numpy as np


class Right:
    """One-step actor-critic of tables; it learns from `terminated` alone when nothing follows.

    Source: Sutton & Barto (2nd ed.), section 13.5, with a bonus for being undecided.
    """

    actor, critic, bonus = 0.03, 0.3, 0.003

    def __init__(self, env, *, gamma, seed):
        self.gamma, self.rng = gamma, np.random.default_rng(seed)
        self._preferences = np.zeros((env.observation_space.n, env.action_space.n))
        self._v = np.zeros(env.observation_space.n)

    def train(self, env, steps, seed):
        here, _ = env.reset(seed=seed)
        for _ in range(steps):
            odds = self._odds(here)
            action = int(self.rng.random() < odds[1])
            there, reward, terminated, truncated, _ = env.step(action)
            start = env.reset()[0] if terminated or truncated else None
            future = self.future(there, terminated, truncated, start)
            self._learn(here, action, odds, self.reward(reward) + self.gamma * future - self._v[here])
            here = there if start is None else start
        return self

    def act(self, state):
        return int(self._preferences[state].argmax())

    def reward(self, reward):
        return reward

    def future(self, there, terminated, truncated, start):
        return 0.0 if terminated else self._v[there]

    def _odds(self, state):
        weights = np.exp(self._preferences[state] - self._preferences[state].max())
        return weights / weights.sum()

    def _learn(self, state, action, odds, error):
        self._v[state] += self.critic * error
        undecided = -odds * (np.log(odds + 1e-9) - (odds * np.log(odds + 1e-9)).sum())
        self._preferences[state] += self.actor * error * ((np.arange(2) == action) - odds) + self.bonus * undecided


class NoTerminalMask(Right):
    def future(self, there, terminated, truncated, start):
        return self._v[there]


class TakesCutsForEnds(Right):
    def future(self, there, terminated, truncated, start):
        return 0.0 if terminated or truncated else self._v[there]


class ResetAsNext(Right):
    def future(self, there, terminated, truncated, start):
        return 0.0 if terminated else self._v[there if start is None else start]


class OtherGamma(Right):
    def __init__(self, env, *, gamma, seed):
        super().__init__(env, gamma=0.99, seed=seed)


class NoFuture(Right):
    """Its value targets are zero."""

    def future(self, there, terminated, truncated, start):
        return 0.0


class Clipped(Right):
    def reward(self, reward):
        return float(np.clip(reward, -1, 1))


class Descends(Right):
    """Its advantage has the wrong sign."""

    def _learn(self, state, action, odds, error):
        self._v[state] += self.critic * error
        self._preferences[state] -= self.actor * error * ((np.arange(2) == action) - odds)


class Reinforce(Right):
    """Whole returns in place of the critic's guess; what a limit cuts off is replaced by that guess.

    Source: Sutton & Barto (2nd ed.), section 13.4.
    """

    def train(self, env, steps, seed):
        here, _ = env.reset(seed=seed)
        episode = []
        for _ in range(steps):
            action = int(self.rng.random() < self._odds(here)[1])
            there, reward, terminated, truncated, _ = env.step(action)
            episode.append((here, action, self.reward(reward)))
            here = there
            if terminated or truncated:
                here, _ = env.reset()
                value = self.future(there, terminated, truncated, here)
                for state, chosen, paid in reversed(episode):
                    value = paid + self.gamma * value
                    self._learn(state, chosen, self._odds(state), value - self._v[state])
                episode = []
        return self


class ReinforceOfCutReturns(Reinforce):
    """REINFORCE as most write it: the return of a truncated episode ends at the limit."""

    def future(self, there, terminated, truncated, start):
        return 0.0

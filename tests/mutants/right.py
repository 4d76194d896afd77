"""A right tabular agent in its own loop; each method is what some bug changes."""

from collections import deque

import numpy as np


class Right:
    """Q-learning with a loop of its own; each method is what some bug changes."""

    epsilon, alpha, n, initial = 0.3, 0.1, 1, 0.0

    def __init__(self, env, *, gamma, seed):
        self.gamma, self.rng = gamma, np.random.default_rng(seed)
        self.q = np.full((env.observation_space.n, env.action_space.n), self.initial)

    def train(self, env, steps, seed):
        seen = self.begin(env, env.reset(seed=seed)[0])
        window, self.previous = deque(), 0.0
        for time in range(steps):
            action = self.explore(seen, time / steps)
            here, (after, reward, ended, cut, _) = seen, env.step(action)
            start = env.reset()[0] if ended or cut else None
            window.append((here, action, self.reward(reward, ended), after, ended, cut, start))
            self.learn(window, time)
            seen = after if start is None else self.begin(env, start, after)
        return self

    def begin(self, env, start, last=None):
        return start

    def reward(self, reward, ended):
        return reward

    def explore(self, state, progress):
        return int(self.rng.integers(2)) if self.rng.random() < self.chance(progress) else self.best(state)

    def chance(self, progress):
        return self.epsilon

    def best(self, state):
        row = self.q[state].tolist()
        highest = max(row)
        best = [action for action, value in enumerate(row) if value == highest]
        return best[self.rng.integers(len(best))]

    def act(self, state, explore=False):
        return self.best(state)

    def learn(self, window, time):
        self.update(*window.popleft())

    def update(self, here, action, reward, after, ended, cut, start):
        self.move(here, action, reward + self.gamma * self.future(here, after, ended, cut, start))

    def future(self, here, after, ended, cut, start):
        return 0.0 if ended else self.value(after)

    def value(self, state):
        return max(self.q[state].tolist())

    def move(self, state, action, target):
        old = self.q.item(state, action)
        self.q[state, action] = old + self.alpha * (target - old)


def training(kind):
    """A `train` for a mutant."""

    def train(env, *, gamma, steps, seed):
        return kind(env, gamma=gamma, seed=seed).train(env, steps, seed)

    return train

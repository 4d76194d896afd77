"""A right tabular agent in its own loop, and for every bug a few lines that break it."""

from collections import deque

import numpy as np

from agents import QLearning, Transition


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


class TerminalBootstrap(Right):
    def future(self, here, after, ended, cut, start):
        return self.value(after)


class EpisodesStitched(Right):
    def future(self, here, after, ended, cut, start):
        return self.value(start if ended else after)


class TruncationAsTermination(Right):
    def future(self, here, after, ended, cut, start):
        return 0.0 if ended or cut else self.value(after)


class ResetObservationAsNext(Right):
    def future(self, here, after, ended, cut, start):
        return 0.0 if ended else self.value(after if start is None else start)


class TerminationAtLimitAsTruncation(Right):
    def future(self, here, after, ended, cut, start):
        return 0.0 if ended and not cut else self.value(after)


class TerminalTransitionsDropped(Right):
    def update(self, here, action, reward, after, ended, cut, start):
        if not ended:
            super().update(here, action, reward, after, ended, cut, start)


class StaleFirstObservation(Right):
    stale = None

    def begin(self, env, start, last=None):
        self.stale = last
        return start

    def explore(self, state, progress):
        state, self.stale = (state if self.stale is None else self.stale), None
        return super().explore(state, progress)


class RewardShifted(Right):
    def update(self, here, action, reward, after, ended, cut, start):
        earlier, self.previous = self.previous, 0.0 if ended or cut else reward
        super().update(here, action, earlier, after, ended, cut, start)


class WrongGamma(Right):
    def __init__(self, env, *, gamma, seed):
        super().__init__(env, gamma=0.95, seed=seed)


class GammaZero(Right):
    def future(self, here, after, ended, cut, start):
        return 0.0


class NStep(Right):
    n = 3

    def learn(self, window, time):
        """Learns the oldest step once n are there, and all at the end of an episode."""
        *_, ended, cut, _ = window[-1]
        while window and (len(window) >= self.n or ended or cut):
            target = self.future(None, window[-1][3], ended, cut, None) * self.discount(len(window))
            for k, step in enumerate(window):
                target += self.gamma**k * step[2]
            self.move(window[0][0], window[0][1], target)
            window.popleft()

    def discount(self, n):
        return self.gamma**n


class NStepGammaPower(NStep):
    def discount(self, n):
        return self.gamma


class NStepCrossesEpisodes(NStep):
    def learn(self, window, time):
        if len(window) < self.n:
            return
        *_, ended, _, _ = window[-1]
        target = self.future(None, window[-1][3], ended, False, None) * self.discount(self.n)
        for k, step in enumerate(window):
            target += self.gamma**k * step[2]
        self.move(window[0][0], window[0][1], target)
        window.popleft()


class RewardClipped(Right):
    def reward(self, reward, ended):
        return float(np.clip(reward, -1, 1))


class TerminalRewardOverridden(Right):
    def reward(self, reward, ended):
        return -10.0 if ended else reward


class TargetNeverSynced(Right):
    initial = 3.0

    def value(self, state):
        return self.initial


class TargetSyncRare(Right):
    """The copy that targets come from is a hundred thousand steps old at most."""

    initial = 0.0
    copy = None

    def learn(self, window, time):
        if time % 100_000 == 0:
            self.copy = self.q.copy()
        super().learn(window, time)

    def value(self, state):
        return self.copy[state].max()


class GradientThroughTarget(Right):
    def __init__(self, env, *, gamma, seed):
        super().__init__(env, gamma=gamma, seed=seed)
        self.counts = np.zeros_like(self.q)

    def update(self, here, action, reward, after, ended, cut, start):
        error = reward + self.gamma * self.future(here, after, ended, cut, start) - self.q[here, action]
        self.counts[here, action] += 1
        alpha = max(0.02, 0.5 / self.counts[here, action] ** 0.6)
        self.q[here, action] += alpha * error
        if not ended:
            self.q[after, self.q[after].argmax()] -= alpha * self.gamma * error


class ObservationAliased(Right):
    """The observation before the step is overwritten by the one after it."""

    def update(self, here, action, reward, after, ended, cut, start):
        super().update(after, action, reward, after, ended, cut, start)


class NextObservationAliased(Right):
    """The observation after the step is a copy of the one before it."""

    def update(self, here, action, reward, after, ended, cut, start):
        super().update(here, action, reward, here, ended, cut, start)


class MinForMax(Right):
    def value(self, state):
        return self.q[state].min()


class MeanForMax(Right):
    def value(self, state):
        return self.q[state].mean()


class OnPolicyBootstrap(Right):
    """Sarsa where Q-learning was meant: the mean over what the policy does, to be without noise."""

    def value(self, state):
        return (1 - self.epsilon) * self.q[state].max() + self.epsilon * self.q[state].mean()


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


class DuelingMeanOverBatch(Right):
    """Shows values as a dueling network does whose mean runs over the batch as well."""

    def train(self, env, steps, seed):
        super().train(env, steps, seed)
        self.table, self.q = self.q, None
        return self

    def act(self, state, explore=False):
        return int(self.table[state].argmax())

    def q_values(self, states):
        rows = self.table[states]
        advantage = rows - rows.mean(axis=-1, keepdims=True)
        return rows.mean(axis=-1, keepdims=True) + advantage - 0.2 * (rows.mean() - self.table.mean())


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


class RewardDoubled(Right):
    """A bug whose constant is in no catalogue, but can be estimated."""

    def reward(self, reward, ended):
        return 2 * reward


class SquaredReward(Right):
    """A bug that is in no catalogue."""

    def reward(self, reward, ended):
        return reward**2 / 4


class AutoresetTransitionLearned(QLearning):
    """Learns from the step of a lane that only resets it."""

    def learn_all(self, env, steps, seed):
        before, _ = env.reset(seed=seed)
        for _ in range(steps):
            action = self.act(before, explore=True)
            after, reward, ended, cut, _ = env.step(action)
            self.learn(Transition(before, action, reward, after, ended, cut))
            before = after
        return self


def training(kind):
    """A `train` for a mutant."""

    def train(env, *, gamma, steps, seed):
        return kind(env, gamma=gamma, seed=seed).train(env, steps, seed)

    return train


class DoneInverted(Right):
    def future(self, here, after, ended, cut, start):
        return self.value(after) if ended else 0.0


class DoneOneStepLate(Right):
    late = False

    def future(self, here, after, ended, cut, start):
        now, self.late = self.late, ended
        return 0.0 if now else self.value(after)


class MaxOverWrongAxis(Right):
    def value(self, state):
        return self.q.max()


class BootstrapFromActionTaken(Right):
    def update(self, here, action, reward, after, ended, cut, start):
        following = 0.0 if ended else self.q[after, action]
        self.move(here, action, reward + self.gamma * following)


class ArgmaxForMax(Right):
    def value(self, state):
        return self.q[state].argmax()


class RewardRounded(Right):
    def reward(self, reward, ended):
        return int(reward)


class RewardLate(Right):
    """The reward of the step before, on from one episode to the next."""

    def update(self, here, action, reward, after, ended, cut, start):
        earlier, self.previous = self.previous, reward
        super().update(here, action, earlier, after, ended, cut, start)


class ResetStepLearned(Right):
    """Learns from the reset of a single lane as from any other step."""

    def update(self, here, action, reward, after, ended, cut, start):
        super().update(here, action, reward, after, ended, cut, start)
        if start is not None:
            super().update(after, self.explore(after, 0.5), 0.0, start, False, False, None)


class TargetsBroadcast(Right):
    """Moves the whole batch towards the mean of its targets, as a loss of [B, 1] against [B] does."""

    alpha, batch = 0.03, 8

    def __init__(self, env, *, gamma, seed):
        super().__init__(env, gamma=gamma, seed=seed)
        self.memory = deque(maxlen=1_000)

    def update(self, *step):
        self.memory.append(step)
        drawn = [self.memory[k] for k in self.rng.integers(len(self.memory), size=self.batch)]
        targets = [reward + self.gamma * self.future(here, *rest) for here, _, reward, *rest in drawn]
        for here, action, *_ in drawn:
            self.move(here, action, np.mean(targets))

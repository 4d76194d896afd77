"""Tables with a bug in what they learn, a few lines each."""

from collections import deque

import numpy as np

from agents import QLearning, Transition
from mutants.right import Right


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


class ValuesRounded(Right):
    """A table of whole numbers."""

    def __init__(self, env, *, gamma, seed):
        super().__init__(env, gamma=gamma, seed=seed)
        self.q = self.q.astype(int)

"""Forms of bugs held out from development, each a few lines from the right agent."""

import math

import numpy as np

from mutants import tabular
from mutants.right import Right, training


class LastRewardOfAnyKind(Right):
    """`reward if not done else -10`, where a cut is done, too."""

    alpha = 0.02  # a step is the last one by chance

    def update(self, here, action, reward, after, ended, cut, start):
        super().update(here, action, -10.0 if ended or cut else reward, after, ended, cut, start)


class StateBeforeUpdated(Right):
    """`q[s - 1]`, of the first state the last row."""

    def move(self, state, action, target):
        super().move(state - 1, action, target)


class StateAfterUpdated(Right):
    def move(self, state, action, target):
        super().move(state + 1, action, target)


class LargestOfColumn(Right):
    """`q[:, a].max()` in place of `q[n].max()`."""

    def update(self, here, action, reward, after, ended, cut, start):
        self.move(here, action, reward + self.gamma * (1 - ended) * self.q[:, action].max())


class LargestOfBestColumn(Right):
    """`q.max(axis=0)` in place of `q.max(axis=1)`, at the best action of S'."""

    def value(self, state):
        return self.q.max(axis=0)[self.q[state].argmax()]


class AllDiscounted(Right):
    """gamma (r + max), as the sum is put in brackets."""

    def reward(self, reward, ended):
        return self.gamma * reward


class NegativeRewardsLost(Right):
    def reward(self, reward, ended):
        return max(reward, 0.0)


class RewardSquashed(Right):
    def reward(self, reward, ended):
        return math.tanh(reward)


class ReturnsNormalised(Right):
    """Every-visit Monte Carlo of returns less their mean in the episode, over their deviation."""

    alpha = 0.02

    def learn(self, window, time):
        *_, ended, cut, _ = window[-1]
        if ended or cut:
            total, returns = 0.0, []
            for _, _, reward, *_ in reversed(window):
                total = reward + self.gamma * total
                returns.append(total)
            normal = (np.array(returns) - np.mean(returns)) / max(np.std(returns), 1e-9)
            while window:
                here, action, *_ = window.popleft()
                self.move(here, action, normal[len(window)])


class DoneOfAnyKindLate(tabular.DoneOneStepLate):
    def future(self, here, after, ended, cut, start):
        return super().future(here, after, ended or cut, cut, start)


class PolicyHere(Right):
    """Expected Sarsa that takes at S' what its policy does in S."""

    def future(self, here, after, ended, cut, start):
        best, row = self.q[here].argmax(), self.q[after]
        return 0.0 if ended else (1 - self.epsilon) * row[best] + self.epsilon * row.mean()


class GradientThroughExpectation(Right):
    """Expected Sarsa whose gradient also flows through the target."""

    def __init__(self, env, *, gamma, seed):
        super().__init__(env, gamma=gamma, seed=seed)
        self.counts = np.zeros_like(self.q)

    def update(self, here, action, reward, after, ended, cut, start):
        policy = np.full(self.q.shape[1], self.epsilon / self.q.shape[1])
        policy[self.q[after].argmax()] += 1 - self.epsilon
        error = reward + (0.0 if ended else self.gamma * policy @ self.q[after]) - self.q[here, action]
        self.counts[here, action] += 1
        alpha = max(0.02, 0.5 / self.counts[here, action] ** 0.6)
        self.q[here, action] += alpha * error
        if not ended:
            self.q[after] -= alpha * self.gamma * policy * error


class ExploringStarts(tabular.OnPolicyBootstrap):
    """Expected Sarsa, right, with a first action of an episode by chance."""

    def begin(self, env, start, last=None):
        self.first = True
        return start

    def explore(self, state, progress):
        first, self.first = self.first, False
        return int(self.rng.integers(2)) if first else super().explore(state, progress)


class FallingToTheEnd(tabular.OnPolicyBootstrap):
    """Expected Sarsa, right, with exploration that falls as long as it is trained."""

    def explore(self, state, progress):
        self.epsilon = 1 - 0.95 * progress
        return super().explore(state, progress)


class FlagsSwapped(Right):
    """`truncated` in the place of `terminated`."""

    def future(self, here, after, ended, cut, start):
        return 0.0 if cut else self.value(after)


class DoneInvertedBitwise(Right):
    """`~done` of a flag of Python."""

    def future(self, here, after, ended, cut, start):
        return (-1 - ended) * self.value(after)


class RewardAbsolute(Right):
    """`abs(reward)`."""

    def reward(self, reward, ended):
        return abs(reward)


class RewardNegated(Right):
    """Learns costs as rewards."""

    def reward(self, reward, ended):
        return -reward


class OfScaledStates(Right):
    """Right, and shows a function of the states as shares of their number, which asked otherwise gives other values."""

    def train(self, env, steps, seed):
        super().train(env, steps, seed)
        self._learned, self.q = self.q, None
        return self

    def q_network(self, states):
        if np.ndim(states) != 1:
            raise ValueError(f"states of shape {np.shape(states)}, expected [B]")
        size = len(self._learned)
        through = np.polyfit(np.arange(size) / size, self._learned, size - 1)
        return np.stack([np.polyval(through[:, action], states) for action in (0, 1)], axis=1)

    act = None


class UnpaidDropped(Right):
    """`if reward:` around the update."""

    def update(self, here, action, reward, after, ended, cut, start):
        if reward:
            super().update(here, action, reward, after, ended, cut, start)


#: name: (train, the right ids, options of the checkup)
RIGHT = {
    "exploring starts": (training(ExploringStarts), None, {"learns": "on-policy"}),
    "function of scaled states": (training(OfScaledStates), None, {}),
    "exploration falls to the end": (training(FallingToTheEnd), None, {"learns": "on-policy"}),
}
HELD = {
    "last reward overridden, or cut": (training(LastRewardOfAnyKind), ["terminal-reward-overridden"], {}),
    "policy at S": (training(PolicyHere), ["policy-at-wrong-state"], {"learns": "on-policy"}),
    "gradient through an expectation": (
        training(GradientThroughExpectation),
        ["gradient-through-target"],
        {"learns": "on-policy"},
    ),
    "flags swapped": (training(FlagsSwapped), ["done-inverted"], {}),
    "done inverted bitwise": (training(DoneInvertedBitwise), ["done-inverted"], {}),
    "rewards without signs": (training(RewardAbsolute), ["reward-clipped"], {}),
    "rewards negated": (training(RewardNegated), ["reward-negated"], {}),
    "unpaid dropped": (training(UnpaidDropped), ["unpaid-transitions-dropped"], {}),
    "state before updated": (training(StateBeforeUpdated), ["state-off-by-one"], {}),
    "state after updated": (training(StateAfterUpdated), ["state-off-by-one"], {}),
    "largest of the column": (training(LargestOfColumn), ["max-over-wrong-axis"], {}),
    "largest of the best column": (training(LargestOfBestColumn), ["max-over-wrong-axis"], {}),
    "reward discounted": (training(AllDiscounted), ["reward-scaled"], {}),
    "negative rewards lost": (training(NegativeRewardsLost), ["reward-clipped"], {}),
    "returns normalised": (training(ReturnsNormalised), ["returns-normalised"], {"learns": "on-policy"}),
    "reward squashed": (training(RewardSquashed), ["reward-clipped"], {}),
    "done of any kind late": (training(DoneOfAnyKindLate), ["done-one-step-late"], {}),
}

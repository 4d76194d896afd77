"""Forms of bugs that `tabular` does not have, each a few lines from the right agent, and pairs of bugs at once."""

from collections import deque

import numpy as np

from mutants import held, tabular
from mutants.right import Right, training


class EndsAndCutsDropped(Right):
    """`if not (terminated or truncated)` around the update."""

    def update(self, here, action, reward, after, ended, cut, start):
        if not (ended or cut):
            super().update(here, action, reward, after, ended, cut, start)


class ResetObservationUnmasked(Right):
    """Bootstraps wherever an episode ends from the state that the next one begins in."""

    def future(self, here, after, ended, cut, start):
        return self.value(after if start is None else start)


class ReturnsCutAtLimit(Right):
    """Every-visit Monte Carlo, for which nothing follows a limit."""

    alpha = 0.02
    first_visits = False

    def learn(self, window, time):
        if self.over(window):
            total, pairs = 0.0, [(here, action) for here, action, *_ in window]
            while window:
                here, action, reward, *_ = window.pop()
                total = reward + self.gamma * total
                if not self.first_visits or (here, action) not in pairs[: len(window)]:
                    self.learn_return(here, action, total)

    def over(self, window):
        *_, ended, cut, _ = window[-1]
        return ended or cut

    def learn_return(self, here, action, total):
        self.move(here, action, total)


class FirstReturnsCutAtLimit(ReturnsCutAtLimit):
    """First-visit Monte Carlo, for which nothing follows a limit."""

    first_visits = True


class ReturnsOfParts(ReturnsCutAtLimit):
    """Takes four steps for a whole episode."""

    def over(self, window):
        return len(window) == 4 or super().over(window)


class ReturnsAcrossEpisodes(ReturnsCutAtLimit):
    """Sums rewards over rollouts of 256 steps, whatever ends in them."""

    def over(self, window):
        return len(window) == 256


class Reinforce(ReturnsCutAtLimit):
    """Moves preferences by returns that are cut at the limit, less their mean, in which they are shown as values."""

    def __init__(self, env, *, gamma, seed):
        super().__init__(env, gamma=gamma, seed=seed)
        self.preferences = np.zeros_like(self.q)

    def best(self, state):
        """An action by the softmax of preferences."""
        return int(self.rng.random() < self.probabilities(state)[1])

    def act(self, state, explore=False):
        return int(self.preferences[state].argmax())

    def probabilities(self, state):
        odds = np.exp(self.preferences[state] - self.preferences[state].max())
        return odds / odds.sum()

    def learn_return(self, here, action, total):
        probabilities = self.probabilities(here)
        advantage = total - probabilities @ self.q[here]
        self.preferences[here] += 0.05 * advantage * (np.eye(2)[action] - probabilities)
        super().learn_return(here, action, total)


class LastRewardTurned(Right):
    def reward(self, reward, ended):
        return -reward if ended else reward


class LastRewardDoubled(Right):
    def reward(self, reward, ended):
        return 2 * reward if ended else reward


class RewardOfState(Right):
    """The reward for arriving in S, where the episode goes on, in place of the reward for arriving in S'."""

    def __init__(self, env, *, gamma, seed):
        super().__init__(env, gamma=gamma, seed=seed)
        self.pays = {}

    def update(self, here, action, reward, after, ended, cut, start):
        if not ended:
            self.pays[after] = reward
        super().update(here, action, self.pays.get(here, 0.0), after, ended, cut, start)


class RewardAccumulated(Right):
    """The return of the episode until now."""

    alpha = 0.02  # returns that came about in many ways differ much

    def update(self, here, action, reward, after, ended, cut, start):
        self.previous += reward
        super().update(here, action, self.previous, after, ended, cut, start)
        if ended or cut:
            self.previous = 0.0


class RewardSign(Right):
    def reward(self, reward, ended):
        return float(np.sign(reward))


class RewardMoved(Right):
    def reward(self, reward, ended):
        return reward - 1.0


class GammaSquared(Right):
    def __init__(self, env, *, gamma, seed):
        super().__init__(env, gamma=gamma**2, seed=seed)


class GammaNearlyOne(Right):
    def __init__(self, env, *, gamma, seed):
        super().__init__(env, gamma=0.99, seed=seed)


class GammaOne(Right):
    def __init__(self, env, *, gamma, seed):
        super().__init__(env, gamma=1.0, seed=seed)


class BestHere(Right):
    """Takes at S' the action that is best in S: `q[n, q[s].argmax()]`."""

    def future(self, here, after, ended, cut, start):
        return 0.0 if ended else self.q[after, self.q[here].argmax()]


class Replay(Right):
    """Right: learns from batches of what it remembers."""

    alpha, batch = 0.05, 8

    def __init__(self, env, *, gamma, seed):
        super().__init__(env, gamma=gamma, seed=seed)
        self.memory = deque(maxlen=1_000)

    def update(self, *step):
        self.memory.append(step)
        rows = [self.memory[k] for k in self.rng.integers(len(self.memory), size=self.batch)]
        following = self.q[[row[3] for row in rows]]  # [B, A]
        values = following[np.arange(self.batch), self.chosen(following)]
        for (here, action, reward, _, ended, *_), value in zip(rows, values, strict=True):
            self.move(here, action, reward + self.gamma * (1 - ended) * value)

    def chosen(self, following):
        return following.argmax(axis=1)


class BestOfAnotherRow(Replay):
    def chosen(self, following):
        return np.roll(following.argmax(axis=1), 1)


class BestOfFirstRow(Replay):
    def chosen(self, following):
        return following[0].argmax()


class BestOfMeanRow(Replay):
    def chosen(self, following):
        return following.mean(axis=0).argmax()


class FirstAction(Right):
    def value(self, state):
        return self.q[state, 0]


class SecondAction(Right):
    def value(self, state):
        return self.q[state, 1]


class OtherActionUpdated(Right):
    def move(self, state, action, target):
        super().move(state, 1 - action, target)


class AllActionsUpdated(Right):
    """`q[s] += ...` without the action."""

    def move(self, state, action, target):
        self.q[state] += self.alpha * (target - self.q[state])


class ExploresOneAction(Right):
    """Its random branch always draws action 1."""

    def explore(self, state, progress):
        return 1 if self.rng.random() < self.chance(progress) else self.best(state)


class FrozenValues(Right):
    """Bootstraps for ever from the values of the beginning."""

    initial = -2.0

    def value(self, state):
        return self.initial


class FrozenRandomValues(Right):
    """The same of values that begin at random, as a network's."""

    def __init__(self, env, *, gamma, seed):
        super().__init__(env, gamma=gamma, seed=seed)
        self.q = self.rng.normal(size=self.q.shape)
        self.copy = self.q.copy()

    def value(self, state):
        return self.copy[state].max()


class NStepGammaPowerOfTwo(tabular.NStepGammaPower):
    n = 2


class NStepCrossesEpisodesOfTwo(tabular.NStepCrossesEpisodes):
    n = 2


def both(first, second, **settings):
    """A `train` for an agent with two bugs, which change different methods."""
    return training(type(f"{first.__name__}And{second.__name__}", (first, second), settings))


ON_POLICY, N_STEP = {"learns": "on-policy"}, {"learns": "n-step"}

#: name: (train, the right ids, options of the checkup)
FORMS = {
    "ends and cuts dropped": (training(EndsAndCutsDropped), ["terminal-transitions-dropped"], {}),
    "reset observation, no mask": (training(ResetObservationUnmasked), ["episodes-stitched"], {}),
    "returns cut at the limit": (training(ReturnsCutAtLimit), ["returns-cut-at-limit"], ON_POLICY),
    "first returns cut at the limit": (training(FirstReturnsCutAtLimit), ["returns-cut-at-limit"], ON_POLICY),
    "REINFORCE, returns cut at the limit": (training(Reinforce), ["returns-cut-at-limit"], ON_POLICY),
    "returns of parts": (training(ReturnsOfParts), ["returns-of-parts"], ON_POLICY),
    "returns across episodes": (training(ReturnsAcrossEpisodes), ["episodes-stitched"], ON_POLICY),
    "last reward turned": (training(LastRewardTurned), ["terminal-reward-scaled"], {}),
    "last reward doubled": (training(LastRewardDoubled), ["terminal-reward-scaled"], {}),
    "reward of S": (training(RewardOfState), ["reward-shifted"], {}),
    "reward accumulated": (training(RewardAccumulated), ["reward-accumulated"], {}),
    "sign of the reward": (training(RewardSign), ["reward-clipped"], {}),
    "reward less 1": (training(RewardMoved), ["reward-moved"], {}),
    "gamma squared": (training(GammaSquared), ["gamma-squared"], {}),
    "gamma 0.99": (training(GammaNearlyOne), ["wrong-gamma"], {}),
    "gamma 1": (training(GammaOne), ["wrong-gamma"], {}),
    "argmax at S": (training(BestHere), ["argmax-at-wrong-state"], {}),
    "argmax of another row": (training(BestOfAnotherRow), ["argmax-at-wrong-state"], {}),
    "argmax of batch row 0": (training(BestOfFirstRow), ["argmax-at-wrong-state"], {}),
    "argmax of the mean row": (training(BestOfMeanRow), ["argmax-at-wrong-state"], {}),
    "value of action 0": (training(FirstAction), ["constant-action-bootstrap"], {}),
    "value of action 1": (training(SecondAction), ["constant-action-bootstrap"], {}),
    "other action updated": (training(OtherActionUpdated), ["wrong-action-updated"], {}),
    "all actions updated": (training(AllActionsUpdated), ["all-actions-updated"], {}),
    "frozen values": (training(FrozenValues), ["target-never-synced"], {}),
    "frozen random values": (training(FrozenRandomValues), ["target-never-synced"], {}),
    "n-step gamma power, n=2": (training(NStepGammaPowerOfTwo), ["nstep-gamma-power"], N_STEP),
    "n-step crosses episodes, n=2": (training(NStepCrossesEpisodesOfTwo), ["nstep-crosses-episodes"], N_STEP),
}

#: Pairs of bugs at once, in the same form.
DOUBLES = {
    "no mask, min": (
        both(tabular.TerminalBootstrap, tabular.MinForMax),
        ["terminal-bootstrap", "min-for-max"],
        {},
    ),
    "doubled reward, gamma 0.95": (
        both(tabular.RewardDoubled, tabular.WrongGamma),
        ["reward-scaled", "wrong-gamma"],
        {},
    ),
    "cut is end, clipped": (
        both(tabular.TruncationAsTermination, tabular.RewardClipped),
        ["truncation-as-termination", "reward-clipped"],
        {},
    ),
    "no mask, reward shifted": (
        both(tabular.TerminalBootstrap, tabular.RewardShifted),
        ["terminal-bootstrap", "reward-shifted"],
        {},
    ),
    "ends and cuts dropped, mean": (
        both(EndsAndCutsDropped, tabular.MeanForMax),
        ["terminal-transitions-dropped", "mean-for-max"],
        {},
    ),
    "argmax at S, gamma squared": (both(BestHere, GammaSquared), ["argmax-at-wrong-state", "gamma-squared"], {}),
    "cut is end, other action": (
        both(tabular.TruncationAsTermination, OtherActionUpdated),
        ["truncation-as-termination", "wrong-action-updated"],
        {},
    ),
    "last reward turned, reset observation": (
        both(LastRewardTurned, tabular.ResetObservationAsNext),
        ["terminal-reward-scaled", "reset-observation-as-next"],
        {},
    ),
}

#: One bug in learners of another kind.
OTHER_KINDS = {
    "Expected Sarsa, cut is end": (
        both(tabular.TruncationAsTermination, tabular.OnPolicyBootstrap),
        ["truncation-as-termination"],
        ON_POLICY,
    ),
    "Expected Sarsa, reward clipped": (
        both(tabular.RewardClipped, tabular.OnPolicyBootstrap),
        ["reward-clipped"],
        ON_POLICY,
    ),
    "Expected Sarsa, gamma squared": (both(GammaSquared, tabular.OnPolicyBootstrap), ["gamma-squared"], ON_POLICY),
    "n-step, cut is end": (
        both(tabular.TruncationAsTermination, tabular.NStep),
        ["truncation-as-termination"],
        N_STEP,
    ),
    "n-step, last reward turned": (
        both(LastRewardTurned, tabular.NStep, alpha=0.02),
        ["terminal-reward-scaled"],
        N_STEP,
    ),
}

#: Right values or too few of them, and exploration that the catalogue of update rules has no word for.
EXPLORATION = {"explores by action 1 only": (training(ExploresOneAction), [], {"epsilon": 0.3})}

#: Right, as a control of those that learn from batches.
RIGHT = {"replay": (training(Replay), None, {}), **held.RIGHT}
FORMS |= held.HELD | DOUBLES | OTHER_KINDS | EXPLORATION

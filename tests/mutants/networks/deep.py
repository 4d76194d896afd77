"""A right deep Q-learner, and for every bug in its data or actions a few lines that cause it."""

from collections import deque

import keras
import numpy as np
from gymnasium.vector import VectorEnv

import agents
from agents.core import Transition
from agents.deep.dqn import DQN
from agents.policies import EpsilonGreedy


class Right(DQN):
    """A DQN without a bug that can be saved, and lists the states it was asked about in `calls`."""

    def __post_init__(self):
        super().__post_init__()
        self.calls = []

    def act(self, observation, *, explore=False):
        if explore:
            self.calls.append(observation)
        return super().act(observation, explore=explore)

    def save(self, path):
        np.savez(f"{path}.npz", *self.model.get_weights(), layers=self.model.to_json())

    @classmethod
    def load(cls, path):
        layers, *weights = np.load(f"{path}.npz").values()
        model = keras.models.model_from_json(str(layers))
        model.set_weights(cls.remembered(weights, model.get_weights()))
        return cls(model)

    @staticmethod
    def remembered(weights, first):
        return weights


class TerminalBootstrap(Right):
    def learn(self, transition):
        return super().learn(transition._replace(terminated=False))


class Late(Right):
    """Learns from a transition when the next one is there, so that it knows where an episode began."""

    late = None

    def learn(self, transition):
        last, self.late = self.late, transition
        return super().learn(self.known(last, transition.observation)) if last else {}

    def known(self, transition, start):
        return transition


class EpisodesStitched(Late):
    def known(self, transition, start):
        return transition._replace(next_observation=start, terminated=False) if transition.terminated else transition


class ResetObservationAsNext(Late):
    def known(self, transition, start):
        return transition._replace(next_observation=start) if transition.truncated else transition


class TruncationAsTermination(Right):
    def learn(self, transition):
        return super().learn(transition._replace(terminated=transition.terminated or transition.truncated))


class TerminationAtLimitAsTruncation(Right):
    def learn(self, transition):
        return super().learn(transition._replace(terminated=transition.terminated and not transition.truncated))


class TerminalTransitionsDropped(Right):
    def learn(self, transition):
        return {} if transition.terminated else super().learn(transition)


class StaleFirstObservation(Right):
    stale = None

    def learn(self, transition):
        self.stale = transition.next_observation if transition.terminated or transition.truncated else None
        return super().learn(transition)

    def act(self, observation, *, explore=False):
        seen = self.stale if explore and self.stale is not None else observation
        return super().act(seen, explore=explore)


class RewardShifted(Right):
    before = 0.0

    def learn(self, transition):
        earlier, self.before = self.before, transition.reward
        if transition.terminated or transition.truncated:
            self.before = 0.0
        return super().learn(transition._replace(reward=earlier))


class NStepCrossesEpisodes(Right):
    """Gathers three rewards by itself; `gamma` is to be the discount of what comes after them."""

    def __post_init__(self):
        self.window, self.each, self.gamma = deque(maxlen=3), self.gamma, self.gamma**3
        super().__post_init__()

    def learn(self, transition):
        self.window.append(transition)
        if len(self.window) < 3:
            return {}
        first, total = self.window[0], sum(self.each**k * step.reward for k, step in enumerate(self.window))
        return super().learn(transition._replace(observation=first.observation, action=first.action, reward=total))


class RewardClipped(Right):
    def learn(self, transition):
        return super().learn(transition._replace(reward=np.clip(transition.reward, -1, 1)))


class TerminalRewardOverridden(Right):
    def learn(self, transition):
        return super().learn(transition._replace(reward=-10.0) if transition.terminated else transition)


class ObservationAliased(Right):
    """The observation before the step is overwritten by the one after it."""

    def learn(self, transition):
        return super().learn(transition._replace(observation=transition.next_observation))


class NextObservationAliased(Right):
    """The observation after the step is a copy of the one before it."""

    def learn(self, transition):
        return super().learn(transition._replace(next_observation=transition.observation))


class ArgminPolicy(Right):
    def act(self, observation, *, explore=False):
        return super().act(observation, explore=True) if explore else self.q_values(observation).argmin(axis=-1)


class ActionZeroFalsy(Right):
    def act(self, observation, *, explore=False):
        action = super().act(observation, explore=explore)
        return action or int(self._rng.integers(2)) if explore else action


class ActionZeroNever(Right):
    def act(self, observation, *, explore=False):
        return super().act(observation, explore=explore) or 1


class SquaredReward(Right):
    """A bug that is in no catalogue."""

    def learn(self, transition):
        return super().learn(transition._replace(reward=transition.reward**2 / 4))


class AutoresetTransitionLearned(Right):
    """Learns from the step of a lane that only resets it."""

    def learn_all(self, env, steps, seed):
        before, lanes = env.reset(seed=seed)[0].copy(), np.arange(env.num_envs)
        for _ in range(steps):
            action = self.act(before, explore=True)
            after, reward, ended, cut, _ = env.step(action)
            self.learn(Transition(before, action, reward, after.copy(), ended, cut, lane=lanes))
            before = after.copy()


def training(kind=Right, **settings):
    """A `train` for a mutant; a setting that is a function is called for each agent."""

    def train(env, *, gamma, steps, seed):
        made = {name: value() if name == "optimizer" else value for name, value in (SETTINGS | settings).items()}
        agent = kind.for_env(env, **{"gamma": gamma, "seed": seed} | made)
        if isinstance(env, VectorEnv) and hasattr(agent, "learn_all"):
            agent.learn_all(env, steps, seed)
        else:
            agents.train(env, agent, steps=steps, seed=seed)
        return agent

    return train


def keeping_references(env, *, gamma, steps, seed):
    """A loop that hands on arrays as they come, and so learns from what has become of them meanwhile."""
    agent = Right.for_env(env, gamma=gamma, seed=seed, **SETTINGS | {"optimizer": SETTINGS["optimizer"]()})
    observation, _ = env.reset(seed=seed)
    for _ in range(steps):
        action = agent.act(observation, explore=True)
        following, reward, terminated, truncated, _ = env.step(action)
        agent.learn(Transition(observation, action, reward, following, terminated, truncated))
        observation = env.reset()[0] if terminated or truncated else following
    return agent


def adam(rate):
    """Function that makes an optimizer."""
    return lambda: keras.optimizers.Adam(rate)


#: Settings that learn a line in about 2,000 steps.
SETTINGS = {
    "policy": EpsilonGreedy(0.3),
    "optimizer": adam(3e-3),
    "learning_starts": 200,
    "target_every": 50,
}

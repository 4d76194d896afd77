"""A right deep Q-learner, and for every bug a few lines that break it."""

from collections import deque

import keras
import numpy as np
import tensorflow as tf
from gymnasium.vector import VectorEnv
from keras import layers, ops

import agents
from agents.core import Transition
from agents.dqn import DQN
from agents.epsilon import EpsilonGreedy
from agents.gradients import directly, values_by
from agents.networks import Dueling, OneHot


class Right(DQN):
    """As it should be, with files to save to; it shows what it was asked about, in `calls`."""

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


class NStepGammaPower(Right):
    def update(self, batch, values=directly):
        return super().update(batch._replace(discount=ops.full_like(batch.discount, self.gamma)), values)


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


class TargetIsTheNetwork(Right):
    def __post_init__(self):
        super().__post_init__()
        self.target = self.model.trainable_variables


class Targets(Right):
    """Makes targets by itself: hands them over as rewards of moves that end."""

    def update(self, batch, values=directly):
        future = ops.where(batch.terminated, 0.0, self.worth(self.judged(batch.next_observation)))
        ended = ops.ones_like(batch.terminated)
        return super().update(batch._replace(reward=batch.reward + batch.discount * future, terminated=ended), values)

    def judged(self, observation):
        return values_by(self.model, self.target, observation)

    def worth(self, q):
        return ops.max(q, axis=-1)


class WrongNetworkInTarget(Targets):
    def judged(self, observation):
        return self.model(observation, training=False)


class MinForMax(Targets):
    def worth(self, q):
        return ops.min(q, axis=-1)


class MeanForMax(Targets):
    def worth(self, q):
        return ops.mean(q, axis=-1)


class OnPolicyBootstrap(Targets):
    """Expected Sarsa where Q-learning was meant."""

    def worth(self, q):
        epsilon = self.policy.epsilon
        return (1 - epsilon) * ops.max(q, axis=-1) + epsilon * ops.mean(q, axis=-1)


class GradientThroughTarget(Right):
    def update(self, batch, values=directly):
        weights = [tf.convert_to_tensor(variable) for variable in self.model.trainable_variables]
        with tf.GradientTape() as tape:
            tape.watch(weights)
            following = ops.max(values_by(self.model, weights, batch.next_observation), axis=-1)
            q = values_by(self.model, weights, batch.observation)
            taken = ops.sum(ops.one_hot(batch.action, q.shape[-1]) * q, axis=-1)
            error = batch.reward + batch.discount * ops.where(batch.terminated, 0.0, following) - taken
            loss = ops.mean(batch.weight * self.loss(error))
        self.descent.step(weights, tape.gradient(loss, weights), self.clip_norm)
        return error, loss


class OverBatch(Dueling):
    """Takes the mean over the batch as well."""

    def call(self, value, advantage):
        return value + advantage - ops.mean(advantage)


class DuelingMeanOverBatch(Right):
    @classmethod
    def for_env(cls, env, **settings):
        number = int(env.observation_space.n)
        inputs = keras.Input((), dtype="int32")
        x = OneHot([number], [0])(inputs)
        for units in (64, 64):
            x = layers.Dense(units, "relu", kernel_initializer=keras.initializers.HeUniform(settings["seed"]))(x)
        parts = [layers.Dense(k, kernel_initializer=keras.initializers.HeUniform(settings["seed"] + k)) for k in (1, 2)]
        return super().for_env(env, model=keras.Model(inputs, OverBatch()(*(part(x) for part in parts))), **settings)


class ObservationAliased(Right):
    """What was seen before the step has become what is seen after it."""

    def learn(self, transition):
        return super().learn(transition._replace(observation=transition.next_observation))


class NextObservationAliased(Right):
    """What is seen after the step is what was seen before it."""

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


class LoadIncomplete(Right):
    @staticmethod
    def remembered(weights, first):
        return [*weights[:-2], *first[-2:]]


class SquaredReward(Right):
    """In nobody's catalogue at all."""

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


def adam(rate):
    """What makes an optimizer."""
    return lambda: keras.optimizers.Adam(rate)


#: Settings that learn a line in about 2,000 steps.
SETTINGS = {
    "policy": EpsilonGreedy(0.3),
    "optimizer": adam(3e-3),
    "learning_starts": 200,
    "target_every": 50,
}

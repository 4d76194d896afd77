"""Deep Q-learners with a bug in their networks or targets, a few lines away from the right one."""

import keras
import tensorflow as tf
from keras import layers, ops

from agents.deep.gradients import directly, values_by
from agents.deep.networks import Dueling, OneHot
from mutants.networks.deep import Right


class NStepGammaPower(Right):
    def update(self, batch, values=directly):
        return super().update(batch._replace(discount=ops.full_like(batch.discount, self.gamma)), values)


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
        self.flat_optimizer.step(weights, tape.gradient(loss, weights), self.clip_norm)
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


class LoadIncomplete(Right):
    @staticmethod
    def remembered(weights, first):
        return [*weights[:-2], *first[-2:]]

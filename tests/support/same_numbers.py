"""An environment and an actor that draw the numbers of a compiled run, so that the Python loop can be compared."""

from functools import cache

import numpy as np
import tensorflow as tf

from agents.compiled.random_numbers import ACTION, NEXT_ACTION, OUTCOME, START, UPDATE, key_of, uniforms

BLOCK = 256  # steps whose numbers are drawn together, which takes as long as for one


@cache
def block(seed, number, purpose, shape):
    """The numbers of one purpose at so many steps, [BLOCK, ...]."""
    steps = tf.range(BLOCK * number, BLOCK * (number + 1))
    return tf.map_fn(lambda step: uniforms(seed, step, purpose, shape), steps, fn_output_signature=tf.float32).numpy()


def drawn(seed, step, purpose, shape):
    """`uniforms` at one step."""
    return block(int(seed), step // BLOCK, purpose, tuple(shape))[step % BLOCK]


class Given:
    """A generator whose numbers are those of a compiled run, for one purpose at one step, and some of its lanes."""

    def __init__(self, seed, lanes):
        self.seed, self.lanes, self.key, self.some = key_of(seed), lanes, None, slice(None)

    def random(self, shape=None):
        if np.size(shape) == 2:  # what an agent draws to learn the last step
            return drawn(self.seed, self.key[0], UPDATE, shape).astype(float)
        numbers = drawn(self.seed, *self.key, (1, self.lanes))[0].astype(float)
        return numbers[self.some] if shape else float(numbers[0])


class SameNumbers:
    """An environment and an actor that draw at every step what the compiled loop draws there."""

    def __init__(self, env, agent, seed, lanes=1):
        self.env, self.agent, self.on_policy = env, agent, agent.on_policy
        self.world, agent._rng = Given(seed, lanes), Given(seed, lanes)
        env.unwrapped.np_random = self.world
        self.metadata, self.num_envs, self.steps = env.metadata, lanes, 0
        self.done, self.next = np.ones(lanes, bool), False

    def reset(self, **_):
        self.world.key, self.next, self.done = (self.steps, START), False, np.ones(self.num_envs, bool)
        return self.env.reset()

    def step(self, action):
        self.agent._rng.key = self.world.key = self.steps, OUTCOME
        self.steps += 1
        following, reward, terminated, truncated, info = self.env.step(action)
        self.going_on, self.done = ~np.atleast_1d(terminated), np.atleast_1d(terminated | truncated)
        self.next = self.on_policy and self.going_on.any()
        return following, reward, terminated, truncated, info

    def act(self, observation, *, explore):
        draws = self.agent._rng
        draws.key = (self.steps - 1, NEXT_ACTION) if self.next else (self.steps, ACTION)
        draws.some = self.going_on if self.next else (self.done if self.on_policy else slice(None))
        self.next = False
        return self.agent.act(observation, explore=explore)

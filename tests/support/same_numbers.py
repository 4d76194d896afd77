"""An environment and an actor with the random numbers of a compiled run, to compare with the Python loop."""

from functools import cache

import numpy as np
import tensorflow as tf

from agents.compiled.random_numbers import ACTION, NEXT_ACTION, OUTCOME, START, UPDATE, key_of, uniforms

BLOCK = 256  # steps in one draw of numbers, which takes as long as for one step


@cache
def block(seed, number, purpose, shape):
    """Random numbers of one purpose at BLOCK steps, [BLOCK, ...]."""
    steps = tf.range(BLOCK * number, BLOCK * (number + 1))
    return tf.map_fn(lambda step: uniforms(seed, step, purpose, shape), steps, fn_output_signature=tf.float32).numpy()


def drawn(seed, step, purpose, shape):
    """`uniforms` at one step."""
    return block(int(seed), step // BLOCK, purpose, tuple(shape))[step % BLOCK]


class Given:
    """A generator with the numbers of a compiled run, for one purpose at one step, and for some lanes."""

    def __init__(self, seed, lanes):
        self.seed, self.lanes, self.key, self.some = key_of(seed), lanes, None, slice(None)

    def random(self, shape=None):
        if np.size(shape) == 2:  # numbers for an agent's update
            return drawn(self.seed, self.key[0], UPDATE, shape).astype(float)
        numbers = drawn(self.seed, *self.key, (1, self.lanes))[0].astype(float)
        return numbers[self.some] if shape else float(numbers[0])


class SameNumbers:
    """An environment and an actor that draw the same numbers at every step as the compiled loop."""

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

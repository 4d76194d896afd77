"""Replay memories of walks with known steps, for tests."""

import numpy as np

from agents import Transition
from agents.deep.replay import ReplayMemory, as_rows


def step(state, action, reward, following, *, ends=False, cut=False):
    return Transition(*(np.array([x]) for x in (state, action, reward, following, ends, cut)))


def memory_of(*steps, capacity=8):
    """A memory of one lane's steps."""
    memory = ReplayMemory(capacity, as_rows(steps[0]))
    for one in steps:
        memory.add(as_rows(one), [0])
    return memory


def drawn_from(memory, index, *, gamma=0.5, n=1):
    return memory.draw(np.array(index), np.ones(len(index), np.float32), gamma=gamma, n=n)


def walk(length, **last):
    """States 0, 1, 2, ...; the step from s is rewarded 2**s."""
    return [step(s, s % 2, 2.0**s, s + 1, **(last if s == length - 1 else {})) for s in range(length)]

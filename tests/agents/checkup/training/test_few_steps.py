"""A checkup of a few steps names the missing evidence, also without the start of an episode in the records."""

import numpy as np
import pytest

import agents
from agents.checkup.rules.experience import Experience, Trace


def train(env, *, gamma, steps, seed):
    agent = agents.QLearning.for_env(env, gamma=gamma, seed=seed)
    agents.train(env, agent, steps=steps, seed=seed)
    return agent


@pytest.mark.parametrize("learns", ["optimal", "on-policy", "n-step"])
@pytest.mark.parametrize("steps", [2, 3, 5])
def test_of_a_few_steps_nothing_is_said(learns, steps):
    assert agents.checkup(train, learns=learns, steps=steps, seeds=(0, 1)).verdict == "inconclusive"


def test_the_return_so_far_of_part_of_an_episode_counts_from_where_it_is_seen():
    # Two steps of an episode that began before, then one with 5 and 7: the returns so far are 1, 1 + 2, 5, 5 + 7.
    paid = [(1.0, False, False), (2.0, True, False), (5.0, False, True), (7.0, False, False), (0.0, False, False)]
    rows = [(0, 1, reward, 0, ended, False, reset, 0) for reward, ended, reset in paid]
    seen = Experience(Trace.of(rows), 0.8, (2, 2), np.zeros((2, 2))).rows()
    assert sorted(zip(seen.reward.tolist(), seen.so_far.tolist(), strict=True)) == [(1, 1), (2, 3), (5, 5), (7, 12)]

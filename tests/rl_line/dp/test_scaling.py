"""Exact answers and environments of very many states take time and memory in proportion to them."""

import time
import tracemalloc

import numpy as np
import pytest

from rl_line import RewardLineEnv, TabularMDP, dp, reward_line
from rl_line.dp.markov_chain import policy_chain, reached

MANY = 100_000


def walk(states, **settings):
    """A line that pays 1 at its end."""
    return reward_line(np.eye(1, states, states - 1)[0], **settings)


def test_the_return_and_visits_of_a_long_walk_are_powers_of_the_discount():
    mdp, gamma, right = walk(MANY), 1 - 1e-5, np.ones(MANY, int)
    began = time.perf_counter()
    value, visits = dp.expected_return(mdp, right, gamma), dp.discounted_visits(mdp, right, gamma)
    assert time.perf_counter() - began < 10, "a fraction of a second, but a minute if a product is formed per state"
    assert value == pytest.approx(gamma ** (MANY - 2), rel=1e-9)  # the last of so many moves less one pays
    assert visits == pytest.approx(gamma ** np.arange(MANY), rel=1e-9)


def test_visits_and_values_agree_on_a_long_line_that_slips():
    mdp, uniform = walk(MANY, slip=0.1, start=MANY - 50), np.full((MANY, 2), 0.5)
    visits = dp.discounted_visits(mdp, uniform, 0.9)
    chain, reward = policy_chain(mdp, uniform)
    assert visits @ reward == pytest.approx(dp.expected_return(mdp, uniform, 0.9), rel=1e-9)
    assert visits @ reward == pytest.approx(dp.policy_evaluation(mdp, uniform, 0.9)[MANY - 50], rel=1e-9)
    assert chain.shape == (MANY, MANY)


@pytest.mark.parametrize("states", [6, 600])
@pytest.mark.parametrize("start", [0, 3])
def test_the_states_reached_are_those_to_the_right_of_the_start(states, start):
    # Always right, from the start on; the chain is an array for few states, and sparse for many.
    chain, _ = policy_chain(mdp := walk(states, start=start), np.ones(states, int))
    assert reached(chain, mdp.start).tolist() == [state >= start for state in range(states)]


def test_every_start_counts_and_nothing_is_reached_by_chance_zero():
    successor = np.array([[[1, 2]], [[1, 1]], [[2, 2]], [[4, 4]], [[4, 4]]])
    probability = np.array([[[1.0, 0.0]], [[1.0, 0.0]], [[1.0, 0.0]], [[1.0, 0.0]], [[1.0, 0.0]]])
    mdp = TabularMDP(successor, probability, np.zeros((5, 1, 2)), [False] * 4 + [True], [0.5, 0, 0, 0.5, 0])
    chain, _ = policy_chain(mdp, np.zeros(5, int))
    assert reached(chain, mdp.start).tolist() == [True, True, False, True, True]


def test_an_environment_holds_plain_numbers_only_of_states_it_has_been_in():
    tracemalloc.start()
    env = RewardLineEnv(rewards=np.eye(1, MANY, MANY - 1)[0], slip=0.1)
    env.reset(seed=0)
    for _ in range(100):
        env.step(1)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    # K = 2: in int64 and float64 a table [S, A, K] takes 32 bytes a state, in Python's own numbers and lists 2,000.
    assert peak < MANY * 500

"""Schedules and policies are the pure functions they claim to be."""

import numpy as np
import pytest

from agents.policies import EpsilonGreedy, Softmax, choose, epsilon_greedy
from agents.schedules import Constant, Exponential, Linear


def test_linear_reaches_its_end_and_stays():
    schedule = Linear(1.0, 0.2, steps=4)
    assert [float(schedule(t)) for t in (0, 1, 2, 4, 9)] == pytest.approx([1.0, 0.8, 0.6, 0.2, 0.2])


def test_exponential_halves_the_distance_to_its_end():
    schedule = Exponential(0.9, 0.1, half_life=5)
    assert [float(schedule(t)) for t in (0, 5, 10)] == pytest.approx([0.9, 0.5, 0.3])


def test_schedules_take_arrays_of_times():
    times = np.array([0, 50, 100, 200])
    assert Linear(1.0, 0.0, steps=100)(times).tolist() == [1.0, 0.5, 0.0, 0.0]
    assert Exponential(1.0, 0.0, half_life=50)(times).tolist() == pytest.approx([1, 0.5, 0.25, 0.0625])


@pytest.mark.parametrize(
    ("make", "named"),
    [
        (lambda: EpsilonGreedy(Constant(1.5)), "epsilon=1.5"),
        (lambda: Linear(1.0, -0.1, steps=3), "end=-0.1"),
        (lambda: Linear(1.0, 0.1, steps=0), "steps=0"),
        (lambda: Exponential(float("nan"), 0.1, half_life=3), "start=nan"),
        (lambda: Exponential(1.0, 0.1, half_life=-1), "half_life=-1"),
    ],
)
def test_impossible_schedules_are_refused_by_name(make, named):
    with pytest.raises(ValueError, match=named):
        make()


@pytest.mark.parametrize(
    ("q", "epsilon", "expected"),
    [
        ([1.0, 2.0], 0.0, [0, 1]),
        ([1.0, 2.0], 0.1, [0.05, 0.95]),
        ([1.0, 2.0], 1.0, [0.5, 0.5]),
        ([3.0, 3.0], 0.0, [0.5, 0.5]),
        ([3.0, 1.0, 3.0], 0.3, [0.45, 0.1, 0.45]),
    ],
)
def test_epsilon_greedy_shares_exploration_and_ties_evenly(q, epsilon, expected):
    assert epsilon_greedy(np.array(q), epsilon).tolist() == pytest.approx(expected)


def test_epsilon_greedy_takes_a_batch_with_an_epsilon_each():
    q = np.array([[1.0, 2.0], [2.0, 1.0]])
    assert epsilon_greedy(q, np.array([0.0, 0.2])).tolist() == [[0, 1], pytest.approx([0.9, 0.1])]


def test_choose_inverts_the_distribution():
    probabilities = np.array([0.25, 0.0, 0.75])
    uniforms = np.array([0.0, 0.2499, 0.25, 0.9999999])
    assert choose(probabilities, uniforms).tolist() == [0, 0, 2, 2]


def test_choose_never_falls_off_the_end():
    tenths = np.full(10, 0.1)  # they add up to the number before 1
    assert choose(tenths, np.nextafter(1, 0)) == 9


@pytest.mark.parametrize("values", [[1.0, 2.0], [2.0, 2.0], [3.0, 1.0, 3.0, 2.0], [5.0]])
@pytest.mark.parametrize("epsilon", [0.0, 0.1, 1.0, Linear(1.0, 0.2, steps=7)])
def test_picking_for_one_observation_is_choosing_from_the_policy(values, epsilon):
    policy, time = EpsilonGreedy(epsilon), 3
    probabilities = policy(np.array(values), time, None)
    edges = np.append(np.cumsum(probabilities), [0.0, 0.3])
    for uniform in np.clip([*edges, *np.nextafter(edges, 0), *np.nextafter(edges, 1)], 0.0, np.nextafter(1, 0)):
        assert policy.pick(values, time, float(uniform)) == choose(probabilities, uniform)


@pytest.mark.parametrize("values", [[1.0, 2.0], [2.0, 2.0], [300.0, 1.0, 303.0, 2.0], [5.0]])
@pytest.mark.parametrize("temperature", [0.01, 1.0, Exponential(9.0, 2.0, half_life=3)])
def test_picking_for_one_observation_is_choosing_from_the_softmax(values, temperature):
    policy, time = Softmax(temperature), 3
    probabilities = policy(np.array(values), time, None)
    edges = np.append(np.cumsum(probabilities), [0.0, 0.3])
    for uniform in np.clip([*edges, *edges - 1e-14, *edges + 1e-14], 0.0, np.nextafter(1, 0)):
        if np.abs(edges - uniform).min() > 1e-15:  # exponentials may differ in the last place
            assert policy.pick(values, time, float(uniform)) == choose(probabilities, uniform)

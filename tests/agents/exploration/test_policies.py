"""Policies: how often each action is taken, by hand."""

import json

import numpy as np
import pytest

import agents
from agents import QLearning, SarsaLambda, Transition
from agents.policies import GREEDY_90_10, UCB, EpsilonGreedy, Softmax, choose, softmax, upper_confidence_bound
from agents.schedules import Constant, Exponential, Linear

POLICIES = [EpsilonGreedy(0.3), EpsilonGreedy(Linear(1.0, 0.1, steps=100)), Softmax(0.5), UCB(2.0), GREEDY_90_10]


@pytest.mark.parametrize(
    ("q", "temperature", "expected"),
    [
        ([0.0, np.log(3.0)], 1.0, [0.25, 0.75]),
        ([0.0, np.log(3.0)], 0.5, [0.1, 0.9]),
        ([5.0, 5.0, 5.0, 5.0], 2.0, [0.25, 0.25, 0.25, 0.25]),
        ([0.0, 1.0], 1e-3, [0.0, 1.0]),
        ([0.0, 1.0], 1e9, [0.5, 0.5]),
        ([1e308, -1e308], 1.0, [1.0, 0.0]),
        ([-1000.0, -1000.0 + np.log(4.0)], 1.0, [0.2, 0.8]),
    ],
)
def test_softmax_weighs_actions_by_their_exponential(q, temperature, expected):
    with np.errstate(over="ignore"):
        assert softmax(np.array(q), temperature).tolist() == pytest.approx(expected)


def test_softmax_takes_a_batch_with_a_temperature_each():
    q = np.log(np.array([[1.0, 3.0], [3.0, 1.0]]))
    assert softmax(q, np.array([1.0, 0.5])) == pytest.approx(np.array([[0.25, 0.75], [0.9, 0.1]]))


def test_softmax_cools_with_its_schedule():
    policy = Softmax(Linear(1.0, 0.5, steps=1))
    q = np.log(np.array([1.0, 3.0]))
    assert [policy(q, time, None)[1] for time in (0, 1)] == pytest.approx([0.75, 0.9])


@pytest.mark.parametrize(
    ("q", "counts", "c", "expected"),
    [
        ([9.0, 0.0, 0.0], [5, 0, 0], 1.0, [0, 0.5, 0.5]),  # what was never taken comes first, ties shared
        ([0.0, 0.0], [0, 0], 1.0, [0.5, 0.5]),
        # n(s) = 8: bonuses sqrt(log 8 / 4) = 0.7210 and sqrt(log 8 / 4)
        ([1.0, 1.1], [4, 4], 1.0, [0, 1]),
        # n(s) = 10: 2 x sqrt(2.3026 / 9) = 1.0116 and 2 x sqrt(2.3026 / 1) = 3.0349, 2.0233 apart
        ([2.0, 0.0], [9, 1], 2.0, [0, 1]),
        ([2.1, 0.0], [9, 1], 2.0, [1, 0]),
        ([3.0, 3.0], [7, 7], 5.0, [0.5, 0.5]),
    ],
)
def test_upper_confidence_bounds_by_hand(q, counts, c, expected):
    assert upper_confidence_bound(np.array(q), np.array(counts), c).tolist() == expected
    assert UCB(c)(np.array(q), 0, np.array(counts)).tolist() == expected


def test_upper_confidence_bounds_take_a_batch_of_states():
    q, counts = np.array([[2.0, 0.0], [2.1, 0.0], [0.0, 0.0]]), np.array([[9, 1], [9, 1], [3, 0]])
    assert upper_confidence_bound(q, counts, 2.0).tolist() == [[0, 1], [1, 0], [0, 1]]
    assert upper_confidence_bound(q, counts, np.array([2.0, 3.0, 0.5])).tolist() == [[0, 1], [0, 1], [0, 1]]


def test_ucb_tries_every_action_of_a_state_before_any_twice():
    agent = QLearning(1, 5, policy=UCB(0.1), seed=0)
    taken = []
    for _ in range(5):
        taken.append(int(agent.act(0, explore=True)))
        agent.learn(Transition(0, taken[-1], 10.0 * taken[-1], 0, True, False))
    assert sorted(taken) == [0, 1, 2, 3, 4]


def test_the_course_explores_one_time_in_ten():
    assert GREEDY_90_10(np.array([1.0, 2.0]), 0, None).tolist() == pytest.approx([0.05, 0.95])
    assert GREEDY_90_10(np.array([[1.0, 2.0, 0.0, 0.0]]), 10**9, None)[0].tolist() == pytest.approx(
        [0.025, 0.925, 0.025, 0.025]
    )
    assert QLearning(4, 2).policy == GREEDY_90_10


@pytest.mark.parametrize(
    ("schedule", "levels"),
    [
        (0.4, [0.4, 0.4, 0.4]),
        (Constant(0.4), [0.4, 0.4, 0.4]),
        (Linear(1.0, 0.0, steps=4), [1.0, 0.5, 0.0]),
        (Exponential(0.8, 0.0, half_life=2), [0.8, 0.4, 0.2]),
        (lambda time, xp=np: 1.0 / (1.0 + time), [1.0, 1 / 3, 0.2]),
    ],
)
def test_epsilon_greedy_explores_as_much_as_its_schedule_says(schedule, levels):
    policy = EpsilonGreedy(schedule)
    q = np.array([0.0, 1.0])
    assert [policy(q, time, None)[0] for time in (0, 2, 4)] == pytest.approx([level / 2 for level in levels])
    batch = policy(np.tile(q, (3, 1)), np.array([0, 2, 4]), None)
    assert batch[:, 0].tolist() == pytest.approx([level / 2 for level in levels])


@pytest.mark.parametrize("policy", POLICIES)
def test_a_policy_gives_probabilities_for_any_batch(policy):
    rng = np.random.default_rng(0)
    q, counts = rng.normal(size=(3, 4, 5)), rng.integers(0, 9, size=(3, 4, 5))
    probabilities = policy(q, 17, counts)
    assert probabilities.shape == q.shape
    assert (probabilities >= 0).all()
    assert probabilities.sum(-1) == pytest.approx(np.ones((3, 4)))
    assert probabilities[2, 1] == pytest.approx(policy(q[2, 1], 17, counts[2, 1]))


@pytest.mark.parametrize("policy", POLICIES)
def test_a_policy_changes_nothing_it_is_given(policy):
    q, counts = np.array([[1.0, 2.0]]), np.array([[0, 3]])
    policy(q, 5, counts)
    assert q.tolist() == [[1.0, 2.0]]
    assert counts.tolist() == [[0, 3]]


@pytest.mark.parametrize("policy", POLICIES)
def test_tied_actions_are_taken_equally_often(policy):
    probabilities = policy(np.full(4, 1.5), 3, np.full(4, 7))
    assert probabilities.tolist() == pytest.approx([0.25] * 4)
    middles = (np.arange(1000) + 0.5) / 1000
    assert np.bincount(choose(np.tile(probabilities, (1000, 1)), middles)).tolist() == [250] * 4


@pytest.mark.parametrize(
    ("make", "named"),
    [
        (lambda: EpsilonGreedy(1.5), "epsilon=1.5"),
        (lambda: EpsilonGreedy(-0.1), "epsilon=-0.1"),
        (lambda: EpsilonGreedy(float("nan")), "epsilon=nan"),
        (lambda: Softmax(0.0), "temperature=0.0"),
        (lambda: Softmax(-1.0), "temperature=-1.0"),
        (lambda: UCB(0.0), "c=0.0"),
        (lambda: UCB(float("nan")), "c=nan"),
    ],
)
def test_impossible_policies_are_refused_by_name(make, named):
    with pytest.raises(ValueError, match=named):
        make()


def test_a_temperature_may_fall_from_above_one():
    # A temperature is no probability: it has the unit of a reward.
    assert Softmax(Linear(5.0, 0.5, steps=10)).temperature(10) == pytest.approx(0.5)


@pytest.mark.parametrize("schedule", [Linear(1.0, 0.0, steps=10), Exponential(1.0, 0.0, half_life=10)])
def test_a_temperature_that_falls_to_nothing_is_refused(schedule):
    with pytest.raises(ValueError, match=r"temperature=.*0\.0.*above 0"):
        Softmax(schedule)


@pytest.mark.parametrize("schedule", [Constant(1.5), Linear(2.0, 0.1, steps=10), Exponential(0.1, 2.0, half_life=3)])
def test_a_schedule_that_is_no_probability_is_refused(schedule):
    with pytest.raises(ValueError, match=r"epsilon=.*probability"):
        EpsilonGreedy(schedule)


@pytest.mark.parametrize("policy", POLICIES)
def test_agents_explore_by_their_policy_and_exploit_without_it(policy):
    agent = QLearning(2, 3, policy=policy, seed=0)
    agent.q[1], agent.counts[1], agent.time = [0.0, 1.0, 1.0], [4, 2, 3], 50
    explored = agent.action_probabilities(1, explore=True)
    assert explored == pytest.approx(policy(agent.q[1], 50, agent.counts[1]))
    assert agent.action_probabilities(1).tolist() == [0, 0.5, 0.5]
    drawn = np.bincount(agent.act(np.full(4000, 1), explore=True), minlength=3) / 4000
    assert drawn == pytest.approx(explored, abs=0.04)  # five standard deviations of a share of 4,000


@pytest.mark.parametrize("policy", POLICIES)
def test_the_policy_is_part_of_the_settings(policy):
    said = json.loads(json.dumps(agents.Sarsa(4, 2, policy=policy).settings()))["policy"]
    assert said["name"] == type(policy).__name__


@pytest.mark.parametrize(
    ("name", "make"),
    [
        ("epsilon", lambda: EpsilonGreedy([0.1, 0.2])),
        ("epsilon", lambda: EpsilonGreedy(lambda time: np.array([0.1]))),
        ("temperature", lambda: Softmax(np.array([1.0, 2.0]))),
        ("c", lambda: UCB([1, 2])),
        ("start", lambda: Linear([1, 2], 0, steps=5)),
        ("gamma", lambda: QLearning(4, 2, gamma=np.array([0.5, 0.6]))),
        ("trace_decay", lambda: SarsaLambda(4, 2, trace_decay=[0.1, 0.2])),
        ("alpha", lambda: QLearning(4, 2, alpha=lambda count: np.array([0.1, 0.2]))),
    ],
)
def test_several_numbers_for_one_are_refused_when_they_are_given(name, make):
    with pytest.raises(ValueError, match=rf"^{name}=.*\[.*, expected"):
        make()

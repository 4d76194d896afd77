"""Our solver against an independent one, and against trying every policy."""

from itertools import product

import numpy as np
import pytest
from quantecon.markov import DiscreteDP

from rl_line import dp
from rl_line.line import reward_line
from rl_line.mdp import TabularMDP

GAMMAS = [0.0, 0.3, 0.8, 0.9, 0.99]
LINES = {
    "course": {},
    "treasure hunt": {"rewards": (0, 0, 0, 0, 0, 1)},
    "slippery": {"slip": 0.2, "step_reward": -0.5},
    "noisy": {"reward_noise": 3.0, "mirror": True, "start": 0},
    "never ends": {"rewards": (1, -2, 3, 0.5), "terminals": ()},
    "ends twice": {"rewards": (5, 0, 0, 0, 0, 7), "terminals": (0, -1), "start": 2},
    "long": {"rewards": [0, 1] * 20 + [50]},
}


def line(name):
    return reward_line(**LINES[name])


def random_mdp(seed, states=6, actions=3):
    rng = np.random.default_rng(seed)
    shape = (states, actions, int(rng.integers(1, 4)))
    probability = rng.dirichlet(np.ones(shape[2]), size=shape[:2])
    terminal = np.arange(states) < rng.integers(0, 3)
    start = ~terminal / (~terminal).sum()
    return TabularMDP(rng.integers(states, size=shape), probability, rng.normal(size=shape), terminal, start)


def other_solver(mdp, gamma):
    """The MDP in the other package's form, built one outcome at a time."""
    transition = np.zeros((mdp.num_states, mdp.num_actions, mdp.num_states))
    reward = np.zeros(transition.shape[:2])
    for (state, action, k), p in np.ndenumerate(mdp.probability):
        ended = mdp.terminal[state]
        transition[state, action, state if ended else mdp.successor[state, action, k]] += p
        reward[state, action] += 0.0 if ended else p * mdp.reward[state, action, k]
    return DiscreteDP(reward, transition, gamma)


def assert_agrees(mdp, gamma):
    other = other_solver(mdp, gamma).solve(method="policy_iteration")
    for solution in (dp.policy_iteration(mdp, gamma), dp.value_iteration(mdp, gamma)):
        np.testing.assert_allclose(solution.v, other.v, rtol=1e-9, atol=1e-9)
        for policy in (solution.policy, other.sigma):
            np.testing.assert_allclose(dp.policy_evaluation(mdp, policy, gamma), other.v, rtol=1e-7, atol=1e-9)
        # In floating point a reward far away makes ties; the other solver may take any of the tied actions.
        best = dp.greedy_actions(solution.q)
        assert best[np.arange(mdp.num_states), other.sigma].all()
        assert not (dp.optimal_actions(mdp, gamma) & ~best).any()
        np.testing.assert_allclose(solution.q, dp.action_values(mdp, other.v, gamma), rtol=1e-9, atol=1e-9)


@pytest.mark.parametrize("gamma", GAMMAS)
@pytest.mark.parametrize("name", LINES)
def test_lines_are_worth_what_an_independent_solver_says(name, gamma):
    assert_agrees(line(name), gamma)


@pytest.mark.parametrize("gamma", GAMMAS)
@pytest.mark.parametrize("seed", range(20))
def test_random_mdps_are_worth_what_an_independent_solver_says(seed, gamma):
    assert_agrees(random_mdp(seed), gamma)


@pytest.mark.parametrize("seed", range(20))
def test_a_policy_is_worth_what_an_independent_solver_says(seed):
    mdp = random_mdp(seed)
    policy = np.random.default_rng(seed).integers(mdp.num_actions, size=mdp.num_states)
    expected = other_solver(mdp, 0.9).evaluate_policy(policy)
    np.testing.assert_allclose(dp.policy_evaluation(mdp, policy, 0.9), expected, rtol=1e-9, atol=1e-9)


@pytest.mark.parametrize("gamma", [0.0, 0.6, 0.95])
@pytest.mark.parametrize("seed", range(5))
def test_no_policy_beats_the_optimal_one_in_any_state(seed, gamma):
    mdp = random_mdp(seed, states=5)
    values = [dp.policy_evaluation(mdp, policy, gamma) for policy in product(range(3), repeat=5)]
    np.testing.assert_allclose(dp.policy_iteration(mdp, gamma).v, np.max(values, axis=0), rtol=1e-9, atol=1e-12)


def attempts(mdp, policies):
    """The undiscounted values of the policies that have one."""
    for policy in policies:
        try:
            yield dp.policy_evaluation(mdp, policy, 1)
        except ValueError:
            continue


@pytest.mark.parametrize("slip", [0.0, 0.25])
@pytest.mark.parametrize("seed", range(20))
def test_without_a_discount_no_policy_that_ends_beats_the_optimal_one(seed, slip):
    rewards = np.random.default_rng(seed).integers(-4, 1, size=5)  # loops cost or pay nothing: there is a best policy
    mdp = reward_line(rewards, slip=slip)
    best = np.max(list(attempts(mdp, product(range(2), repeat=5))), axis=0)
    for solution in (dp.policy_iteration(mdp, 1), dp.value_iteration(mdp, 1)):
        np.testing.assert_allclose(solution.v, best, atol=1e-9)
        np.testing.assert_allclose(dp.policy_evaluation(mdp, solution.policy, 1), best, atol=1e-9)


@pytest.mark.parametrize("horizon", [1, 2, 3])
@pytest.mark.parametrize("seed", range(5))
def test_no_plan_beats_the_one_for_a_finite_horizon(seed, horizon):
    mdp = random_mdp(seed, states=3, actions=2)
    stages = list(product(range(2), repeat=3))
    best = np.full(3, -np.inf)
    for plan in product(stages, repeat=horizon):
        v = np.zeros(3)
        for policy in reversed(plan):
            v = dp.action_values(mdp, v, 0.9)[np.arange(3), policy]
        best = np.maximum(best, v)
    np.testing.assert_allclose(dp.finite_horizon(mdp, horizon, 0.9).v[0], best, rtol=1e-12, atol=1e-15)

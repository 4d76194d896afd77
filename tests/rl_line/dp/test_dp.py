"""Exact answers: results by hand, closed forms, and errors."""

import numpy as np
import pytest

from rl_line import dp
from rl_line.dp import markov_chain as chain
from rl_line.line import LEFT, RIGHT, reward_line
from rl_line.mdp import TabularMDP

COURSE = reward_line()
SHUTTLE = [RIGHT, LEFT, LEFT, 0]
UNIFORM = np.full((4, 2), 0.5)
SOLVERS = [dp.policy_iteration, dp.value_iteration]
# Waiting in state 0 is worth 0. Leaving it pays 1, and then costs 2.
WAIT = TabularMDP.from_dense(
    transition=[[[1, 0, 0], [0, 1, 0]], [[0, 0, 1]] * 2, [[0, 0, 1]] * 2],
    reward=[[[0, 0, 0], [0, 1, 0]], [[0, 0, -2]] * 2, [[0, 0, 0]] * 2],
    terminal=[False, False, True],
    start=[1, 0, 0],
)


def random_mdp(rng, states=7, actions=3, width=3):
    shape = (states, actions, width)
    probability = rng.dirichlet(np.ones(width), size=shape[:2])
    terminal = np.arange(states) == states - 1
    start = np.where(terminal, 0.0, 1 / (states - 1))
    return TabularMDP(rng.integers(states, size=shape), probability, rng.normal(size=shape), terminal, start)


@pytest.mark.parametrize("solver", SOLVERS)
@pytest.mark.parametrize(
    ("gamma", "q", "policy"),
    [
        (0.0, [[0, 2], [0, 0], [2, 9]], [RIGHT, LEFT, RIGHT, 0]),
        (0.8, [[6.208, 7.76], [6.208, 7.2], [7.76, 9]], [RIGHT, RIGHT, RIGHT, 0]),
        # Being about to arrive at the 2 is worth 2 / (1 - 0.9**2) = 10.526..., one step further 0.9 times that.
        (0.9, [[1.8 / 0.19, 2 / 0.19], [1.8 / 0.19] * 2, [2 / 0.19, 9]], [RIGHT, LEFT, LEFT, 0]),
    ],
)
def test_the_courses_line_is_worth_what_the_hand_says(solver, gamma, q, policy):
    solution = solver(COURSE, gamma)
    np.testing.assert_allclose(solution.q, [*q, [0, 0]], rtol=1e-9, atol=1e-9)
    np.testing.assert_allclose(solution.v, [*np.max(q, axis=1), 0], rtol=1e-9, atol=1e-9)
    assert solution.policy.tolist() == policy


@pytest.mark.parametrize(
    ("policy", "gamma", "v"),
    [
        ([RIGHT, RIGHT, RIGHT, 0], 0.5, [2 + 0.25 * 9, 4.5, 9, 0]),
        ([RIGHT, RIGHT, RIGHT, 1], 1, [11, 9, 9, 0]),
        (SHUTTLE, 0.5, [8 / 3, 4 / 3, 8 / 3, 0]),
        ([LEFT, LEFT, LEFT, 0], 1, [0, 0, 2, 0]),
        # v0 = (v0 + 2 + v1) / 2, v1 = (v0 + v2) / 2, v2 = (2 + v1 + 9) / 2
        (UNIFORM, 1, [17, 15, 13, 0]),
        (UNIFORM, 0, [1, 0, 5.5, 0]),
        ([[0.2, 0.8], [0, 1], [0, 1], [7, np.nan]], 0.5, [(1.6 + 0.4 * 4.5) / 0.9, 4.5, 9, 0]),
    ],
)
def test_a_policy_is_worth_what_the_hand_says(policy, gamma, v):
    np.testing.assert_allclose(dp.policy_evaluation(COURSE, policy, gamma), v, rtol=1e-14)
    assert dp.expected_return(COURSE, policy, gamma) == pytest.approx(v[0], rel=1e-14)


def test_a_uniform_walk_visits_the_states_as_often_as_the_hand_says():
    np.testing.assert_allclose(dp.discounted_visits(COURSE, UNIFORM, 1), [6, 4, 2, 1], rtol=1e-14)


@pytest.mark.parametrize("seed", range(20))
@pytest.mark.parametrize("gamma", [0.0, 0.7, 0.99])
def test_visits_times_rewards_is_the_return(seed, gamma):
    rng = np.random.default_rng(seed)
    mdp = random_mdp(rng)
    policy = rng.dirichlet(np.ones(3), size=7)
    rewards = (policy[:, :, None] * mdp.probability * mdp.reward).sum((1, 2)) * ~mdp.terminal
    visits, value = dp.discounted_visits(mdp, policy, gamma), dp.expected_return(mdp, policy, gamma)
    assert visits @ rewards == pytest.approx(value, rel=1e-10, abs=1e-12)
    assert mdp.start @ dp.policy_evaluation(mdp, policy, gamma) == pytest.approx(value, rel=1e-10, abs=1e-12)


def test_three_steps_are_planned_as_by_hand():
    policy, v, q = dp.finite_horizon(COURSE, 3)
    assert q[:, :3].tolist() == [[[2, 11], [2, 9], [11, 9]], [[2, 2], [2, 9], [2, 9]], [[0, 2], [0, 0], [2, 9]]]
    assert v.tolist() == [[11, 9, 11, 0], [2, 9, 9, 0], [2, 0, 9, 0], [0, 0, 0, 0]]
    assert policy.tolist() == [[RIGHT, RIGHT, LEFT, 0], [LEFT, RIGHT, RIGHT, 0], [RIGHT, LEFT, RIGHT, 0]]


def test_a_limit_of_100_steps_shuttles_98_times_and_then_finishes():
    assert dp.finite_horizon(COURSE, 100).v[0].tolist() == [107, 107, 107, 0]
    assert dp.finite_horizon(COURSE, 100, 0.8).v[0] == pytest.approx(dp.policy_iteration(COURSE, 0.8).v, rel=1e-9)


def test_a_return_can_be_cut_off():
    returns = [dp.expected_return(COURSE, SHUTTLE, 1, horizon=steps) for steps in range(6)]
    assert returns == [0, 2, 2, 4, 4, 6]
    assert dp.expected_return(COURSE, UNIFORM, 0.5, horizon=2) == 1 + 0.5 * (0.5 * 1 + 0.5 * 0)


@pytest.mark.parametrize("gamma", [0.8, 1.0])
def test_a_horizon_beyond_which_nothing_changes_costs_no_step(gamma):
    # Always right: 2, 0 and 9 on the way to the end.
    assert dp.expected_return(COURSE, np.ones(4, int), gamma, horizon=10**15) == pytest.approx(2 + 9 * gamma**2)


@pytest.mark.parametrize("gamma", [0.0, 0.3, 0.9, 0.99])
@pytest.mark.parametrize("seed", range(10))
def test_policy_iteration_and_value_iteration_agree(seed, gamma):
    mdp = random_mdp(np.random.default_rng(seed))
    first, second = (solver(mdp, gamma) for solver in SOLVERS)
    np.testing.assert_allclose(first.v, second.v, atol=2e-10)
    np.testing.assert_array_equal(first.policy, second.policy)


@pytest.mark.parametrize("gamma", [0.9999, 0.9999999])
def test_value_iteration_ends_however_near_to_1_the_discount_is(gamma, monkeypatch):
    calls = iter(range(50_000))  # by backups alone, 300,000 and 200 million

    def counted(*given):
        next(calls)
        return dp.action_values(*given)

    monkeypatch.setattr("rl_line.dp.control.action_values", counted)
    # Back and forth over the 2 for ever: 2 + 0 gamma + 2 gamma**2 + ...
    assert dp.value_iteration(COURSE, gamma).v[0] == pytest.approx(2 / (1 - gamma**2), rel=1e-8)


@pytest.mark.parametrize("gamma", [0.5, 1])
@pytest.mark.parametrize("seed", range(5))
def test_the_sparse_path_gives_what_the_dense_one_gives(seed, gamma, monkeypatch):
    rng = np.random.default_rng(seed)
    mdp, policy = random_mdp(rng), rng.dirichlet(np.ones(3), size=7)

    def answers():
        values = dp.policy_evaluation(mdp, policy, gamma), dp.discounted_visits(mdp, policy, gamma)
        limited = dp.expected_return(mdp, policy, gamma, horizon=9)
        return np.hstack([*values, dp.expected_return(mdp, policy, gamma), limited, dp.policy_iteration(mdp, 0.5).v])

    dense = answers()
    monkeypatch.setattr(chain, "_DENSE", 0)
    np.testing.assert_allclose(answers(), dense, rtol=1e-9, atol=1e-12)


def test_ten_thousand_states_follow_the_gamblers_ruin():
    up, last = 0.5001, 9_999
    mdp = reward_line([0] * last + [1], start=5_000, terminals=(0, -1), slip=1 - up)
    ratio, state = (1 - up) / up, np.arange(last + 1)
    ruin = (1 - ratio**state) / (1 - ratio**last)
    always_right, fair = np.full(last + 1, RIGHT), np.full((last + 1, 2), 0.5)
    np.testing.assert_allclose(dp.policy_evaluation(mdp, always_right, 1)[:-1], ruin[:-1], rtol=1e-7)
    np.testing.assert_allclose(dp.policy_evaluation(mdp, fair, 1)[:-1], state[:-1] / last, rtol=1e-7)


def test_ten_thousand_states_are_worth_the_discounted_end():
    mdp = reward_line([0] * 9_999 + [1])
    expected = 0.999 ** np.arange(9_998, -1, -1)
    np.testing.assert_allclose(dp.policy_iteration(mdp, 0.999).v[:-1], expected, rtol=1e-9)
    assert dp.expected_return(mdp, np.full(10_000, RIGHT), 0.999) == pytest.approx(0.999**9_998, rel=1e-9)


@pytest.mark.parametrize("call", [dp.policy_evaluation, dp.expected_return, dp.discounted_visits])
def test_a_policy_that_shuttles_for_ever_has_no_undiscounted_value(call):
    with pytest.raises(ValueError, match=r"gamma=1.*\[0, 1\].*visited for ever.*gamma below 1"):
        call(COURSE, [RIGHT, LEFT, RIGHT, 0], 1)


@pytest.mark.parametrize("solver", SOLVERS)
@pytest.mark.parametrize(
    "settings", [{}, {"rewards": (-1, -1), "terminals": ()}, {"terminals": (), "slip": 0.2}], ids=str
)
def test_a_best_policy_that_is_paid_for_ever_raises(solver, settings):
    with pytest.raises(ValueError, match=r"gamma=1, but the states \[.*\] are visited for ever and state . pays"):
        solver(reward_line(**settings), 1)


PROPER = {
    "treasure hunt": (reward_line((0, 0, 0, 0, 0, 1)), [1, 1, 1, 1, 1, 0]),
    "every step costs": (reward_line((0, 0, 0, 0), step_reward=-1), [-3, -2, -1, 0]),
    # A move gets on with 3/4: 1 / 0.75 tries.
    "slippery": (reward_line((0, 6), step_reward=-3, slip=0.25), [6 - 3 / 0.75, 0]),
    "nothing is paid": (reward_line((0, 0, 0), terminals=()), [0, 0, 0]),
    "waiting is better than paying": (reward_line((0, 0, -5)), [0, 0, 0]),
    "one step back": (reward_line((3, -4, 0, 1), terminals=(0, -1), start=1), [0, 3, 1, 0]),
    "wait": (WAIT, [0, -2, 0]),
    "steps cost little and the end much": (reward_line((0, -10), step_reward=-1e-6), [-10 - 1e-6, 0]),
    # 0.7 * 3 - 0.3 * 7, but not in floating point.
    "nothing is paid on average": (reward_line((3, -7), slip=0.3, terminals=()), [0, 0]),
}


@pytest.mark.parametrize("solver", SOLVERS)
@pytest.mark.parametrize("name", PROPER)
def test_without_a_discount_what_ends_or_pays_nothing_is_solved(solver, name):
    mdp, v = PROPER[name]
    solution = solver(mdp, 1)
    np.testing.assert_allclose(solution.v, v, rtol=1e-9, atol=1e-9)
    np.testing.assert_allclose(dp.policy_evaluation(mdp, solution.policy, 1), v, rtol=1e-9, atol=1e-9)


def test_paying_loops_that_are_never_reached_do_not_spoil_a_return():
    mdp = reward_line((7, 3, 0, 1), start=2, terminals=(1,))
    assert dp.expected_return(mdp, [LEFT] * 4, 1) == 3
    np.testing.assert_allclose(dp.discounted_visits(mdp, [LEFT] * 4, 1), [0, 1, 1, 0])
    with pytest.raises(ValueError, match=r"states \[0\] are visited for ever and state 0 pays 7"):
        dp.policy_evaluation(mdp, [LEFT] * 4, 1)


@pytest.mark.parametrize(
    ("gamma", "best"),
    [
        (0.8, [[0, 1], [0, 1], [0, 1], [0, 0]]),
        (np.sqrt(7) / 3, [[0, 1], [1, 1], [1, 1], [0, 0]]),
        (0.9, [[0, 1], [1, 1], [1, 0], [0, 0]]),
        (0.9999, [[0, 1], [1, 1], [1, 0], [0, 0]]),
    ],
)
def test_ties_are_reported_as_ties(gamma, best):
    assert dp.optimal_actions(COURSE, gamma).tolist() == best


def test_a_reward_far_away_is_no_tie():
    assert dp.optimal_actions(reward_line([0] * 39 + [1]), 0.1)[:-1].tolist() == [[False, True]] * 39


@pytest.mark.parametrize("gamma", [1 - 1e-6, 1 - 1e-9, 1 - 1e-10])
def test_the_policy_returned_attains_the_value_returned_however_near_gamma_is_to_one(gamma):
    policy, v, _ = dp.policy_iteration(COURSE, gamma)
    np.testing.assert_allclose(dp.policy_evaluation(COURSE, policy, gamma), v, rtol=1e-6)


@pytest.mark.parametrize("gamma", [-0.1, 1.1, np.nan, np.inf])
def test_a_gamma_that_is_no_discount_is_refused(gamma):
    for call in (*SOLVERS, dp.optimal_actions):
        with pytest.raises(ValueError, match="expected a discount from 0 to 1"):
            call(COURSE, gamma)
    for call in (dp.policy_evaluation, dp.expected_return, dp.discounted_visits):
        with pytest.raises(ValueError, match="expected a discount from 0 to 1"):
            call(COURSE, SHUTTLE, gamma)
    with pytest.raises(ValueError, match="expected a discount from 0 to 1"):
        dp.finite_horizon(COURSE, 3, gamma)


@pytest.mark.parametrize(
    "policy", [[0, 1, 2, 0], [0, -1, 0, 0], [0, 1], [0.0, 1.0, 0.0, 0.0], UNIFORM * 0.9, UNIFORM * np.nan]
)
def test_a_policy_that_does_not_fit_is_refused(policy):
    for call in (dp.policy_evaluation, dp.expected_return, dp.discounted_visits):
        with pytest.raises(ValueError, match=r"policy (has|holds) .*expected"):
            call(COURSE, policy, 0.5)


@pytest.mark.parametrize("policy", [np.zeros((4, 2)), dp.policy_iteration(COURSE, 0.5)])
def test_values_in_place_of_a_policy_lead_to_their_best_actions(policy):
    with pytest.raises(ValueError, match=r"; pass e\.g\. q\.argmax\(axis=1\) of action values q\.$"):
        dp.expected_return(COURSE, policy, 0.5)


def test_a_horizon_has_at_least_one_step():
    with pytest.raises(ValueError, match="horizon=0, expected a whole number of at least 1"):
        dp.finite_horizon(COURSE, 0)

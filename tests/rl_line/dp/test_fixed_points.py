"""Every tabular agent converges to its own exact fixed point, and those fixed points are right."""

import gymnasium as gym
import numpy as np
import pytest

import agents
from agents import (
    DoubleQLearning,
    DynaQ,
    ExpectedSarsa,
    MonteCarlo,
    NStepQ,
    NStepSarsa,
    QLambda,
    QLearning,
    Sarsa,
    SarsaLambda,
)
from agents.policies import EpsilonGreedy, Softmax, epsilon_greedy
from rl_line import dp, reward_line
from rl_line.dp.fixed_points import n_step_values, soft_values

GAMMA, EPSILON = 0.8, 0.5
START = (1 / 3, 1 / 3, 1 / 3, 0)


def exploring(epsilon):
    return lambda q: epsilon_greedy(q, epsilon)


def on_average(policy):
    return lambda q: (policy(q) * q).sum(axis=1)


def best(q):
    return q.max(axis=1)


def optimal(mdp):
    return dp.policy_iteration(mdp, GAMMA).q


def soft(mdp):
    return soft_values(mdp, GAMMA, exploring(EPSILON)).q


def n_step_best(mdp):
    return n_step_values(mdp, GAMMA, 3, exploring(EPSILON), best)


def n_step_soft(mdp):
    return n_step_values(mdp, GAMMA, 3, exploring(EPSILON), on_average(exploring(EPSILON)))


def falling(counts):
    """A step size that satisfies Robbins and Monro's conditions and forgets the first targets sooner than 1/n."""
    return counts**-0.8


# Where moves are certain, targets without sampled actions have no noise at the fixed point: a constant step
# reaches it. The others keep a noise of about sqrt(alpha / 2) times that of a target, which is below 4, and end
# with alpha below 0.003 (n^-0.8 after 1,500 visits): 0.16 at the very most, seen below 0.05. A mistaken target
# would be off by 0.24 (n-step Q for Sarsa) to 0.82 (Q* for Sarsa).
EXACT, SAMPLED = 1e-6, 0.1
LEARNS = {
    QLearning: (optimal, 0.2, EXACT),
    DoubleQLearning: (optimal, 0.2, EXACT),
    QLambda: (optimal, 0.1, EXACT),
    DynaQ: (optimal, 0.2, EXACT),
    ExpectedSarsa: (soft, 0.2, EXACT),
    Sarsa: (soft, falling, SAMPLED),
    SarsaLambda: (soft, falling, SAMPLED),
    MonteCarlo: (soft, falling, SAMPLED),
    NStepQ: (n_step_best, falling, SAMPLED),
    NStepSarsa: (n_step_soft, falling, SAMPLED),
}


@pytest.mark.parametrize("kind", agents.TABULAR)
def test_an_agent_reaches_its_own_fixed_point(kind):
    answer, alpha, tolerance = LEARNS[kind]
    env = gym.make_vec("rl_line:RewardLine-v0", num_envs=16, max_episode_steps=10_000, start=START)
    agent = kind.for_env(env, gamma=GAMMA, alpha=alpha, policy=EpsilonGreedy(EPSILON), initial_value=3.0, seed=0)
    agents.train(env, agent, steps=4000, seed=0)
    assert agent.q[:3] == pytest.approx(answer(env.unwrapped.mdp)[:3], abs=tolerance)


def test_the_fixed_points_differ_by_more_than_the_tolerance():
    mdp = reward_line(start=START)
    tables = [optimal(mdp), soft(mdp), n_step_best(mdp)]
    apart = [np.abs(tables[i] - tables[k]).max() for i, k in [(0, 1), (0, 2), (1, 2)]]
    assert min(apart) > 2 * SAMPLED


@pytest.mark.parametrize("kind", [QLearning, DoubleQLearning, QLambda])
def test_optimal_values_are_learned_from_a_policy_that_never_exploits(kind):
    env = gym.make_vec("rl_line:RewardLine-v0", num_envs=8, max_episode_steps=10_000)
    agent = kind.for_env(env, alpha=0.1, policy=EpsilonGreedy(1.0), seed=1)
    agents.train(env, agent, steps=3000, seed=1)
    assert agent.q == pytest.approx(dp.policy_iteration(env.unwrapped.mdp, GAMMA).q, abs=1e-6)


@pytest.mark.parametrize("kind", [QLearning, ExpectedSarsa])
def test_time_limits_do_not_move_the_fixed_point(kind):
    env = gym.make_vec("rl_line:RewardLine-v0", num_envs=16, max_episode_steps=2, start=START)
    agent = kind.for_env(env, gamma=GAMMA, alpha=0.2, policy=EpsilonGreedy(EPSILON), seed=0)
    agents.train(env, agent, steps=3000, seed=0)
    assert agent.q[:3] == pytest.approx(LEARNS[kind][0](env.unwrapped.mdp)[:3], abs=EXACT)


def test_the_uniform_policy_is_worth_what_three_equations_say():
    # v1 = (0 + .8 v1)/2 + (2 + .8 v2)/2,  v2 = .8 v1/2 + .8 v3/2,  v3 = (2 + .8 v2)/2 + 9/2:  5, 5 and 7.5.
    solution = soft_values(reward_line(), 0.8, exploring(1.0))
    assert solution.v == pytest.approx([5, 5, 7.5, 0])
    assert solution.q == pytest.approx(np.array([[4, 6], [4, 6], [6, 9], [0, 0]]))


def test_a_half_greedy_policy_is_worth_what_three_equations_say():
    # Right with 3/4:  .8 v1 = 1.5 + .6 v2,  v2 = .2 v1 + .6 v3,  v3 = 7.25 + .2 v2,  so .73 v2 = 4.725.
    middle = 4.725 / 0.73
    expected = [1.875 + 0.75 * middle, middle, 7.25 + 0.2 * middle, 0]
    assert soft_values(reward_line(), 0.8, exploring(0.5)).v == pytest.approx(expected)


@pytest.mark.parametrize("gamma", [0.0, 0.5, 0.8, 0.88, 0.95])
def test_without_exploration_the_soft_values_are_optimal(gamma):
    mdp = reward_line(slip=0.1)
    assert soft_values(mdp, gamma, exploring(0.0)).q == pytest.approx(dp.policy_iteration(mdp, gamma).q)


@pytest.mark.parametrize("policy", [exploring(0.3), lambda q: Softmax(2.0)(q, 0, None)])
def test_soft_values_are_the_values_of_the_policy_that_follows_from_them(policy):
    mdp = reward_line(slip=0.2, reward_noise=1.0)
    solution = soft_values(mdp, 0.8, policy)
    assert solution.v == pytest.approx((policy(solution.q) * solution.q).sum(axis=1))
    assert solution.v == pytest.approx(dp.policy_evaluation(mdp, policy(solution.q), 0.8))


def test_one_step_values_are_the_one_step_fixed_points():
    mdp = reward_line(slip=0.2)
    policy = exploring(0.3)
    assert n_step_values(mdp, 0.8, 1, policy, best) == pytest.approx(dp.policy_iteration(mdp, 0.8).q)
    assert n_step_values(mdp, 0.8, 1, policy, on_average(policy)) == pytest.approx(soft_values(mdp, 0.8, policy).q)


@pytest.mark.parametrize("n", [2, 5])
def test_n_step_sarsa_has_the_values_of_its_policy_whatever_n(n):
    mdp = reward_line(slip=0.2)
    policy = exploring(0.3)
    assert n_step_values(mdp, 0.8, n, policy, on_average(policy)) == pytest.approx(soft_values(mdp, 0.8, policy).q)


def test_many_steps_leave_nothing_of_the_best_action():
    mdp, policy = reward_line(), exploring(0.3)
    assert n_step_values(mdp, 0.8, 200, policy, best) == pytest.approx(soft_values(mdp, 0.8, policy).q)


def mean_target(mdp, q, state, action, n, policy, gamma):
    """The mean n-step target of one cell, path by path."""
    mean = 0.0
    for k in range(mdp.successor.shape[2]):
        following, reward = mdp.successor[state, action, k], mdp.reward[state, action, k]
        if mdp.terminal[following]:
            value = 0.0
        elif n == 1:
            value = max(q[following])
        else:
            chances = policy(q[following])
            value = sum(p * mean_target(mdp, q, following, a, n - 1, policy, gamma) for a, p in enumerate(chances))
        mean += mdp.probability[state, action, k] * (reward + gamma * value)
    return mean


@pytest.mark.parametrize("n", [2, 3])
def test_n_step_values_are_their_own_mean_targets_path_by_path(n):
    mdp, policy = reward_line(slip=0.2, reward_noise=1.0), exploring(0.3)
    q = n_step_values(mdp, 0.8, n, policy, best)
    targets = [[mean_target(mdp, q, s, a, n, policy, 0.8) for a in (0, 1)] for s in range(3)]
    assert q[:3] == pytest.approx(np.array(targets), abs=1e-9)


def test_two_step_values_by_hand():
    # Uniform, gamma 1/2, the second move from state 1 leads to 1 (worth m, its best) or 2 (worth 9), from 2 to 1 or
    # to the end: (1, left) = (m/2 + 9/2)/2/2 = (2, left),  (1, right) = (m/2/2 + 9/2)/2 = m, so m = 18/7.
    q = n_step_values(reward_line(rewards=(0, 0, 9)), 0.5, 2, exploring(1.0), best)
    m = 18 / 7
    assert q == pytest.approx(np.array([[m / 8 + 9 / 8, m], [m / 8 + 9 / 8, 9], [0, 0]]))


@pytest.mark.parametrize("function", [soft_values, n_step_values])
def test_a_policy_that_never_settles_is_reported(function):
    # It walks right if that promises little, which makes it promise 7.76, and left if not, which makes it promise 2.
    asked = []

    def contrary(q):
        asked.append(q)
        return np.tile([0.0, 1.0] if q[0, 1] < 5 else [1.0, 0.0], (len(q), 1))

    rest = (2, contrary, on_average(contrary)) if function is n_step_values else (contrary,)
    with pytest.raises(ValueError, match="settle"):
        function(reward_line(), 0.8, *rest)
    assert len(asked) <= 2000, "it sees that values come again, or asks a thousand times"

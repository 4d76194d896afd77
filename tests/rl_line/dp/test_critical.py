"""The discounts at which the optimal policy changes: by hand, and against exact fractions."""

from fractions import Fraction
from itertools import pairwise

import gymnasium as gym
import numpy as np
import pytest

from rl_line.dp import critical_gammas
from rl_line.line import reward_line
from rl_line.mdp import TabularMDP

PRECISION = Fraction(1, 10**9)


class Exact:
    """An MDP in exact fractions."""

    def __init__(self, mdp):
        self.states, self.actions = range(mdp.num_states), range(mdp.num_actions)
        self.going = (~mdp.terminal).tolist()
        self.reward = [[Fraction(0)] * mdp.num_actions for _ in self.states]
        self.follow = [[{} for _ in self.actions] for _ in self.states]
        for (state, action, k), p in np.ndenumerate(mdp.probability):
            p, arrived = Fraction(p).limit_denominator(1000), int(mdp.successor[state, action, k])
            if self.going[state]:
                self.reward[state][action] += p * Fraction(mdp.reward[state, action, k])
                if self.going[arrived]:
                    self.follow[state][action][arrived] = self.follow[state][action].get(arrived, 0) + p

    def values(self, policy, gamma):
        """v = r + gamma P v by elimination; the diagonal dominates, so that no row need be swapped."""
        rows = [
            [(i == j) - gamma * self.follow[i][a].get(j, 0) for j in self.states] + [self.reward[i][a]]
            for i, a in enumerate(policy)
        ]
        for i in self.states:
            rows[i] = [x / rows[i][i] for x in rows[i]]
            for j in self.states:
                if j != i and rows[j][i]:
                    rows[j] = [x - rows[j][i] * y for x, y in zip(rows[j], rows[i], strict=True)]
        return [row[-1] for row in rows]

    def best(self, gamma):
        """The set of optimal actions of each state that goes on."""
        policy = [0 for _ in self.states]
        while True:
            v = self.values(policy, gamma)
            q = [
                [self.reward[s][a] + gamma * sum(p * v[n] for n, p in self.follow[s][a].items()) for a in self.actions]
                for s in self.states
            ]
            better = [a if q[s][a] == max(q[s]) else q[s].index(max(q[s])) for s, a in enumerate(policy)]
            if better == policy:
                return [[a for a in self.actions if q[s][a] == v[s]] for s in self.states if self.going[s]]
            policy = better


def assert_changes_exactly_there(mdp, gammas, points=3, seed=0):
    """The optimal actions are the same ones between two changes, and others on the two sides of each."""
    exact, rng = Exact(mdp), np.random.default_rng(seed)
    edges = [Fraction(0), *map(Fraction, gammas), Fraction(1)]
    assert edges == sorted(set(edges))
    previous = None
    for low, high in pairwise(edges):
        inside = [low + PRECISION, high - PRECISION]
        inside += [low + (high - low) * Fraction(int(x), 10**6) for x in rng.integers(10**6, size=points)]
        sets = [exact.best(gamma) for gamma in inside if low < gamma < high]
        assert all(best == sets[0] for best in sets), f"a change is missing between {float(low)} and {float(high)}"
        assert sets[0] != previous, f"nothing changes at {float(low)}"
        previous = sets[0]


def roots(a, b, c):
    return np.roots([a, b, c]).real.tolist()


BY_HAND = {
    # Arriving at the 2 again and again is worth 2 / (1 - gamma**2), finishing 9.
    "course": (reward_line(), [np.sqrt(7) / 3]),
    "course, shuttle pays 3 of 4": (reward_line((0, 3, 0, 4)), [0.5]),
    "treasure hunt": (reward_line((0, 0, 0, 0, 0, 1)), []),
    # In the second state 1 / (1 - gamma) against c; in the first against c gamma.
    "1 0 2": (reward_line((1, 0, 2)), [0.5]),
    "1 0 3": (reward_line((1, 0, 3)), [2 / 3]),
    "enters and leaves": (reward_line((1, 0, 5)), [*roots(-5, 5, -1), 0.8]),
    "touches without crossing": (reward_line((1, 0, 4)), [0.75]),
    # In the first state 1 against c gamma**2 (1 - gamma), which has its maximum 4 c / 27 at 2 / 3.
    "touches elsewhere": (reward_line((1, 0, 0, 6.75)), [*roots(-6.75, 6.75, -1), 27 / 31]),
    # To stay, a + gamma b against b, whatever the slip.
    "two states": (reward_line((1, 4)), [0.75]),
    "two states, slip": (reward_line((1, 4), slip=0.2), [0.75]),
    "two states, mostly slip": (reward_line((1, 4), slip=0.9), [0.75]),
    "two states, slip decides": (reward_line((1, 4), slip=0.5), []),
    "all the same": (reward_line((1, 1, 1), terminals=()), []),
    "mirror image of itself": (reward_line((1, 0, 0, 0, 1), start=2, terminals=(0, -1)), []),
    # 1 at once against 3 later, each ending: 1 = 3 gamma. Elsewhere, 3 at once against 1 later.
    "ends twice": (reward_line((1, 0, 0, 3), start=1, terminals=(0, -1)), [1 / 3]),
    # Both loops pay 1 on average: 2 / (1 - gamma**2) and 1 / (1 - gamma) meet at gamma 1 only.
    "loops that pay the same": (reward_line((0, 2, 0, 1), terminals=()), []),
    # 1.5 against 0.5 + 2.5 gamma over 1 - gamma**2; once more, the last state's loop pays as much as the shuttle.
    "ends or loops that pay the same": (reward_line((1.5, 2.5, 0.5, 1.5), start=1, terminals=(0,)), [1 / 3]),
}


@pytest.mark.parametrize("name", BY_HAND)
def test_changes_are_where_the_hand_finds_them(name):
    mdp, expected = BY_HAND[name]
    assert critical_gammas(mdp).tolist() == pytest.approx(sorted(expected), abs=1e-9)


@pytest.mark.parametrize("settings", [{"mirror": True}, {"reward_noise": 5}, {"start": [0.5, 0, 0.5, 0]}], ids=str)
def test_what_does_not_concern_the_choice_changes_nothing(settings):
    np.testing.assert_allclose(critical_gammas(reward_line(**settings)), [np.sqrt(7) / 3], atol=1e-9)


@pytest.mark.parametrize("factor", [1e-6, 1e6])
def test_the_unit_of_reward_changes_nothing(factor):
    rewards = np.array([0, 2, 0, 9]) * factor
    np.testing.assert_allclose(critical_gammas(reward_line(rewards)), [np.sqrt(7) / 3], atol=1e-9)


@pytest.mark.parametrize("above", [1e-4, 1e-8, 1e-12])
def test_two_changes_close_together_are_both_found(above):
    # c gamma (1 - gamma) = 1 at (1 +- sqrt(1 - 4 / c)) / 2, as in "touches without crossing".
    c = 4 + above
    apart = np.sqrt((c - 4) / c)
    expected = [0.5 - apart / 2, 0.5 + apart / 2, 1 - 1 / c]
    assert critical_gammas(reward_line((1, 0, c))).tolist() == pytest.approx(expected, abs=1e-9)


@pytest.mark.parametrize("states", [20, 30, 40])
@pytest.mark.parametrize("c", [2, 1000])
def test_far_rewards_decide_also_where_they_hardly_count(states, c):
    # State k is k steps from the 1 and n - 1 - k from the c: 1 = c gamma**(n - 1 - 2k), down to 1 / c.
    mdp = reward_line([1] + [0] * (states - 2) + [c], start=1, terminals=(0, -1))
    expected = sorted(c ** (-1.0 / (states - 1 - 2 * k)) for k in range(1, states // 2))
    np.testing.assert_allclose(critical_gammas(mdp), expected, rtol=0, atol=1e-9)


@pytest.mark.parametrize("slip", [0.0, 0.1])
def test_one_reward_at_the_end_of_a_long_line_decides_alone(slip):
    assert critical_gammas(reward_line([0] * 39 + [1], slip=slip)).tolist() == []


def test_more_than_1000_states_are_refused():
    with pytest.raises(ValueError, match=r"1001 states, expected at most 1,?000"):
        critical_gammas(reward_line(np.zeros(1001)))


def test_rounding_at_0_is_no_change():
    # On the ice only the goal pays: near 0 the shortest way is best, whatever the discount, and nothing changes there.
    lake = TabularMDP.from_toy_text(gym.make("FrozenLake-v1"))
    assert critical_gammas(lake).min() > 0.5


def test_gammas_come_as_a_sorted_array_inside_0_and_1():
    gammas = critical_gammas(reward_line((1, 0, 5)))
    assert isinstance(gammas, np.ndarray)
    assert gammas.dtype == np.float64
    assert (np.diff([0, *gammas, 1]) > 0).all()


@pytest.mark.parametrize("seed", range(60))
def test_random_lines_change_exactly_there(seed):
    rng = np.random.default_rng(seed)
    ends = [(-1,), (), (0, -1)][seed % 3]
    rewards = rng.integers(-3 if seed % 4 == 0 else 0, 10, size=rng.integers(3, 7))
    slip = [0.0, 0.0, 0.25][seed % 7 % 3]
    mdp = reward_line(rewards, start=1, terminals=ends, slip=slip)
    assert_changes_exactly_there(mdp, critical_gammas(mdp))


@pytest.mark.parametrize("seed", range(30))
def test_random_mdps_change_exactly_there(seed):
    rng = np.random.default_rng(seed)
    shape = (4, 3, 1 + seed % 2)
    probability = np.array([[0.25, 0.75], [1, 0]][shape[2] % 2][: shape[2]])
    reward = rng.integers(-5, 6, size=shape)
    terminal = np.arange(4) == (3 if seed % 3 else 4)
    mdp = TabularMDP(rng.integers(4, size=shape), np.broadcast_to(probability, shape), reward, terminal, [1, 0, 0, 0])
    assert_changes_exactly_there(mdp.after_end(), critical_gammas(mdp))


LOOPS_OF_EQUAL_PAY = [
    {"rewards": (5, 7, 3, 5), "start": 1, "terminals": (0,), "step_reward": 0.5},
    {"rewards": (4, 2, 6, 8), "step_reward": -1},
    {"rewards": (1, 3, 1, 0, 2, 2), "start": 1, "terminals": (0,)},
    {"rewards": (7, 5, 8, 6, 5, 7), "step_reward": 0.5},
    {"rewards": (4, 2, 6, 1, 2, 1, 3), "terminals": ()},
]


@pytest.mark.parametrize("settings", LOOPS_OF_EQUAL_PAY, ids=str)
def test_loops_that_pay_the_same_on_average_do_not_change_places_near_1(settings):
    mdp = reward_line(**settings)
    assert_changes_exactly_there(mdp, critical_gammas(mdp))


@pytest.mark.parametrize("small", [1e-6, 1e-12])
def test_a_small_reward_at_once_competes_with_a_large_one_far_away(small):
    # State k is k steps from the small one and 14 - k from the 1: small = gamma**(14 - 2k).
    mdp = reward_line([small] + [0] * 13 + [1], start=1, terminals=(0, -1))
    expected = sorted(small ** (1 / (14 - 2 * k)) for k in range(1, 7))
    np.testing.assert_allclose(critical_gammas(mdp), expected, atol=1e-9)

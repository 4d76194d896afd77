"""Regret is the optimum less the return of a policy, worked out by hand."""

import gymnasium as gym
import numpy as np
import pytest

from agents import QLearning
from agents.sweeps.regret import regret, regrets, uniform_regret
from rl_line import LEFT, RIGHT, TabularMDP, dp, reward_line

LINE = reward_line()  # arriving in 1, 2, 3, 4 pays 0, 2, 0, 9


def test_walking_to_the_end_is_optimal_at_gamma_08():
    # 2 + 0.64 * 9 = 7.76, the value of state 1.
    assert regret(LINE, [RIGHT] * 4, 0.8) == 0.0


def test_staying_at_the_wall_misses_all():
    assert regret(LINE, [LEFT] * 4, 0.8) == pytest.approx(7.76, abs=1e-12)


def test_turning_at_the_two_misses_the_nine():
    # To 2 and back for ever: 2 / (1 - 0.8 ** 2) = 5.5556 of 7.76.
    assert regret(LINE, [RIGHT, LEFT, RIGHT, LEFT], 0.8) == pytest.approx(7.76 - 2 / 0.36, abs=1e-12)


def test_exploring_policies_have_regret_too():
    # J = v(1) with v(1) = (0.8 v(1) + 2 + 0.8 v(2)) / 2, v(2) = (0.8 v(1) + 0.8 v(3)) / 2,
    # v(3) = (2 + 0.8 v(2) + 9) / 2: 0.6 a - 0.4 b = 1, b = 0.4 a + 0.4 c, c = 5.5 + 0.4 b, so b = (0.4 a + 2.2) / 0.84.
    a = (1 + 0.4 * 2.2 / 0.84) / (0.6 - 0.16 / 0.84)
    assert uniform_regret(LINE, 0.8) == pytest.approx(7.76 - a, abs=1e-12)


def test_above_the_critical_discount_walking_to_the_end_misses_what_shuttling_pays():
    # At 0.9 going to and fro between 2 and 3, from 1: 2 at the first step, and 2 at every second after it.
    assert regret(LINE, [RIGHT] * 4, 0.9) == pytest.approx(2 / (1 - 0.81) - (2 + 0.81 * 9), abs=1e-9)
    assert regret(LINE, [RIGHT, LEFT, LEFT, LEFT], 0.9) == 0.0


def test_an_agent_is_judged_by_its_greedy_policy():
    agent = QLearning.for_env("RewardLine-v0", gamma=0.8, epsilon=1.0)
    agent.q[:, RIGHT] = 1.0
    assert regret(gym.make("RewardLine-v0"), agent, 0.8) == 0.0


def test_the_last_digits_are_no_regret():
    # Without ice several ways to the goal are as short; a mixture of them is as good, but for rounding.
    lake = TabularMDP.from_toy_text(gym.make("FrozenLake-v1", is_slippery=False))
    best = dp.optimal_actions(lake, 0.9) * np.random.default_rng(0).random((200, 16, 4))
    total = best.sum(axis=2, keepdims=True)
    mixed = np.where(total > 0, best / np.where(total > 0, total, 1), 0.25)
    assert set(regrets(lake, mixed, 0.9)) == {0.0}


CLIFF = TabularMDP.from_toy_text(gym.make("CliffWalking-v1"))
UP, AHEAD, DOWN = 0, 1, 2
EDGE = np.full(48, AHEAD)
EDGE[[36, 35]] = UP, DOWN


def test_the_way_around_the_cliff_costs_its_detour():
    # 13 steps of -1 along the edge; one row higher 15 steps.
    higher = np.full(48, AHEAD)
    higher[[36, 24]], higher[[23, 35]] = UP, DOWN
    cost = [-(1 - 0.9**steps) / 0.1 for steps in (13, 15)]
    assert regrets(CLIFF, [EDGE, higher], 0.9) == pytest.approx([0.0, cost[0] - cost[1]], abs=1e-9)


def test_without_a_discount_the_detour_costs_two_steps():
    higher = np.full(48, AHEAD)
    higher[[36, 24]], higher[[23, 35]] = UP, DOWN
    assert regrets(CLIFF, [EDGE, higher], 1.0) == pytest.approx([0.0, 2.0])


def test_on_ice_that_does_not_slip_standing_still_misses_the_goal():
    # Six moves lead to the goal, which pays 1 at the sixth: 0.9 ** 5. Left, against the wall, is never paid.
    lake = gym.make("FrozenLake-v1", is_slippery=False)
    assert regret(lake, np.zeros(16, dtype=int), 0.9) == pytest.approx(0.9**5, abs=1e-12)


def test_a_taxi_that_stands_still_misses_what_the_solver_promises():
    taxi = TabularMDP.from_toy_text(gym.make("Taxi-v4"))
    # South for ever pays -1 a step: -1 / (1 - 0.9).
    optimum = float(taxi.start @ dp.value_iteration(taxi, 0.9).v)
    found = regret(taxi, np.zeros(500, dtype=int), 0.9)
    assert found == pytest.approx(optimum + 10, abs=1e-8)


def test_equal_policies_are_evaluated_once(monkeypatch):
    asked, evaluate = [], dp.policy_evaluation
    monkeypatch.setattr(dp, "policy_evaluation", lambda *given: asked.append(given) or evaluate(*given))
    assert len(regrets(LINE, [[RIGHT] * 4, [LEFT] * 4, [RIGHT] * 4], 0.8)) == 3
    assert len(asked) == 2


@pytest.mark.parametrize(
    ("policy", "gamma", "message"),
    [
        ([RIGHT] * 4, 1.5, "gamma=1.5, expected a discount from 0 to 1"),
        ([RIGHT] * 3, 0.8, r"policy has shape \(3,\)"),
        ([7] * 4, 0.8, "policy holds 7..7, expected actions 0..1"),
        ([LEFT, LEFT, LEFT, LEFT], 1.0, "for ever"),
    ],
)
def test_what_has_no_regret_is_refused(policy, gamma, message):
    with pytest.raises(ValueError, match=message):
        regret(LINE, policy, gamma)

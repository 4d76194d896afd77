"""The course has a row for every agent, setting and seed, with the regret of the policy that it learned."""

import gymnasium as gym
import numpy as np
import pytest

from agents import TABULAR
from agents.sweeps.presets import course
from agents.sweeps.presets.course import PROBLEMS, Problem, course_settings, course_trial
from agents.sweeps.regret import uniform_regret
from rl_line import dp

SMALL = Problem(steps=4_000, limit=100, alphas=(0.2,), epsilons=(0.3,), gammas=(0.0, 0.8, 0.9), at_once=2)


def test_the_course_is_every_tabular_agent_on_four_problems():
    assert {(one["env"], one["agent"]) for one in course_settings()} == {
        (env, kind.__name__)
        for env in ("RewardLine-v0", "FrozenLake-v1", "CliffWalking-v1", "Taxi-v4")
        for kind in TABULAR
    }
    assert len(course_settings()) == 4 * len(TABULAR)


@pytest.mark.parametrize("env", PROBLEMS)
def test_problems_can_be_compared_at_two_discounts(env):
    assert {0.9, 0.99} <= set(PROBLEMS[env].gammas)
    assert gym.make(env).spec.id == env
    assert 100 % PROBLEMS[env].at_once == 0


@pytest.fixture(scope="module")
def rows():
    return course_trial(env="RewardLine-v0", agent="QLearning", problem=SMALL, seeds=4)


def test_each_setting_and_seed_has_a_row(rows):
    assert [(row["gamma"], row["seed"]) for row in rows] == [(g, s) for g in (0.0, 0.8, 0.9) for s in range(4)]
    assert {(row["env"], row["agent"], row["alpha"], row["epsilon"]) for row in rows} == {
        ("RewardLine-v0", "QLearning", 0.2, 0.3)
    }


def test_q_learning_on_the_line_ends_without_regret(rows):
    # 4,000 steps are a hundred times the time to walk to the end, with every action tried.
    assert [row["regret"] for row in rows] == [0.0] * 12


def test_sarsa_with_much_exploration_falls_short_where_the_way_is_steep():
    # Values of a policy that explores always: the best of them need not be best without exploration. The solver knows
    # them as a fixed point, and their greedy policy's regret, for the four steps of a line whose rules are all known.
    problem = SMALL._replace(epsilons=(1.0,), gammas=(0.9,), alphas=(0.02,), steps=20_000)
    found = course_trial(env="RewardLine-v0", agent="Sarsa", problem=problem, seeds=4)
    line = gym.make("RewardLine-v0").unwrapped.mdp
    q = dp.action_values(line, dp.policy_evaluation(line, np.full((4, 2), 0.5), 0.9), 0.9)
    best = float(line.start @ dp.policy_iteration(line, 0.9).v)
    missed = best - dp.expected_return(line, q.argmax(axis=1), 0.9)
    assert missed > 0.1
    assert [row["regret"] for row in found] == pytest.approx([missed] * 4, abs=1e-9)
    assert found[0]["relative_regret"] == pytest.approx(missed / uniform_regret(line, 0.9))


def test_the_same_setting_gives_the_same_rows():
    short = SMALL._replace(steps=30)
    one, other = (course_trial(env="RewardLine-v0", agent="Sarsa", problem=short, seeds=4) for _ in range(2))
    assert one == other
    assert len({row["regret"] for row in one}) > 1


def test_agents_that_diverged_count_as_acting_at_random(monkeypatch):
    monkeypatch.setattr(course, "_train", lambda mdp, group, problem, seed: [one.q.fill(np.nan) for one in group])
    rows = course_trial(env="RewardLine-v0", agent="QLearning", problem=SMALL, seeds=2)
    assert [row["relative_regret"] for row in rows] == pytest.approx([1.0] * 6)


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"env": "RewardLine-v0", "agent": "Nobody"}, "agent='Nobody', expected one of"),
        ({"env": "Nowhere-v0", "agent": "Sarsa"}, "env='Nowhere-v0', expected one of"),
    ],
)
def test_what_is_not_in_the_course_is_refused(given, message):
    with pytest.raises(ValueError, match=message):
        course_trial(**given)

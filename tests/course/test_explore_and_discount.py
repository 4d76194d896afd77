"""Activities 3 to 5: exploration, step sizes and discounts, against values worked by hand."""

import importlib.util
from pathlib import Path

import gymnasium
import numpy as np
import pytest

from agents import EpsilonGreedy, QLearning, interact
from rl_line import dp, reward_line
from rl_line.course import page
from rl_line.course.agents import pictures

EXACT = np.array([[6.208, 7.76], [6.208, 7.2], [7.76, 9]])
PATH = Path(__file__).parents[2] / "examples" / "course" / "09_explore_and_discount.py"


@pytest.fixture(scope="module")
def lesson():
    spec = importlib.util.spec_from_file_location("lesson_09", PATH)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_walk_and_the_shuttle_are_worth_the_same_where_the_best_policy_changes(lesson):
    assert lesson.worths(0.8) == pytest.approx([2 + 9 * 0.64, 2 / 0.36])
    walk, shuttle = lesson.worths(7**0.5 / 3)
    assert walk == pytest.approx(shuttle) == 9, "2 + 9 x 7/9 and 2 / (1 - 7/9)"


def test_agents_that_never_explore_do_the_first_thing_that_pays(lesson):
    runs, values = lesson.explored(0.0)
    met = [any(row["length"] < 100 for row in run) for run in runs]
    assert not all(met)
    assert values[:, 0] == pytest.approx([7.76 if found else 2 / 0.36 for found in met])


def test_a_policy_that_acts_at_random_is_worth_what_three_equations_say(lesson):
    # v1 = 0.4 v1 + 1 + 0.4 v2, v2 = 0.4 v1 + 0.4 v3, v3 = 1 + 0.4 v2 + 4.5
    v1 = np.linalg.solve([[0.6, -0.4, 0], [-0.4, 1, -0.4], [0, -0.4, 1]], [1, 0, 5.5])[0]
    _, values = lesson.explored(1.0, agents=2)
    assert values[:, 1] == pytest.approx(v1)
    assert values[:, 0] == pytest.approx(7.76)


def test_the_largest_step_is_exact_without_noise_and_off_by_the_noise_with_it(lesson):
    assert lesson.errors(1.0, 0.0)[-1] == pytest.approx(0)
    last = lesson.errors(1.0, 2.0, agents=1)[-1]
    assert last >= 2, "Q(3, right) is its last reward, 9 - 2 or 9 + 2"
    assert lesson.errors(0.05, 2.0)[-1] < 2


def test_the_exercise_finds_a_small_step_with_noise_and_the_largest_without(lesson):
    found = lesson.best_alphas(agents=4)
    assert {found["alpha"], found["second"]} <= {0.05, 0.1, 0.2}
    assert (found["clean"], found["soon"] < found["late"]) == (1.0, True)


def test_past_the_critical_discount_the_agent_shuttles(lesson):
    agent = lesson.discounted(0.8)
    assert pictures.path(reward_line(), agent.act) == "1 → 2 → 3 → 4"
    assert agent.q[:3] == pytest.approx(EXACT, abs=1e-6)
    agent = lesson.discounted(0.9, steps=40_000)
    assert pictures.path(reward_line(), agent.act).endswith("…")
    assert agent.q[2] == pytest.approx([2 / 0.19, 9], abs=1e-3)


def errors_by_arithmetic(alpha, steps, agents=5):
    """The lesson's mean largest error after each step, by the update rule written out, on the same transitions."""
    env, mean = gymnasium.make("RewardLine-v0"), np.zeros(steps)
    for seed in range(agents):
        agent = QLearning.for_env(env, gamma=0.8, alpha=alpha, policy=EpsilonGreedy(0.3), seed=seed)
        q = np.zeros((4, 2))
        for step, seen in enumerate(interact(env, agent, steps=steps, seed=agents + seed)):
            agent.learn(seen)
            after = 0 if seen.terminated else 0.8 * max(q[seen.next_observation])
            q[seen.observation, seen.action] += alpha * (seen.reward + after - q[seen.observation, seen.action])
            mean[step] += np.abs(q[:3] - EXACT).max() / agents
    return mean


@pytest.mark.parametrize("alpha", [1.0, 0.2])
def test_the_answer_s_steps_to_a_hundredth_are_those_of_the_update_rule(lesson, alpha):
    found, wrong = lesson.errors(alpha, 0.0, every=1), errors_by_arithmetic(alpha, 2_000)
    assert found == pytest.approx(wrong, abs=1e-9)
    soonest = 3 if alpha == 1 else 3 * 31  # 9 x 0.8^31 = 0.009 is the first below 0.01, and an episode has 3 steps
    assert soonest < 1 + (found >= 0.01).sum() < 2_000


def test_the_answer_s_error_with_the_largest_step_is_at_least_the_noise(lesson):
    found = lesson.best_alphas(agents=2)
    assert found["least"] < found["more"] < 2 <= found["one"], "Q(3, right) is its last reward, 9 - 2 or 9 + 2"
    # A sum of targets with weights alpha (1 - alpha)^k has the standard deviation 2 sqrt(alpha / (2 - alpha)), for the
    # smallest alpha 0.201; the largest of six errors is more than that.
    assert found["least"] > 2 * (0.02 / 1.98) ** 0.5
    for alpha, error in (("alpha", "least"), ("second", "more")):
        assert lesson.errors(found[alpha], 2.0, every=2_000, agents=2).tolist() == [found[error]]


def test_the_answer_s_discount_is_the_root_of_seven_over_three(lesson):
    (change, *_) = dp.critical_gammas(gymnasium.make("RewardLine-v0"))
    assert change == pytest.approx(7**0.5 / 3, abs=1e-9)
    for gamma, best in ((change - 1e-4, 1), (change + 1e-4, 0)):
        q = dp.policy_iteration(reward_line(), gamma).q
        assert (q[2].argmax(), q[2, 1]) == (best, 9)


def test_a_smaller_discount_shrinks_the_values_and_changes_no_best_action():
    q = np.array([dp.policy_iteration(reward_line(), gamma).q[:3] for gamma in np.linspace(0, 0.88, 23)])
    assert (np.diff(q, axis=0) >= 0).all()
    assert (q[1:].argmax(axis=-1) == 1).all()
    assert (q[0, 0, 1], q[0, 2, 1]) == (2, 9)
    assert q[0, 1].tolist() == [0, 0], "at 0 both actions of state 2 pay nothing"


def test_the_page_says_its_answer_in_both_languages(lesson):
    numbers = {"alpha": 0.05, "least": 1.234, "second": 0.1, "more": 1.5, "one": 7.25, "clean": 1.0}
    given = {"gamma": 7**0.5 / 3, **numbers, "soon": 40, "late": 1_234}
    shown = {lang: page.told(lesson.TEXTS[lang]["answer"], lang, **given).text for lang in page.LANGUAGES}
    assert "gamma = 0.8819" in shown["en"]
    assert "1,234 with alpha 0.2" in shown["en"]
    assert "gama = 0,8819" in shown["pt"]
    assert "1.234 com alfa 0,2" in shown["pt"]

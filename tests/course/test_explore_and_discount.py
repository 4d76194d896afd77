"""Activities 3 to 5: exploration, step sizes and discounts, against values worked by hand."""

import importlib.util
from pathlib import Path

import numpy as np
import pytest

from rl_line import reward_line
from rl_line.course.agents import pictures

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
    assert agent.q[:3] == pytest.approx(np.array([[6.208, 7.76], [6.208, 7.2], [7.76, 9]]), abs=1e-6)
    agent = lesson.discounted(0.9, steps=40_000)
    assert pictures.path(reward_line(), agent.act).endswith("…")
    assert agent.q[2] == pytest.approx([2 / 0.19, 9], abs=1e-3)

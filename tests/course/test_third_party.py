"""A third-party agent: the plain one and the DQN of Stable-Baselines3 against exact answers, and the usual discount."""

import importlib.util
from pathlib import Path

import gymnasium
import numpy as np
import pytest

from agents import checkup
from rl_line.course.agents import plain

PATH = Path(__file__).parents[2] / "examples" / "course" / "11_third_party.py"
EXACT = np.array([[6.208, 7.76], [6.208, 7.2], [7.76, 9]])


@pytest.fixture(scope="module")
def lesson():
    spec = importlib.util.spec_from_file_location("lesson_11", PATH)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_with_the_usual_discount_the_best_policy_shuttles_over_the_2(lesson):
    answer = lesson.by_default()
    assert answer["path"].endswith("…")
    assert answer["q"] == pytest.approx(2 / (1 - 0.99**2)), "2, nothing, 2, nothing, ..."
    assert (answer["total"], answer["walk"]) == pytest.approx((100, 11))
    assert (answer["worth"], answer["best"]) == pytest.approx((2 / 0.36, 7.76))


def test_an_episode_is_paid_as_the_path_is(lesson):
    assert lesson.episode(np.array([[0, 1], [0, 1], [0, 1]]), 0.8) == (11, pytest.approx(7.76))
    total, worth = lesson.episode(np.array([[0, 1], [1, 0], [0, 1]]), 0.8)
    assert (total, worth) == (100, pytest.approx(2 * (1 - 0.64**50) / 0.36)), "fifty times the 2"


def test_the_plain_agent_learns_the_exact_table(lesson):
    agent = plain.train(gymnasium.make("RewardLine-v0"), gamma=0.8, steps=5_000, seed=0)
    assert lesson.table_of(agent)[:3] == pytest.approx(EXACT, abs=0.05)
    assert [lesson.best_action(agent, state) for state in range(3)] == [1, 1, 1]


def test_a_dqn_of_stable_baselines3_learns_it_too(lesson):
    pytest.importorskip("stable_baselines3")
    agent = lesson.train_dqn(gymnasium.make("RewardLine-v0"), gamma=0.8, steps=2_000, seed=0)
    assert lesson.table_of(agent)[:3] == pytest.approx(EXACT, abs=0.5)
    assert [lesson.best_action(agent, state) for state in range(3)] == [1, 1, 1]
    assert lesson.episode(agent, 0.8) == (11, pytest.approx(7.76))


def test_the_checkup_passes_the_dqn(lesson):
    pytest.importorskip("stable_baselines3")
    assert checkup(lesson.train_dqn, budget=60).verdict != "bug suspected"

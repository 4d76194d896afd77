"""Comparisons judge every agent in the same way, and curves are the moving means of returns."""

from functools import partial

import gymnasium as gym
import numpy as np
import pytest

from agents import Comparison, Evaluation, QLearning, compare, train
from agents.plots import learning_curve


class Always:
    """Takes one action, whatever happens, and learns nothing."""

    on_policy = False

    def __init__(self, env, *, seed, action):
        self.action, self.seed = action, seed

    def act(self, observation, *, explore=False):
        return self.action

    def action_probabilities(self, observation, *, explore=False):
        return np.eye(2)[np.full(np.shape(observation), self.action)]

    def learn(self, transition):
        return {}


WALKERS = {"right": partial(Always, action=1), "left": partial(Always, action=0)}


def test_what_agents_reach_is_exact_and_in_a_table():
    # Right pays 2 + 0 + 9 in three steps; left stays where it pays nothing, until it is cut off.
    env = gym.make("RewardLine-v0", max_episode_steps=4)
    comparison = compare(WALKERS, env, 12, seeds=(3, 4))
    assert [[one.value for one in found] for found in comparison.final.values()] == [[11.0, 11.0], [0.0, 0.0]]
    assert [len(run) for run in comparison.rows["right"]] == [4, 4]
    assert [len(run) for run in comparison.rows["left"]] == [3, 3]
    first, head, right, left, last, said, _ = str(comparison).splitlines()
    assert first == "RewardLine-v0: 12 steps of training, 2 seeds."
    assert head.split()[:6] == ["final", "return:", "mean", "low", "high", "better"]
    assert right.split() == ["right", *["11.000"] * 3, "1.00", *["11.000"] * 2]
    assert left.split() == ["left", *["0.000"] * 3, "0.00", *["0.000"] * 2]
    assert "exact" in last
    assert "interquartile" in said


def ended_with(**returns):
    final = {name: [Evaluation(x, x, x, 0) for x in values] for name, values in returns.items()}
    rows = {
        name: [[{"step": 1.0, "return": x}, {"step": 2.0, "return": 9.0}] for x in v] for name, v in returns.items()
    }
    return Comparison("mine", 10, tuple(range(4)), rows, final)


def test_one_seed_that_fails_does_not_decide():
    # Without the lowest and the highest of four: (5 + 7) / 2. A plain mean of mine would be below the other's.
    comparison = ended_with(mine=[-100.0, 5.0, 7.0, 8.0], other=[1.0, 2.0, 3.0, 4.0])
    assert comparison.interval("mine").value == 6.0
    assert comparison.interval("other").value == 2.5
    # Three of four seeds are above all others: 12 of 16 pairs.
    assert comparison.improvement("mine", "other").value == 0.75
    _, _, mine, other, *_ = str(comparison).splitlines()
    name, mean, low, high, better, first, second = mine.split()
    assert (name, mean, better, first, second) == ("mine", "6.000", "0.75", "6.000", "9.000")
    assert float(low) < 6 < float(high)
    assert other.split()[4] == "0.25"


def test_one_seed_has_no_interval_and_one_agent_no_other():
    _, _, row, *_ = str(ended_with(mine=[3.0])).splitlines()
    assert row.split() == ["mine", "3.000", "-", "-", "-", "3.000", "9.000"]
    with pytest.raises(KeyError, match=r"No agent 'yours'. Known: mine"):
        ended_with(mine=[3.0]).interval("yours")


def test_every_seed_is_a_run_of_its_own():
    comparison = compare({"q": QLearning.for_env}, "RewardLine-v0", 500, seeds=(1, 2))
    for seed, run in zip((1, 2), comparison.rows["q"], strict=True):
        agent = QLearning.for_env("RewardLine-v0", seed=seed)
        assert train("RewardLine-v0", agent, 500, seed=seed) == run
    assert comparison.rows["q"][0] != comparison.rows["q"][1]


@pytest.mark.parametrize(("agents", "seeds"), [({}, (0,)), (WALKERS, ())])
def test_nothing_to_compare_is_refused(agents, seeds):
    with pytest.raises(ValueError, match=r"\d agents and \d seeds, expected at least one of each"):
        compare(agents, "RewardLine-v0", 10, seeds=seeds)


def rows(*returns):
    return [{"step": 2.0 * (k + 1), "return": x} for k, x in enumerate(returns)]


def test_a_curve_is_the_moving_mean_of_returns():
    (line,) = learning_curve(rows(1.0, 3.0, 8.0), window=2).get_lines()
    # 1; (1 + 3) / 2; (3 + 8) / 2, at the steps 2, 4 and 6.
    assert np.interp([2, 4, 6], *line.get_data()) == pytest.approx([1, 2, 5.5])


def test_seeds_become_a_mean_and_a_band_where_all_have_episodes():
    later = [{"step": 4.0, "return": 4.0}, {"step": 8.0, "return": 4.0}]
    axes = learning_curve({"a": [rows(1.0, 3.0, 5.0), later], "b": rows(0.0, 0.0)}, window=1, optimum=9)
    one, other, dashed = axes.get_lines()
    assert (one.get_xdata()[0], one.get_xdata()[-1]) == (4, 6)
    assert np.interp([4, 6], *one.get_data()) == pytest.approx([3.5, 4.5])
    (band,) = axes.collections
    at_the_end = [y for x, y in band.get_paths()[0].vertices if x == 6]
    assert (min(at_the_end), max(at_the_end)) == (4, 5)
    assert set(other.get_ydata()) == {0}
    assert set(dashed.get_ydata()) == {9}
    assert [text.get_text() for text in axes.get_legend().get_texts()] == ["a", "b", "optimum: 9"]
    assert axes.get_xlabel()
    assert axes.get_ylabel()


def test_a_run_without_an_episode_has_no_curve():
    with pytest.raises(ValueError, match="runs of a have no episode that ended"):
        learning_curve({"a": [rows(1.0), []]})


@pytest.mark.parametrize("make", [lambda env: QLearning.for_env(env), lambda seed: QLearning(4, 2, seed=seed)])
def test_what_makes_no_agent_of_an_environment_and_a_seed_is_refused_before_any_training(make):
    with pytest.raises(TypeError, match=r"agents\['mine'\]=.* cannot be called with an environment and seed=\.\.\."):
        compare({"mine": make}, "RewardLine-v0", 10, seeds=(1,))


@pytest.mark.parametrize("bad", [np.nan, np.inf, "9", None])
def test_a_return_that_is_no_finite_number_is_not_drawn(bad):
    rows = [{"step": 1, "return": 1.0}, {"step": 2, "return": bad}]
    with pytest.raises(ValueError, match=r"return of mine.*, expected"):
        learning_curve({"mine": rows})

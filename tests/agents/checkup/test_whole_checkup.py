"""The whole checkup by its one function: verdicts, warnings, and inconclusive reports."""

import pickle
import sys
from copy import deepcopy
from functools import partial
from types import SimpleNamespace

import numpy as np
import pytest
from mutants import held, tabular
from mutants.registry import UNKNOWN, own
from mutants.right import Right, training
from support.checkup_cases import FLAT, RIGHT_AGENT, explore

from agents import QLearning
from agents.checkup import PASS, SUSPECTED, UNCLEAR, checkup
from agents.checkup.training.trainings import OutOfTimeError, Trainer
from agents.policies import EpsilonGreedy


def test_a_right_agent_passes_and_says_so():
    report = checkup(RIGHT_AGENT, epsilon=0.3)
    assert (report.verdict, report.suspects, report.warnings, report.exit_code) == (PASS, [], [], 0)
    passed = {check.id for check in report.checks if check.verdict == PASS}
    assert passed >= {*(f"values {line.id}" for line in FLAT), "greedy", "seed", "resets", "epsilon", "mirror"}
    assert str(report).startswith("pass. All that was learned")


@pytest.mark.slow
def test_a_bug_in_nobodys_catalogue_is_suspected_all_the_same():
    report = checkup(UNKNOWN)
    assert (report.verdict, report.suspects) == (SUSPECTED, []), str(report)
    assert "Suspected: no known bug." in report.advice


@pytest.mark.slow
def test_two_bugs_at_once_are_named_together():
    class Both(tabular.TruncationAsTermination, tabular.RewardClipped):
        pass

    report = checkup(training(Both))
    assert report.verdict == SUSPECTED
    assert {*report.suspects[0].split(" + ")} == {"truncation-as-termination", "reward-clipped"}, str(report)


def test_a_discount_of_99_hundredths_is_named_while_values_still_grow():
    report = checkup(lambda env, **how: own(env, **{**how, "gamma": 0.99}, policy=EpsilonGreedy(0.3)))
    assert report.suspects == ["wrong-gamma"], str(report)


def test_small_rewards_at_rest_are_scaled_and_not_untrained():
    class Hundredth(Right):
        def reward(self, reward, ended):
            return reward / 100

    report = checkup(training(Hundredth))
    assert report.suspects[:1] == ["reward-scaled"], str(report)
    assert report.named[0].constants == pytest.approx((0.01,), abs=0.002)


@pytest.mark.parametrize("alpha", [1e-7, 1e-4])
def test_a_slow_learner_is_not_accused(alpha):
    class Slow(Right):
        pass

    Slow.alpha = alpha
    report = checkup(training(Slow), steps=100)
    assert report.verdict == UNCLEAR, str(report)


def test_an_agent_that_never_began_is_not_accused():
    def train(env, *, gamma, steps, seed):
        explore(env, steps, seed)
        return SimpleNamespace(q=np.random.default_rng(seed).normal(size=(env.observation_space.n, 2)) / 10)

    report = checkup(train, steps=100)
    assert report.verdict == UNCLEAR, str(report)


def test_who_tries_too_little_is_told_what():
    report = checkup(partial(own, policy=EpsilonGreedy(0.0)), steps=100)
    assert report.verdict == UNCLEAR
    assert "not covered" in report.advice
    assert "explore more, or give more steps" in report.advice


def test_values_that_it_does_not_act_by_are_asked_about_and_not_judged():
    train, _, options = held.RIGHT["function of scaled states"]
    report = checkup(train, steps=250, **options)
    assert report.verdict == UNCLEAR
    assert "late in training it mostly does what is worse by them in states [2, 3]; are its obs" in report.advice


class Diverges(Right):
    """A step size with which values grow ever faster."""

    alpha = 2.5

    def best(self, state):
        return int(self.rng.integers(2))


def test_divergence_is_inconclusive_and_says_lower_the_step_size():
    report = checkup(training(Diverges), steps=1_000)
    assert (report.verdict, report.suspects) == (UNCLEAR, []), str(report)
    assert "values grow without bound; lower the step size" in report.advice


def test_values_that_are_no_numbers_crash_nothing(tmp_path):
    class NoNumbers(Right):
        def move(self, state, action, target):
            self.q[state, action] = np.nan

        def best(self, state):
            return int(self.rng.integers(2))

    report = checkup(training(NoNumbers), steps=200)
    assert report.verdict == UNCLEAR, str(report)
    report.to_html(tmp_path / "page.html")
    report.to_json(tmp_path / "all.json")


def test_no_numbers_on_one_line_do_not_throw_away_the_others():
    class NoNumbersOnB(tabular.TruncationAsTermination):
        def move(self, state, action, target):
            super().move(state, action, np.nan if len(self.q) == 5 else target)

        def best(self, state):
            return super().best(state) if np.isfinite(self.q[state]).all() else 0

    report = checkup(training(NoNumbersOnB))
    verdicts = {check.id: check.verdict for check in report.checks}
    assert verdicts["values B"] == UNCLEAR
    assert verdicts["values A"] != PASS, "of line A it is told what is wrong"


def test_no_numbers_where_nothing_is_learned_do_not_matter():
    def train(env, **how):
        agent = RIGHT_AGENT(env, **how)
        q = agent.q.copy()
        q[-1] = np.nan  # the row of the end
        return SimpleNamespace(q=q)

    report = checkup(train)
    assert report.verdict == PASS, str(report)


def test_a_step_after_the_end_is_a_bug():
    def train(env, *, gamma, steps, seed):
        env.reset(seed=seed)
        for _ in range(steps):
            env.step(1)

    report = checkup(train)
    assert (report.verdict, report.checks[-1].id) == (SUSPECTED, "after-end")
    assert ".." not in str(report)
    assert "it acts in state 4, where the episode had terminated" in report.checks[-1].evidence


def test_a_generator_that_trains_for_ever_is_checked():
    def train(env, *, gamma, steps, seed):
        agent = Right(env, gamma=gamma, seed=seed)
        while True:
            agent.train(env, 50, seed=None)
            yield agent

    report = checkup(train)
    assert report.verdict == PASS, str(report)


def test_a_training_that_never_ends_is_stopped_and_told():
    def train(env, *, gamma, steps, seed):
        while True:
            explore(env, 100, seed)

    report = checkup(train, steps=50)
    assert report.verdict == UNCLEAR
    assert "stopped after 1200 steps" in report.advice
    assert "s a step" in report.advice


def test_a_training_that_is_too_slow_is_stopped_and_told():
    report = checkup(RIGHT_AGENT, budget=1e-9)
    assert report.verdict == UNCLEAR
    assert "stopped: the time was over" in report.advice


def test_that_the_time_is_over_is_told_once(monkeypatch):
    class Stops(Trainer):
        over = False

        def run(self, line, **how):
            self.over |= line.id == "C"
            if self.over:
                raise OutOfTimeError("stopped: the time was over")
            return super().run(line, **how)

    monkeypatch.setattr(sys.modules["agents.checkup.checkup"], "Trainer", Stops)
    report = checkup(RIGHT_AGENT)
    assert [check.evidence for check in report.checks if check.id == "values"] == ["stopped: the time was over"]


def test_an_action_that_cannot_be_had_is_told():
    def train(env, **how):
        def act(observation):
            raise KeyError("only in training")

        return SimpleNamespace(q=RIGHT_AGENT(env, **how).q, act=act)

    report = checkup(train)
    greedy = next(check for check in report.checks if check.id == "greedy")
    assert (report.verdict, greedy.verdict) == (PASS, UNCLEAR)
    assert "only in training" in greedy.evidence


def test_a_training_that_fails_tells_on_which_line():
    def train(env, *, gamma, steps, seed):
        return Right(env, gamma=gamma, seed=seed).train(env, steps, seed) if env.observation_space.n == 4 else 1 / 0

    with pytest.raises(RuntimeError, match=r"train raised ZeroDivisionError on line B, of 5 states, with gamma=0.8"):
        checkup(train)


def test_options_may_be_numbers_of_numpy():
    options = {"seeds": np.arange(2), "budget": np.float16(60), "steps": np.int16(1_000)}
    assert checkup(RIGHT_AGENT, **options).verdict == PASS
    with pytest.raises(ValueError, match=r"seeds=0.5, expected a whole number of at least 0"):
        checkup(RIGHT_AGENT, seeds=(0.5, 1.5))


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"learns": "well"}, "learns='well'"),
        ({"seeds": (1,)}, "at least 2"),
        ({"seeds": (3, 3, 4)}, "all different"),
        ({"budget": -1.0}, "budget=-1.0"),
        ({"steps": 0}, "steps=0"),
        ({"epsilon": 1.5}, "epsilon=1.5"),
        ({"epsilon": lambda time: 2.0}, "expected a probability"),
    ],
)
def test_what_cannot_be_asked_is_refused(options, message):
    with pytest.raises(ValueError, match=message):
        checkup(RIGHT_AGENT, **options)


def test_a_trainer_that_pickles_its_environment_is_checked_as_any():
    def pickling(env, **settings):
        return training(tabular.TruncationAsTermination)(pickle.loads(pickle.dumps(env)), **settings)

    report = checkup(pickling)
    assert (report.verdict, report.suspects) == (SUSPECTED, ["truncation-as-termination"]), str(report)


def test_an_agent_of_which_no_step_is_seen_is_not_judged_by_how_it_acts():
    def elsewhere(env, **settings):
        return RIGHT_AGENT(deepcopy(env), **settings)

    report = checkup(elsewhere, learns="on-policy", steps=20)
    assert report.verdict == UNCLEAR
    assert "as what is done in other processes is not recorded" in report.advice


@pytest.mark.parametrize("train", [None, QLearning(4, 2)], ids=["none", "an agent"])
def test_what_is_no_function_is_refused_before_a_line_is_made(train):
    with pytest.raises(TypeError, match=r"^train=.*, expected a function that trains: train\(env, gamma="):
        checkup(train)

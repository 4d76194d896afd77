"""The checkup spends its budget where it tells something."""

from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest
from checkup_cases import BY_ID, answer_of, explore

from agents.checkup import (
    SUSPECTED,
    UNCLEAR,
    asking,
    trainings,
)
from agents.checkup.asking import answers_of, ask
from agents.checkup.fingerprints import optimal
from agents.checkup.naming import suspects
from agents.checkup.trainings import Trainer


def test_no_training_begins_that_would_end_after_the_budget(monkeypatch):
    now = [0.0]

    def train(env, *, gamma, steps, seed):
        """Never settles, however long it takes."""
        explore(env, steps, seed)
        now[0] += 4e-4 * steps
        return SimpleNamespace(q_values=lambda s: 3 * np.random.default_rng(steps).normal(size=(99, 2))[np.asarray(s)])

    trainer = Trainer(train, 10.0)
    trainer._began = 0.0
    monkeypatch.setattr(trainings.time, "perf_counter", lambda: now[0])
    answers_of(trainer, learns="optimal", seeds=(0, 1, 2), steps=1_000)
    assert now[0] <= 10.0


@pytest.mark.parametrize(("unclear", "kept"), [("", 0.0), ("C", 0.25)])
def test_a_quarter_of_the_budget_is_kept_where_no_pass_is_possible(monkeypatch, unclear, kept):
    now, left = [0.0], {}

    def asked(trainer, setting, *, until, **_):
        """Takes long, as a network does, and is right but on one setting."""
        now[0], left[setting.id] = now[0] + 6.0, until
        answer = answer_of(setting, np.where(setting.mdp.terminal[:, None], (1, 2), optimal(setting.problem())))
        return replace(answer, verdict=UNCLEAR) if setting.id == unclear else answer

    monkeypatch.setattr(trainings.time, "perf_counter", lambda: now[0])
    monkeypatch.setattr(asking, "ask", asked)
    answers_of(Trainer(None, 60.0, _began=0.0), learns="optimal", seeds=(0, 1), steps=1_000)
    assert [left[setting] for setting in asking.WANTED] == [kept * 60] * 3


def learning(values):
    """A training that explores at random and learns the values that `values(steps)` says, [S, A] or a number."""

    def train(env, *, gamma, steps, seed):
        explore(env, steps, seed)
        q = np.zeros((env.observation_space.n, 2))
        q[:-1] = values(steps)
        return SimpleNamespace(q=q)

    return train


@pytest.mark.parametrize(("passing", "longest"), [(True, 64_000), (False, 16_000)])
def test_where_no_pass_is_possible_a_quarter_of_the_steps_is_enough_to_look_for_what_is_wrong(passing, longest):
    slow = Trainer(learning(lambda steps: steps / 64_000), 60.0)
    answer = ask(slow, BY_ID["A"], learns="optimal", steps=1_000, seeds=(0, 1), passing=passing)
    assert (answer.verdict, answer.runs[-1].steps) == (UNCLEAR, longest)


@pytest.mark.parametrize(("setting", "longest"), [("T", 8_000), ("B", 32_000)])
def test_what_is_tried_too_seldom_is_not_trained_ever_longer_where_that_is_not_needed(setting, longest):
    def train(env, *, gamma, steps, seed):
        """Goes left four times, however long it trains."""
        env.reset(seed=seed)
        for step in range(steps):
            *_, ended, cut, _ = env.step(int(step % (steps // 4) != 1))
            if ended or cut:
                env.reset()
        return SimpleNamespace(q=np.zeros((4, 2)))

    answer = ask(Trainer(train, 60.0), BY_ID[setting], learns="optimal", steps=4_000, seeds=(0, 1), trained=8_000)
    assert (answer.verdict, answer.runs[-1].steps) == (UNCLEAR, longest)


@pytest.mark.parametrize(("brings", "longest"), [(0.0, 8_000), (0.2, 64_000)])
def test_a_table_whose_values_move_about_and_come_no_nearer_is_not_trained_ever_longer(brings, longest):
    def values(steps):
        doublings = int(np.log2(steps / 1_000))
        return optimal(BY_ID["A"].problem())[:-1] + (-1) ** doublings * 4.0 * (1 - brings) ** doublings

    answer = ask(Trainer(learning(values), 60.0), BY_ID["A"], learns="optimal", steps=1_000, seeds=(0, 1))
    assert (answer.verdict, answer.runs[-1].steps) == (UNCLEAR, longest)


@pytest.mark.parametrize(
    ("later", "verdict", "bugs"),
    [(0.8, UNCLEAR, []), (0.6, SUSPECTED, ["wrong-gamma"])],
)
def test_what_no_bug_explains_is_looked_at_again_after_four_times_the_steps(later, verdict, bugs):
    strange = optimal(BY_ID["A"].problem()) + np.array([[3.0, -2.0], [0.5, 4.0], [-3.5, 5.0], [0.0, 0.0]])
    answers = [answer_of(BY_ID["A"], strange)]
    assert (answers[0].verdict, suspects(answers)) == (SUSPECTED, [])
    after = optimal(replace(BY_ID["A"].problem(), gamma=later))[:-1]
    trainer = Trainer(learning(lambda steps: after if steps >= 32_000 else strange[:-1]), 60.0)
    longer = asking.asked_longer(trainer, answers, learns="optimal", seeds=(0, 1, 2))
    assert [answer.verdict for answer in longer] == [verdict]
    assert (longer[0].reason == asking.STILL_MOVED) == (verdict == UNCLEAR)
    assert [suspect.bug for suspect in suspects(longer)][:1] == bugs

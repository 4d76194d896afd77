"""The checkup names a bug with its constant, and nothing that explains no more."""

from dataclasses import replace

import numpy as np
import pytest
from checkup_cases import BY_ID, RIGHT_AGENT, answer_of, run_of
from mutants import tabular

from agents.checkup import (
    PASS,
    SUSPECTED,
    UNCLEAR,
    checkup,
)
from agents.checkup.evidence import judge
from agents.checkup.fingerprints import FINGERPRINTS, optimal
from agents.checkup.motion import runs_away, settled
from agents.checkup.naming import nearly, suspects

NAMED = [
    ("reward-clipped", None, lambda p: paying(p, np.sign(p.mdp.reward))),
    ("reward-clipped", 5.0, lambda p: paying(p, np.clip(p.mdp.reward, -5, 5))),
    ("nstep-crosses-episodes", 2, lambda p: FINGERPRINTS["nstep-crosses-episodes"][0](replace(p, n=2))),
    ("nstep-gamma-power", 5, lambda p: FINGERPRINTS["nstep-gamma-power"][0](replace(p, n=5))),
    ("terminal-transitions-dropped", None, FINGERPRINTS["terminal-transitions-dropped"][0]),
]


def paying(problem, reward):
    return optimal(replace(problem, mdp=replace(problem.mdp, reward=reward)))


@pytest.mark.parametrize(("bug", "constant", "learned"), NAMED)
def test_a_bug_is_named_with_its_constant_first(bug, constant, learned):
    named = suspects([answer_of(BY_ID[name], learned(BY_ID[name].problem())) for name in "ABE"])
    assert named[0][::2] == (bug, constant)


def test_a_bonus_at_the_end_of_a_table_is_not_taken_for_a_last_move_never_learned():
    def learned(problem):
        return paying(problem, np.where(problem.live, problem.mdp.reward, problem.mdp.reward + 5))

    answers = [answer_of(BY_ID[name], learned(BY_ID[name].problem())) for name in "ABE"]
    assert {answer.verdict for answer in answers} == {SUSPECTED}
    assert suspects(answers) == []


def test_a_constant_that_changes_nothing_names_no_bug():
    runs = [run_of(optimal(BY_ID["A"].problem()), seed=seed) for seed in range(3)]
    answer = judge(
        BY_ID["A"], [*(run_of(runs[0].learned.q, steps=k) for k in (2_000, 4_000)), *runs], learns="on-policy"
    )
    assert answer.verdict == SUSPECTED
    assert {"wrong-gamma", "reward-scaled", "reward-moved"}.isdisjoint(suspect.bug for suspect in suspects([answer]))


def test_what_is_off_by_little_more_than_is_allowed_is_not_called_noisy():
    answer = answer_of(BY_ID["A"], 1.06 * optimal(BY_ID["A"].problem()))
    assert (answer.verdict, answer.reason) == (UNCLEAR, "hardly off: 0.54, where 0.45 is none; give more steps")


def test_a_training_that_fails_tells_on_which_setting():
    def train(env, *, gamma, steps, seed):
        return (
            tabular.Right(env, gamma=gamma, seed=seed).train(env, steps, seed)
            if env.observation_space.n == 4
            else 1 / 0
        )

    with pytest.raises(
        RuntimeError, match=r"train raised ZeroDivisionError on setting L .*, of 6 states, with gamma=0.8"
    ):
        checkup(train)


def test_seeds_may_be_numbers_of_numpy():
    assert checkup(RIGHT_AGENT, seeds=np.arange(2)).verdict == PASS
    with pytest.raises(ValueError, match=r"seeds=0.5, expected a whole number of at least 0"):
        checkup(RIGHT_AGENT, seeds=(0.5, 1.5))


def test_a_bug_that_explains_all_settings_but_one_is_named_with_that_one():
    exact = {name: optimal(replace(BY_ID[name].problem(), gamma=0.6)) for name in "AB"}
    other = optimal(BY_ID["C"].problem()) + 5.0
    answers = [answer_of(BY_ID[name], q) for name, q in [*exact.items(), ("C", other)]]
    assert suspects(answers) == []
    named = nearly(answers)
    assert (named[0].bug, str(named[0])) == ("wrong-gamma", "wrong-gamma (0.6; all but C)")


def test_what_has_rested_is_at_rest_whatever_still_moves_elsewhere():
    truth = optimal(BY_ID["A"].problem())

    def tables(rests, moves):
        """The furthest off is at 3 from the truth or at rest where it began; another moves further away."""
        for k in range(4):
            q = truth.copy()
            q[1, 0], q[2, 0] = (truth[1, 0] - 4.0 if rests else truth[1, 0] - 4.0 + 0.5 * k), truth[2, 0] - moves * k
            yield q

    for rests, expected in [(True, True), (False, False)]:
        runs = [run_of(q, steps=1_000 * 2**k) for k, q in enumerate(tables(rests, 0.7))]
        assert settled(judge(BY_ID["A"], runs, learns="optimal")) == expected


@pytest.mark.parametrize(
    ("far", "expected"),
    [
        ((10, 14, 17), True),
        ((-10, -14, -20), True),
        ((-10, -14, -17), False),
        ((-10, -10.1, -10.3), False),
        ((10, 8, 12), False),
    ],
)
def test_values_run_away_upwards_or_ever_faster_downwards(far, expected):
    truth = optimal(BY_ID["A"].problem())
    runs = [run_of(truth + by, steps=1_000 * 2**k) for k, by in enumerate(far)]
    assert runs_away(judge(BY_ID["A"], runs, learns="optimal")) == expected

"""The proof of the checkup: every mutant, and agents that are right."""

from dataclasses import replace

import pytest
from mutants.registry import MUTANTS, RIGHT, UNKNOWN

from agents.checkup import PASS, SUSPECTED, UNCLEAR, asking, checkup
from agents.checkup.probes import SETTINGS


@pytest.mark.slow
@pytest.mark.parametrize("name", MUTANTS)
def test_every_mutant_is_convicted_and_named(name):
    train, bugs, options = MUTANTS[name]
    report = checkup(train, budget=20, **options)
    assert report.verdict == SUSPECTED
    assert set(bugs) & set(report.suspects[:2])


def test_a_bug_in_nobodys_catalogue_is_suspected_all_the_same():
    report = checkup(UNKNOWN, budget=20)
    assert (report.verdict, report.suspects) == (SUSPECTED, [])
    assert report.answers[0].runs[-1].steps == 16_000  # four times those after which it seemed at rest
    assert "no known fingerprint" in report.advice


@pytest.fixture
def discounted(monkeypatch):
    """Lets the checkup ask with another discount on all settings."""
    return lambda gamma: monkeypatch.setattr(
        asking, "SETTINGS", tuple(replace(setting, gamma=gamma) for setting in SETTINGS)
    )


@pytest.mark.parametrize(
    ("name", "gamma", "verdict"),
    [("Q-learning", 0.5, PASS), ("Q-learning, alpha 1e-7", 0.8, UNCLEAR), ("Q-learning, alpha 1/n", 0.99, UNCLEAR)],
)
def test_other_discounts_accuse_nobody_who_is_right(discounted, name, gamma, verdict):
    discounted(gamma)
    assert checkup(RIGHT[name][0], budget=3).verdict == verdict


def test_a_right_learner_from_several_steps_is_asked_what_was_meant_before_it_is_trained_longer(
    discounted, seconds_per_step
):
    seconds_per_step[0] = 1e-4
    discounted(0.99)
    report = checkup(RIGHT["right n-step, undeclared"][0], budget=20)
    assert report.verdict == UNCLEAR
    assert "if that was meant, pass learns='n-step'" in report.advice
    assert "best all the same" not in report.advice


#: Right agents of which too little can be known, and why.
UNKNOWABLE = {
    "right n-step, undeclared": "is asked what was meant",
    "Q-learning, alpha 1e-7": "has hardly begun",
    "Q-learning, greedy": "tries too little",
}


@pytest.mark.slow
@pytest.mark.parametrize("gamma", [None, 0.5, 0.95, 0.99])
@pytest.mark.parametrize("first", [0, 10])
def test_no_agent_that_is_right_is_accused_and_most_pass(discounted, gamma, first):
    if gamma is not None:
        discounted(gamma)
    seeds = (first, first + 1, first + 2)
    verdicts = {
        name: checkup(train, seeds=seeds, budget=20, **options).verdict for name, (train, _, options) in RIGHT.items()
    }
    assert [name for name, verdict in verdicts.items() if verdict == SUSPECTED] == []
    unclear = {name for name, verdict in verdicts.items() if verdict == UNCLEAR}
    if gamma is None:
        assert unclear == set(UNKNOWABLE)
    else:  # with other discounts some learn more slowly
        assert len(unclear) < 0.4 * len(RIGHT), unclear

"""Lines are asked one after the other, with more and more steps, until the answer is clear or the steps are over."""

from functools import partial
from types import SimpleNamespace

import numpy as np
import pytest
from support.checkup_cases import FLAT, RIGHT_AGENT, A, N, explore

from agents.checkup import asking
from agents.checkup.asking import MOST_SEEDS, ask, examine
from agents.checkup.decide import missing, right
from agents.checkup.rules.catalogue import BUGS, combined
from agents.checkup.rules.fixed_points import fixed_point
from agents.checkup.rules.simulation import experience
from agents.checkup.training.lines import LINES
from agents.checkup.training.trainings import OutOfTimeError, Trainer


def learning(values):
    """A training that explores at random and learns `values(line's exact values, scale, steps, seed)`."""

    def train(env, *, gamma, steps, seed):
        explore(env, steps, seed)
        line = next(line for line in LINES if line.id == env.spec.id[len("RewardLine")])
        return SimpleNamespace(q=values(line.optimal, line.scale, steps, seed))

    return train


def asked(values, *, most=400_000, steps=1_000, line=A, seeds=(0, 1, 2)):
    return ask(Trainer(learning(values), 60.0, most), line, kind=(), steps=steps, seeds=seeds)


def shape_of(evidence):
    return [(run.seed, run.steps) for run in evidence.runs]


def test_what_is_right_must_still_be_after_twice_the_steps():
    assert shape_of(asked(lambda q, scale, steps, seed: q)) == [(0, 1_000), (0, 2_000)]
    passing = asked(lambda q, scale, steps, seed: q + scale * (steps // 2_000))  # right at first, on its way
    assert not right(passing)


def test_what_is_wrong_and_at_rest_is_trained_thrice_and_with_all_seeds():
    evidence = asked(lambda q, scale, steps, seed: q + scale)
    assert shape_of(evidence) == [(0, 1_000), (0, 2_000), (0, 4_000), (1, 4_000), (2, 4_000)]
    assert missing(evidence) == ""


def test_what_is_on_its_way_is_trained_until_it_is_right():
    evidence = asked(lambda q, scale, steps, seed: q * (1 - 1_000 / steps))
    assert right(evidence)
    assert evidence.runs[-1].steps == 32_000  # off by a sixteenth after 16,000, which is near, and still after 32,000


def test_no_training_begins_that_needs_more_than_half_of_what_is_left():
    evidence = asked(lambda q, scale, steps, seed: q * steps / 1e6, most=100_000)
    # 1, 2, 4, 8 and 16 thousand are 31, of one seed as it still moves; 32 more would be over 50.
    assert not right(evidence)
    assert shape_of(evidence)[-1] == (0, 16_000)


def test_seeds_that_differ_are_averaged_with_more_of_them():
    evidence = asked(lambda q, scale, steps, seed: q + scale * (0.3 if seed % 2 else -0.3))
    assert right(evidence)
    assert len(evidence.last) == 4, "two of each"


def test_no_more_seeds_are_averaged_than_that():
    evidence = asked(lambda q, scale, steps, seed: q + scale * (3 + seed) * (-1) ** seed, most=40_000_000)
    assert len(evidence.last) == MOST_SEEDS
    assert missing(evidence).startswith("too noisy")


def test_what_was_asked_before_is_trained_for_longer():
    trainer = Trainer(learning(lambda q, scale, steps, seed: q + scale), 60.0, 400_000)
    first = ask(trainer, A, kind=(), steps=1_000, seeds=(0, 1))
    longer = ask(trainer, A, kind=(), steps=1_000, seeds=(0, 1), runs=first.runs)
    assert shape_of(longer) == [(0, 1_000), (0, 2_000), (0, 4_000), (0, 8_000), (1, 8_000)]


def test_all_lines_are_asked_of_what_is_right():
    findings = examine(Trainer(RIGHT_AGENT, 60.0), kind=(), seeds=(0, 1, 2), steps=1_000)
    assert [evidence.line for evidence in findings.evidences] == list(LINES)
    assert (findings.named, findings.stopped) == ([], "")


@pytest.fixture
def no_pairs(monkeypatch):
    """Pairs of bugs take long to try."""
    monkeypatch.setattr(asking, "suspected_pairs", lambda *_: [])


@pytest.mark.usefixtures("no_pairs")
def test_the_line_that_slips_is_not_asked_where_others_tell():
    train = learning(lambda q, scale, steps, seed: q + scale * np.arange(q.size).reshape(q.shape) % 2)
    findings = examine(Trainer(train, 60.0, 100_000), kind=(), seeds=(0, 1), steps=1_000)
    assert [evidence.line for evidence in findings.evidences] == list(FLAT)
    assert N not in [evidence.line for evidence in findings.evidences]


@pytest.mark.usefixtures("no_pairs")
def test_no_training_of_one_seed_takes_the_place_of_one_of_all():
    # In 4,000 steps of three seeds nothing is known; of twice as many not all seeds can be afforded.
    train = learning(lambda q, scale, steps, seed: q + scale * np.arange(q.size).reshape(q.shape) % 2)
    findings = examine(Trainer(train, 60.0, 130_000), kind=(), seeds=(0, 1, 2), steps=1_000)
    assert {len(evidence.last) for evidence in findings.evidences} == {3}


@pytest.mark.usefixtures("no_pairs")
def test_other_lines_begin_with_a_quarter_of_the_steps_that_a_wrong_one_took():
    train = learning(lambda q, scale, steps, seed: q + scale if steps < 100_000 else q)
    findings = examine(Trainer(train, 60.0, 60_000), kind=(), seeds=(0, 1), steps=1_000)
    first, second = findings.evidences[:2]
    assert second.runs[0].steps == max(1_000, first.runs[-1].steps // 4)


def test_what_shows_only_actions_is_asked_on_one_line():
    def train(env, **how):
        return SimpleNamespace(act=RIGHT_AGENT(env, **how).act)

    findings = examine(Trainer(train, 60.0), kind=(), seeds=(0, 1), steps=1_000)
    assert len(findings.evidences) == 1
    assert findings.evidences[0].runs[-1].learned.q is None


def test_when_the_time_is_over_what_was_found_is_kept():
    class Stops(Trainer):
        def run(self, line, **how):
            if line == FLAT[2]:
                raise OutOfTimeError("stopped: the time was over")
            return super().run(line, **how)

    findings = examine(Stops(RIGHT_AGENT, 60.0), kind=(), seeds=(0, 1), steps=1_000)
    assert findings.stopped == "stopped: the time was over"
    assert [evidence.line for evidence in findings.evidences] == list(FLAT[:2])


def test_when_the_time_is_over_within_a_line_its_shorter_trainings_are_kept():
    class Stops(Trainer):
        def run(self, line, *, steps, **how):
            if steps > 2_000:
                raise OutOfTimeError("stopped: the time was over")
            return super().run(line, steps=steps, **how)

    train = learning(lambda q, scale, steps, seed: q + scale * 1_000 / steps)
    findings = examine(Stops(train, 60.0), kind=(), seeds=(0, 1), steps=1_000)
    (evidence,) = findings.evidences
    assert (evidence.line, [run.steps for run in evidence.runs]) == (FLAT[0], [1_000, 2_000])
    assert missing(evidence).startswith("not at rest: off by 50.0%")


def test_the_search_for_two_bugs_ends_as_well_when_the_time_is_over():
    train = learning(lambda q, scale, steps, seed: q + scale * np.arange(q.size).reshape(q.shape) % 2)
    trainer = Trainer(train, 60.0, 60_000)
    trainer.check = partial(out_of_time, [])
    findings = examine(trainer, kind=(), seeds=(0, 1), steps=1_000)
    assert (findings.named, findings.stopped) == ([], "stopped before all pairs of bugs were tried")
    assert len(findings.evidences) == 3


def out_of_time(asked, before):
    """Stops the search with the third pair."""
    asked.append(before)
    if len(asked) == 3:
        raise OutOfTimeError(f"stopped before {before}")


def test_when_the_time_is_over_two_bugs_are_named_as_well():
    class Stops(Trainer):
        def run(self, line, **how):
            if line.id == "C":
                raise OutOfTimeError("stopped: the time was over")
            return super().run(line, **how)

    both = combined(BUGS["truncation-as-termination"][0], BUGS["min-for-max"][0])
    tables = {line.id: fixed_point(both, experience(line, epsilon=1.0, steps=40_000)) for line in LINES[:2]}

    def train(env, *, gamma, steps, seed):
        explore(env, steps, seed)
        return SimpleNamespace(q=tables[env.spec.id[len("RewardLine")]])

    findings = examine(Stops(train, 60.0), kind=(), seeds=(0, 1), steps=4_000)
    assert [suspect.bug for suspect in findings.named][:1] == ["truncation-as-termination + min-for-max"]


def test_without_any_line_there_is_nothing_to_say():
    with pytest.raises(OutOfTimeError):
        examine(Trainer(RIGHT_AGENT, 0.0), kind=(), seeds=(0, 1), steps=1_000)

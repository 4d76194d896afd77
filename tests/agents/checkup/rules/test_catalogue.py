"""The catalogue: combined rules, rules for kinds of learners, weaknesses, and ids used everywhere."""

import re
from pathlib import Path

import pytest
from mutants.kill_matrix import ENTRIES

from agents.checkup.reports.report import CATALOGUE
from agents.checkup.rules import words as w
from agents.checkup.rules.catalogue import BUGS, KINDS, RIGHT, WEAKNESSES, combined, meant, only_weak, right_for


def test_two_bugs_in_two_slots_are_one_rule():
    cut, clipped = BUGS["truncation-as-termination"][0], BUGS["reward-clipped"][0]
    both = combined(cut, clipped)
    assert both == RIGHT._replace(mask=w.until_done, reward=w.clipped, constant=1.0)
    assert combined(RIGHT, cut) == cut


@pytest.mark.parametrize(
    ("one", "other"),
    [("terminal-bootstrap", "truncation-as-termination"), ("reward-scaled", "target-never-synced")],
    ids=["one mask", "one constant"],
)
def test_two_bugs_that_want_one_slot_are_none(one, other):
    assert combined(BUGS[one][0], BUGS[other][0]) is None


def test_a_bug_changes_what_a_kind_of_learner_does_and_leaves_the_rest():
    cut = BUGS["truncation-as-termination"][0]
    assert meant(cut, ()) == [cut], "of the best policy's values"
    assert meant(cut, KINDS["on-policy"]) == [RIGHT._replace(mask=w.until_done, choice=w.own_policy)]
    assert [form.steps for form in meant(cut, KINDS["n-step"])] == [1, 2, 3, 4, 5, 6, 7, 8]
    worst = BUGS["min-for-max"][0]
    assert meant(worst, KINDS["on-policy"]) == [worst], "another choice in place of its own"


def test_the_best_policys_values_are_solved_for():
    assert right_for("optimal") == ()
    assert right_for("on-policy") == KINDS["on-policy"]


@pytest.mark.parametrize(
    ("bug", "right_with_own_end", "weak"),
    [
        ("terminal-bootstrap", True, True),
        ("terminal-bootstrap", False, False),  # of a network
        ("termination-at-limit-as-truncation", True, True),
        ("returns-cut-at-limit", False, True),  # whatever the end looks like
        ("terminal-bootstrap + min-for-max", True, False),
        ("truncation-as-termination", True, False),
    ],
)
def test_a_weakness_shows_only_where_the_end_is_no_state_of_its_own(bug, right_with_own_end, weak):
    assert only_weak(bug, right_with_own_end=right_with_own_end) == weak


def test_weaknesses_are_in_the_catalogue():
    assert {*WEAKNESSES} <= {*BUGS}


DOCS = (Path(__file__).parents[4] / "docs" / "bugs.md").read_text(encoding="utf-8")


def in_the_docs():
    """Ids of the entries, those of bugs that values do not show included."""
    return re.findall(r"^### ([\w-]+)$", DOCS, re.MULTILINE)


def missing(kept):
    return sorted({*BUGS} - {*kept})


def test_every_bug_has_a_mutant():
    assert missing(bug for entry in ENTRIES.values() for bug in entry.bugs or ()) == []


def test_every_bug_has_an_entry_in_the_docs():
    assert missing(in_the_docs()) == []


def test_every_entry_of_the_docs_says_what_to_change_as_reports_do():
    assert sorted(CATALOGUE) == sorted(in_the_docs())
    assert re.findall(r"^```{computed} change ([\w-]+)$", DOCS, re.MULTILINE) == in_the_docs()


def test_no_rule_stands_for_two_bugs():
    rules = [rule for forms in BUGS.values() for rule in forms]
    assert len(set(rules)) == len(rules)
    assert RIGHT not in rules

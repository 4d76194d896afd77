"""The guarantee of the lines for actions: there every right learner does the same, and most bugs something else."""

import numpy as np
import pytest
from line_search.actions import Told, all_kinds_agree, exchanged, told, worth

from agents.checkup.rules.beginners import WIDE, acts_by, firm, on_the_way
from agents.checkup.rules.catalogue import BUGS
from agents.checkup.rules.simulation import FORMS
from agents.checkup.training.lines import ACTION_LINES, LINES, Line

NAMES = [name for name, _ in FORMS]
DEFAULT = Line("default", (0.0, 2.0, 0.0, 9.0), (1.0, 0.0, 0.0, 0.0), 0.8, 10)

#: Bugs under which what is done is the best: by actions alone they pass.
PASSING = {
    *("all-actions-updated", "autoreset-transition-learned", "gradient-through-target", "on-policy-bootstrap"),
    *("reset-observation-as-next", "reward-scaled", "targets-broadcast", "termination-at-limit-as-truncation"),
}
#: Bugs whose actions a right learner has as well on its way.
ON_THE_WAY = {
    *("episodes-stitched", "gamma-squared", "gamma-zero", "mean-for-max", "min-for-max", "nstep-crosses-episodes"),
    *("nstep-gamma-power", "policy-at-wrong-state", "returns-cut-at-limit", "returns-of-parts", "reward-accumulated"),
    *("reward-rounded", "truncation-as-termination"),
}


def test_lines_have_names_of_their_own():
    names = [line.id for line in (*LINES, *ACTION_LINES)]
    assert len(set(names)) == len(names)


@pytest.mark.parametrize("line", ACTION_LINES, ids=lambda line: line.id)
def test_learners_of_every_kind_do_the_same(line):
    assert all_kinds_agree(line)


def test_most_bugs_do_something_else_and_half_of_them_what_no_right_learner_does():
    found = [told(line) for line in ACTION_LINES]
    wrong, shown = (
        {name for name, *seen in zip(NAMES, *(getattr(one, field) for one in found), strict=True) if any(seen)}
        for field in ("wrong", "shown")
    )
    assert wrong == BUGS.keys() - PASSING
    assert shown == BUGS.keys() - PASSING - ON_THE_WAY


def test_a_beginner_looks_less_far_or_improves_the_uniform_policy():
    # In the second state one step sees 0 to both sides; two see 0.8 * 9 = 7.2 to the right, 0.8 * 2 = 1.6 to the left.
    tables = on_the_way(DEFAULT)
    assert any(table[1] == pytest.approx([0, 0]) and table[2] == pytest.approx([2, 9]) for table in tables)
    assert any(table[1] == pytest.approx([1.6, 7.2]) for table in tables)
    # Of the uniform policy: 2 v1 = 2 + 0.8 v1 + 0.8 v2, 2 v2 = 0.8 v1 + 0.8 v3, and 2 v3 = 11 + 0.8 v2.
    v1, v2, v3 = np.linalg.solve([[0.6, -0.4, 0.0], [-0.4, 1.0, -0.4], [0.0, -0.4, 1.0]], [1.0, 0.0, 5.5])
    uniform = [[0.8 * v1, 2 + 0.8 * v2], [0.8 * v1, 0.8 * v3], [2 + 0.8 * v2, 9]]
    assert any(np.allclose(table[:3], uniform) for table in tables)


def test_where_both_actions_are_about_as_good_either_will_do():
    line = LINES[0]
    table = np.array([[1.0, 1.0 - WIDE], [0.0, 1.0], [1.0, 0.5], [0.0, 0.0]])
    assert firm(table).tolist() == [False, True, True, False]
    assert acts_by(np.array([1, 1, 0, 0]), table, line)
    assert acts_by(np.array([0, 1, 0, 1]), table, line)
    assert not acts_by(np.array([0, 0, 0, 0]), table, line)


def test_the_search_keeps_lines_that_show_the_most_and_confuse_the_least():
    none, first, rest = np.zeros(3, dtype=bool), np.array([True, False, False]), np.array([False, True, True])
    apart, alike = np.eye(3, dtype=bool), np.ones((3, 3), dtype=bool)
    found = [Told(none, none, apart), Told(first, first, alike), Told(rest, rest, alike), Told(rest, rest, apart)]
    assert worth([found[1], found[2]]) == 10 * (3 + 3) - 6  # three shown, and three pairs confused both ways
    assert worth([Told(rest, first, apart)]) == 10 * (2 + 1)
    assert sorted(exchanged(found, lines=2)) == [1, 3]


@pytest.mark.parametrize("line", ACTION_LINES, ids=lambda line: line.id)
def test_the_best_action_differs_between_states(line):
    best = line.optimal.argmax(axis=1)[~line.mdp.terminal]
    assert set(best.tolist()) == {0, 1}

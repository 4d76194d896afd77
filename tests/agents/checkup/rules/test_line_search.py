"""The guarantee: on some line any two rules end apart, however much is explored."""

import numpy as np
import pytest
from line_search.values import LEAST_GAP, exchanged, pairs, told_apart
from support.checkup_cases import FLAT, N

from agents.checkup.rules.catalogue import WEAKNESSES
from agents.checkup.rules.simulation import FORMS, tables
from agents.checkup.training.lines import LINES

NAMES = [name for name, _ in FORMS]


def ends(line, epsilon):
    return np.nan_to_num(tables(line, epsilon=epsilon), nan=1e3, posinf=1e3, neginf=-1e3)


@pytest.mark.parametrize("epsilon", [1.0, 0.5, 0.2, 0.1])
def test_any_two_rules_are_apart_on_some_line(epsilon):
    first, second = pairs()
    apart = np.max(
        [np.abs(table[first] - table[second]).max(axis=1) for table in (ends(x, epsilon) for x in FLAT)], axis=0
    )
    close = {
        (NAMES[first[k]], NAMES[second[k]], round(apart[k], 3)) for k in np.flatnonzero(apart < FLAT[0].separation)
    }
    assert not close


@pytest.mark.parametrize("epsilon", [1.0, 0.5, 0.2, 0.1])
def test_the_line_that_slips_tells_a_gradient_through_the_target_from_what_is_right(epsilon):
    table = ends(N, epsilon)
    off = np.abs(table[NAMES.index("gradient-through-target")] - table[NAMES.index("right")]).max()
    assert off > N.separation


@pytest.mark.parametrize("line", LINES, ids=lambda line: line.id)
def test_the_best_action_differs_between_states_and_is_better_by_far(line):
    q, scale = line.optimal, line.scale
    live = ~line.mdp.terminal
    assert len(set(q[live].argmax(axis=1))) == 2
    assert np.ptp(q[live], axis=1).min() >= LEAST_GAP * scale


def test_one_line_has_an_end_of_its_own_and_there_weaknesses_end_right():
    own = [line for line in FLAT if line.end_shown_as is None]
    assert own
    for line in own:
        table = ends(line, 0.5)
        for weakness in {*WEAKNESSES} - {"returns-cut-at-limit"}:  # which shows at the limit
            assert table[NAMES.index(weakness)] == pytest.approx(table[NAMES.index("right")]), line.id


def test_only_what_is_declared_so_is_one_rule_under_two_names():
    assert told_apart("min-for-max", "gamma-zero")
    assert not told_apart("gamma-zero", "target-never-synced")
    assert not told_apart("min-for-max", "min-for-max")
    assert not told_apart("right", "on-policy")
    assert told_apart("right", "min-for-max")


def test_the_search_keeps_lines_that_tell_together():
    # Three pairs: the first line tells two, the second the third; the others tell less. One has no end of its own.
    apart = np.array([[0.5, 0.5, 0.0], [0.0, 0.0, 0.4], [0.3, 0.3, 0.3], [0.1, 0.1, 0.1]])
    chosen = exchanged(apart, np.array([False, True, True, True]), lines=2)
    assert sorted(chosen) == [0, 1]

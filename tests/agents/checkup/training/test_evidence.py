"""Evidence of the trainings on a line: error, uncertainty and movement of the values."""

import numpy as np
import pytest
from support.checkup_cases import COURSE, B, evidence_of, of_rule, run_of, steps_of, walked

from agents.checkup.rules.catalogue import BUGS, KINDS
from agents.checkup.rules.experience import Trace
from agents.checkup.training.convergence import aligned, extrapolated, remaining
from agents.checkup.training.evidence import Evidence

EXACT = np.array([(6.208, 7.76), (6.208, 7.2), (7.76, 9), (0, 0)])


def test_two_moves_the_same_way_go_on_as_they_shrink():
    # 4, 2, and then 1 + 1/2 + ...; a move that does not shrink goes on for ever.
    assert remaining(np.array([4.0]), np.array([2.0])) == pytest.approx(2)
    assert remaining(np.array([4.0, 0]), np.array([1.0, 0.5])) == pytest.approx(1 / 3)
    assert remaining(np.array([1.0]), np.array([1.0])) == float("inf")


@pytest.mark.parametrize(
    ("values", "visits", "later", "expected"),
    [
        ((0, 4, 6), (1, 2, 3), 4, 7.0),  # each visit goes half of the way to 8
        ((0, 4, 6), (1, 2, 3), np.inf, 8.0),
        ((0, 6, 7.5), (0, 2, 4), 6, 7.875),  # so do two visits at a time
        ((0, 4, 7), (0, 1, 3), np.inf, 8.0),  # one visit, then two
        ((0, 1, 2), (0, 1, 2), np.inf, np.inf),  # no visit shrinks the move
        ((0, 1, 3), (0, 1, 3), np.inf, np.inf),
        ((0, 2, 1), (0, 1, 2), np.inf, 1.0),  # it turns round
        ((1, 1, 1), (0, 0, 0), np.inf, 1.0),
    ],
)
def test_a_visit_goes_the_same_share_of_the_way(values, visits, later, expected):
    assert extrapolated(np.array(values, float), np.array(visits, float), later) == pytest.approx(expected)


def slow(line, tables, visits):
    """Evidence of tables, after so many visits of every cell."""
    cells = [(s, a) for s in range(3) for a in (0, 1)]
    traces = [Trace.of([(s, a, 0.0, s, False, False, False, 0) for s, a in cells] * n) for n in visits]
    pairs = zip(tables, traces, strict=True)
    return Evidence(line, [run_of(line, q, steps=1_000 * 2**k, trace=trace) for k, (q, trace) in enumerate(pairs)])


def test_a_law_that_foretold_the_last_table_tells_where_values_end():
    # Half of the way to 8 with every visit: 4, 6, 7 foretell 7.5 and 8; missed by a half, it may miss as much again.
    eight = np.array([(8.0, 8)] * 3 + [(0, 0)])
    halves = [eight * share for share in (0.5, 0.75, 0.875, 0.9375)]
    told = slow(COURSE, halves, (1, 2, 3, 4))
    assert told.rest[0] == pytest.approx(eight)
    assert told.rest[1] == pytest.approx(0, abs=1e-9)
    assert told.moving == pytest.approx(0.5 / 9), "a doubling of steps would say as much"
    missed = slow(COURSE, [*halves[:3], eight], (1, 2, 3, 4))
    assert missed.rest[1] == pytest.approx(0.5 / 9)
    assert slow(COURSE, halves[:3], (1, 2, 3)).rest[1] == np.inf, "nothing was foretold"


def test_values_that_end_at_what_is_right_are_told_before_they_are_there():
    shares = [1 - 0.5**n for n in (1, 2, 3, 4)]
    assert slow(COURSE, [EXACT * share for share in shares], (1, 2, 3, 4)).rests_right
    assert not slow(COURSE, [2 * EXACT * share for share in shares], (1, 2, 3, 4)).rests_right
    assert not slow(COURSE, [EXACT * share for share in (0.1, 0.2, 0.3, 1)], (1, 2, 3, 4)).rests_right, "missed"


@pytest.mark.parametrize(
    ("earlier", "later", "same_way"),
    [((1, 0), (1, 0), True), ((1, 0), (1, 1), True), ((1, 0), (1, 2), False), ((1, 0), (-1, 0), False)],
    ids=["straight on", "45 degrees", "63 degrees", "back"],
)
def test_moves_go_the_same_way_up_to_sixty_degrees(earlier, later, same_way):
    assert aligned(np.array(earlier, float), np.array(later, float)) == same_way


def test_errors_are_shares_of_the_largest_value():
    # Off by 1.8 in one cell, and 9 is the largest value; what the row of the end holds does not count.
    off = EXACT + np.array([(0, 0), (0, -1.8), (0, 0), (50, 50)])
    evidence = evidence_of(COURSE, off)
    assert (evidence.scale, evidence.error) == (pytest.approx(9), pytest.approx(0.2))
    assert evidence.off(off) == 0


def test_what_still_moves_is_extrapolated_from_three_tables():
    # Moves of 1.8 and 0.9 leave 0.9 more, a tenth of 9; with two tables nothing is known.
    assert evidence_of(COURSE, EXACT, moves=(1.8, 0.9)).moving == pytest.approx(0.1)
    assert evidence_of(COURSE, EXACT, moves=(0.9, 0.9)).moving == float("inf")
    assert evidence_of(COURSE, EXACT).moving == 0
    two = Evidence(COURSE, evidence_of(COURSE, EXACT).runs[1:])
    assert two.moving == float("inf")


def test_what_moves_to_and_fro_has_moved_by_its_last_move_at_most():
    back = evidence_of(COURSE, EXACT, moves=(-1.8, 0.9))
    assert back.moving == pytest.approx(0.1)


def test_uncertainty_is_two_standard_errors_of_the_mean_over_seeds():
    # Values 0, 1 and 2 above: a standard deviation of 1, so 2 / sqrt(3) of 9.
    evidence = evidence_of(COURSE, EXACT, spread=(1.0, 2.0))
    assert evidence.uncertainty == pytest.approx(2 / np.sqrt(3) / 9)
    assert evidence.q == pytest.approx(EXACT + 1.0)
    assert evidence_of(COURSE, EXACT).uncertainty == 0


def test_chance_alone_is_no_movement():
    # Two tables of one seed differ by sqrt(2) standard deviations as easily as that: sqrt(2 n) standard errors.
    spread = evidence_of(COURSE, EXACT, moves=(-0.5, 0.5), spread=(1.0, 2.0))
    assert spread.moving == 0


def test_counts_are_of_the_second_half_and_of_the_seed_that_tried_least():
    often, seldom = steps_of([1, 1, 0, 0]), steps_of([1, 1, 1, 0])
    runs = [run_of(COURSE, EXACT, seed=seed, trace=trace) for seed, trace in enumerate((often, seldom))]
    assert Evidence(COURSE, runs).counts[0].tolist() == [1, 0]


def test_on_policy_values_are_right_for_how_it_acts():
    # At random the course's line is worth 5, 5 and 7.5.
    own = np.array([(4, 6), (4, 6), (6, 9), (0, 0)])
    evidence = evidence_of(COURSE, own, kind=KINDS["on-policy"])
    assert evidence.error < 0.05  # of chance in how often it took each action
    assert evidence_of(COURSE, own).error == pytest.approx(2.208 / 9)


def test_no_numbers_are_as_far_off_as_can_be():
    assert evidence_of(COURSE, np.full((4, 2), np.nan)).error == float("inf")


def test_what_was_seen_early_may_be_remembered_or_not():
    # The fixed point of a cut depends on how often it came: of all steps or of the second half.
    rule = BUGS["truncation-as-termination"][0]
    evidence = of_rule(B, rule)
    assert evidence.distance(rule) < 0.02
    assert len(evidence.views) == 2
    assert len(evidence.views[1].trace) == pytest.approx(len(evidence.views[0].trace) / 2, abs=1)


def test_seeds_are_joined_as_lanes_of_their_own():
    evidence = of_rule(B, BUGS["min-for-max"][0])
    assert sorted(set(evidence.views[0].trace.lane)) == [0, 1]
    assert len(evidence.views[0].trace) == len(walked(B, seed=0)) + len(walked(B, seed=1))


def test_an_end_that_all_runs_left_alike_is_untouched():
    assert evidence_of(COURSE, EXACT, spread=(0.0,)).untouched == 0
    assert evidence_of(COURSE, EXACT, spread=(0.3,)).untouched is None


@pytest.mark.parametrize(
    ("earlier", "later", "left"),
    [
        ([8.0, 1.0], [2.0, 0.9], 8.1),  # 0.9 of 0.9 / 0.1: a fast cell hides no slow one
        ([8.0, 0.1], [2.0, 0.2], 2 / 3),  # a small move that grows may be chance
        ([8.0, 0.1], [2.0, 1.0], 1.0),  # but what it was may come again
        ([8.0, 1.0], [2.0, -0.9], 2 / 3),  # there and back
        ([8.0, 0.0], [0.0, 0.5], 0.0),  # of nothing nothing follows
        ([2.0, 0.1], [2.0, 0.1], np.inf),
    ],
)
def test_what_is_left_is_told_cell_by_cell(earlier, later, left):
    assert remaining(np.array(earlier), np.array(later)) == pytest.approx(left)

"""Fixed points of rules, by hand and beside the exact solver."""

from itertools import product

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from support.checkup_cases import COURSE, N, experience_of, walked

from agents.checkup.rules import words as w
from agents.checkup.rules.catalogue import BUGS, RIGHT
from agents.checkup.rules.experience import Experience, Trace
from agents.checkup.rules.fixed_points import LINEAR, fixed_point, learned
from agents.checkup.training.lines import Line
from rl_line.dp import action_values, policy_evaluation, policy_iteration

FROM_1 = Line("U", COURSE.rewards, (1.0, 0.0, 0.0, 0.0), 0.8, 10_000)
LIKE_2 = Line("V", COURSE.rewards, COURSE.start, 0.8, 10_000, end_shown_as=1)


def at_rest(bug, line, variant=0, **how):
    return fixed_point(BUGS[bug][variant], experience_of(line, **how))[:3]


def test_the_right_rule_ends_at_the_exact_values():
    # 1 right: 2 + 0.8 x 0.8 x 9, 1 left: 0.8 x 7.76, 2 right: 0.8 x 9, 2 left: 0.8 x 7.76, 3 left: 2 + 0.8 x 7.2.
    q = fixed_point(RIGHT, experience_of(COURSE))
    assert q[:3] == pytest.approx(np.array([(6.208, 7.76), (6.208, 7.2), (7.76, 9)]))


@pytest.mark.parametrize(
    ("bug", "line", "how", "variant", "expected"),
    [
        # The row of the end began at 5. 3: 9 + 0.8 x 5; 2 right: 0.8 x 13; 1 right: 2 + 0.8 x 10.4
        ("terminal-bootstrap", COURSE, {"shown": 5}, 0, [(8.256, 10.32), (8.256, 10.4), (10.32, 13)]),
        # v3 = 9 + 0.8 v2 and v2 = 0.8 v3, so v3 = 25; 2 right: 20; 1 right: 2 + 16; 1 left: 0.8 x 18
        ("terminal-bootstrap", LIKE_2, {}, 0, [(14.4, 18), (14.4, 20), (18, 25)]),
        # v3 = 9 + 0.8 v1, v1 = 2 + 0.64 v3, so v3 = 10.6 / 0.488
        ("episodes-stitched", FROM_1, {}, 0, [(12.721, 15.902), (12.721, 17.377), (15.902, 21.721)]),
        # What is never learned stays at 5. 2 right: 0.8 v3, v3 = 2 + 0.8 v2 or 5; v1 = 2 + 0.8 v2, v2 = 0.8 v1 or so
        ("terminal-transitions-dropped", COURSE, {"shown": 5}, 0, [(4.444, 5.556), (4.444, 4.444), (5.556, 5)]),
        # R is what arriving in S paid: v2 = 2 + 0.8 v1, v1 = 0.8 v2
        ("reward-shifted", FROM_1, {}, 0, [(3.556, 4.444), (5.556, 5.556), (4.444, 0)]),
        ("gamma-zero", COURSE, {}, 0, [(0, 2), (0, 0), (2, 9)]),
        # v1 = 1 + 0.8 v2, v2 = 0.8 v1: going to and fro over a clipped 2 is worth 1 / 0.36
        ("reward-clipped", COURSE, {}, 0, [(2.222, 2.778), (2.222, 2.222), (2.778, 1)]),
        # No step changes the state: v1 = 2 / 0.2, v2 = 0, v3 = 2 / 0.2 to the left, 9 once to the right
        ("observation-aliased", COURSE, {}, 1, [(8, 10), (0, 0), (10, 9)]),
        ("min-for-max", COURSE, {}, 0, [(0, 2), (0, 1.6), (2, 9)]),
        ("mean-for-max", COURSE, {}, 0, [(4, 6), (4, 6), (6, 9)]),  # of the uniform policy, worth 5, 5 and 7.5
        # The largest of all, m = 2 + 0.8 m = 10
        ("max-over-wrong-axis", COURSE, {}, 0, [(8, 10), (8, 8), (10, 9)]),
        # Going left never sees the 9; going right never turns round
        ("bootstrap-from-action-taken", COURSE, {}, 0, [(0, 7.76), (0, 7.2), (2, 9)]),
        ("constant-action-bootstrap", COURSE, {}, 0, [(0, 2), (0, 1.6), (2, 9)]),
        ("constant-action-bootstrap", COURSE, {}, 1, [(6.208, 7.76), (6.208, 7.2), (7.76, 9)]),
        # Nothing follows but the end, which is worth nothing
        ("done-inverted", COURSE, {}, 0, [(0, 2), (0, 0), (2, 9)]),
        # The number of the best action follows: 1 in states 1 and 3, 0 in 2, where both are worth 0.8
        ("argmax-for-max", COURSE, {}, 0, [(0.8, 2), (0.8, 0.8), (2, 9)]),
        # The last reward turned: going to and fro pays 2 / 0.36; doubled: 2 + 0.64 x 18
        ("terminal-reward-scaled", COURSE, {}, 0, [(4.444, 5.556), (4.444, 4.444), (5.556, -9)]),
        ("terminal-reward-scaled", COURSE, {}, 1, [(10.816, 13.52), (10.816, 14.4), (13.52, 18)]),
        # 2 right: 0.64 x 9; 1 right: 2 + 0.64 x 5.76; left of 1 and 2: 0.64 x 5.6864
        ("gamma-squared", COURSE, {}, 0, [(3.6393, 5.6864), (3.6393, 5.76), (5.6864, 9)]),
        # What is learned of left is what right did: one row mirrors the other; 9 is learned of left in state 3.
        ("wrong-action-updated", COURSE, {}, 0, [(7.76, 6.208), (7.2, 6.208), (9, 7.76)]),
    ],
)
def test_bugs_come_to_rest_where_a_hand_says(bug, line, how, variant, expected):
    assert at_rest(bug, line, variant, **how) == pytest.approx(np.array(expected), abs=6e-4)


def walk_of_three(gamma):
    """All ways to take three steps from state 1, as often, on the course's line with a limit of three."""
    rows, rewards = [], COURSE.rewards
    for actions in product((0, 1), repeat=3):
        state = 0
        for k, action in enumerate(actions):
            after = max(state - 1, 0) if action == 0 else state + 1
            rows.append((state, action, rewards[after], after, after == 3, k == 2, k == 0, 0))
            state = after
    rows.append((0, 0, 0.0, 0, False, False, True, 0))  # where an episode begins
    return Experience(Trace.of(rows), gamma, (4, 2), np.zeros((4, 2)))


@pytest.mark.parametrize(
    ("bug", "expected"),
    [
        # Of three steps at random, 1/4 of those in 1, 1/3 of those in 2 and all of those in 3 are the last.
        # 2 right: 0.9 x 2/3 x 9; 1 right: 2 + 0.9 x 3/4 x 5.4; 1 left: 0.9 x 3/4 x 5.645; 2 left: 0.9 x 2/3 x 5.645
        ("truncation-as-termination", [(3.810, 5.645), (3.387, 5.4), (2, 9)]),
        # v3 = 2 + 0.9 v1, v2 = 0.6 v3 + 0.3 v1, v1 = 2 + 0.675 v2 + 0.225 v1, so v1 = 2.81 / 0.208
        ("reset-observation-as-next", [(12.159, 13.510), (12.159, 12.548), (14.159, 9)]),
    ],
)
def test_what_a_limit_cuts_off_counts_as_often_as_it_does(bug, expected):
    assert fixed_point(BUGS[bug][0], walk_of_three(0.9))[:3] == pytest.approx(np.array(expected), abs=6e-4)


def test_returns_that_are_cut_are_worth_what_was_paid():
    # From 1 to the right and cut after the third step: 2, then 0.9 x (0 or 0), then 0.81 x (0, 2; 2, 9) as often.
    q = fixed_point(BUGS["returns-cut-at-limit"][0], walk_of_three(0.9))
    first = [2 + 0.81 * x for x in (0, 2, 2, 9)]
    # Begun in step 2, after a step to the left: 2 + 0.9 x 0 either way, of two; in step 3: 2, of (0, 0) and (1, 0).
    assert q[0, 1] == pytest.approx((sum(first) + 2 * 2 + 2 * 2) / 8)


def always_right(line, number=40):
    """Episodes that go right from state 1 to the end."""
    shown, rows = line.shown, []
    for _ in range(number):
        rows += [
            (0, 1, 2.0, 1, False, False, True, 0),
            (1, 1, 0.0, 2, False, False, False, 0),
            (2, 1, 9.0, int(shown[3]), True, False, False, 0),
        ]
    return Experience(Trace.of([*rows, rows[0]]), 0.8, (4, 2), np.zeros((4, 2)))


def test_windows_that_run_on_into_the_next_episode():
    # n = 3; from 3: 9, then 2 and 0 of the next episode, then 0.512 of the same; the mask is for a last step that ends.
    rule = BUGS["nstep-crosses-episodes"][1]
    assert rule.steps == 3
    assert fixed_point(rule, always_right(COURSE))[2, 1] == pytest.approx((9 + 0.8 * 2) / (1 - 0.512))


def test_gamma_in_place_of_its_power():
    # n = 2 from state 1: 2 + 0, then 0.8 x 9 in place of 0.64 x 9.
    rule = BUGS["nstep-gamma-power"][0]
    assert rule.steps == 2
    assert fixed_point(rule, always_right(COURSE))[0, 1] == pytest.approx(2 + 0.8 * 9)


def test_a_reset_that_is_learned_is_a_step_to_the_start():
    # The end, seen as state 2 as often as that: q2 = (0.8 x 9 + 0.8 q1) / 2, q1 = 2 + 0.8 q2, so q2 = 8.8 / 1.36.
    q = fixed_point(BUGS["autoreset-transition-learned"][0], always_right(LIKE_2))
    assert q[1, 1] == pytest.approx(8.8 / 1.36, abs=0.01)


def test_an_end_at_the_limit_goes_on_from_what_the_end_looks_like():
    # State 3 is only reached in the third step, so each of its ends is at the limit: v3 = 25, as above without a mask.
    line = Line("W", COURSE.rewards, (1.0, 0, 0, 0), 0.8, 3, end_shown_as=1)
    assert at_rest("termination-at-limit-as-truncation", line)[2, 1] == pytest.approx(25)
    assert at_rest("termination-at-limit-as-truncation", LIKE_2) == pytest.approx(
        fixed_point(RIGHT, experience_of(LIKE_2))[:3]
    ), "no limit"


def paying(*rewards):
    """Steps in state 1, right, that pay these and end, and one more."""
    rows = [(0, 1, float(reward), 3, True, False, True, 0) for reward in rewards]
    return Experience(Trace.of([*rows, rows[0]]), 0.8, (4, 2), np.zeros((4, 2)))


@pytest.mark.parametrize(
    ("rewards", "mean", "huber"),
    [
        # 3 q = 1, as an error of 10 counts as 1
        ((0, 0, 0, 10), 2.5, 1 / 3),
        # All within 1: the mean
        ((0, 0.5, 1), 0.5, 0.5),
        # -1 for 0, 1 for 10, and 2 - q between them
        ((0, 2, 10), 4, 2),
    ],
)
def test_hubers_location_is_by_hand(rewards, mean, huber):
    assert fixed_point(RIGHT, paying(*rewards))[0, 1] == pytest.approx(mean)
    assert fixed_point(RIGHT._replace(loss="huber"), paying(*rewards))[0, 1] == pytest.approx(huber, abs=1e-4)


def test_a_shared_target_is_the_mean_of_all():
    # Of 2, 0 and 9 with nothing after the end: m = 11 / 3 + 0.8 x 2/3 m.
    q = fixed_point(RIGHT._replace(loss="shared"), always_right(COURSE))
    assert q[:3, 1] == pytest.approx(11 / 3 / (1 - 0.8 * 2 / 3), rel=1e-3)


@pytest.mark.parametrize("choice", [w.best, *LINEAR], ids=lambda word: word.meaning)
def test_a_gradient_through_the_target_has_no_slope_left(choice):
    # Any other table has a larger mean squared error.
    rule, seen = BUGS["gradient-through-target"][0]._replace(choice=choice), experience_of(N, steps=10_000)
    q, rows = fixed_point(rule, seen), seen.rows()

    def loss(table):
        value = choice(table, rows, rows.successor, seen, 0.0)
        error = rows.reward + N.gamma * (1 - rows.terminated) * value
        return rows.weight @ (error - table[rows.state, rows.action]) ** 2

    for cell in np.ndindex(*q.shape):
        if learned(rule, seen)[cell]:
            for step in (-1e-3, 1e-3):
                other = q.copy()
                other[cell] += step
                assert loss(other) > loss(q)


def test_a_gradient_through_the_target_is_right_where_nothing_is_uncertain():
    assert at_rest("gradient-through-target", COURSE) == pytest.approx(
        fixed_point(RIGHT, experience_of(COURSE))[:3], abs=1e-6
    )


def test_values_without_bound_are_no_numbers():
    rule = RIGHT._replace(discount=w.another, factor=1.5)
    assert np.isnan(fixed_point(rule, experience_of(COURSE))).all()


lines = st.builds(
    lambda rewards, gamma, limit: Line("R", tuple(rewards), (1 / 3, 1 / 3, 1 / 3, 0), gamma, limit),
    st.lists(st.integers(-8, 18).map(lambda n: n / 2), min_size=4, max_size=4),
    st.sampled_from([0.5, 0.7, 0.9]),
    st.integers(2, 6),
)


@settings(max_examples=25, deadline=None)
@given(lines)
def test_right_rules_agree_with_the_solver_on_any_line(line):
    seen = experience_of(line, steps=600)
    live = ~line.mdp.terminal
    assume((walked(line, steps=600).counts((4, 2))[live] > 3).all())
    optimal = policy_iteration(line.mdp, line.gamma).q
    assert fixed_point(RIGHT, seen)[live] == pytest.approx(optimal[live], abs=1e-6)
    own = action_values(line.mdp, policy_evaluation(line.mdp, seen.policy, line.gamma), line.gamma)
    assert fixed_point(RIGHT._replace(choice=w.own_policy), seen)[live] == pytest.approx(own[live], abs=1e-6)

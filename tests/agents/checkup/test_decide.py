"""The decision: each threshold at half and at twice, and every rule named from where it comes to rest."""

import numpy as np
import pytest
from support.checkup_cases import COURSE, FLAT, A, B, C, N, evidence_of, of_rule, run_of, walked

from agents.checkup.decide import CERTAIN, FEWEST, clear, missing, right, uncovered
from agents.checkup.rules.catalogue import BUGS, KINDS, RIGHT, combined
from agents.checkup.rules.experience import WHOLE, Trace
from agents.checkup.rules.fixed_points import fixed_point, learned
from agents.checkup.rules.simulation import CONSTANTS, FORMS
from agents.checkup.suspects import estimated, excluded, other_kinds, suspected_pairs, suspects
from agents.checkup.training.evidence import Evidence

EXACT, SCALE = A.optimal, A.scale
ONE = np.array([[0.0, 1.0], [0, 0], [0, 0], [0, 0]])  # the cell that is off
STEP = A.separation / 3 * SCALE  # what is near


def off(shares, **how):
    """Evidence of values that are off in one cell by so many times what is near."""
    return evidence_of(A, EXACT + shares * STEP * ONE, **how)


@pytest.mark.parametrize(("shares", "near"), [(0.5, True), (2, False)])
def test_right_is_what_no_other_rule_can_be_near_to(shares, near):
    assert right(off(shares)) == near
    # Any two rules are three times as far apart as near is: nothing is near two of them, even if a little off.
    assert off(shares).near == pytest.approx(A.separation / 3)


def spread_of(uncertainty):
    """Distance between two seeds at which two standard errors of the mean are so large a share of the tolerance."""
    return uncertainty * STEP * ONE  # two values d apart: 2 x (d / sqrt 2) / sqrt 2 = d


@pytest.mark.parametrize(("uncertainty", "allowed"), [(0.5, True), (2, False)])
def test_what_is_uncertain_may_be_off_by_as_much_if_that_is_little(uncertainty, allowed):
    evidence = evidence_of(
        A, EXACT + (1 + 0.9 * uncertainty - uncertainty / 2) * STEP * ONE, spread=(spread_of(uncertainty),)
    )
    assert evidence.uncertainty == pytest.approx(uncertainty * evidence.near)
    assert evidence.error == pytest.approx((1 + 0.9 * uncertainty) * evidence.near)
    assert right(evidence) == allowed


def tried(times):
    """A trace of both halves alike, in which (1, left) was tried so often and everything else a hundred times."""
    rows = [
        (s, a, 0.0, s, False, False, False, 0)
        for s in range(3)
        for a in (0, 1)
        for _ in range(100 if s or a else times)
    ]
    return Trace.of([*rows, *rows])


@pytest.mark.parametrize(("times", "few"), [(FEWEST // 2, True), (2 * FEWEST, False)])
def test_a_cell_that_was_tried_too_seldom_is_named(times, few):
    said = uncovered(off(4, trace=tried(times)))
    assert said.startswith("not covered: (1, left) tried fewer than 10 times") == few
    assert bool(said) == few


def test_a_training_that_takes_few_of_its_steps_is_told_so():
    seen = tried(FEWEST // 2)
    evidence = off(4, trace=seen)
    few = Evidence(A, [run._replace(steps=len(seen) + 1) for run in evidence.runs])
    advice = f"it took {len(seen)} of the {len(seen) + 1} steps that it was given; take all of them"
    assert uncovered(few).endswith(f"; {advice}")
    all_of_them = Evidence(A, [run._replace(steps=len(seen)) for run in evidence.runs])
    assert uncovered(all_of_them).endswith("; explore more, or give more steps")


def test_a_training_that_nothing_was_seen_of_is_told_so():
    assert "no step was seen" in uncovered(off(4, trace=Trace.of([])))


@pytest.mark.parametrize(("times", "rest"), [(0.5, True), (2, False)])
def test_values_rest_if_they_may_move_by_no_more_than_is_near(times, rest):
    # Moves 2 m and m leave m more.
    left = times * STEP * ONE
    evidence = off(4, moves=(2 * left, left))
    assert evidence.moving == pytest.approx(times * evidence.near)
    assert missing(evidence).startswith("not at rest") == (not rest)
    assert clear([evidence]) == ([evidence] if rest else [])


@pytest.mark.parametrize(("last", "shrinking"), [(0.9, True), (1.1, False)])
def test_moves_that_do_not_shrink_may_need_a_smaller_step_size(last, shrinking):
    move = 4 * STEP * ONE
    said = missing(off(4, moves=(move, last * move)))
    assert said.startswith("not at rest")
    assert said.endswith("its moves do not shrink; give more steps, or lower the step size") == (not shrinking)


@pytest.mark.parametrize(("shares", "hardly"), [(1.5, True), (4, False)])
def test_what_is_between_right_and_wrong_is_nobodys(shares, hardly):
    assert missing(off(shares)).startswith("hardly off") == hardly
    assert missing(off(shares)) == "" or hardly


@pytest.mark.parametrize(("times", "certain"), [(0.5, False), (2, True)])
def test_what_seeds_differ_on_is_wrong_only_if_it_is_far_enough_off(times, certain):
    uncertainty = 2  # of what is near
    far = 1 + times * CERTAIN * uncertainty
    evidence = evidence_of(A, EXACT + (far - uncertainty / 2) * STEP * ONE, spread=(spread_of(uncertainty),))
    assert evidence.error == pytest.approx(far * evidence.near)
    assert missing(evidence).startswith("too noisy") == (not certain)


def test_divergence_says_lower_the_step_size():
    evidence = evidence_of(A, np.full((4, 2), np.inf))
    assert missing(evidence) == "values grow without bound; lower the step size"
    assert clear([evidence]) == []


@pytest.mark.parametrize(
    ("times", "told"), [(0.5, "not at rest: off by"), (2, "values up to 20, where rewards add up to 10")]
)
def test_values_beyond_all_returns_that_still_move_have_too_large_a_step_size(times, told):
    assert A.most == pytest.approx(10)  # 3 in every step, at 0.7
    learned = np.full_like(EXACT, times * A.most)
    assert missing(evidence_of(A, learned, moves=(learned / 2, learned / 3))).startswith(told)
    assert missing(evidence_of(A, learned)) == "", "of larger rewards, if they are at rest"


def test_values_that_were_never_numbers_are_named():
    table = EXACT.copy()
    table[1, 0] = np.nan
    evidence = evidence_of(A, table)
    assert missing(evidence).startswith("values are no numbers from the first table on: (2, left); give all a number")
    assert clear([evidence]) == []


@pytest.mark.parametrize("line", [A, B, C, N], ids=lambda line: line.id)
def test_exact_values_are_right(line):
    evidence = evidence_of(line, line.optimal)
    assert right(evidence)


@pytest.mark.parametrize(
    ("bug", "rule"),
    [
        pytest.param(bug, rule, id=f"{bug} {k}", marks=[pytest.mark.slow] if rule.steps not in (1, WHOLE) else [])
        for k, (bug, rule) in enumerate(FORMS)
        if bug in BUGS and bug not in ("gradient-through-target", "terminal-transitions-dropped")
    ],
)
def test_the_values_of_a_rule_are_named(bug, rule):
    kind = KINDS["n-step"] if bug.startswith("nstep") else ()
    evidences = [of_rule(line, rule, kind=kind) for line in FLAT]
    evidences = [evidence for evidence in evidences if np.isfinite(evidence.error)]  # some rest nowhere
    assert not all(map(right, evidences))
    assert bug in [suspect.bug for suspect in suspects(evidences)[:2]]


@pytest.mark.parametrize("line", FLAT, ids=lambda line: line.id)
def test_a_backup_excludes_no_rule_that_is_near_and_most_that_are_not(line):
    rng, live = np.random.default_rng(0), ~line.mdp.terminal[:, None]
    steady = [rule for _, rule in FORMS if rule.loss == "mean"]
    for rule in steady:
        for loss in ("mean", "huber"):  # a network may have learned with either
            end = fixed_point(rule._replace(loss=loss), evidence_of(line, 0 * line.optimal).views[0])
            if np.isfinite(end).all():
                off = rng.choice([-1, 1], end.shape) * live * line.separation / 3 * line.scale
                assert not excluded(evidence_of(line, end + off), rule), (rule, loss)
    rights = evidence_of(line, line.optimal)
    far = [
        rule for rule in steady if all(rights.distance(rule._replace(loss=loss)) > 0.4 for loss in ("mean", "huber"))
    ]
    assert sum(excluded(rights, rule) for rule in far) > 0.9 * len(far) > 30


def test_a_gradient_through_the_target_is_named_by_the_line_that_slips():
    evidences = [of_rule(line, BUGS["gradient-through-target"][0]) for line in (*FLAT, N)]
    assert [right(evidence) for evidence in evidences] == [True, True, True, False]
    assert suspects(evidences)[0].bug == "gradient-through-target"


def left_at(value, *, other=0.0):
    """Evidence on all lines of what never learns the last move; other seeds leave it elsewhere by so much."""
    rule, evidences = BUGS["terminal-transitions-dropped"][0], []
    for k, line in enumerate(FLAT):
        evidence = of_rule(line, rule, shown=value(k))
        free = ~learned(rule, evidence.views[0]) & evidence.live
        *of_first, last = evidence.runs
        last = last._replace(learned=last.learned._replace(q=last.learned.q + other * free))
        evidences.append(Evidence(line, [*of_first, last]))
    return evidences


@pytest.mark.parametrize(
    ("value", "other", "named"),
    [
        (lambda k: 2.0, 0.0, True),  # one number everywhere, as of a table
        (lambda k: 2.0 + k, 0.0, False),  # another on each line: something was learned there
        (lambda k: 2.0 + k, 4.0, True),  # and for each seed, as of a network
    ],
    ids=["one number", "another on each line", "another for each seed"],
)
def test_what_is_never_learned_stays_as_it_began(value, other, named):
    bugs = [suspect.bug for suspect in suspects(left_at(value, other=other))]
    assert ("terminal-transitions-dropped" in bugs) == named


def test_a_rule_that_learns_nothing_of_what_is_wrong_explains_nothing():
    # Windows of six steps, without those that end or are cut: on lines with ends as near as that there are none.
    evidences = []
    for line in (B, C):
        strange = line.optimal + line.scale * np.where(np.arange(line.optimal.size).reshape(-1, 2) % 3, -0.7, 1.1)
        evidence = of_rule(line, RIGHT, kind=KINDS["n-step"])
        runs = [run._replace(learned=run.learned._replace(q=strange + run.seed)) for run in evidence.runs]
        evidences.append(Evidence(line, runs, KINDS["n-step"]))
        rule = BUGS["terminal-transitions-dropped"][1]._replace(steps=6)
        assert not learned(rule, evidences[-1].views[0]).any()
    assert suspects(evidences) == []


@pytest.mark.parametrize("bug", CONSTANTS)
def test_a_planted_constant_is_estimated(bug):
    for constant in CONSTANTS[bug]:
        rule = BUGS[bug][0].given(constant)
        evidences = [of_rule(line, rule) for line in FLAT]
        # Exact up to what the second seed saw otherwise of the limit, which no such rule asks for.
        assert estimated(BUGS[bug][0], evidences) == pytest.approx((constant,), abs=1e-6)


def test_two_constants_are_estimated_at_once():
    both = combined(BUGS["reward-scaled"][0], BUGS["wrong-gamma"][0])
    evidences = [of_rule(line, both.given(2.0, 0.4)) for line in FLAT]
    assert estimated(both, evidences) == pytest.approx((2.0, 0.4), abs=1e-6)
    assert "reward-scaled + wrong-gamma (2, 0.4)" in map(str, suspected_pairs(evidences))


@pytest.mark.parametrize(("moved", "named"), [(0.01, False), (1.0, True)])
def test_both_bugs_of_a_pair_make_a_difference(moved, named):
    both = combined(BUGS["reward-moved"][0], BUGS["wrong-gamma"][0])
    evidences = [of_rule(line, both.given(moved, 0.4)) for line in FLAT]
    bugs = [suspect.bug for suspect in suspected_pairs(evidences)]
    assert ("reward-moved + wrong-gamma" in bugs) == named


def frozen(seeds):
    """Evidence on all lines of targets that stay at random values, of one seed or of each."""
    rule, evidences = RIGHT._replace(choice=lambda q, rows, s, e, c: first[s]), []
    for line in FLAT:
        runs = []
        for seed in seeds:
            first = np.random.default_rng(seed).normal(size=line.mdp.num_states)
            q = fixed_point(rule, evidence_of(line, np.zeros(line.mdp.successor.shape[:2])).views[0])
            runs += [run_of(line, q, seed=len(runs), steps=4_000)]
        of_first = [runs[0]._replace(steps=steps) for steps in (1_000, 2_000)]
        evidences.append(Evidence(line, [*of_first, *runs]))
    return evidences


@pytest.mark.parametrize(("seeds", "named"), [((3, 4, 5), True), ((3, 3, 3), False)], ids=["each", "one"])
def test_what_each_seed_began_with_at_random_is_named_if_seeds_differ(seeds, named):
    # Values of any choice at S' are what some first values lead to; only that nothing else explains each seed's tells.
    bugs = [(suspect.bug, suspect.constants) for suspect in suspects(frozen(seeds))]
    assert (("target-never-synced", ()) in bugs[:1]) == named


def test_a_suspect_tells_its_constant():
    rule = BUGS["wrong-gamma"][0].given(0.95)
    assert str(suspects([of_rule(line, rule) for line in FLAT])[0]) == "wrong-gamma (0.95)"


def test_what_needs_no_constant_is_named_before_what_fits_with_one():
    named = [suspect.bug for suspect in suspects([of_rule(line, BUGS["gamma-zero"][0]) for line in FLAT])]
    assert named[0] == "gamma-zero"
    assert {"target-never-synced", "wrong-gamma"} <= {*named}


@pytest.mark.parametrize("kind", ["on-policy", "n-step"])
def test_values_of_another_kind_of_learner_are_told_apart(kind):
    rule = KINDS[kind][-6 if kind == "n-step" else 0]  # of three steps
    evidences = [of_rule(line, rule) for line in FLAT]
    assert not all(map(right, evidences))
    assert other_kinds(evidences)[0] == kind
    assert all(right(of_rule(line, rule, kind=KINDS[kind])) for line in FLAT)


def test_another_kind_is_told_even_where_its_values_are_hardly_off():
    hardly = [of_rule(line, KINDS["n-step"][2], epsilon=0.15) for line in FLAT]
    assert all(evidence.error < evidence.far for evidence in hardly)
    further = [
        evidence_of(e.line, e.q + 0.3 * (e.q - e.truth), spread=(0.0,), trace=walked(e.line, epsilon=0.15))
        for e in hardly
    ]
    assert any(evidence.error > evidence.far for evidence in further), "wrong beyond doubt for optimal values"
    assert "n-step" in other_kinds(further)


def test_a_bug_is_of_no_other_kind():
    assert other_kinds([of_rule(line, BUGS["min-for-max"][0]) for line in FLAT]) == []


def test_a_bug_in_a_learner_of_another_kind_is_named():
    cut = BUGS["truncation-as-termination"][0]
    rule = combined(cut, KINDS["on-policy"][0])
    evidences = [of_rule(line, rule, kind=KINDS["on-policy"]) for line in FLAT]
    assert suspects(evidences)[0].bug == "truncation-as-termination"


def test_networks_rest_where_hubers_loss_is_least():
    rule = BUGS["reset-observation-as-next"][0]
    evidences = [of_rule(line, rule._replace(loss="huber")) for line in FLAT]
    assert "reset-observation-as-next" in [suspect.bug for suspect in suspects(evidences)[:2]]


def test_without_evidence_nobody_is_suspected():
    assert suspects([]) == []


def test_a_rule_that_is_near_on_one_line_only_is_no_suspect():
    evidences = [of_rule(A, BUGS["min-for-max"][0]), of_rule(B, BUGS["gamma-zero"][0])]
    assert {"min-for-max", "gamma-zero"}.isdisjoint(suspect.bug for suspect in suspects(evidences))


def test_a_course_line_is_asked_as_any_other():
    runs = [run_of(COURSE, fixed_point(RIGHT, evidence_of(COURSE, np.zeros((4, 2))).views[0]))]
    assert right(Evidence(COURSE, runs))

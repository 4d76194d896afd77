"""The outcome: a bug, a weakness, another kind of learner, no known bug, or missing evidence."""

import numpy as np
import pytest
from support.checkup_cases import FLAT, A, B, C, N, evidence_of, of_rule

from agents.checkup import PASS, SUSPECTED, UNCLEAR, WARNING
from agents.checkup.asking import Findings
from agents.checkup.behaviours.checks import NOT_APPLICABLE, NOT_OF_LEARNING, Check, warned
from agents.checkup.decide import clear, right
from agents.checkup.outcome import of_values, verdict_of
from agents.checkup.rules.catalogue import BUGS, KINDS, RIGHT
from agents.checkup.suspects import Suspect, suspects


def outcome(evidences, stopped=""):
    """Verdict, findings and checks of evidence on lines."""
    wrong = [evidence for evidence in clear(evidences) if not right(evidence)]
    findings, checks = of_values(Findings(evidences, suspects(clear(evidences)) if wrong else [], stopped))
    return verdict_of(checks), findings, checks


def on_all(rule, **how):
    return [of_rule(line, rule, **how) for line in FLAT]


def strange(line):
    """Values that no rule explains."""
    q, scale = line.optimal, line.scale
    return q + scale * np.where(np.arange(q.size).reshape(q.shape) % 3, -0.7, 1.1)


def test_what_is_right_everywhere_passes():
    verdict, findings, checks = outcome(on_all(RIGHT))
    assert (verdict, findings.named) == (PASS, [])
    assert [check.verdict for check in checks] == [PASS] * 3


def test_a_row_that_passes_tells_a_tolerance_above_its_error():
    apart = np.zeros_like(A.optimal)
    apart[0, 0] = 0.6 * A.separation / 3 * A.scale
    noisy = evidence_of(A, A.optimal + 1.5 * apart, spread=(apart,))  # 1.2 of what is near, give or take 0.6
    row = outcome([noisy])[2][0]
    assert row.evidence.startswith("off by 8.0% of the largest value, 10.7% allowed: ")


@pytest.mark.parametrize(("share", "expected"), [(0.5, PASS), (2, UNCLEAR)])
def test_what_is_wrong_where_moves_slip_passes_only_while_it_is_not_at_rest(share, expected):
    # A move of so much of what is near, after one as large: it may go on for ever, or is no move at all.
    apart = np.zeros_like(N.optimal)
    apart[1, 0] = 1.5 * N.separation * N.scale
    step = (2 - share) * np.sign(apart) * N.separation / 3 * N.scale
    verdict, findings, checks = outcome([*on_all(RIGHT), evidence_of(N, N.optimal + apart, moves=(step, step))])
    assert (verdict, findings.named, checks[-1].verdict) == (expected, [], UNCLEAR)
    assert ("no known bug explains it; where moves slip" in checks[-1].evidence) == (expected == UNCLEAR)


def test_a_bug_that_explains_two_lines_is_suspected():
    verdict, findings, checks = outcome(on_all(BUGS["min-for-max"][0]))
    assert (verdict, findings.named[0].bug) == (SUSPECTED, "min-for-max")
    assert checks[0].suspects[0] == "min-for-max"
    assert "at rest" in checks[0].evidence


@pytest.mark.parametrize("whole", [False, True])
def test_wrong_values_that_can_hold_no_fractions_have_that_name(whole):
    evidences = on_all(BUGS["min-for-max"][0])
    for evidence in evidences:
        evidence.runs[:] = [run._replace(learned=run.learned._replace(whole=whole)) for run in evidence.runs]
    verdict, _, checks = outcome(evidences)
    assert (verdict, checks[0].suspects[0]) == (SUSPECTED, "values-rounded" if whole else "min-for-max")


def test_a_table_without_a_mask_has_a_weakness():
    verdict, findings, checks = outcome(on_all(BUGS["terminal-bootstrap"][0]))
    assert (verdict, findings.named) == (PASS, [])
    assert [check.verdict for check in checks] == [PASS, NOT_APPLICABLE, NOT_APPLICABLE, WARNING]
    assert checks[1].evidence.endswith("at rest; explained by the weakness")
    assert checks[3].suspects == ("terminal-bootstrap",)
    assert checks[3].evidence.startswith("on B and C: bootstraps from the row of the end")


def test_without_a_mask_and_with_other_first_values_it_is_a_bug():
    verdict, findings, checks = outcome(on_all(BUGS["terminal-bootstrap"][0], shown=4.0))
    assert (verdict, findings.named[0].bug) == (SUSPECTED, "terminal-bootstrap")
    assert checks[0].verdict == SUSPECTED


def test_another_kind_of_learner_is_asked_what_was_meant():
    verdict, findings, checks = outcome(on_all(KINDS["n-step"][2]))
    assert (verdict, findings.named) == (UNCLEAR, [])
    assert any("right for a learner that learns='n-step'; if that was meant" in check.evidence for check in checks)


@pytest.mark.parametrize("epsilon", [0.3, 1.0])
def test_the_best_policys_values_are_no_bug_where_those_of_its_own_were_declared(epsilon):
    verdict, findings, checks = outcome(on_all(RIGHT, epsilon=epsilon, kind=KINDS["on-policy"]))
    assert (verdict, findings.named) == (UNCLEAR, [])
    assert any("right for a learner that learns='optimal'" in check.evidence for check in checks)


def test_the_mean_over_what_it_does_is_a_bug_where_the_best_policys_values_were_meant():
    verdict, findings, checks = outcome(on_all(KINDS["on-policy"][0], epsilon=0.3))
    assert (verdict, findings.named[0].bug) == (SUSPECTED, "on-policy-bootstrap")
    said = "at rest; on-policy-bootstrap is right if learns='on-policy' was meant; then pass it"
    assert any(check.evidence.endswith(said) for check in checks)


def test_without_a_mask_it_is_still_said_what_may_have_been_meant():
    both = Suspect("terminal-bootstrap + on-policy-bootstrap", RIGHT, 0.1)
    findings = Findings(on_all(BUGS["min-for-max"][0]), [both])
    _, checks = of_values(findings)
    assert any(check.evidence.endswith("if learns='on-policy' was meant; then pass it") for check in checks)


def test_on_one_line_alone_nothing_is_suspected():
    moving = evidence_of(B, B.optimal + 1.0, moves=(1.0, 1.0))
    verdict, findings, checks = outcome([of_rule(A, BUGS["min-for-max"][0]), moving])
    assert (verdict, findings.named) == (UNCLEAR, [])
    assert "on one line alone" in checks[0].evidence


@pytest.mark.parametrize(("seeds", "expected"), [((), UNCLEAR), ((0.0,), SUSPECTED)], ids=["one seed", "two seeds"])
def test_what_no_rule_explains_is_suspected_of_two_seeds_on_two_lines(seeds, expected):
    evidences = [evidence_of(line, strange(line), spread=seeds) for line in FLAT]
    verdict, findings, _ = outcome(evidences)
    assert (verdict, findings.named) == (expected, [])


def test_what_no_rule_explains_on_one_line_is_not_suspected():
    wrong = evidence_of(A, strange(A), spread=(0.0,))
    others = [of_rule(line, RIGHT) for line in (B, C)]
    verdict, _, checks = outcome([wrong, *others])
    assert verdict == UNCLEAR
    assert "no known bug explains it" in checks[0].evidence


def test_one_line_is_not_enough_for_an_accusation():
    wrong = evidence_of(A, strange(A), spread=(0.0,))
    _, _, checks = outcome([wrong])
    assert checks[0].evidence.endswith("with 2 seeds, at rest; one line is not enough")


def test_what_is_missing_is_said():
    moving = evidence_of(A, A.optimal + 1.0, moves=(1.0, 1.0))
    verdict, _, checks = outcome([moving, *(of_rule(line, RIGHT) for line in (B, C))])
    assert verdict == UNCLEAR
    assert checks[0].evidence.startswith("not at rest")


def test_a_line_that_was_not_reached_is_never_ignored():
    verdict, _, checks = outcome([of_rule(A, RIGHT), of_rule(B, RIGHT)])
    assert verdict == UNCLEAR
    assert checks[-1] == Check("values", UNCLEAR, "no steps were left for more lines")
    assert outcome([of_rule(A, RIGHT)], "stopped: the time was over")[2][-1].evidence == "stopped: the time was over"


@pytest.mark.parametrize(
    ("checks", "verdict"),
    [
        ({"values A": PASS, "values B": PASS, "values C": PASS}, PASS),
        ({"values A": PASS, "values B": PASS, "values C": PASS, "values N": UNCLEAR}, PASS),  # wanted, not required
        ({"values A": PASS, "values B": NOT_APPLICABLE, "values C": NOT_APPLICABLE, "weakness": WARNING}, PASS),
        ({"values A": PASS, "values B": UNCLEAR, "values C": PASS}, UNCLEAR),
        ({"values A": PASS, "values B": PASS}, UNCLEAR),
        ({"values A": PASS, "values B": PASS, "values C": PASS, "greedy": SUSPECTED}, SUSPECTED),
        ({"values A": PASS, "values B": PASS, "values C": PASS, "seed": WARNING}, PASS),
        ({"policy": PASS}, PASS),
        ({"policy": UNCLEAR}, UNCLEAR),
    ],
)
def test_the_verdict_is_about_what_was_learned_and_done(checks, verdict):
    assert verdict_of([Check(name, said, "") for name, said in checks.items()]) == verdict


@pytest.mark.parametrize("name", NOT_OF_LEARNING)
def test_what_is_no_error_of_learning_is_a_warning_that_says_when_it_is_one(name):
    check = warned(Check(name, SUSPECTED, "found"))
    assert check.verdict == WARNING
    assert check.evidence.startswith("found; a bug w")
    assert warned(Check(name, UNCLEAR, "")).verdict == UNCLEAR


def test_a_bug_of_learning_stays_one():
    assert warned(Check("greedy", SUSPECTED, "found")).verdict == SUSPECTED

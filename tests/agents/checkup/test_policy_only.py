"""Agents that show only what they do are judged by that, on lines that tell bugs from what is right."""

from types import SimpleNamespace

import numpy as np
import pytest
from mutants import actor_critic, tabular
from mutants.tabular import training
from support.checkup_cases import RIGHT_AGENT, experience_of, explore, run_of, walked

from agents.checkup import PASS, SUSPECTED, UNCLEAR, checkup
from agents.checkup.policies import SLOW, WIDE, Acted
from agents.checkup.rules.catalogue import BUGS
from agents.checkup.rules.fixed_points import fixed_point
from agents.checkup.rules.simulation import best_values
from agents.checkup.training.lines import ACTION_LINES, LINES


def hidden(train):
    """The same agent, of which nothing is shown but what it does."""

    def trained(env, **how):
        agent = train(env, **how)
        return SimpleNamespace(act=lambda state: agent.act(state))

    return trained


def acting(table, line):
    """A training on a line whose agent acts by a table."""
    return Acted(line, [run_of(line, table, trace=walked(line))])


# --- the lines ---


@pytest.mark.parametrize("line", ACTION_LINES, ids=lambda line: line.id)
def test_who_acts_by_the_exact_values_is_right(line):
    exact, _ = best_values(line)
    assert acting(exact, line).right
    assert not acting(-exact, line).right
    assert acting(-exact, line).worst
    assert not acting(exact, line).worst


def test_where_both_actions_are_about_as_good_either_is_right():
    line = ACTION_LINES[0]
    exact, _ = best_values(line)
    scale = np.abs(exact).max()
    gaps = np.ptp(exact, axis=1)
    turned = np.where((gaps <= WIDE * scale)[:, None], exact[:, ::-1], exact)
    assert acting(turned, line).right


@pytest.mark.parametrize("bug", [bug for bug in BUGS if bug not in SLOW])
def test_most_bugs_do_otherwise_than_is_right_on_some_line(bug):
    """Bugs that do not show in actions, as scaled rewards, cannot be recognised by actions."""
    unseen = {
        *("reward-scaled", "reward-moved", "wrong-gamma", "gradient-through-target"),  # by a constant, or by slips
        *("terminal-transitions-dropped", "reward-rounded", "terminal-reward-overridden", "nstep-gamma-power"),
        "termination-at-limit-as-truncation",
    }
    rules = [rule.given(2.0) if rule.unknown else rule for rule in BUGS[bug]]
    wrong = [not acting(fixed_point(rule, experience_of(line)), line).right for rule in rules for line in ACTION_LINES]
    assert any(wrong) or bug in unseen


# --- agents ---


def test_a_right_policy_without_values_passes():
    report = checkup(hidden(RIGHT_AGENT))
    assert report.verdict == PASS, str(report)
    verdicts = {check.id: check.verdict for check in report.checks}
    assert verdicts["policy"] == PASS
    assert not [name for name in verdicts if name.startswith("values ")]
    assert all(f"Line {line.id}</h3>" in report.html() for line in (LINES[0], *ACTION_LINES))


@pytest.mark.parametrize(
    "kind",
    [actor_critic.Right, pytest.param(actor_critic.Reinforce, marks=pytest.mark.slow)],
    ids=lambda kind: kind.__name__,
)
def test_a_right_policy_gradient_is_not_accused(kind):
    report = checkup(training(kind))
    assert report.verdict != SUSPECTED, str(report)


def test_who_does_what_is_worst_everywhere_has_turned_something_round():
    report = checkup(hidden(training(tabular.ArgminPolicy)))
    assert (report.verdict, report.suspects) == (SUSPECTED, ["argmin-policy"]), str(report)


WRONG_NAME = pytest.mark.xfail(strict=True, reason="other rules explain the same actions and come first")


@pytest.mark.parametrize(
    ("kind", "bug"),
    [
        (tabular.MinForMax, "min-for-max"),
        pytest.param(tabular.RewardClipped, "reward-clipped", marks=pytest.mark.slow),
        pytest.param(tabular.ResetObservationAsNext, "reset-observation-as-next", marks=[pytest.mark.slow, WRONG_NAME]),
    ],
)
def test_a_bug_is_named_by_what_it_does(kind, bug):
    report = checkup(hidden(training(kind)))
    assert report.verdict == SUSPECTED, str(report)
    assert bug in report.suspects[:2]


@pytest.mark.slow
@pytest.mark.parametrize(
    "kind",
    [
        tabular.GammaZero,
        tabular.ObservationAliased,
        pytest.param(tabular.TruncationAsTermination, marks=WRONG_NAME),
    ],
)
def test_what_still_changes_or_a_slow_learner_does_as_well_is_no_bug_by_actions_alone(kind):
    report = checkup(hidden(training(kind)))
    assert report.verdict == UNCLEAR, str(report)
    assert "show values" in report.advice


def test_who_never_begins_is_not_accused():
    def idle(env, *, gamma, steps, seed):
        explore(env, steps, seed)
        rng = np.random.default_rng(seed)
        best = rng.integers(2, size=env.observation_space.n)
        return SimpleNamespace(act=lambda state: int(best[state]))

    report = checkup(idle, steps=200)
    assert report.verdict == UNCLEAR, str(report)


@pytest.mark.parametrize("alpha", [1e-3, 1e-5])
def test_a_slow_learner_is_not_accused(alpha):
    class Slow(tabular.Right):
        pass

    Slow.alpha = alpha
    report = checkup(hidden(training(Slow)), steps=200)
    assert report.verdict != SUSPECTED, str(report)

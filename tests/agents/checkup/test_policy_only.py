"""Agents that show only actions are checked by these, on lines that distinguish bugs from right learners."""

import re
from dataclasses import replace
from functools import partial
from types import SimpleNamespace

import numpy as np
import pytest
from mutants import acting, actor_critic, registry, tabular
from mutants.right import Right, training
from mutants.textbook import TEXTBOOK
from support.checkup_cases import RIGHT_AGENT, explore, run_of, walked

from agents.checkup import PASS, SUSPECTED, UNCLEAR, checkup, policies
from agents.checkup.behaviours.checks import listed
from agents.checkup.policies import Acted
from agents.checkup.rules.catalogue import BUGS
from agents.checkup.training.lines import ACTION_LINES, LINES
from rl_line.dp import policy_iteration

LAST = ACTION_LINES[-1]


def hidden(train):
    """The same agent, of which nothing is shown but what it does."""

    def trained(env, **how):
        agent = train(env, **how)
        return SimpleNamespace(act=lambda state: agent.act(state))

    return trained


def acted(table, line):
    """A training on a line whose agent acts by a table."""
    return Acted(line, [run_of(line, table, trace=walked(line))])


# --- the lines ---


@pytest.mark.parametrize("line", ACTION_LINES, ids=lambda line: line.id)
def test_who_acts_by_the_exact_values_is_right(line):
    exact = line.optimal
    assert acted(exact, line).right
    assert not acted(-exact, line).right
    assert acted(-exact, line).worst
    assert not acted(exact, line).worst


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


@pytest.mark.parametrize("name", ["Q-learning, no mask", "Sarsa, no mask"])
def test_a_weakness_without_values_is_no_accusation(name):
    train, (weak,), options = TEXTBOOK[name]

    def shown(env, **how):
        table = train(env, **how)
        return SimpleNamespace(act=lambda state: max((0, 1), key=lambda action: table[state, action]))

    report = checkup(shown, **options)
    assert report.verdict == UNCLEAR, str(report)
    assert re.search(f"there it is explained by the weakness {weak}, but also by .*done-one-step-late, ", str(report))


def test_a_weakness_alone_passes_with_a_warning(monkeypatch):
    bug = "terminal-bootstrap"
    tables = [acted(line.optimal, line).table(BUGS[bug][0]) for line in ACTION_LINES]
    trained = [acted(table, line) for table, line in zip(tables, ACTION_LINES, strict=True)]
    monkeypatch.setattr(policies, "FORMS", [(bug, BUGS[bug][0])])
    (check, warning), named = policies._said([replace(one, runs=one.runs * 2) for one in trained], seeds=(0,))
    assert (check.verdict, named, warning.suspects) == (PASS, [], (bug,))
    assert check.evidence.endswith("; explained by the weakness")
    wrong = [one.line.id for one in trained if not one.right]
    assert wrong
    assert warning.evidence.startswith(f"on {listed(wrong)}: bootstraps from the row of the end")


def test_the_lines_that_still_change_are_listed():
    changing = [acted(-line.optimal, line) for line in ACTION_LINES[:3]]
    (check,), _ = policies._said(changing, seeds=(0, 1))
    assert check.evidence.endswith(
        "on 0 of 3 lines, not on P, Q and R; there it still changes, or seeds differ: give more steps, or show values"
    )


def test_an_actor_that_goes_downhill_is_told_that_a_sign_is_turned():
    report = checkup(training(actor_critic.Descends))
    assert (report.verdict, report.suspects[0]) == (SUSPECTED, "reward-negated"), str(report)


def test_who_does_what_is_worst_everywhere_has_turned_something_round():
    report = checkup(hidden(training(acting.ArgminPolicy)))
    assert (report.verdict, report.suspects) == (SUSPECTED, ["argmin-policy"]), str(report)


@pytest.mark.parametrize(
    "kind",
    ["Q-learning, epsilon 1", "Double Q-learning", "Sarsa", pytest.param("Monte Carlo", marks=pytest.mark.slow)],
)
def test_a_right_agent_of_each_kind_passes(kind):
    train, _, _ = registry.RIGHT[kind]
    assert checkup(hidden(train)).verdict == PASS


@pytest.mark.parametrize(
    ("kind", "bug"),
    [
        (tabular.RewardClipped, "reward-clipped"),
        pytest.param(tabular.MaxOverWrongAxis, "max-over-wrong-axis", marks=pytest.mark.slow),
        pytest.param(tabular.WrongGamma, "wrong-gamma", marks=pytest.mark.slow),
        pytest.param(tabular.TerminalBootstrap, "terminal-bootstrap", marks=pytest.mark.slow),
        pytest.param(tabular.DoneOneStepLate, "done-one-step-late", marks=pytest.mark.slow),
    ],
)
def test_a_bug_is_named_by_what_it_does(kind, bug):
    report = checkup(hidden(training(kind)))
    assert report.verdict == SUSPECTED, str(report)
    assert bug in report.suspects[:2]


@pytest.mark.parametrize("kind", [tabular.GammaZero, tabular.TruncationAsTermination, tabular.MinForMax])
def test_what_a_right_learner_does_on_its_way_is_no_bug_by_actions_alone(kind):
    report = checkup(hidden(training(kind)))
    assert report.verdict == UNCLEAR, str(report)
    assert "show values" in report.advice


def late(env, *, gamma, steps, seed, then=0.99):
    """Right at first; after more steps it acts by another discount, as if it were slow to look so far."""
    explore(env, steps, seed)
    table = policy_iteration(env.unwrapped.inner.mdp, gamma if steps < 4_000 else then).q
    return SimpleNamespace(act=lambda state: max((0, 1), key=lambda action: table[state, action]))


def partly(env, *, gamma, steps, seed, then=0.99):
    """As `late`, but on the last line by that discount from the first step on."""
    last = env.unwrapped.spec.id == f"RewardLine{LAST.id}-v0"
    return late(env, gamma=0.99 if last else gamma, steps=steps, seed=seed, then=0.99 if last else then)


def test_what_was_right_early_is_asked_again_once_something_is_wrong():
    assert checkup(late, steps=2_000).verdict == PASS  # nothing was wrong, so nothing was asked again
    report = checkup(partly, steps=2_000)
    assert (report.verdict, report.suspects[0]) == (SUSPECTED, "wrong-gamma"), str(report)


def test_a_bug_is_not_named_that_does_not_explain_what_was_right_early():
    report = checkup(partial(partly, then=0.0), steps=2_000)
    assert report.verdict == UNCLEAR, str(report)
    assert "no known bug does the same there" in report.advice


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
    class Slow(Right):
        pass

    Slow.alpha = alpha
    report = checkup(hidden(training(Slow)), steps=200)
    assert report.verdict != SUSPECTED, str(report)

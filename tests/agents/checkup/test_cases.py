"""The checkup in a test suite: a case of pytest for each check, from one checkup."""

from types import SimpleNamespace

import pytest
from mutants import tabular
from mutants.registry import own
from mutants.right import training
from support.checkup_cases import RIGHT_AGENT

from agents.checkup import CHECKS, checkup, parametrize_with_probes


def cases_of(train, **options):
    return {case.id: case.values[0] for case in parametrize_with_probes(train, **options).args[1]}


@parametrize_with_probes(RIGHT_AGENT)
def test_an_agent_of_ones_own(probe):
    probe()


def test_each_check_of_a_wrong_agent_is_a_case_of_its_own():
    trained = []

    def train(env, **how):
        trained.append(env)
        return training(tabular.TruncationAsTermination)(env, **how)

    cases = cases_of(train)
    assert not trained, "nothing is trained before the first case"
    with pytest.raises(pytest.fail.Exception, match="truncation-as-termination"):
        cases["values B"]()
    number = len(trained)
    cases["greedy"]()
    for name, reason in [("epsilon", "not applicable"), ("policy", "not asked")]:
        with pytest.raises(pytest.skip.Exception, match=reason):
            cases[name]()
    assert len(trained) == number, "one checkup for all of them"


def test_a_warning_is_one_of_pytest():
    cases = cases_of(training(tabular.TerminalBootstrap))
    cases["values A"]()
    with pytest.warns(UserWarning, match="values B: .* bootstraps from the row of the end"):
        cases["values B"]()


def test_a_checkup_that_fails_is_not_tried_for_every_case():
    trained = []

    def train(env, **how):
        trained.append(env)
        raise RuntimeError("a bug of its own")

    for case in list(cases_of(train).values())[:3]:
        with pytest.raises(RuntimeError, match="a bug of its own"):
            case()
    assert len(trained) == 1


def test_every_check_has_a_case():
    assert [*cases_of(RIGHT_AGENT)] == [*CHECKS]

    def hidden(env, **how):
        return SimpleNamespace(act=own(env, **how).act)

    for report in (checkup(own, vector=True, epsilon=0.1, steps=50), checkup(hidden, steps=20)):
        assert {check.id for check in report.checks} <= {*CHECKS}

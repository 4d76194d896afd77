"""Findings beside learning become warnings, separate from the verdict on the learned values."""

import pytest
from mutants.registry import MUTANTS

from agents.checkup import PASS, checkup


@pytest.mark.parametrize("name", ["epsilon-inverted", "epsilon-never-decays", "seed-ignored"])
def test_an_agent_that_learns_what_is_right_passes_with_a_warning(name):
    train, bugs, options = MUTANTS[name]
    report = checkup(train, **options)
    assert (report.verdict, report.suspects, report.exit_code) == (PASS, [], 0), str(report)
    (warning,) = report.warnings
    assert [warning.suspects[0]] == bugs
    assert "1 warning: see below" in report.advice
    assert "; a bug where " in warning.evidence

"""Agents are imported where they are tested, which is skipped if their library is missing; steps are the clock."""

from pathlib import Path

import pytest

collect_ignore = [path.name for path in Path(__file__).parent.glob("*.py") if not path.name.startswith("test_")]


@pytest.fixture
def seconds_per_step():
    """Of a network of another library."""
    return [1e-3]


@pytest.fixture(autouse=True)
def _by_steps(step_clock):
    pass

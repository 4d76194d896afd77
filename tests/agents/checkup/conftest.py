"""The checkup's tests run on the clock of steps."""

import pytest


@pytest.fixture(autouse=True)
def _by_steps(step_clock):
    pass

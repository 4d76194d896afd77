"""Is an agent right? The checkup trains it on lines whose exact answers are known, and names its bug."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from functools import partial
from typing import Any

from agents.checkup.behaviours.checks import PASS, SUSPECTED, UNCLEAR, WARNING, Check
from agents.checkup.checkup import CHECKS, Train, checkup
from agents.checkup.reports.report import Report

__all__ = [
    "CHECKS",
    "PASS",
    "SUSPECTED",
    "UNCLEAR",
    "WARNING",
    "Check",
    "Report",
    "Train",
    "checkup",
    "parametrize_with_probes",
]


def parametrize_with_probes(train: Train, **options: Any) -> Callable[[Any], Any]:
    """Makes a test with the argument `probe` one case per check; `probe()` fails if the check suspects a bug.

    A case is skipped if its check is inconclusive or not applicable. The first case runs the checkup, and the others
    read its report; `options` are the options of `agents.checkup`.

    ```python
    @parametrize_with_probes(train)
    def test_my_agent(probe):
        probe()
    ```
    """
    import pytest

    found: list[Report | Exception] = []

    def report() -> Report:
        if not found:
            try:
                found.append(checkup(train, **options))
            except Exception as error:  # raised again in every case
                found.append(error)
        if isinstance(found[0], Exception):
            raise found[0]
        return found[0]

    def probe(name: str) -> None:
        check = next((check for check in report().checks if check.id == name), None)
        if check is None:
            pytest.skip("not asked")
        if check.verdict == SUSPECTED:
            pytest.fail(str(report()), pytrace=False)
        if check.verdict == WARNING:
            warnings.warn(f"{check.id}: {check.evidence}", stacklevel=2)
        elif check.verdict != PASS:
            pytest.skip(f"{check.verdict}: {check.evidence}")

    return pytest.mark.parametrize("probe", [pytest.param(partial(probe, name), id=name) for name in CHECKS])

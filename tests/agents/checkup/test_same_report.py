"""The same seed gives the same report, on a busy machine and with any budget."""

import subprocess
import sys

import pytest
from mutants import tabular
from mutants.right import training

from agents.checkup import checkup

WRONG = training(tabular.TruncationAsTermination)


def told(**options):
    """All that a report says but how long it took."""
    report = checkup(WRONG, command="-", **options)
    return str(report), [(run.seed, run.steps) for evidence in report.evidences for run in evidence.runs]


@pytest.fixture
def two_busy_processes():
    busy = [subprocess.Popen([sys.executable, "-c", "while True: pass"]) for _ in range(2)]
    yield
    for process in busy:
        process.kill()
        process.wait()


@pytest.fixture(scope="module")
def alone():
    return told()


def test_a_report_is_the_same_beside_two_busy_processes(alone, two_busy_processes):
    assert told() == alone


def test_a_report_is_the_same_however_much_time_there_is(alone):
    assert told(budget=float("inf")) == alone == told(budget=1_000)

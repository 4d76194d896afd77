"""Every public name of the three packages answers rightly or with one clear error, whatever it is given.

`./run fuzz` makes some hundred cases of each package, the same ones every time, and `./run fuzz 100000` so many in all;
the number is in the environment variable FUZZ_CASES. What is wrong is told at the end, each kind with one short call.
"""

import os
from importlib import import_module

import pytest
from fuzz import harness

CASES = int(os.environ.get("FUZZ_CASES", "1500"))


@pytest.mark.parametrize("package", ["rl_line", "agents", "sequence"])
def test_every_outcome_is_a_right_answer_or_one_clear_error(package, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    targets = import_module(f"fuzz.{package}_targets").TARGETS
    tally = harness.run(targets, CASES // 3)
    print(tally)
    assert not tally.wrong, f"\n{tally}"

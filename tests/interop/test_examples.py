"""The examples with other libraries print the expected verdicts."""

import re
import runpy
from pathlib import Path

import pytest

EXAMPLES = Path(__file__).parent.parent.parent / "examples"

pytestmark = pytest.mark.filterwarnings("ignore")


def test_stable_baselines3_passes_and_its_bug_is_named(tmp_path, capsys):
    pytest.importorskip("stable_baselines3")
    runpy.run_path(str(EXAMPLES / "18_stable_baselines3.py"))["main"](page=tmp_path / "page.html")
    first, second = capsys.readouterr().out.split("With clipped rewards: ")
    assert first.startswith("As it is: pass.")
    assert second.startswith("bug suspected.")
    assert "reward-clipped" in second.split("\n")[0]
    assert (tmp_path / "page.html").exists()


def test_rllib_learns_the_exact_values(capsys):
    pytest.importorskip("ray.rllib")
    runpy.run_path(str(EXAMPLES / "19_rllib.py"))["main"]()
    printed = capsys.readouterr().out
    assert "So: the best action is right in all 3 states" in printed
    # Its batches are drawn without the seed; 0.1 is about a hundredth of the largest value.
    assert float(re.search(r"the largest error is ([\d.]+),", printed)[1]) < 0.1
    assert "returns 11, exactly" in printed

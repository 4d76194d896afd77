"""The worked examples of the page on adding things work as printed: two files each, found by the contracts."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
ADDING = ROOT / "docs" / "adding"
#: Where the page says that files belong.
PLACES = {
    "pessimist.py": "agents/tabular",
    "test_pessimist.py": "tests/agents/tabular",
    "test_long_way.py": "tests/rl_line",
    "triangle.py": "sequence_tasks/series",
    "test_triangle.py": "tests/sequence_tasks/series",
}
#: Contracts that find what is added, and tests that count what there is.
CONTRACTS = [
    "tests/test_layers.py",
    "tests/rl_line/test_line.py",
    "tests/sequence_tasks/test_sequence_env.py",
    "tests/agents/tabular/test_batches.py",
    "tests/agents/tabular/test_single_steps.py",
    "tests/rl_line/test_env_contract.py",
    "tests/sequence_tasks/series/test_sequence_series.py",
]
CHOSEN = "pessimist or long_way or triangle or presets or registered or dozen"


def with_entries(text, page):
    """The text of `line.py` with the entries that the page shows."""
    entries = re.findall(r"\n(PRESETS|IDS) = \{\n    \.\.\.\n(.*?\n)\}", page, re.S)
    assert [table for table, _ in entries] == ["PRESETS", "IDS"]
    for table, entry in entries:
        text, number = re.subn(rf"(\n{table}: [^\n]*\{{\n)", rf"\g<1>{entry}", text)
        assert number == 1
    return text


@pytest.fixture(scope="module")
def passed(tmp_path_factory):
    """The tests that pass in a copy of the project to which everything was added: those of the page, and contracts."""
    copy = tmp_path_factory.mktemp("copy")
    for folder in ("rl_line", "agents", "sequence_tasks", "tests"):
        shutil.copytree(ROOT / folder, copy / folder, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", copy)
    for name, place in PLACES.items():
        shutil.copy(ADDING / name, copy / place)
    page, line = (ROOT / "docs" / "adding.md").read_text(encoding="utf-8"), copy / "rl_line" / "line.py"
    line.write_text(with_entries(line.read_text(encoding="utf-8"), page), encoding="utf-8")
    program = f"import sys, pytest; sys.path.insert(0, {str(copy)!r}); sys.exit(pytest.main(sys.argv[1:]))"
    tests = [f"{place}/{name}" for name, place in PLACES.items() if name.startswith("test_")]
    options = ["-rA", "-p", "no:cacheprovider", "-k", CHOSEN]
    done = subprocess.run(
        [sys.executable, "-c", program, *options, *tests, *CONTRACTS], cwd=copy, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return re.findall(r"^PASSED (\S+)", done.stdout, re.M)


@pytest.mark.parametrize(("name", "own", "contracts"), [("pessimist", 2, 8), ("long_way", 1, 1), ("triangle", 3, 1)])
def test_two_files_are_enough(passed, name, own, contracts):
    tests = [test for test in passed if f"test_{name}.py" in test]
    found = [test for test in passed if name in test.lower() and test not in tests]
    assert len(tests) == own
    assert len(found) >= contracts

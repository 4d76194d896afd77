"""The worked examples of the page on adding things work as printed: two files each, found by the contracts."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
ADDING = ROOT / "docs" / "adding"


@pytest.fixture
def copied(tmp_path):
    """A copy of the packages and their tests, and a function that runs some of its tests."""
    for folder in ("rl_line", "agents", "sequence_tasks", "tests"):
        shutil.copytree(ROOT / folder, tmp_path / folder, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", tmp_path)

    def run(*tests):
        program = (
            f"import sys; sys.path.insert(0, {str(tmp_path)!r}); import pytest; sys.exit(pytest.main(sys.argv[1:]))"
        )
        command = [sys.executable, "-c", program, "-q", "-p", "no:cacheprovider", *tests]
        done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout.count(".")  # one for each test that passed, as nothing else is printed before the summary

    return tmp_path, run


def test_an_agent_is_two_files(copied):
    folder, run = copied
    shutil.copy(ADDING / "pessimist.py", folder / "agents" / "tabular")
    shutil.copy(ADDING / "test_pessimist.py", folder / "tests" / "agents" / "tabular")
    assert run("tests/agents/tabular/test_pessimist.py") == 2
    contracts = [f"tests/agents/tabular/test_{name}.py" for name in ("batches", "single_steps")]
    assert run(*contracts, "-k", "Pessimist") >= 8


def test_a_line_is_an_entry_and_a_test(copied):
    folder, run = copied
    line, page = folder / "rl_line" / "line.py", (ROOT / "docs" / "adding.md").read_text(encoding="utf-8")
    text = line.read_text(encoding="utf-8")
    for table, entry in re.findall(r"\n(PRESETS|IDS) = \{\n    \.\.\.\n(.*?\n)\}", page, re.S):
        text, number = re.subn(rf"(\n{table}: [^\n]*\{{\n)", rf"\g<1>{entry}", text)
        assert number == 1
    line.write_text(text, encoding="utf-8")
    shutil.copy(ADDING / "test_long_way.py", folder / "tests" / "rl_line")
    assert run("tests/rl_line/test_long_way.py") == 1
    assert run("tests/rl_line/test_env_contract.py", "-k", "long_way") >= 1


def test_a_series_is_two_files(copied):
    folder, run = copied
    shutil.copy(ADDING / "triangle.py", folder / "sequence_tasks" / "series")
    shutil.copy(ADDING / "test_triangle.py", folder / "tests" / "sequence_tasks" / "series")
    assert run("tests/sequence_tasks/series/test_triangle.py") == 3
    assert run("tests/sequence_tasks/series/test_sequence_series.py", "-k", "triangle") >= 1

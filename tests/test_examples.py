"""Every example runs, and prints what the exact solver says."""

import re
import runpy
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
EXAMPLES = sorted((ROOT / "examples").glob("[0-9]*.py"))


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_an_example_is_short(path):
    assert len(path.read_text(encoding="utf-8").splitlines()) < 60


def test_the_first_agent_prints_its_table_and_draws(tmp_path, capsys):
    figure = tmp_path / "new folder" / "figure.png"
    runpy.run_path(str(EXAMPLES[0]))["main"](steps=20_000, figure=figure)
    printed = capsys.readouterr().out
    assert "    1    6.208     7.760*    6.208     7.760*" in printed
    assert "Optimal with gamma 0.8: 1 right, 2 right, 3 right." in printed
    assert figure.stat().st_size > 10_000


def test_parameters_are_options(tmp_path):
    options = ["--gamma", "0.9", "--steps", "50", "--figure", str(tmp_path / "figure.png")]
    done = subprocess.run([sys.executable, EXAMPLES[0], *options], cwd=ROOT, capture_output=True, text=True, check=True)
    assert "Optimal with gamma 0.9: 1 right, 2 left or right, 3 left." in done.stdout
    assert done.stderr == ""


def test_the_readme_program_prints_what_the_readme_shows():
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    (program,) = re.findall(r"```python\n(.*?)```", text, re.S)
    assert len(program.split("\n\n")[1].splitlines()) == 4, "four lines after the imports"
    shown = re.findall(r"```\n( .*?)```", text.split(program)[1], re.S)[0]
    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout == shown


def test_every_file_the_readme_names_is_there():
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    for target in re.findall(r"\]\(([^)]+)\)", text):
        assert (ROOT / target).exists(), target

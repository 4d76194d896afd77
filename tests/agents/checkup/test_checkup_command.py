"""The command prints the report, writes files, and says the verdict in its exit code."""

import json
import subprocess
import sys

import pytest

from agents.checkup.__main__ import command, main
from agents.checkup.reports.report import Report

AGENTS = """
from functools import partial
from mutants import acting, tabular
from mutants.right import Right, training

right = training(Right)
argmin = training(acting.ArgminPolicy)
cut = training(tabular.TruncationAsTermination)
weak = training(tabular.TerminalBootstrap)
seedless = training(acting.SeedIgnored)

class Slow(Right):
    alpha = 1e-7

slow = training(Slow)

def acting(env, **how):
    return right(env, **how).act
"""


@pytest.fixture(autouse=True)
def their_agents(tmp_path, monkeypatch):
    monkeypatch.syspath_prepend(tmp_path)
    (tmp_path / "their_agents.py").write_text(AGENTS, encoding="utf-8")


@pytest.mark.parametrize(
    ("name", "options", "code"),
    [
        ("right", "", 0),
        ("right", "--strict", 0),
        ("weak", "", 0),
        ("weak", "--strict", 1),
        ("seedless", "--strict", 1),
        ("argmin", "", 1),
        ("cut", "--strict", 1),
        ("slow", "--steps 10", 2),
        ("slow", "--steps 10 --strict", 2),
    ],
)
def test_the_exit_code_is_the_verdict(name, options, code, capsys):
    assert main([f"their_agents:{name}", *options.split()]) == code, capsys.readouterr().out


def test_reports_are_written_beside(tmp_path, capsys):
    page, file = tmp_path / "page.html", tmp_path / "all.json"
    assert main(["their_agents:argmin", "--html", str(page), "--json", str(file)]) == 1
    assert "Suspected: argmin-policy" in capsys.readouterr().out
    assert page.exists()
    assert "their_agents:argmin" in json.loads(file.read_text(encoding="utf-8"))["command"]


@pytest.mark.parametrize("option", ["--html", "--json"])
@pytest.mark.parametrize("path", ["", "their_agents.py/report", "a\0b"], ids=["a folder", "below a file", "null"])
def test_a_path_that_cannot_be_written_is_told_before_any_training(option, path, tmp_path, capsys, monkeypatch):
    monkeypatch.setattr(sys.modules[main.__module__], "checkup", lambda *_, **__: pytest.fail("it trains"))
    assert command(["their_agents:argmin", option, f"{tmp_path}/{path}"]) == 3
    last = capsys.readouterr().err.splitlines()[-1]
    assert f"error: {option} {tmp_path}/{path}, expected the name of a file in a folder that can be written to" in last
    assert last.endswith(f"; pass e.g. {option} report.{option[2:]}.")
    assert {path.name for path in tmp_path.iterdir()} - {"__pycache__"} == {"their_agents.py"}


def test_a_page_of_a_full_disk_is_no_verdict(tmp_path, capsys, monkeypatch):
    def full(*_):
        raise OSError("no space left")

    monkeypatch.setattr(Report, "to_html", full)
    assert main(["their_agents:argmin", "--html", str(tmp_path / "page.html")]) == 1
    assert f"{tmp_path / 'page.html'} could not be written: no space left" in capsys.readouterr().err
    assert not (tmp_path / "page.html").exists()


@pytest.mark.parametrize(
    ("name", "line", "code", "said"),
    [
        ("cut", "B", 1, "B: wrong, and at rest"),
        ("weak", "A", 0, "A: right"),
        ("slow", "A", 2, "A: not at rest"),
        ("weak", "S", 0, "S: right"),  # of the lines for agents that show no values
        ("acting", "P", 2, "P: it shows no values; it does\n[0 0 1 "),
    ],
)
def test_it_trains_on_one_line(name, line, code, said, capsys):
    assert main([f"their_agents:{name}", "--line", line, "--steps", "500", "--seeds", "3", "4"]) == code
    out = capsys.readouterr().out
    assert said in out
    assert ("truncation-as-termination says" in out) == (name == "cut")
    assert ("Change: let both flags end the loop" in out) == (name == "cut")


def test_a_weakness_is_said_to_be_one_on_its_line_alone(capsys):
    assert main(["their_agents:weak", "--line", "B", "--steps", "500"]) == 1
    assert "terminal-bootstrap is only a weakness where all lines" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ("their_agents:right --steps 0", "--steps 0: expected a whole number of at least 1; pass e.g. --steps 10."),
        ("their_agents:right --seeds 3", "--seeds 3: expected at least 2, all different"),
        ("their_agents:right --seeds 3 3", "--seeds 3 3: expected at least 2, all different"),
        ("their_agents:right --line A --vector", "--line trains on one line"),
        ("their_agents:right --line Z", "invalid choice: 'Z'"),
    ],
)
def test_what_cannot_be_asked_is_refused_by_the_parser(arguments, message, capsys):
    with pytest.raises(SystemExit):
        main(arguments.split())
    assert message in capsys.readouterr().err


@pytest.mark.parametrize(("typed", "code"), [("nothing:here", 3), ("a:b --unknown", 3), ("--help", 0)])
def test_a_command_that_could_not_check_says_so_by_its_code(typed, code):
    command = [sys.executable, "-m", "agents.checkup", *typed.split()]
    assert subprocess.run(command, capture_output=True, check=False).returncode == code


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("their_agents", "'their_agents' names no function, expected package.module:function"),
        ("their_agents:rigth", "their_agents has no function 'rigth'. Did you mean 'right'?"),
        ("their_agents:AGENTS", "their_agents has no function 'AGENTS'."),
        ("no_such_agents:right", "no module 'no_such_agents', expected one in this folder or installed"),
        ("their_agents.sub:right", "no module 'their_agents.sub', expected one in this folder or installed"),
    ],
)
def test_a_name_that_is_no_function_is_told_in_one_line(name, told, capsys):
    assert command([name]) == 3
    said = capsys.readouterr().err
    assert told in said.splitlines()[-1]
    assert "Traceback" not in said


def test_a_module_that_misses_another_shows_where(tmp_path, capsys):
    (tmp_path / "lacking.py").write_text("import no_such_package\n", encoding="utf-8")
    assert command(["lacking:train"]) == 3
    said = capsys.readouterr().err
    assert "lacking.py" in said
    assert said.splitlines()[-1] == "ImportError: lacking cannot be imported: No module named 'no_such_package'"

"""The command prints lists, runs examples, and passes options on to the checkup."""

import subprocess
import sys
from pathlib import Path

import pytest

import rl_line
from rl_line import __main__ as command

ROOT = Path(__file__).parent.parent.parent


def run(capsys, *arguments):
    """Exit code, output and errors."""
    code = command.main(arguments)
    printed = capsys.readouterr()
    return code, printed.out, printed.err


def test_everything_that_can_be_made_is_listed(capsys):
    code, printed, _ = run(capsys, "list")
    assert code == 0
    for name in ("RewardLine-v0", "AirPassengers-v0", "QLearning", "DQN", "mackey_glass"):
        assert name in printed


def test_every_example_is_listed_in_order(capsys):
    _, printed, _ = run(capsys, "list")
    listed = printed.partition("Examples, for rl-line run:\n")[2].splitlines()
    assert [line[2:4] for line in listed] == sorted(
        path.stem[:2] for path in (ROOT / "examples").glob("[0-9][0-9]_*.py")
    )
    assert all(line[6:].strip() for line in listed)


@pytest.mark.parametrize("name", ["1", "01", "01_first_agent"])
def test_an_example_runs_with_its_options(tmp_path, name):
    call = [sys.executable, "-m", "rl_line", "run", name, "--steps", "20", "--figure", str(tmp_path / "a.png")]
    done = subprocess.run(call, cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.startswith("Q-learning after 20 steps")
    assert (tmp_path / "a.png").exists()


def test_what_is_not_there_is_told(capsys, monkeypatch, tmp_path):
    assert run(capsys, "run", "99") == (2, "", "no example '99'; `rl-line list` names them.\n")
    monkeypatch.setattr(command, "_SOURCE", tmp_path)
    for arguments in (("run", "01"), ("docs",)):
        code, printed, error = run(capsys, *arguments)
        assert (code, printed) == (2, "")
        assert "they come with the source of rl-line" in error


@pytest.mark.parametrize(
    ("arguments", "missing", "extra"), [(("run", "1"), "tyro", "examples"), (("course",), "uvicorn", "course")]
)
def test_an_extra_that_is_not_installed_is_told_in_one_line(capsys, monkeypatch, arguments, missing, extra):
    monkeypatch.setitem(sys.modules, missing, None)
    monkeypatch.setattr(sys, "argv", ["rl-line"])
    line = f"no module '{missing}', which the extra '{extra}' brings; pip install 'rl-line[{extra}]'.\n"
    assert run(capsys, *arguments) == (2, "", line)


def test_the_checkup_has_its_own_options_and_codes(capsys):
    code, printed, _ = run(capsys, "check", "--help")
    assert code == 0
    assert printed.startswith("usage: rl-line check ")
    assert "--budget" in printed
    code, _, error = run(capsys, "check", "nowhere")
    assert code == 3
    assert "expected package.module:function" in error


def test_the_version_is_that_of_the_package(capsys):
    with pytest.raises(SystemExit) as ended:
        command.main(["--version"])
    assert (ended.value.code, capsys.readouterr().out) == (0, f"rl-line {rl_line.__version__}\n")


def test_help_comes_from_docstrings(capsys):
    with pytest.raises(SystemExit):
        command.main(["--help"])
    printed = " ".join(capsys.readouterr().out.split())
    assert "Lists environments, agents, series and examples." in printed

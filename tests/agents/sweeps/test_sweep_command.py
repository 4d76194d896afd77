"""The command runs grids of agents and of any trial, and says what is wrong in a line."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from agents.sweeps import read_rows
from agents.sweeps.command import command, table
from rl_line.__main__ import main

HERE = Path(__file__).parent


@pytest.fixture
def run(capsys):
    """Exit code, lines printed, and errors of the command."""

    def ran(*arguments):
        code = command(arguments)
        printed = capsys.readouterr()
        return code, printed.out.splitlines(), printed.err

    return ran


def test_any_trial_has_its_grid_from_the_words(run, tmp_path):
    code, lines, _ = run("small_trials:by_hand", "--a", "1", "2:3:3", "--seeds", "2", f"--out={tmp_path}")
    assert code == 0
    assert [(row["a"], row["seed"], row["sum"]) for row in read_rows(tmp_path)] == [
        (1, 0, 1), (1, 1, 2), (2.0, 0, 2.0), (2.0, 1, 3.0), (2.5, 0, 2.5), (2.5, 1, 3.5), (3.0, 0, 3.0), (3.0, 1, 4.0),
    ]  # fmt: skip
    assert [line.split() for line in lines[:3]] == [["a", "rows", "sum"], ["1", "2", "1.5"], ["2", "2", "2.5"]]


def test_an_agent_learns_the_line(run, tmp_path):
    grid = ["--alpha", "0.5", "--gamma", "0.5", "0.8", "--epsilon", "0.5", "--seeds", "3"]
    code, lines, _ = run("--agent", "QLearning", *grid, "--steps", "3e3", "--out", str(tmp_path))
    assert code == 0
    rows = read_rows(tmp_path)
    assert [(row["gamma"], row["seed"]) for row in rows] == [(g, s) for g in (0.5, 0.8) for s in range(3)]
    assert {(row["gamma"], round(row["return"], 9), row["regret"]) for row in rows} == {(0.5, 4.25, 0), (0.8, 7.76, 0)}
    assert lines[0].split()[:4] == ["alpha", "gamma", "epsilon", "rows"]
    assert "compiled_trials.CompiledTrial" in json.loads((tmp_path / "settings.json").read_text())["trial"]


def test_an_environment_of_gymnasium_is_known_by_its_table(run):
    code, lines, _ = run("--agent", "Sarsa", "--env", "FrozenLake-v1", "--gamma", "0.9", "--steps", "50")
    assert code == 0
    assert lines[1].split()[:2] == ["0.9", "1"]


def test_words_of_names_truths_and_negative_numbers(run, tmp_path):
    run("small_trials:told", "--x-y", "-1", "-0.5", "true", "none", "a:b", "--out", str(tmp_path))
    assert [row["x_y"] for row in read_rows(tmp_path)] == [-1, -0.5, True, None, "a:b"]


def test_processes_and_errors(run):
    code, lines, told = run("small_trials:raising", "--a", "0", "2", "--workers", "1")
    assert code == 1
    assert "1 trials raised; the first: {'a': 0, 'error': 'ZeroDivisionError: division by zero'}" in told
    assert lines[2].split() == ["2", "1", "0.5"]


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ("--alpha 0.1", "no trial, or two, expected one"),
        ("small_trials:by_hand --agent QLearning --a 1", "no trial, or two, expected one"),
        ("small_trials --a 1", "'small_trials' names no function, expected package.module:trial"),
        ("small_trials:nothing --a 1", "small_trials has no function 'nothing'"),
        ("no_module:trial --a 1", "No module named 'no_module'"),
        ("small_trials:by_hand", "a grid of no settings"),
        ("small_trials:by_hand --a", "a=[], expected at least one value"),
        ("small_trials:by_hand --a 1:2", "--a 1:2, expected LOW:HIGH:COUNT"),
        ("small_trials:by_hand --a 1:2:1", "a: the count=1, expected a whole number"),
        ("small_trials:by_hand --a 1 --seeds x", "seeds='x', expected a whole number"),
        ("small_trials:by_hand --a 1 --workers 0", "workers=0, expected a whole number"),
        ("small_trials:by_hand --a 1 --ray auto", "address='auto', expected"),
        ("small_trials:by_hand --b 1", "cannot be called with the settings b"),
        ("--agent QLearning --env NoSuch-v0 --alpha 1", "no environment NoSuch-v0"),
        ("--agent QLearning --env CartPole-v1 --alpha 1", "CartPole"),
    ],
)
def test_a_wrong_command_is_told_in_a_line(run, words, told):
    code, lines, errors = run(*words.split())
    assert (code, lines) == (2, [])
    assert told in errors


def test_the_table_is_cut_and_leaves_texts_out():
    rows = [{"a": k, "name": "x", "b": 2 * k} for k in range(25)]
    lines = table(rows, ["a"]).splitlines()
    assert [line.split() for line in lines[:2]] == [["a", "rows", "b"], ["0", "1", "0"]]
    assert lines[-2] == "... and 5 more lines"


def test_the_command_of_the_package_passes_on_to_it(capsys):
    with pytest.raises(SystemExit) as ended:
        main(["sweep", "--help"])
    assert ended.value.code == 0
    assert "LOW:HIGH:COUNT" in capsys.readouterr().out


def test_a_sweep_that_is_interrupted_says_how_to_go_on(run, monkeypatch):
    def interrupted(*_, **__):
        raise KeyboardInterrupt

    monkeypatch.setattr("agents.sweeps.command.sweep", interrupted)
    code, _, told = run("small_trials:by_hand", "--a", "1")
    assert code == 130
    assert "the same command goes on" in told


def test_it_runs_from_a_shell(tmp_path):
    call = [sys.executable, "-m", "rl_line", "sweep", "small_trials:by_hand", "--a", "1", "--workers", "1"]
    done = subprocess.run(call, cwd=HERE, capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[1].split() == ["1", "1", "1"]

"""The command runs presets, and grids of agents and of any trial, and reports errors in one line."""

import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from agents.sweeps import read_rows
from agents.sweeps.command import command
from agents.sweeps.presets import PRESETS
from agents.sweeps.presets.course_page import read_course
from agents.sweeps.regret import uniform_regret
from rl_line import reward_line
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
    # The more the better; of two runs the interval ends at them, as one resample in four is the same run twice.
    assert [line.split() for line in lines[:3]] == [
        ["a", "runs", "sum", "low", "high"], ["3", "2", "3.5", "3", "4"], ["2.5", "2", "3", "2.5", "3.5"],
    ]  # fmt: skip
    assert lines[-1] == f"{tmp_path}/page.html"
    made = (tmp_path / "page.html").read_text(encoding="utf-8")
    assert "<td>3</td><td>3.5</td><td>3</td><td>4</td><td>2</td>" in made
    assert f"<td>numpy</td><td>{np.__version__}</td>" in made


def test_an_agent_learns_the_line(run, tmp_path):
    grid = ["--alpha", "0.5", "--gamma", "0.5", "0.8", "--epsilon", "0.5", "--seeds", "3"]
    code, lines, _ = run("--agent", "QLearning", *grid, "--steps", "3e3", "--out", str(tmp_path))
    assert code == 0
    rows = read_rows(tmp_path)
    assert [(row["gamma"], row["seed"]) for row in rows] == [(g, s) for g in (0.5, 0.8) for s in range(3)]
    assert {(row["gamma"], round(row["return"], 9), row["regret"]) for row in rows} == {(0.5, 4.25, 0), (0.8, 7.76, 0)}
    assert lines[0].split()[:5] == ["alpha", "gamma", "epsilon", "runs", "regret"]
    assert "less is better" in (tmp_path / "page.html").read_text(encoding="utf-8")
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
    assert "Trials that raised: 1; the first: {'a': 0, 'error': 'ZeroDivisionError: division by zero'}" in told
    assert lines[1].split() == ["2", "1", "0.5", "-", "-"]


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ("--alpha 0.1", "no trial, or two, expected one"),
        ("small_trials:by_hand --agent QLearning --a 1", "no trial, or two, expected one"),
        ("small_trials --a 1", "'small_trials' names no function, expected package.module:trial"),
        ("small_trials:nothing --a 1", "small_trials has no function 'nothing'"),
        ("no_module:trial --a 1", "No module named 'no_module'"),
        ("small_trials:by_hand", "no settings, expected at least one; pass e.g. --alpha 0.1 0.5."),
        ("small_trials:by_hand --a", "--a has no value, expected at least one; pass e.g. --a 0.1 0.5."),
        ("small_trials:by_hand --a 1:2", "--a 1:2, expected LOW:HIGH:COUNT"),
        ("small_trials:by_hand --a 1:2:1", "--a 1:2:1, expected LOW:HIGH:COUNT with a COUNT of at least 2"),
        (
            "small_trials:by_hand --a 1 --seeds x",
            "--seeds x, expected a whole number of at least 1; pass e.g. --seeds 10.",
        ),
        ("small_trials:by_hand --a 1 --seed 3 --seeds 2", "--seed beside --seeds, expected one of them"),
        (
            "small_trials:by_hand --a 1 --workers 0",
            "--workers 0, expected a whole number of at least 1; pass e.g. --workers 10.",
        ),
        ("small_trials:by_hand --a 1 --ray auto", "address='auto', expected"),
        ("small_trials:by_hand --b 1", "cannot be called with the settings b"),
        ("small_trials:by_hand --a 1 --least b", "no row has b as a result, expected one of: sum."),
        ("small_trials:by_hand --steps 1", "cannot be called with the settings steps"),
        ("--preset course --alpha 0.1", "--alpha beside --preset course, expected none"),
        ("--preset course --seeds 3", "--seeds beside --preset course, expected none"),
        ("small_trials:by_hand --preset course", "a trial beside --preset course, expected none"),
        ("--agent QLearning --env NoSuch-v0 --alpha 1", "no environment NoSuch-v0"),
        ("--agent QLearning --env CartPole-v1 --alpha 1", "--env CartPole-v1 has no known MDP; pass e.g. --env C"),
        (
            "--agent QLearning --alfa 0.1",
            "settings alfa (got an unexpected keyword argument 'alfa'). Did you mean 'alpha'?",
        ),
        ("--agent QLearning --alpha 0.1 --steps 0", "--steps 0, expected a whole number"),
    ],
)
def test_a_wrong_command_is_told_in_a_line(run, words, told):
    code, lines, errors = run(*words.split())
    assert (code, lines) == (2, [])
    assert told in errors


def test_a_sweep_without_any_result_tells_its_first_error_once(run):
    code, lines, told = run("small_trials:raising", "--a", "0")
    assert (code, lines) == (1, [])
    assert told == "Trials that raised: 1; the first: {'a': 0, 'error': 'ZeroDivisionError: division by zero'}\n"


def test_what_is_asked_for_decides(run):
    _, lines, _ = run("small_trials:by_hand", "--a", "1", "2", "3", "--least", "sum")
    assert [line.split()[0] for line in lines[1:4]] == ["1", "2", "3"]


def test_a_page_that_cannot_be_made_loses_no_row(run, tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "agents.sweeps.report.figures", None)
    code, lines, told = run("small_trials:by_hand", "--a", "1", "2", "--out", str(tmp_path))
    assert (code, lines[1].split()[0]) == (0, "2")
    assert f"The rows are in {tmp_path}, but without a page: " in told
    assert [row["sum"] for row in read_rows(tmp_path)] == [1, 2]


def a_problem(env, agent):
    """Seeds of even numbers prefer alpha 0.5; odd ones have half of the regret of acting at random, or none for it."""
    missed = {0.5: (0.0, 0.0), 0.1: (1.0, 0.5)} if agent == "QLearning" else {0.5: (0.5, 0.5)}
    scale = {gamma: uniform_regret(reward_line(), gamma) for gamma in (0.9, 0.99)}
    return [
        {"alpha": alpha, "epsilon": 0.1, "gamma": gamma, "seed": seed, "regret": x * scale[gamma], "relative_regret": x}
        for alpha, (even, odd) in missed.items()
        for gamma in scale
        for seed, x in enumerate((even, odd, even, odd))
    ]


def small_course(monkeypatch, trial):
    settings = [{"env": "RewardLine-v0", "agent": name} for name in ("Sarsa", "QLearning")]
    small = PRESETS["course"]._replace(trial=trial, settings=lambda: settings)
    monkeypatch.setattr("agents.sweeps.command.PRESETS", {"course": small})


def test_a_preset_runs_its_trials_and_keeps_page_and_rows(run, tmp_path, monkeypatch):
    small_course(monkeypatch, a_problem)
    monkeypatch.chdir(tmp_path)
    code, lines, _ = run("--preset", "course")
    assert code == 0
    assert [line.split() for line in lines[1:3]] == [
        ["QLearning", "0", "0", "0", "100%"],
        ["Sarsa", *["0.5"] * 3, "0%"],
    ]
    assert lines[-2:] == ["runs/course/course.jsonl", "runs/course/page.html"]
    rows = read_course("runs/course/course.jsonl")
    assert [row["relative_regret"] for row in rows if row["agent"] == "Sarsa"] == pytest.approx([0.5] * 8, rel=5e-3)
    made = Path("runs/course/page.html").read_text(encoding="utf-8")
    assert "2 tabular agents on 1 problems, 24 trainings" in made
    assert f"<td>numpy</td><td>{np.__version__}</td>" in made


def test_a_preset_without_one_of_its_trials_is_told(run, tmp_path, monkeypatch):
    def failing(env, agent):
        if agent == "Sarsa":
            raise MemoryError("no memory")
        return a_problem(env, agent)

    small_course(monkeypatch, failing)
    code, lines, told = run("--preset", "course", "--out", str(tmp_path))
    assert code == 1
    assert "'agent': 'Sarsa', 'error': 'MemoryError: no memory'" in told
    assert lines[1].split()[0] == "QLearning"
    assert "1 tabular agents on 1 problems, 16 trainings" in (tmp_path / "page.html").read_text(encoding="utf-8")


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
    assert done.stdout.splitlines()[1].split() == ["1", "1", "1", "-", "-"]

"""Options of the examples that leave nothing to show are refused in one line, by one rule."""

import inspect
import os
import runpy
import subprocess
import sys
from pathlib import Path

import pytest

from rl_line.system.scripts import run

ROOT = Path(__file__).parents[2]
EXAMPLES = sorted((ROOT / "examples").glob("[0-9]*.py"))
#: Whole numbers that may be 0: seeds of random numbers, decimals, and the steps after which 01 shows its table.
MAY_BE_NONE = {"seed", "digits"}


def options():
    """Each example with each of its options that counts something, or is several values."""
    for path in EXAMPLES:
        for name, parameter in inspect.signature(runpy.run_path(str(path))["main"]).parameters.items():
            if path.stem.startswith("01") and name == "steps":
                continue
            if type(parameter.default) is tuple or (type(parameter.default) is int and name not in MAY_BE_NONE):
                yield pytest.param(path, name, type(parameter.default)(), id=f"{path.stem[:2]}-{name}")


@pytest.mark.parametrize(("path", "name", "nothing"), list(options()))
def test_an_option_that_leaves_nothing_to_show_is_refused(path, name, nothing, tmp_path, capsys):
    main = runpy.run_path(str(path))["main"]
    with pytest.raises(ValueError, match=rf"^{name}=(0|\(\)), expected (a whole number of )?at least"):
        main(**{name: nothing})
    assert capsys.readouterr().out == "", "it is refused before anything is done"


@pytest.mark.parametrize(
    ("number", "arguments", "line"),
    [
        (4, ["--noises", "-1"], "--noises -1.0: expected a number of at least 0, and finite; pass e.g. --noises 0.1."),
        (5, ["--raised", "2"], "--raised 2.0: expected a discount from 0 to 1; pass e.g. --raised 0.8."),
        (6, ["--delay", "-1"], "--delay -1.0: expected a number of at least 0, and finite; pass e.g. --delay 0.1."),
        (14, ["--count", "1"], "--count 1: the train part is the values 0 to 0, which hold no target of length=24, "),
        (15, ["--length", "100"], "--length 100: the train part is the values 0 to 95, which hold no target of length"),
        (20, ["--steps", "10"], "--steps 10: expected a whole number of at least 200; pass e.g. --steps 200."),
    ],
)
def test_an_option_with_which_nothing_can_be_done_is_refused_at_once(monkeypatch, capsys, number, arguments, line):
    monkeypatch.setattr(sys, "argv", ["example.py", *arguments])
    with pytest.raises(SystemExit) as stopped:
        run(runpy.run_path(str(EXAMPLES[number - 1]))["main"])
    printed = capsys.readouterr()
    assert (stopped.value.code, printed.out, printed.err[: len(line)]) == (2, "", line)
    assert printed.err.count("\n") == 1


@pytest.mark.parametrize("path", [path for path in EXAMPLES if "import keras" in path.read_text(encoding="utf-8")])
def test_an_example_that_imports_keras_starts_without_messages_of_tensorflow(path):
    environment = {name: value for name, value in os.environ.items() if name != "TF_CPP_MIN_LOG_LEVEL"}
    call = [sys.executable, str(path), "--seed", "-1"]  # which is refused after the imports
    done = subprocess.run(call, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    assert done.stderr == "--seed -1: expected a whole number of at least 0; pass e.g. --seed 10.\n"


def test_it_is_told_in_one_line():
    call = [sys.executable, str(ROOT / "examples" / "03_more_exploration.py"), "--steps", "0"]
    done = subprocess.run(call, cwd=ROOT, capture_output=True, text=True, check=False)
    line = "--steps 0: expected a whole number of at least 1; pass e.g. --steps 10.\n"
    assert (done.returncode, done.stdout, done.stderr) == (2, "", line)


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_every_example_is_run_by_that_rule(path):
    assert path.read_text(encoding="utf-8").endswith('if __name__ == "__main__":\n    run(main)\n')

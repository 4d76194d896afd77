"""Options of the examples that leave nothing to show are refused in one line, by one rule."""

import inspect
import runpy
import subprocess
import sys
from pathlib import Path

import pytest

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


def test_it_is_told_in_one_line():
    call = [sys.executable, str(ROOT / "examples" / "03_more_exploration.py"), "--steps", "0"]
    done = subprocess.run(call, cwd=ROOT, capture_output=True, text=True, check=False)
    line = "--steps 0: expected a whole number of at least 1; pass e.g. --steps 10.\n"
    assert (done.returncode, done.stdout, done.stderr) == (2, "", line)


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_every_example_is_run_by_that_rule(path):
    assert path.read_text(encoding="utf-8").endswith('if __name__ == "__main__":\n    run(main)\n')

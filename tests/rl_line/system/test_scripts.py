"""Options of scripts are refused in one line, and other errors are not hidden."""

import sys
from pathlib import Path

import pytest

from rl_line.system.numbers import real, whole
from rl_line.system.scripts import at_least_one, run


@pytest.fixture
def call(monkeypatch, capsys):
    """A function that runs `main` with a command line, and gives the stopped.code and what is written as an error."""

    def call(main, *arguments):
        monkeypatch.setattr(sys, "argv", ["script.py", *arguments])
        code = 0
        try:
            run(main)
        except SystemExit as stopped:
            code = stopped.code
        return code, capsys.readouterr().err

    return call


@pytest.mark.parametrize("value", [0, -3, 2.5, (), []])
def test_nothing_is_refused_by_its_name(value):
    with pytest.raises(ValueError, match=r"^steps=\S+, expected (a whole number of )?at least"):
        at_least_one(seeds=1, steps=value)


def test_one_is_enough():
    at_least_one(steps=1, seeds=1e3, alphas=(0.0,), variants=["plain"])


def main(
    steps: int = 3, alphas: tuple[float, ...] = (0.1,), largest: float = 0.5, reward_noise: float = 0.0, seed: int = 0
) -> None:
    """Fails as scripts do."""
    at_least_one(steps=steps, alphas=alphas)
    for alpha in (*alphas, largest):
        real(0, 1, alpha=alpha)
    real(0, 9, reward_noise=reward_noise)
    if steps == 7:
        whole(lanes=0)
    if steps == 6:
        raise ValueError("steps=6, but that is too few; pass e.g. steps=9.")
    if steps == 8:
        raise ValueError("something else")
    if steps == 9:
        list(range(2**62))
    whole(1, 1000, epochs=steps)


@pytest.mark.parametrize(
    ("arguments", "line"),
    [
        (("--steps", "0"), "--steps 0: expected a whole number of at least 1; pass e.g. --steps 10."),
        (("--steps", "6"), "--steps 6: but that is too few; pass e.g. --steps 9."),
        (("--alphas",), "--alphas: expected at least one; pass some, or leave --alphas out."),
        (("--alphas", "0.1", "2"), "--alphas 2.0: expected a number from 0 to 1; pass e.g. --alphas 0.8."),
        (("--largest", "2"), "--largest 2.0: expected a number from 0 to 1; pass e.g. --largest 0.8."),
        (("--steps", "1001"), "--steps 1001: expected a whole number from 1 to 1,000; pass e.g. --steps 10."),
        (("--steps", "7"), "--steps 7: lanes=0, expected a whole number of at least 1; pass e.g. lanes=10."),
        (("--steps", "9"), "--steps 9: not enough memory"),
        (("--reward-noise", "-1"), "--reward-noise -1.0: expected a number from 0 to 9; pass e.g. --reward-noise 0.1."),
    ],
)
def test_an_option_that_is_refused_is_one_line(call, arguments, line):
    assert call(main, *arguments) == (2, line + "\n")


def test_a_right_option_runs(call):
    assert call(main, "--steps", "3") == (0, "")


def test_an_error_that_is_not_about_an_option_keeps_its_traceback(call):
    with pytest.raises(ValueError, match="something else"):
        call(main, "--steps", "8")


def test_an_error_without_options_keeps_its_traceback(call):
    with pytest.raises(ValueError, match="lanes=0, expected"):
        call(lambda: whole(lanes=0))


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("notes/a.png", "the name of a file in a folder that can be written to"),  # notes is a file
        ("/proc/none/a.png", "the name of a file in a folder that can be written to"),
        (".", "the name of a file in a folder that can be written to"),
        ("a.xyz", "a name that ends in .png or .svg or .pdf or .jpg"),
        ("a", "a name that ends in .png or .svg or .pdf or .jpg"),
    ],
)
def test_a_picture_that_cannot_be_written_is_refused_before_the_script_begins(
    call, tmp_path, monkeypatch, path, expected
):
    monkeypatch.chdir(tmp_path)
    Path("notes").write_text("old")
    line = f"--figure '{path}': expected {expected}; pass e.g. --figure figures/curve.png\n"

    def draw(figure: Path = Path("figures/curve.png")) -> None:
        pytest.fail("begun")

    assert call(draw, "--figure", path) == (2, line)
    assert [one.name for one in tmp_path.iterdir()] == ["notes"]


@pytest.mark.parametrize(("default", "path"), [("a.png", "new/b.SVG"), ("a.gif", "b.gif"), ("a.html", "b.html")])
def test_a_picture_of_another_name_or_format_is_written(call, tmp_path, monkeypatch, default, path):
    monkeypatch.chdir(tmp_path)

    def main(page: Path = Path(default)) -> None:
        page.parent.mkdir(exist_ok=True)
        page.write_text("drawn")

    assert call(main, "--page", path) == (0, "")
    assert Path(path).read_text() == "drawn"

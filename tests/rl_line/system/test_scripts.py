"""Options of scripts are refused in one line, and other errors are not hidden."""

import sys

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


def main(steps: int = 3, alphas: tuple[float, ...] = (0.1,), reward_noise: float = 0.0) -> None:
    """Fails as scripts do."""
    at_least_one(steps=steps, alphas=alphas)
    for alpha in alphas:
        real(0, 1, alpha=alpha)
    real(0, 9, reward_noise=reward_noise)
    if steps == 7:
        whole(lanes=0)
    if steps == 6:
        raise ValueError("steps=6, but that is too few; pass e.g. steps=9.")
    if steps == 8:
        raise ValueError("something else")


@pytest.mark.parametrize(
    ("arguments", "line"),
    [
        (("--steps", "0"), "--steps 0: expected a whole number of at least 1; pass e.g. --steps 10."),
        (("--steps", "6"), "--steps 6: but that is too few; pass e.g. --steps 9."),
        (("--alphas",), "--alphas: expected at least one; pass some, or leave --alphas out."),
        (("--alphas", "0.1", "2"), "--alphas 2.0: expected a number from 0 to 1; pass e.g. --alphas 0.8."),
        (("--reward-noise", "-1"), "--reward-noise -1.0: expected a number from 0 to 9; pass e.g. --reward-noise 0.1."),
    ],
)
def test_an_option_that_is_refused_is_one_line(call, arguments, line):
    assert call(main, *arguments) == (2, line + "\n")


def test_a_right_option_runs(call):
    assert call(main, "--steps", "3") == (0, "")


@pytest.mark.parametrize(("steps", "message"), [("7", "lanes=0, expected"), ("8", "something else")])
def test_an_error_that_is_not_about_an_option_keeps_its_traceback(call, steps, message):
    with pytest.raises(ValueError, match=message):
        call(main, "--steps", steps)

"""Options of a script, with an error in one line if they are invalid or leave nothing to show."""

from __future__ import annotations

import inspect
import re
import sys
from collections.abc import Callable
from typing import Any

from rl_line.system.extras import brought_by
from rl_line.system.numbers import shown, whole


def at_least_one(**options: Any) -> None:
    """Raises ValueError unless every option is a whole number from 1, or a sequence that is not empty.

    >>> at_least_one(steps=20, alphas=(0.1,))
    """
    for name, value in options.items():
        if not isinstance(value, (tuple, list)):
            whole(**{name: value})
        elif not value:
            raise ValueError(f"{name}={shown(value)}, expected at least one; pass some, or leave {name} out.")


def run(main: Callable[..., None]) -> None:
    """Runs a script with the options of its command line.

    A ValueError about an option is printed in one line, e.g. `--steps 0: expected ...`; other errors pass through.
    """
    with brought_by("examples"):
        import tyro
    try:
        tyro.cli(main)
    except ValueError as error:
        line = _in_options(str(error), main)
        if line is None:
            raise
        print(line, file=sys.stderr)
        sys.exit(2)


def _in_options(message: str, main: Callable[..., None]) -> str | None:
    """An error about a parameter of `main`, or about one number of several, in the words of the command line."""
    read = re.fullmatch(r"(\w+)=(.*?), ((?:expected|but) .*)", message, re.DOTALL)
    names = inspect.signature(main).parameters
    given = next((name for name in (read[1], f"{read[1]}s") if name in names), None) if read else None
    if read is None or given is None:
        return None
    option, value = f"--{given.replace('_', '-')}", "" if read[2] in ("()", "[]") else f" {read[2]}"
    advice = read[3].replace(f"{read[1]}=", f"{option} ").replace(f"leave {given} ", f"leave {option} ")
    return f"{option}{value}: {advice}"

"""Options of a script, with an error in one line if they are invalid or leave nothing to show."""

from __future__ import annotations

import inspect
import re
import sys
from collections.abc import Callable, Mapping
from functools import wraps
from pathlib import Path
from traceback import walk_tb
from typing import Any

from rl_line.system.atomic_files import can_be_written
from rl_line.system.extras import brought_by
from rl_line.system.numbers import shown, whole

_PICTURES = (".png", ".svg", ".pdf", ".jpg")  # endings of pictures that Matplotlib writes


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

    The path of a file is checked before the script begins. An error about an option is printed in one line, e.g.
    `--steps 0: expected ...`. If options are given, so is another ValueError of these packages, or a lack of memory.
    Other errors pass through.
    """
    with brought_by("examples"):
        import tyro
    defaults = {name: one.default for name, one in inspect.signature(main).parameters.items()}
    given: dict[str, Any] = {}

    @wraps(main)
    def checked(**options: Any) -> None:
        given.update({name: value for name, value in options.items() if value != defaults[name]})
        for name, default in defaults.items():
            if isinstance(default, Path):
                _check_file(name, options[name], default)
        main(**options)

    try:
        tyro.cli(checked)
    except (ValueError, MemoryError) as error:
        line = in_options(str(error), defaults, given)
        if line is None and given and (isinstance(error, MemoryError) or _is_of_these_packages(error)):
            line = f"{' '.join(sys.argv[1:])}: {str(error) or 'not enough memory'}"
        if line is None:
            raise
        print(line, file=sys.stderr)
        sys.exit(2)


def in_options(message: str, defaults: Mapping[str, Any], given: Mapping[str, Any]) -> str | None:
    """An error about an option, or about one number of several, in the words of the command line.

    Args:
        message: the error, which begins with a name and a value.
        defaults: options by name.
        given: options that were given, to recognise one by its value.

    >>> in_options("seeds=(3,), expected at least 2; pass e.g. seeds=(0, 1).", {"seeds": (0, 1)}, {"seeds": (3,)})
    '--seeds 3: expected at least 2; pass e.g. --seeds 0 1.'
    """
    read = re.fullmatch(r"(\w+)=(.*?), ((?:expected|but) .*)", message, re.DOTALL)
    if read is None:
        return None
    name, value, advice = read.groups()
    # Of one number of several, or under another name, an option is known by its value.
    found = [name] if name in defaults else [one for one, values in given.items() if value in _each(values)]
    if not found:
        return None
    option = f"{name}s" if f"{name}s" in found else found[0]
    flag = f"--{option.replace('_', '-')}"
    advice = advice.replace(f"{name}=", f"{flag} ").replace(f"leave {option} ", f"leave {flag} ")
    line = f"{flag}{'' if value in ('()', '[]') else f' {value}'}: {advice}"
    return re.sub(rf"({flag} )[(\[]([-\d., ]+?),?[)\]]", lambda listed: listed[1] + listed[2].replace(",", ""), line)


def _check_file(name: str, path: Path, default: Path) -> None:
    """Raises ValueError unless a file of the kind of the default can be written."""
    endings = _PICTURES if default.suffix in _PICTURES else (default.suffix,)
    if not can_be_written(path):
        expected = "the name of a file in a folder that can be written to"
    elif path.suffix.lower() not in endings:
        expected = f"a name that ends in {' or '.join(endings)}"
    else:
        return
    raise ValueError(f"{name}={str(path)!r}, expected {expected}; pass e.g. {name}={default}")


def _each(values: Any) -> list[str]:
    """The values of an option as texts."""
    return [shown(value) for value in (values if isinstance(values, (tuple, list)) else [values])]


def _is_of_these_packages(error: BaseException) -> bool:
    """True if code of these packages, not of a script or of another library, raised an error."""
    frames = list(walk_tb(error.__traceback__))
    return frames[-1][0].f_globals["__name__"].partition(".")[0] in ("rl_line", "agents", "sequence_tasks")

"""Text that repeats a checkup: a command if the training function can be imported, else lines of Python."""

from __future__ import annotations

import inspect
import sys
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from agents.checkup.training.evidence import Evidence


def repeating(train: Any, options: Mapping[str, Any], wrong: Sequence[Evidence]) -> str:
    """Text that repeats a checkup; if values are wrong, the first wrong line alone, with the steps that show the error.

    Args:
        train: the training function.
        options: options of the checkup that differ from the defaults.
        wrong: the evidence of lines that are clearly wrong.
    """
    line, steps = (wrong[0].line.id, wrong[0].runs[-1].steps) if wrong else ("", 0)
    module, name = getattr(train, "__module__", ""), getattr(train, "__qualname__", "")
    if line:  # trains on that line alone
        options = {key: value for key, value in options.items() if key in ("learns", "seeds")}
    importable = module != "__main__" and name and getattr(sys.modules.get(module), name, None) is train
    if importable and not any(callable(value) for value in options.values()):
        there = f" --line {line} --steps {steps}" if line else ""
        return f"python -m agents.checkup {module}:{name}{''.join(map(_option, options.items()))}{there}"
    if not line:
        given = "".join(f", {key}={_shown(value)}" for key, value in options.items())
        return f"from agents import checkup; print(checkup(train{given}))"
    return (
        "from agents.checkup.training import lines\n"
        f"line = next(line for line in lines.LINES if line.id == {line!r})\n"
        f"agent = train(lines.probe(line), gamma=line.gamma, steps={steps}, seed={wrong[0].runs[0].seed})"
    )


def _option(option: tuple[str, Any]) -> str:
    name, value = option
    if value is True:
        return f" --{name}"
    return f" --{name} {' '.join(map(str, value)) if isinstance(value, (tuple, list)) else value}"


def _shown(value: Any) -> str:
    return getattr(value, "__name__", "epsilon") if inspect.isfunction(value) else repr(value)

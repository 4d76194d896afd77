"""What to type to see it again: a command where the training function can be imported, else some lines of Python."""

from __future__ import annotations

import inspect
import sys
from collections.abc import Mapping, Sequence
from typing import Any

from agents.checkup.evidence import SUSPECTED, Answer


def repeating(train: Any, options: Mapping[str, Any], answers: Sequence[Answer]) -> str:
    """What repeats a checkup: where values are wrong the first setting that shows it, with the steps that did.

    Args:
        train: the training function.
        options: of the checkup, as far as they are not what they usually are.
        answers: what was learned.
    """
    wrong = [answer for answer in answers if answer.verdict == SUSPECTED and answer.q is not None]
    setting, steps = (wrong[0].setting.id, wrong[0].runs[-1].steps) if wrong else ("", 0)
    module, name = getattr(train, "__module__", ""), getattr(train, "__qualname__", "")
    if setting:  # trains on that alone
        options = {key: value for key, value in options.items() if key in ("learns", "seeds")}
    importable = module != "__main__" and name and getattr(sys.modules.get(module), name, None) is train
    if importable and not any(callable(value) for value in options.values()):
        there = f" --setting {setting} --steps {steps}" if setting else ""
        return f"python -m agents.checkup {module}:{name}{''.join(map(_option, options.items()))}{there}"
    if not setting:
        given = "".join(f", {key}={_shown(value)}" for key, value in options.items())
        return f"from agents import checkup; print(checkup(train{given}))"
    return (
        "from agents.checkup import probes\n"
        f"setting = next(setting for setting in probes.SETTINGS if setting.id == {setting!r})\n"
        f"agent = train(probes.probe(setting), gamma=setting.gamma, steps={steps}, seed={wrong[0].runs[-1].seed})"
    )


def _option(option: tuple[str, Any]) -> str:
    name, value = option
    if value is True:
        return f" --{name}"
    return f" --{name} {' '.join(map(str, value)) if isinstance(value, (tuple, list)) else value}"


def _shown(value: Any) -> str:
    return getattr(value, "__name__", "epsilon") if inspect.isfunction(value) else repr(value)

"""What to type to see it again: a command where the training function can be imported, else some lines of Python."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import Any

from agents.checkup.evidence import SUSPECTED, Answer


def repeating(train: Any, options: str, answers: Sequence[Answer]) -> str:
    """What repeats a checkup: where something is wrong the first setting that shows it, with the steps that did.

    Args:
        train: the training function.
        options: of the command, the same as the checkup's.
        answers: what was learned.
    """
    wrong = [answer for answer in answers if answer.verdict == SUSPECTED]
    setting, steps = (wrong[0].setting.id, wrong[0].runs[-1].steps) if wrong else ("", 0)
    module, name = getattr(train, "__module__", ""), getattr(train, "__qualname__", "")
    if module != "__main__" and name and getattr(sys.modules.get(module), name, None) is train:
        there = f" --setting {setting} --steps {steps}" if setting else ""
        return f"python -m agents.checkup {module}:{name} {options}{there}"
    if not setting:
        return "from agents import checkup; print(checkup(train))"
    return (
        "from agents.checkup import probes\n"
        f"setting = next(setting for setting in probes.SETTINGS if setting.id == {setting!r})\n"
        f"agent = train(probes.probe(setting), gamma=setting.gamma, steps={steps}, seed={wrong[0].runs[-1].seed})"
    )

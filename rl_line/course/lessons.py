"""The lessons in order; their texts are in `rl_line.course.texts`."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path
from typing import NamedTuple

#: Folders of lessons, in the source and in the installed package.
_FOLDERS = (Path(__file__).parent.parent.parent / "examples" / "course", Path(__file__).parent / "lessons")


class Lesson(NamedTuple):
    """A lesson: a marimo notebook, and its texts."""

    path: Path

    @property
    def name(self) -> str:
        """Name in its address, such as "08_line"."""
        return self.path.stem

    @property
    def texts(self) -> dict[str, dict[str, str]]:
        """Its texts, by language and name."""
        texts: dict[str, dict[str, str]] = import_module(f"rl_line.course.texts.{self.name[3:]}").TEXTS
        return texts


def lessons() -> list[Lesson]:
    """All lessons, in order; empty if they are not installed."""
    for folder in _FOLDERS:
        if paths := sorted(folder.glob("[0-9][0-9]_*.py")):
            return [Lesson(path) for path in paths]
    return []

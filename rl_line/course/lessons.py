"""The lessons in order, with their texts in every language."""

from __future__ import annotations

import ast
from pathlib import Path
from typing import Any, NamedTuple

#: Folders of lessons, in the source and in the installed package.
_FOLDERS = (Path(__file__).parent.parent.parent / "examples" / "course", Path(__file__).parent / "lessons")


class Lesson(NamedTuple):
    """A lesson: a marimo notebook, and its texts."""

    path: Path
    texts: dict[str, dict[str, str]]  # by language and name

    @property
    def name(self) -> str:
        """Name in its address, such as "08_line"."""
        return self.path.stem


def lessons() -> list[Lesson]:
    """All lessons, in order; empty if they are not installed."""
    for folder in _FOLDERS:
        if paths := sorted(folder.glob("[0-9][0-9]_*.py")):
            return [Lesson(path, _texts(path)) for path in paths]
    return []


def _texts(path: Path) -> dict[str, dict[str, str]]:
    """The literal TEXTS of a notebook, which is not run."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Assign) and any(_is_named(target, "TEXTS") for target in node.targets):
            texts: dict[str, dict[str, str]] = ast.literal_eval(node.value)
            return texts
    raise ValueError(f'{path} has no TEXTS, expected TEXTS = {{"en": {{"title": ...}}, "pt": ...}} in its set-up.')


def _is_named(target: Any, name: str) -> bool:
    return isinstance(target, ast.Name) and target.id == name

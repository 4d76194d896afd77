"""Catalogues by name; the error for an unknown name suggests the closest known one."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, TypeVar

from rl_line.system.kinds import hint

Value = TypeVar("Value")


class Catalogue(dict[str, Value]):
    """Objects by name; KeyError with the closest name for an unknown one."""

    def __init__(self, kind: str, things: Iterable[tuple[str, Value]] = ()) -> None:
        super().__init__(things)
        self.kind = kind

    def __missing__(self, name: object) -> Value:
        raise KeyError(f"No {self.kind} {name!r}. {hint(name, self)}Known: {', '.join(self)}.")

    def __reduce__(self) -> tuple[Any, ...]:
        return Catalogue, (self.kind, list(self.items()))

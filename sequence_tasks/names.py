"""Names that people type: an unknown one is answered with the closest that is known."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable
from difflib import get_close_matches
from functools import wraps
from typing import Any, TypeVar

Made = TypeVar("Made", bound=Callable[..., Any])
Value = TypeVar("Value")


def hint(name: object, known: Iterable[str]) -> str:
    """The question after the closest of the known names, whatever their case; empty if none is close.

    >>> hint("LSTM", ["gru", "lstm"])
    "Did you mean 'lstm'? "
    """
    plain = {one.casefold().replace(" ", "_").replace("-", "_"): one for one in known}
    closest = get_close_matches(str(name).casefold().replace(" ", "_").replace("-", "_"), plain, n=1, cutoff=0.5)
    return f"Did you mean {plain[closest[0]]!r}? " if closest else ""


class Catalogue(dict[str, Value]):
    """Things by name; KeyError with the closest name for one that is not there."""

    def __init__(self, kind: str, things: Iterable[tuple[str, Value]] = ()) -> None:
        super().__init__(things)
        self.kind = kind

    def __missing__(self, name: object) -> Value:
        raise KeyError(f"No {self.kind} {name!r}. {hint(name, self)}Known: {', '.join(self)}.")

    def __reduce__(self) -> tuple[Any, ...]:
        return Catalogue, (self.kind, list(self.items()))


def spelled(made: Made) -> Made:
    """Decorator of a function or class: TypeError with the closest name for an argument that it does not have."""
    function = made.__init__ if isinstance(made, type) else made  # type: ignore[misc]
    known = list(inspect.signature(made).parameters)

    @wraps(function)
    def called(*given: Any, **settings: Any) -> Any:
        for name in settings:
            if name not in known:
                raise TypeError(
                    f"{made.__name__} has no argument {name!r}. {hint(name, known)}Known: {', '.join(known)}."
                )
        return function(*given, **settings)

    if not isinstance(made, type):
        return called  # type: ignore[return-value]
    made.__init__ = called  # type: ignore[misc]
    return made

"""Python typed into a page: it runs for a limited time, with errors in one line."""

from __future__ import annotations

import sys
import time
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import CodeType, FrameType
from typing import Any

FILE = "<typed>"  # file name in its tracebacks
_WORDS = {
    "en": {
        "line": "line {line}: ",
        "missing": "there is no function {name}; begin with def {name}(...):",
        "endless": "it still ran after {seconds:g} seconds; is there a loop that never ends?",
    },
    "pt": {
        "line": "linha {line}: ",
        "missing": "não há uma função {name}; comece com def {name}(...):",
        "endless": "ainda rodava depois de {seconds:g} segundos; há um laço que nunca termina?",
    },
}


class TypedError(Exception):
    """A mistake in typed Python, in one line for its author."""


@contextmanager
def mistakes(lang: str, seconds: float = 30.0) -> Iterator[None]:
    """Runs its block for at most `seconds`; errors of typed Python there become a `TypedError`.

    Args:
        lang: the language of the page.
        seconds: seconds after which typed Python stops at its next line.
    """
    deadline, before = time.perf_counter() + seconds, sys.gettrace()

    def watch(frame: FrameType, event: str, argument: Any) -> Any:
        if time.perf_counter() > deadline:
            raise TimeoutError(_WORDS[lang]["endless"].format(seconds=seconds))
        return watch

    def watch_typed(frame: FrameType, event: str, argument: Any) -> Any:
        return watch if frame.f_code.co_filename == FILE else None

    sys.settrace(watch_typed)
    try:
        yield
    except TypedError:
        raise
    except (Exception, SystemExit) as error:
        raise TypedError(_told(error, lang)) from error
    finally:
        sys.settrace(before)


def function(source: str, name: str, lang: str) -> Callable[..., Any]:
    """The function of a name in typed Python, which is executed; use it within `mistakes`.

    Raises:
        TypedError: there is no such function.
    """
    space: dict[str, Any] = {"__name__": "typed"}
    exec(compile(source, FILE, "exec"), space)
    if not callable(space.get(name)):
        raise TypedError(_WORDS[lang]["missing"].format(name=name))
    found: Callable[..., Any] = space[name]
    return found


def expression(source: str) -> CodeType:
    """A typed expression, for `eval`; use it within `mistakes`."""
    return compile(source.strip(), FILE, "eval")


def _told(error: BaseException, lang: str) -> str:
    """The innermost error, after its line in typed Python."""
    while error.__cause__ is not None:
        error = error.__cause__
    name = "" if isinstance(error, TimeoutError) else f"{type(error).__name__}: "
    line = _line(error)
    message = error.msg if isinstance(error, SyntaxError) else str(error)
    return f"{_WORDS[lang]['line'].format(line=line) if line else ''}{name}{message}"


def _line(error: BaseException) -> int | None:
    if isinstance(error, SyntaxError) and error.filename == FILE:
        return error.lineno
    lines = [frame.lineno for frame in traceback.extract_tb(error.__traceback__) if frame.filename == FILE]
    return lines[-1] if lines else None

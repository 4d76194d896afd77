"""Lets Sphinx read our docstrings, whose headings and blocks of code are Markdown, as Gymnasium's are."""

import re
from collections.abc import Iterator
from typing import Any

from sphinx.application import Sphinx


def as_restructured_text(lines: list[str]) -> Iterator[str]:
    """The lines of a docstring, without Markdown.

    >>> print(*as_restructured_text(["## Arguments", "part: of the data."]), sep="|")
    .. rubric:: Arguments||part|    of the data.
    """
    section, code = "", False
    for line in lines:
        if line.startswith("## "):
            section = line[3:]
            yield from (f".. rubric:: {section}", "")
        elif line.startswith("```"):
            code = not code
            yield from (f".. code-block:: {line[3:]}", "") if code else ("",)
        elif section == "Arguments" and (found := re.fullmatch(r"(\w+): (.+)", line)):
            yield from (found[1], f"    {found[2]}")
        else:
            yield f"    {line}" if code else line


def _process(app: Sphinx, what: str, name: str, found: Any, options: Any, lines: list[str]) -> None:
    lines[:] = as_restructured_text(lines)


def _signature(
    app: Sphinx, what: str, name: str, found: Any, options: Any, signature: str | None, returned: str | None
) -> tuple[str | None, str | None]:
    """A function that is a default is shown by its name."""
    return (signature and re.sub(r"<function (\w+)[^>]*>", r"\1", signature), returned)


def _skip(app: Sphinx, what: str, name: str, found: Any, skip: bool, options: Any) -> bool | None:
    """The fields of a NamedTuple are in its signature."""
    return True if str(found.__doc__).startswith("Alias for field number") else None


def setup(app: Sphinx) -> dict[str, bool]:
    """Comes before napoleon, which reads Google's style."""
    app.connect("autodoc-process-docstring", _process, priority=400)
    app.connect("autodoc-process-signature", _signature)
    app.connect("autodoc-skip-member", _skip)
    return {"parallel_read_safe": True}

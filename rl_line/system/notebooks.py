"""Display in notebooks: texts as printed, figures of axes, progress bars."""

from __future__ import annotations

import sys
from html import escape
from typing import Any


class Text(str):
    """A text that interpreters and notebooks show as printed.

    >>> Text("two words")
    two words
    """

    def __repr__(self) -> str:
        return str(self)

    def _repr_html_(self) -> str:
        return f"<pre>{escape(self)}</pre>"


class InNotebook:
    """Base of objects that a notebook shows as printed."""

    def _repr_html_(self) -> str:
        return f"<pre>{escape(str(self))}</pre>"


def bar(**settings: Any) -> Any:
    """A progress bar of tqdm on a terminal or in a notebook, none elsewhere; inner bars are removed at their end."""
    from tqdm.auto import tqdm

    # A notebook's output is no terminal, so tqdm would show no bar.
    return tqdm(disable=False if "ipykernel" in sys.modules else None, leave=None, **settings)

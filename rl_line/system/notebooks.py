"""Display in notebooks: texts as they are printed, figures of axes, progress bars."""

from __future__ import annotations

import sys
from html import escape
from typing import Any


class Text(str):
    """A text that an interpreter and a notebook show as it is printed.

    >>> Text("two words")
    two words
    """

    def __repr__(self) -> str:
        return str(self)

    def _repr_html_(self) -> str:
        return f"<pre>{escape(self)}</pre>"


class InNotebook:
    """Base of objects that a notebook shows as they are printed."""

    def _repr_html_(self) -> str:
        return f"<pre>{escape(str(self))}</pre>"


def bar(**settings: Any) -> Any:
    """A progress bar of tqdm on a terminal or in a notebook, and none elsewhere; one within another does not stay."""
    from tqdm.auto import tqdm

    # A notebook's output is no terminal, which tqdm would take for nobody watching.
    return tqdm(disable=False if "ipykernel" in sys.modules else None, leave=None, **settings)

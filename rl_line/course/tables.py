"""Tables of texts for a page, which scroll in a box of their own where the screen is narrow."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape

_TABLE = "width: auto; border-collapse: collapse; font-variant-numeric: tabular-nums"


def table(head: Sequence[str], rows: Iterable[Sequence[str]], *, left: int = 1, caption: str = "") -> str:
    """HTML table whose rows begin with their names.

    Args:
        head: names of the columns.
        rows: of texts, the first of each its name.
        left: number of columns that are set on the left, as words are; numbers are set on the right.
        caption: what the table shows; empty for none.
    """
    names = "".join(_cell("th", name, place < left, "col") for place, name in enumerate(head))
    body = "".join(
        "<tr>"
        + "".join(_cell("td" if place else "th", text, place < left, "row") for place, text in enumerate(row))
        + "</tr>"
        for row in rows
    )
    told = f'<caption style="text-align: left">{escape(caption)}</caption>' if caption else ""
    inner = f'<table style="{_TABLE}">{told}<thead><tr>{names}</tr></thead><tbody>{body}</tbody></table>'
    return f'<div style="overflow-x: auto">{inner}</div>'


def _cell(tag: str, text: str, left: bool, scope: str) -> str:
    """A cell of words, set on the left, or of a number."""
    side = "left" if left else "right"
    of = f' scope="{scope}"' if tag == "th" else ""
    return f'<{tag}{of} style="padding: 0.15rem 0.6rem; text-align: {side}">{escape(text)}</{tag}>'

"""Tables and calculations for a page, which scroll in a box of their own where the screen is narrow."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape

from rl_line.course.page import number

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
    return f'<div style="overflow-x: auto" tabindex="0">{inner}</div>'


def calculation(text: str) -> str:
    """HTML of lines of a calculation as they are, in letters of one width."""
    style = "overflow-x: auto; padding: 0.6rem 1rem; background: rgb(127 127 127 / 10%); font-size: 0.85rem"
    return f'<pre style="{style}" tabindex="0">{escape(text)}</pre>'


def probability(p: float, lang: str) -> str:
    r"""A p-value with three decimals, or the bound that it is below, in which no line breaks.

    >>> probability(0.0235, "pt"), probability(0.0004, "en")
    ('0,024', '<\xa00.001')
    """
    return number(p, ".3f", lang) if p >= 0.001 else f"<\u00a0{number(0.001, '.3f', lang)}"


def _cell(tag: str, text: str, left: bool, scope: str) -> str:
    """A cell of words, set on the left, or of a number."""
    side = "left" if left else "right"
    of = f' scope="{scope}"' if tag == "th" else ""
    return f'<{tag}{of} style="padding: 0.15rem 0.6rem; text-align: {side}">{escape(text)}</{tag}>'

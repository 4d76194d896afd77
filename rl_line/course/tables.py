"""The table of a page: rows of texts and numbers in its language, scrolled sideways in a box."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from html import escape
from typing import NamedTuple

import numpy as np

from rl_line.course.numerals import number

_TABLE = "width: auto; border-collapse: collapse; font-variant-numeric: tabular-nums"


class Cell(NamedTuple):
    """A cell with HTML and CSS of its own."""

    html: str  # contents of the cell
    style: str = ""  # CSS in addition to the usual CSS


def table(
    columns: Sequence[str | Cell],
    rows: Iterable[Sequence[str | float | Cell]],
    lang: str,
    *,
    spec: str = ",.3f",
    left: int = 1,
    groups: Mapping[str, int] | None = None,
    caption: str = "",
) -> str:
    """HTML of a table; each row begins with its name.

    Args:
        columns: names of the columns.
        rows: rows of texts, of numbers, or of cells with HTML.
        lang: the language of the page.
        spec: format of numbers of other types than int.
        left: number of columns aligned to the left; the others are aligned to the right.
        groups: names above the columns after the first, each with its number of columns.
        caption: caption of the table; empty for none.
    """
    head = "".join(_cell("th", name, place < left, "col", spec, lang) for place, name in enumerate(columns))
    above = "".join(
        f'<th scope="colgroup" colspan="{count}" style="text-align: center">{escape(name)}</th>'
        for name, count in (groups or {}).items()
    )
    head = f"<tr><td></td>{above}</tr><tr>{head}</tr>" if groups else f"<tr>{head}</tr>"
    body = "".join(
        "<tr>"
        + "".join(
            _cell("td" if place else "th", entry, place < left, "row", spec, lang) for place, entry in enumerate(row)
        )
        + "</tr>"
        for row in rows
    )
    told = f'<caption style="text-align: left">{escape(caption)}</caption>' if caption else ""
    inner = f'<table style="{_TABLE}">{told}<thead>{head}</thead><tbody>{body}</tbody></table>'
    return f'<div style="overflow-x: auto" tabindex="0">{inner}</div>'


def _cell(tag: str, entry: str | float | Cell, left: bool, scope: str, spec: str, lang: str) -> str:
    """HTML of a cell; numbers do not break, and a column without a name has no header cell."""
    inner, style = entry if isinstance(entry, Cell) else (escape(_written(entry, spec, lang)), "")
    tag = "td" if scope == "col" and not inner else tag
    of = f' scope="{scope}"' if tag == "th" else ""
    wrap = "normal" if isinstance(entry, str) else "nowrap"
    side = f"padding: 0.15rem 0.5rem; text-align: {'left' if left else 'right'}; white-space: {wrap}"
    return f'<{tag}{of} style="{side}{f"; {style}" if style else ""}">{inner}</{tag}>'


def _written(entry: str | float, spec: str, lang: str) -> str:
    """An entry as text; a number that rounds to 0 has no sign."""
    if isinstance(entry, str):
        return entry
    text = number(entry, ",d" if isinstance(entry, (int, np.integer)) else spec, lang)
    return text if any(digit in text for digit in "123456789") else text.replace("-", "")

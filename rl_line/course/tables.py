"""HTML tables for a page, which scroll sideways inside their own box on a narrow screen."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rl_line.course.page import number

_STYLE = "width: auto; border-collapse: collapse; font-variant-numeric: tabular-nums"


def table(columns: Mapping[str, Sequence[Any] | NDArray[Any]], *, lang: str, digits: int = 3) -> str:
    """A table of columns under their names: words flush left, numbers flush right.

    Args:
        columns: as long as each other, by name.
        lang: the language in which numbers are written.
        digits: decimals of numbers that are not whole by kind.
    """
    sides = ["left" if isinstance(column[0], str) else "right" for column in columns.values()]
    styles = [f"padding: 0.15rem 0.45rem; text-align: {side}" for side in sides]
    names = "".join(
        f'<th scope="col" style="{style}">{escape(name)}</th>' for name, style in zip(columns, styles, strict=True)
    )
    lines = "".join(
        "<tr>"
        + "".join(
            f'<td style="{style}">{escape(_text(cell, lang, digits))}</td>'
            for cell, style in zip(row, styles, strict=True)
        )
        + "</tr>"
        for row in zip(*columns.values(), strict=True)
    )
    return _box(f'<table style="{_STYLE}"><thead><tr>{names}</tr></thead><tbody>{lines}</tbody></table>')


def _text(cell: Any, lang: str, digits: int) -> str:
    if isinstance(cell, str):
        return cell
    return number(cell, ",d" if isinstance(cell, (int, np.integer)) else f".{digits}f", lang)


def counts(numbers: NDArray[np.int64], *, rows: str, columns: str) -> str:
    """A confusion matrix [k, k]: right answers on a green diagonal, errors the redder the more, no zeros.

    Args:
        numbers: the counts.
        rows: name of what the rows stand for.
        columns: name of what the columns stand for.
    """
    wrong = numbers - np.diag(np.diag(numbers))
    most = max(1, int(wrong.max()))
    side = "padding: 0.1rem 0; text-align: center; width: 1.9rem"
    names = "".join(f'<th scope="col" style="{side}">{k}</th>' for k in range(len(numbers)))
    lines = []
    for k, row in enumerate(numbers.tolist()):
        cells = "".join(
            f'<td style="{side}; background: {_colour(k == j, count / most)}">{count or ""}</td>'
            for j, count in enumerate(row)
        )
        lines.append(f'<tr><th scope="row" style="{side}">{k}</th>{cells}</tr>')
    corner = f'<th style="padding: 0 0.4rem 0 0; font-weight: normal">{escape(rows)} \\ {escape(columns)}</th>'
    return _box(
        f'<table style="{_STYLE}"><thead><tr>{corner}{names}</tr></thead><tbody>{"".join(lines)}</tbody></table>'
    )


def _box(inside: str) -> str:
    return f'<div style="overflow-x: auto">{inside}</div>'


def _colour(right: bool, part: float) -> str:
    """Of a cell, see-through so that it suits a light and a dark page."""
    return "rgb(34 160 80 / 30%)" if right else f"rgb(220 60 30 / {60 * part:.0f}%)"

"""Tables of numbers on a page, and the words of a figure in the page's language."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from typing import Any


def table(header: Sequence[str], rows: Sequence[Sequence[str]]) -> Any:
    """Table of texts whose first column names the rows; on a narrow screen it scrolls inside its own box."""
    import marimo

    cell = 'style="padding: 0.15rem 0.6rem; text-align: right; white-space: nowrap"'
    heads = "".join(f'<th scope="col" {cell.replace("nowrap", "normal")}>{escape(name)}</th>' for name in header)
    body = "".join(
        f'<tr><th scope="row" {cell}>{escape(first)}</th>'
        + "".join(f"<td {cell}>{escape(text)}</td>" for text in others)
        + "</tr>"
        for first, *others in rows
    )
    style = "width: auto; border-collapse: collapse; font-variant-numeric: tabular-nums"
    return marimo.Html(
        f'<div style="overflow-x: auto" tabindex="0"><table style="{style}"><thead><tr>{heads}</tr></thead>'
        f"<tbody>{body}</tbody></table></div>"
    )


def relabel(axes: Any, *, title: str, x: str, y: str, **lines: str) -> Any:
    """The axes with these words: the title, both labels, and the legend's names of lines that were called otherwise.

    Args:
        axes: of Matplotlib.
        title: above the axes.
        x: below them.
        y: beside them.
        lines: new names by old ones, with "_" for each blank of the old one.
    """
    axes.set(title=title, xlabel=x, ylabel=y)
    for line in axes.get_lines():
        line.set_label(lines.get(line.get_label().replace(" ", "_"), line.get_label()))
    axes.legend()
    return axes

"""Self-contained HTML pages: texts, tables and figures, without links to other files."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from html import escape
from io import StringIO
from pathlib import Path
from typing import Any

import numpy as np

from rl_line.system import replaced
from rl_line.system.extras import brought_by
from rl_line.system.kinds import with_methods

_STYLE = """
:root { color-scheme: light; }
body { margin: 0 auto; max-width: 72rem; padding: 1rem; font: 1rem/1.5 system-ui, sans-serif;
  color: #1c2433; background: #fff; }
h1 { line-height: 1.2; }
h2 { margin-top: 2.5rem; border-bottom: 1px solid #d5dae3; }
p, figcaption { max-width: 44rem; }
.wide { overflow-x: auto; max-width: 100%; margin-bottom: 1rem; }
table { border-collapse: collapse; font-size: 0.9rem; font-variant-numeric: tabular-nums; }
.caption { margin-bottom: 0.3rem; font-weight: 600; }
th, td { padding: 0.25rem 0.7rem; border-bottom: 1px solid #e4e8ef; text-align: right; white-space: nowrap; }
th:first-child, td:first-child { text-align: left; }
table:has(th:nth-child(9)) :is(th, td) { padding: 0.2rem 0.35rem; font-size: 0.8rem; }
.figures { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 26rem), 1fr)); gap: 1rem; }
figure { margin: 0; min-width: 0; }
figure svg { display: block; width: 100%; height: auto; max-width: 40rem; }
figcaption { font-size: 0.9rem; }
@media (max-width: 30rem) { table { font-size: 0.8rem; } th, td { padding: 0.2rem 0.4rem; } }
"""


def page(title: str, lead: str, sections: Mapping[str, Iterable[str]], *, lang: str = "en") -> str:
    """A page of HTML: a title, a first paragraph, and by heading the parts made by the functions below."""
    body = [f"<h1>{escape(title)}</h1>", text(lead)]
    for heading, parts in sections.items():
        body += [f"<section><h2>{escape(heading)}</h2>", *parts, "</section>"]
    return "\n".join(
        [
            f'<!DOCTYPE html>\n<html lang="{escape(lang)}">\n<head>\n<meta charset="utf-8">',
            '<meta name="viewport" content="width=device-width, initial-scale=1">',
            f"<title>{escape(title)}</title>\n<style>{_STYLE}</style>\n</head>\n<body><main>",
            *body,
            "</main></body>\n</html>\n",
        ]
    )


def write_page(path: str | Path, html: str) -> Path:
    """Writes a page and missing folders; an existing file is replaced only by a complete new one."""
    with replaced(path) as beside:
        beside.write_text(html, encoding="utf-8")
    return Path(path)


def text(words: str) -> str:
    """A paragraph."""
    return f"<p>{escape(words)}</p>"


def table(head: Sequence[str], lines: Iterable[Sequence[Any]], *, caption: str = "") -> str:
    """A table, scrolled sideways if it is wider than the page; numbers with three digits."""
    named = f'<p class="caption">{escape(caption)}</p>' if caption else ""
    top = "".join(f'<th scope="col">{escape(str(name))}</th>' for name in head)
    rows = "\n".join(f"<tr>{''.join(f'<td>{escape(cell(value))}</td>' for value in line)}</tr>" for line in lines)
    label = escape(caption or "table")
    return (
        f'{named}<div class="wide" tabindex="0" role="group" aria-label="{label}"><table>'
        f"<thead><tr>{top}</tr></thead>\n<tbody>{rows}</tbody></table></div>"
    )


def figures(*parts: str) -> str:
    """Figures side by side, or below each other where the page is narrow."""
    return f'<div class="figures">{"".join(parts)}</div>'


def figure(axes: Any, caption: str) -> str:
    """A figure of Matplotlib as SVG within the page, named by its caption."""
    with brought_by("plot"):
        import matplotlib

    drawn = getattr(axes, "figure", axes)
    with_methods("axes", drawn, "savefig", advice="pass the Axes that a function of agents.plots returns")
    picture, nothing = StringIO(), dict.fromkeys(("Date", "Creator", "Format", "Type"))
    with matplotlib.rc_context({"svg.hashsalt": "rl-line"}):  # the same bytes each time
        drawn.savefig(picture, format="svg", metadata=nothing)
    svg = picture.getvalue()
    svg = re.sub(r'\s+xmlns(:\w+)?="[^"]*"', "", svg[svg.index("<svg") :])  # HTML knows them
    named = svg.replace("<svg", f'<svg role="img" aria-label="{escape(caption)}"', 1)
    return f"<figure>{named}<figcaption>{escape(caption)}</figcaption></figure>"


def cell(value: Any) -> str:
    """A value as text for a table: floats with three digits, nan as a dash."""
    if isinstance(value, (float, np.floating)):
        return "-" if np.isnan(value) else f"{value:.3g}"
    return str(value)


def cell_list(values: Sequence[Any]) -> str:
    """Values in one cell of a table; of many, the first and the last."""
    told = [cell(value) for value in values]
    return ", ".join(told) if len(told) <= 12 else f"{', '.join(told[:3])}, ..., {', '.join(told[-3:])} ({len(told)})"

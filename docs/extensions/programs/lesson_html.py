"""HTML of marimo as Markdown with HTML in it, for a page without a server: controls as text, pictures as files."""

from __future__ import annotations

import hashlib
import json
import re
from base64 import b64decode
from collections.abc import Iterable
from html import escape
from pathlib import Path

from bs4 import BeautifulSoup, Tag
from docutils.utils.math.latex2mathml import tex2mathml

from rl_line.course.numerals import number

IMAGES = "../_images"  # where a page finds the files
_ENDINGS = {"image/png": "png", "image/svg+xml": "svg", "image/gif": "gif", "image/jpeg": "jpg"}


def as_markdown(outputs: Iterable[str], folder: Path, *, lang: str = "en") -> str:
    """A page of MyST: its headings and code are Markdown, all else HTML; pictures become files in the folder."""
    return "\n\n".join(filter(None, (_one(html, folder, lang) for html in outputs)))


def _one(html: str, folder: Path, lang: str) -> str:
    soup = BeautifulSoup(html, "html.parser")
    for found in soup.select("nav, h1"):
        found.decompose()
    for found in soup.select("marimo-ui-element"):
        found.replace_with(BeautifulSoup(_control(_element(found), lang), "html.parser"))
    for found in soup.select("marimo-accordion"):
        for label, part in zip(json.loads(str(found["data-labels"])), found.find_all(recursive=False), strict=True):
            part.insert(0, BeautifulSoup(f"<h2>{_text(label)}</h2>", "html.parser"))
        found.unwrap()
    for found in soup.select("marimo-callout-output"):
        said = BeautifulSoup(json.loads(str(found["data-html"])), "html.parser")
        found.replace_with(said)
        said.wrap(soup.new_tag("div", attrs={"class": "admonition note"}))
    for found in soup.select("marimo-tex"):
        found.replace_with(BeautifulSoup(_formula(found.get_text()), "html.parser"))
    for found in soup.find_all(re.compile("^marimo-")):
        raise ValueError(f"{found.name} has no form without a server; let the lesson show text, a table or an image.")
    for found in soup.select('img[src^="data:"]'):
        found["src"] = f"{IMAGES}/{_file(str(found['src']), folder)}"
    for found in soup.select("table"):
        found["class"] = "docutils"
        found.wrap(soup.new_tag("div", attrs={"class": "table-wrapper"}))
    for found in soup.select("span.markdown, span.paragraph"):
        found.name = "p" if "paragraph" in found["class"] else "div"
        del found["class"]
    return _cut(soup)


def _cut(soup: BeautifulSoup) -> str:
    """Markdown of headings and code, and HTML between them."""
    parts: list[str] = []

    def cut(node: BeautifulSoup | Tag) -> None:
        for child in list(node.children):
            if isinstance(child, Tag) and child.name in ("h2", "h3"):
                parts.append(f"{'#' * int(child.name[1])} {child.get_text().strip()}")
            elif isinstance(child, Tag) and "codehilite" in child.get("class", []):
                # Of text without a language marimo guesses one.
                language = "python" if "language-python" in child["class"] else "text"
                parts.append(f"```{language}\n{child.get_text().strip()}\n```")
            elif isinstance(child, Tag) and child.select(".codehilite, h2, h3"):
                cut(child)
            elif str(child).strip():
                parts.append(f"`````{{raw}} html\n<div class='shown'>{str(child).strip()}</div>\n`````")

    cut(soup)
    return "\n\n".join(parts)


def _element(found: Tag) -> Tag:
    """The control inside its frame."""
    return next(part for part in found.find_all(re.compile("^marimo-")))


def _control(control: Tag, lang: str) -> str:
    """A control as text: its label, and its value if it has one; a box with a label if it is a button."""
    label = _text(json.loads(str(control.get("data-label", '""'))) or "")
    if control.name == "marimo-button":
        return f'<span class="button">{label}</span>'
    value = json.loads(str(control.get("data-initial-value", '""')))
    if isinstance(value, bool):
        return f'<span class="control">{"☑" if value else "☐"} {label}</span>'
    if steps := json.loads(str(control.get("data-steps", "[]"))):  # of which marimo gives the place
        value = steps[value]
    told = ", ".join(_text(_value(one, lang)) for one in (value if isinstance(value, list) else [value]))
    before = f"{label}{': ' if label and told else ''}"
    if "\n" in told:
        return f'<span class="control">{before}</span><div class="codehilite">{told}</div>'
    return f'<span class="control">{before}<strong>{told}</strong></span>'


def _value(value: str | float, lang: str) -> str:
    """The value of a control in the notation of a language."""
    return value if isinstance(value, str) else number(value, ",.12g", lang)


def _text(html: str) -> str:
    return escape(BeautifulSoup(html, "html.parser").get_text().strip())


def _formula(told: str) -> str:
    """MathML of `||(...||)` or `||[...||]`, as marimo marks formulas."""
    block = told.strip().startswith("||[")
    return tex2mathml(told.strip()[3:-3], as_block=block)


def _file(address: str, folder: Path) -> str:
    """Name of the file, in a folder, that now holds a picture."""
    kind, _, data = address[5:].partition(";base64,")
    content = b64decode(data)
    name = f"lesson-{hashlib.sha256(content).hexdigest()[:16]}.{_ENDINGS[kind]}"
    (folder / name).write_bytes(content)
    return name

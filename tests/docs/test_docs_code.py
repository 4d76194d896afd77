"""Pages with programs do what they say: their blocks of Python run in order, and print the text shown below each."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGES = sorted(page for folder in ("how_to", "explained") for page in (ROOT / "docs" / folder).glob("*.md"))
BLOCK = re.compile(r"^```python\n(.*?)^```\n(?:\n```text\n(.*?)^```$)?", re.DOTALL | re.MULTILINE)


#: Sections with a whole program, in a page whose other blocks have gaps for the reader to fill.
SECTIONS = [(ROOT / "docs" / "checkup.md", "### A script for the old API, or for rows")]


def blocks(page, section=""):
    """The programs of a page, or of one section, each with what it is said to print."""
    text = page.read_text(encoding="utf-8")
    if section:
        text = re.split(r"^#", text.split(f"\n{section}\n")[1], maxsplit=1, flags=re.MULTILINE)[0]
    return BLOCK.findall(text)


def test_most_pages_have_programs():
    assert sum(bool(blocks(page)) for page in PAGES) >= 12


@pytest.mark.parametrize(
    ("page", "section"),
    [*((page, "") for page in PAGES if blocks(page)), *SECTIONS],
    ids=lambda given: getattr(given, "stem", given),
)
def test_a_page_prints_what_it_shows(page, section, tmp_path, monkeypatch, capsys):
    assert blocks(page, section)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    names = {"__name__": "page"}
    for code, shown in blocks(page, section):
        exec(compile(code, page.name, "exec"), names)
        assert capsys.readouterr().out == shown

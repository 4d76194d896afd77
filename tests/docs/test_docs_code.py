"""Pages with programs do what they say: their blocks of Python run in order, and print the text shown below each."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGES = sorted(page for folder in ("how_to", "explained") for page in (ROOT / "docs" / folder).glob("*.md"))
BLOCK = re.compile(r"^```python\n(.*?)^```\n(?:\n```text\n(.*?)^```$)?", re.DOTALL | re.MULTILINE)


def blocks(page):
    """The programs of a page, each with what it is said to print."""
    return BLOCK.findall(page.read_text(encoding="utf-8"))


def test_most_pages_have_programs():
    assert sum(bool(blocks(page)) for page in PAGES) >= 12


@pytest.mark.parametrize("page", [page for page in PAGES if blocks(page)], ids=lambda page: page.stem)
def test_a_page_prints_what_it_shows(page, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    names = {"__name__": "page"}
    for code, shown in blocks(page):
        exec(compile(code, page.name, "exec"), names)
        assert capsys.readouterr().out == shown

"""Links of the pages that are read in the repository lead to its files, not to what only a build makes."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
#: Folders of docs that `./run docs` makes.
MADE = [ROOT / line for line in (ROOT / ".gitignore").read_text(encoding="utf-8").split() if line.startswith("docs/")]
PAGES = [
    page for page in (*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")) if not any(map(page.is_relative_to, MADE))
]
CODE = re.compile(r"^(```+|:::+).*?^\1|`[^`\n]*`", re.DOTALL | re.MULTILINE)
LINK = re.compile(r"""\]\(([^)\s]+)\)|\b(?:href|src)=["']([^"']+)["']""")


def lost(text, folder):
    """Relative links of a page in a folder that lead to no file of the repository."""
    targets = [first or second for first, second in LINK.findall(CODE.sub("", text))]
    for target in targets:
        path = (folder / target.partition("#")[0]).resolve()
        if not re.match(r"[a-z]+:|#", target) and (any(map(path.is_relative_to, MADE)) or not path.exists()):
            yield target


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_links_lead_to_files_of_the_repository(page):
    assert list(lost(page.read_text(encoding="utf-8"), page.parent)) == []


def test_a_link_that_leads_nowhere_is_found():
    text = '[a](README.md#x) [b](nowhere.md) <a href="docs/gallery/index.md">c</a> [d](https://a.b/c.md) `[e](f.md)`'
    assert MADE
    assert list(lost(text, ROOT)) == ["nowhere.md", "docs/gallery/index.md"]

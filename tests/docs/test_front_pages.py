"""The pages that a visitor meets first: README in two languages, changelog and citation say the same of the project."""

import re
from pathlib import Path

import pytest
import yaml

import rl_line

ROOT = Path(__file__).parents[2]
ENGLISH, PORTUGUESE = ((ROOT / name).read_text(encoding="utf-8") for name in ("README.md", "README.pt.md"))


@pytest.mark.parametrize(
    "pattern",
    [r"^```.*?^```", r"\]\(((?!README)[^)]+)\)", r"`[^`\n]*\./run[^`\n]*`", r"^(#+) "],
    ids=["code", "links", "commands", "headings"],
)
def test_both_languages_have_the_same(pattern):
    texts = (ENGLISH, PORTUGUESE.replace("course_pt.png", "course_en.png"))  # a picture for each
    english, portuguese = (re.findall(pattern, text, re.DOTALL | re.MULTILINE) for text in texts)
    assert len(english) >= 5
    assert portuguese == english


def test_each_language_leads_to_the_other_in_its_first_lines():
    assert "](README.pt.md)" in "".join(ENGLISH.splitlines()[:4])
    assert "](README.md)" in "".join(PORTUGUESE.splitlines()[:4])


def test_the_course_is_on_the_first_screen():
    assert "`./run course`" in "".join(ENGLISH.splitlines()[:12])


@pytest.mark.parametrize(("text", "lang"), [(ENGLISH, "en"), (PORTUGUESE, "pt")])
def test_the_course_is_pictured_in_the_language_of_the_page(text, lang):
    (name,) = re.findall(r"\]\((docs/_static/course_\w+\.png)\)", text)
    assert name.endswith(f"_{lang}.png")
    assert 5_000 < (ROOT / name).stat().st_size < 150_000


def test_the_citation_is_complete_and_of_this_version():
    citation = yaml.safe_load((ROOT / "CITATION.cff").read_text(encoding="utf-8"))
    assert {"cff-version", "message", "title", "authors"} <= set(citation), "what the format requires"
    assert citation["cff-version"] == "1.2.0"
    assert citation["version"] == rl_line.__version__
    assert all(set(author) == {"name"} for author in citation["authors"])


def test_the_changelog_begins_with_this_version():
    versions = re.findall(r"^## \[?([^\]\s]+)", (ROOT / "CHANGELOG.md").read_text(encoding="utf-8"), re.MULTILINE)
    assert versions[0] == rl_line.__version__

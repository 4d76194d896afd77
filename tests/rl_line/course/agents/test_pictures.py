"""Pictures, tables and paths of a line, in the language of the page."""

import re

import numpy as np
import pytest

from rl_line import reward_line
from rl_line.course import page
from rl_line.course.agents import pictures

Q = np.array([[6.208, 7.76], [6.208, 7.2], [7.76, 9.0], [0.0, 0.0]])  # exact at gamma 0.8


@pytest.mark.parametrize(("lang", "words"), [("en", "state 3"), ("pt", "estado 3")])
def test_the_line_is_told_in_words(lang, words):
    drawn = pictures.line(reward_line(), 2, lang)
    told = re.search('aria-label="([^"]*)"', drawn)[1]
    assert words in told
    assert "0, 2, 0, 9" in told
    assert drawn.count("<rect") == 4
    assert re.findall(r">\+(\d)<", drawn) == ["0", "2", "0", "9"]


def test_the_table_marks_the_best_and_the_changed():
    drawn = pictures.table("en", changed=(1, 0), learned=np.zeros((4, 2)), exact=Q)
    assert re.findall(r'<strong title="best action">([\d.]+)</strong>', drawn) == ["7.760", "7.200", "9.000"]
    assert re.findall(r'<mark title="[^"]*">([\d.]+)</mark>', drawn) == ["0.000"]
    rows = re.findall(r'<tr><th scope="row"[^>]*>(\d)</th>(.*?)</tr>', drawn)
    assert [row for row, cells in rows if "<mark" in cells] == ["2"]


def test_pages_have_the_words_of_all_languages():
    assert set(pictures.WORDS["en"]) == set(pictures.WORDS["pt"])


def test_the_values_of_a_table_are_written_as_its_language_does():
    html = {lang: pictures.table(lang, learned=np.array([[1.5, 2.0]])) for lang in page.LANGUAGES}
    cells = {lang: re.findall(r"<td[^>]*>(?:<strong[^>]*>)?([0-9.,]+)", text) for lang, text in html.items()}
    assert cells == {"en": ["1.500", "2.000"], "pt": ["1,500", "2,000"]}


def test_wrong_cells_of_the_first_table_are_marked():
    learned, exact = np.array([[1.0, 2.0], [3.0, 4.0]]), np.array([[1.0, 5.0], [3.0, 4.0]])
    html = pictures.table("en", changed=(1, 0), wrong=learned != exact, learned=learned, exact=exact)
    assert re.findall(r'<mark title="(.*?)">(?:<strong[^>]*>)?([0-9.]+)', html) == [
        ("not the exact value", "2.000"),
        ("changed by the last action", "3.000"),
    ]


def test_a_path_ends_where_the_episode_does_or_is_not_followed_any_more():
    assert pictures.path(reward_line(), lambda state: 1) == "1 → 2 → 3 → 4"
    assert pictures.path(reward_line(), lambda state: state == 0, steps=3) == "1 → 2 → 1 → 2 → …"

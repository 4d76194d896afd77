"""Pictures and words of a page."""

import re

import numpy as np
import pytest

from rl_line import reward_line
from rl_line.course import pictures

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
    rows = re.findall(r'<tr><th scope="row">(\d)</th>(.*?)</tr>', drawn)
    assert [row for row, cells in rows if "<mark" in cells] == ["2"]


def test_pages_have_the_words_of_all_languages():
    assert set(pictures.WORDS["en"]) == set(pictures.WORDS["pt"])

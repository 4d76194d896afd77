"""Errors of a classifier are counted, told and shown."""

import re

import numpy as np
import pytest

from rl_line.course.classifiers.misread import WORDS, counts, misread


def test_errors_are_counted_and_shown():
    labels = np.repeat([3, 8], 20)
    read = np.where(np.arange(40) % 2, labels, 5)
    found = misread(np.zeros((40, 8, 8)), labels, read, "en")
    assert found.text.startswith("20 of 40 are read wrongly. Shown are 12,")
    assert len(found.axes.images) == 12
    assert {text.get_text() for text in found.axes.texts} == {"3 → 5", "8 → 5"}
    assert re.findall(r"<td[^>]*>(\d+)</td>", found.counts) == ["10"] * 4


@pytest.mark.parametrize(("lang", "words"), [("en", "None of 2"), ("pt", "Nenhum de 2")])
def test_a_classifier_without_errors_has_no_picture_of_them(lang, words):
    found = misread(np.zeros((2, 8, 8)), [1, 2], [1, 2], lang)
    assert found.axes is None
    assert words in found.text
    assert set(WORDS[lang]) == set(WORDS["en"])


def test_a_confusion_matrix_leaves_zeros_out_and_reddens_errors():
    drawn = counts(np.array([[5, 0], [2, 1400]]), "pt", rows="é", columns="lido como")
    assert re.findall(r"<td[^>]*>([^<]*)</td>", drawn) == ["5", "", "2", "1.400"]
    assert "é \\ lido como" in drawn
    colours = re.findall(r"<td[^>]*background: ([^\"]*)\"", drawn)
    assert colours[0] == colours[3] != colours[2]
    assert colours[2] == "rgb(220 60 30 / 60%)"

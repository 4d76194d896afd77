"""Outputs become classes by an argmax or a threshold."""

import re

import numpy as np
import pytest

from rl_line.course.classifiers import predictions

POINTS = np.zeros((4, 2))


def test_one_column_has_a_threshold_as_its_argmax_is_always_0():
    outputs = [[0.1], [0.4], [0.6], [0.9]]
    assert np.argmax(outputs, axis=-1).tolist() == [0, 0, 0, 0]
    assert predictions.classes(outputs, threshold=0.4).tolist() == [0, 1, 1, 1]
    assert predictions.share(predictions.classes(outputs), [0, 0, 0, 1]) == 0.75


def test_both_shares_of_two_classes_are_told():
    table, text = predictions.told(
        POINTS, [[0.1], [0.4], [0.6], [0.9]], np.array([0, 1, 1, 1]), threshold=0.5, lang="pt"
    )
    assert re.findall(r"[\d,]+%", text) == ["25,0%", "75,0%"]
    assert "0,400" in table


def test_several_classes_need_no_threshold_and_numbers_no_class():
    table, text = predictions.told(POINTS, np.eye(3)[[0, 1, 2, 2]], np.array([0, 1, 2, 0]), threshold=0.5, lang="en")
    assert "75.0%" in text
    assert "threshold" not in table
    table, text = predictions.told(POINTS, np.ones((4, 1)), np.zeros((4, 1)), threshold=0.5, lang="en")
    assert text == ""
    assert "argmax" not in table


def test_several_outputs_stand_side_by_side_each_with_what_is_true():
    outputs = {"arm": np.eye(3)[[0, 1, 2, 2]], "distance": np.full((4, 1), 0.5)}
    labels = {"arm": np.array([0, 1, 2, 0]), "distance": np.full((4, 1), 0.25)}
    table, text = predictions.told(POINTS, outputs, labels, threshold=0.5, lang="en")
    names = ["x1", "x2", "arm 0", "arm 1", "arm 2", "argmax", "true", "distance", "true"]
    assert re.findall(r'<th scope="col"[^>]*>([^<]+)', table) == names
    assert table.count("0.250") == 4
    assert "75.0%" in text


def test_a_threshold_is_a_probability():
    with pytest.raises(ValueError, match="threshold=2, expected a number from 0 to 1"):
        predictions.classes([[0.5]], threshold=2)


def test_all_languages_have_the_same_words():
    assert set(predictions.WORDS["pt"]) == set(predictions.WORDS["en"])

"""Lines of Keras 2 fail today, and their cures run."""

import re

import keras
import numpy as np
import pytest

from rl_line.course.classifiers import keras2


@pytest.fixture(scope="module")
def names():
    """A network that always takes class 2 for the most probable."""
    model = keras.Sequential([keras.Input((2,)), keras.layers.Dense(3, "softmax")])
    model.set_weights([np.zeros((2, 3)), np.array([0, 0, 5])])
    return {"keras": keras, "model": model, "x": np.zeros((2, 2), np.float32)}


def test_the_lines_raise_and_their_cures_run(names):
    errors = [keras2.outcome(line, **names) for line in keras2.FAILING]
    assert [text.partition(": ")[0] for text in errors] == ["AttributeError", "ValueError", "ImportError"]
    assert "/" not in errors[2], "no folder of this machine"
    cured = [keras2.outcome(line, **names) for line in keras2.FAILING.values()]
    assert cured == ["[2 2]", "0.01", "[[1. 0. 0.]\n [0. 0. 1.]]"]


def test_two_lines_warn(names):
    told = [keras2.outcome(line, **names) for line in keras2.WARNING]
    assert all(text.startswith("UserWarning: ") for text in told)
    assert "ignored" in told[1]


@pytest.mark.parametrize("lang", keras2.WORDS)
def test_all_lines_are_shown_as_in_a_session(names, lang):
    shown = keras2.today(lang, **names)
    assert len(re.findall("<pre [^>]*pre-wrap[^>]*>&gt;&gt;&gt; ", shown)) == 8, "no error is cut on a phone"
    assert set(keras2.WORDS[lang]) == set(keras2.WORDS["en"])

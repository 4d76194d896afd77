"""The table of layers compares formulas with the counts of Keras."""

import re

import keras
import pytest
from keras import layers

from rl_line.course.classifiers.layer_table import WORDS, layer_table


@pytest.mark.parametrize(("lang", "count"), [("en", "2,340"), ("pt", "2.340")])
def test_formulas_are_worked_out_and_agree(lang, count):
    model = keras.Sequential([keras.Input((8, 8, 1)), layers.Flatten(), layers.Dense(36)])
    drawn, told = layer_table({"MLP": model}, lang)
    cells = re.findall(r"<t[dh][^>]*>([^<]*)</t[dh]>", drawn)[4:]
    assert cells == ["MLP: Flatten", "64", "", "0", "MLP: Dense", "36", "(64 + 1) x 36", count]
    assert told == WORDS[lang]["agree"].format(totals=f"MLP {count}")


def test_a_formula_that_does_not_fit_is_told():
    model = keras.Sequential([keras.Input((4,)), layers.Dense(2, use_bias=False)])
    assert "differs" in layer_table({"MLP": model}, "en")[1]

"""Parameters by formula, and counts of errors."""

import keras
import pytest
from keras import layers

from rl_line.course.classifiers import numbers as classifiers


def test_every_layer_has_as_many_parameters_as_keras_counts():
    model = keras.Sequential([
        keras.Input((8, 8, 1)),
        layers.Conv2D(16, 3),
        layers.Conv2D(4, (3, 2)),
        layers.MaxPooling2D(2),
        layers.Flatten(),
        layers.Dense(10),
    ])  # fmt: skip
    rows = classifiers.layer_parameters(model)
    assert [row.by_formula for row in rows] == [160, 388, 0, 0, 170]
    assert [row.counted for row in rows] == [160, 388, 0, 0, 170]
    assert rows[1].formula == "(3 x 2 x 16 + 1) x 4"
    assert rows[4].formula == "(16 + 1) x 10"
    assert rows[2].shape == (2, 2, 4)


def test_a_layer_without_a_formula_is_told():
    model = keras.Sequential([keras.Input((3, 2)), layers.SimpleRNN(4, name="memory")])
    with pytest.raises(ValueError, match="layer 'memory' is a SimpleRNN, expected Dense or Conv2D"):
        classifiers.layer_parameters(model)


@pytest.mark.parametrize(("units", "parameters"), [(1, 85), (21, 1585), (36, 2710)])
def test_the_width_of_a_budget_is_the_nearest(units, parameters):
    assert 65 * units + 11 * units - units + 10 == parameters  # 64 inputs and a bias, and 10 outputs with theirs
    for near in (-37, 0, 37):
        assert classifiers.hidden_units(parameters + near, inputs=64, outputs=10) == units


def test_rows_of_the_confusion_are_what_the_digits_are():
    assert classifiers.confusion([2, 2, 0], [2, 1, 0], classes=3).tolist() == [[1, 0, 0], [0, 0, 0], [0, 1, 1]]


def test_a_class_out_of_range_is_told():
    with pytest.raises(ValueError, match="read has other values than whole numbers from 0 to 1"):
        classifiers.confusion([0, 1], [0, 2], classes=2)


def test_one_training_has_no_interval():
    with pytest.raises(ValueError, match="1 value has no spread"):
        classifiers.mean_and_half_width([3.0])

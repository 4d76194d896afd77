"""The lesson on length ten and four cells: its weights are counted, and its answers carried to integers."""

import importlib.util

import numpy as np
import pytest

from rl_line.course.lessons import lessons
from sequence_tasks.explain import COURSE, cell_outputs, exact_cell

PATH = next(lesson.path for lesson in lessons() if lesson.name == "04_length_ten")
SPEC = importlib.util.spec_from_file_location("length_ten", PATH)
LESSON = importlib.util.module_from_spec(SPEC)
SPEC.loader.exec_module(LESSON)


def test_a_calculation_is_carried_to_integers():
    # y = 2 s1 - s2 with s1 = x and s2 = x - 0.01: in hundredths x + 0.01, so one more than the last integer.
    weights = [np.array([[1.0, 1.0]]), np.zeros((2, 2)), np.array([0.0, -0.01]), np.array([[2.0], [-1.0]]), np.zeros(1)]
    steps, y, value = LESSON.by_hand(weights, [5, 6, 7, 8], "linear")
    assert (y, value) == (pytest.approx(0.09), pytest.approx(9))
    assert steps.splitlines()[-3:] == [
        "step 4  s[1] = 1 x 0.08 + 0 x 0.07 + 0 x 0.06 + 0 = 0.08",
        "step 4  s[2] = 1 x 0.08 + 0 x 0.07 + 0 x 0.06 + (-0.01) = 0.07",
        "        y = 2 x 0.08 + (-1) x 0.07 + 0 = 0.09",
    ]


def test_longer_training_windows_help_where_the_exact_cells_say_so():
    def predict(cell):
        return lambda inputs: cell_outputs(cell, inputs)[:, -1]

    two, ten = exact_cell(2, 0.5), exact_cell(10, 0.5)  # by formula: at length 2 Wi 2/3, at 10 nearly Wi 1/2
    said = LESSON.compared({"one, two": (predict(two), None), "one, ten": (predict(ten), None)}, "pt")
    assert said["ten"] == "0,00"
    assert said["worse"] == "1, 2"
    assert said["better"] == "3, 4, 5, 6, 7, 8, 9, 10, 11, 12"


def test_a_guess_is_made_after_every_length():
    said = LESSON.guesses(lambda inputs: cell_outputs(COURSE, inputs)[:, -1], 1)
    assert said[:2] == [pytest.approx(1.89624916, abs=1e-12), pytest.approx(2.9996843642430537, abs=1e-12)]
    assert len(said) == 12


def test_four_cells_have_29_weights_and_come_near_nine_after_a_target_at_each_of_ten():
    predict, weights = LESSON.train(4, 10, "every", seed=0, epochs=150)
    assert sum(weight.size for weight in weights) == 4 + 16 + 4 + 4 + 1
    *_, value = LESSON.by_hand(weights, [5, 6, 7, 8], "linear")
    assert value == pytest.approx(9, abs=0.2)
    assert value == pytest.approx(predict(np.array([[5, 6, 7, 8]]))[0], abs=1e-4), "the network says what the hand says"

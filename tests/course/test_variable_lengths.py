"""The lesson on variable lengths: what a mask does, and how many seeds end right."""

import importlib.util

import numpy as np
import pytest

from rl_line.course.lessons import lessons
from sequence_tasks import MODELS, windows
from sequence_tasks.explain import COURSE, EVERY_LENGTH, Cell

PATH = next(lesson.path for lesson in lessons() if lesson.name == "05_variable_lengths")
SPEC = importlib.util.spec_from_file_location("variable_lengths", PATH)
LESSON = importlib.util.module_from_spec(SPEC)
SPEC.loader.exec_module(LESSON)


def test_a_mask_leaves_the_state_and_without_it_padding_is_read():
    cell = Cell(1.0, 0.5, 1.0)
    assert LESSON.states(cell, [5, 6, -800, -800], -800) == [6, 10, 10, 10]
    assert LESSON.states(cell, [5, 6, -800, -800]) == [6, 10, -794, -1196]
    assert LESSON.states(cell, [0, 1, 0], 0) == [0, 2, 2], "a mask value that occurs in the series skips it"


@pytest.mark.parametrize("numbers", [[5, 6, 7, 8, -800, -800], [0, 1, -800]])
def test_keras_masks_as_the_lesson_does(numbers):
    every = windows(np.arange(8, dtype=np.float32), length=3, targets="every")
    weights = [np.array([[COURSE.wi]]), np.array([[COURSE.ws]]), np.array([COURSE.b])]
    inputs = np.array(numbers, np.float32)[None, :, None]
    for model, mask in (
        (MODELS["simple_rnn_variable_length"](every, mask_value=-800), -800),
        (MODELS["simple_rnn_one_cell"](every), None),
    ):
        model.set_weights(weights)
        assert np.asarray(model(inputs)).ravel() == pytest.approx(LESSON.states(COURSE, numbers, mask), rel=1e-5)


def test_cells_are_counted_that_are_right_when_rounded_at_every_length():
    near = Cell(1.0, 0.0, 1.4)  # off by 0.4 everywhere
    far = Cell(1.0, 0.0, 1.6)
    assert LESSON.count_right([EVERY_LENGTH, near, far, COURSE]) == 2


@pytest.mark.parametrize("way", LESSON.WAYS)
def test_both_ways_begin_alike_and_lead_to_the_exact_cell_from_zero(way, monkeypatch):
    monkeypatch.setattr(LESSON, "TRAINED", (1, 2))  # a program is compiled for each length
    before, after = LESSON.train(way, "zeros", 0, epochs=400)
    other = next(one for one in LESSON.WAYS if one != way)
    assert before == LESSON.train(other, "zeros", 0, epochs=1)[0]
    assert before.ws == 0
    assert after == pytest.approx(EVERY_LENGTH, abs=0.01)


def test_an_orthogonal_first_weight_is_plus_or_minus_one(monkeypatch):
    monkeypatch.setattr(LESSON, "TRAINED", (1, 2))
    starts = {LESSON.train("padding", "orthogonal", seed, epochs=1)[0].ws for seed in (0, 1)}
    assert starts == {1, -1}

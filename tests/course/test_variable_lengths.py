"""The lesson on variable lengths: the effect of a mask, and the number of seeds with right results."""

import importlib.util
from types import SimpleNamespace

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


def stands(way, recurrent, seed, epochs):
    """Stand-in for a training: the first few seeds of each way and weight end at the exact cell, the others at 0."""
    right = {("buckets", "orthogonal"): 3, ("padding", "orthogonal"): 5, ("buckets", "zeros"): 10}.get(
        (way, recurrent), 9
    )
    assert epochs == 100
    return Cell(0.0, 1.0, 0.0), EVERY_LENGTH if seed < right else Cell(0.0, 0.0, 0.0)


def test_the_page_counts_the_seeds_that_end_right():
    known = {
        ("zeros", 4, 100): {way: [stands(way, "zeros", seed, 100) for seed in range(8, 12)] for way in LESSON.WAYS}
    }
    chosen = {"recurrent": "zeros", "seeds": 4, "epochs": 100, "go": False, "asked": True}
    controls = {name: SimpleNamespace(value=value, text="") for name, value in chosen.items()}
    defs = {"lang": "en", "cached": stands, "get_done": lambda: known, "set_done": None, **controls}
    outputs, _ = LESSON.app.run(defs=defs)
    shown = " ".join(output.text for output in outputs if hasattr(output, "text"))
    assert "<strong>3</strong> by buckets and <strong>5</strong> by padding" in shown
    assert "<strong>10</strong> by buckets and <strong>9</strong> by padding" in shown
    # Of the seeds 8 to 11: 8 and 9 by buckets, 8 by padding. A cell that says 0 is wrong by the last target, 100.
    assert "2 of 4 seeds by buckets, 1 by padding" in shown
    assert shown.count("100.0000") == 5


# A program is compiled for each of five lengths by buckets, and one by padding.
@pytest.mark.parametrize("way", [pytest.param("buckets", marks=pytest.mark.slow), "padding"])
def test_the_lesson_s_training_from_zero_ends_right_at_every_length(way):
    assert LESSON.count_right([LESSON.train(way, "zeros", 3, epochs=100)[1]]) == 1

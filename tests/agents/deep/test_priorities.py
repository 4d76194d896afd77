"""Rows are drawn in proportion to their priorities, and weighted as worked out by hand."""

import keras
import numpy as np
import pytest

from agents.deep.replay import proportional

LAST = 1 - 2**-53  # the largest number that a generator draws


def in_numpy(priorities, uniforms, size, beta):
    return proportional(np.array(priorities, float), np.array(uniforms), size, beta)


def in_keras(priorities, uniforms, size, beta):
    given = (keras.ops.convert_to_tensor(np.array(x, np.float32)) for x in (priorities, uniforms))
    return tuple(map(np.array, proportional(*given, size, beta, keras.ops)))


@pytest.fixture(params=[in_numpy, in_keras])
def draw(request):
    return request.param


def test_rows_are_drawn_as_often_as_their_priorities_say(draw):
    index, _ = draw([1, 0, 3, 0, 4], np.arange(64) / 64, 5, 0.4)  # of a sum of 8
    assert np.bincount(index, minlength=5).tolist() == [8, 0, 24, 0, 32]
    assert (np.diff(index) >= 0).all()


def test_rows_without_a_priority_are_never_drawn(draw):
    index, weight = draw([0, 0, 1, 0, 3, 0, 0], [0.0, 0.25 - 2**-20, 0.25, LAST], 7, 1.0)
    assert index.tolist() == [2, 2, 4, 4]
    assert np.isfinite(weight).all()


@pytest.mark.parametrize("priorities", [[0.1] * 10, [1e-3, 0.7, 1e-3], [3.0, 1 / 3, 0.0], [5.0]])
def test_the_smallest_and_the_largest_number_draw_the_ends(draw, priorities):
    index, _ = draw(priorities, [0.0, LAST], len(priorities), 1.0)
    assert index.tolist() == [0, np.flatnonzero(priorities)[-1]]


@pytest.mark.parametrize(("beta", "weights"), [(1.0, [0.25, 1, 0.5]), (0.5, [0.5, 1, 0.5**0.5]), (0.0, [1, 1, 1])])
def test_weights_undo_the_priorities_as_far_as_beta_says(draw, beta, weights):
    # Of 4 rows with p = 4/8, 1/8, 1/8, 2/8: 1 / (4 p) is 1/2, 2 and 1, over the largest of this batch.
    index, weight = draw([4, 1, 1, 2], [0.25, 0.5, 0.75], 4, beta)
    assert index.tolist() == [0, 1, 3]
    np.testing.assert_allclose(weight, weights, rtol=1e-6)


def test_the_largest_weight_is_that_of_the_batch_not_of_the_memory(draw):
    _, weight = draw([4, 1, 1, 2], [0.25, 0.75], 4, 1.0)
    np.testing.assert_allclose(weight, [0.5, 1.0], rtol=1e-6)


def test_even_priorities_draw_evenly_and_weigh_the_same(draw):
    index, weight = draw([0.3] * 8 + [0.0] * 8, (np.arange(16) + 0.5) / 16, 8, 0.7)
    assert index.tolist() == [k // 2 for k in range(16)]
    np.testing.assert_allclose(weight, 1.0, rtol=1e-6)

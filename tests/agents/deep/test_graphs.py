"""Arrays arrive in a program as they were handed over."""

import numpy as np
import pytest

from agents.deep.graphs import graph_call

ARRAYS = {
    "bool": np.array([[True, False, True]]),
    "uint8": np.arange(256, dtype=np.uint8).reshape(2, 4, 32),
    "int32": np.array([-(2**31), -1, 2**31 - 1], np.int32),
    "int64": np.array([-(2**62), 2**62]),
    "float32": np.array([[np.nan, np.inf], [-0.0, 1e-40]], np.float32),
    "float64": np.linspace(-1.0, 1.0, 12).reshape(3, 4)[::2, 1:],
    "number": np.float32(0.1),
    "nothing": np.zeros((0, 2), np.float32),
}


@pytest.mark.parametrize("jit_compile", [False, True])
def test_types_shapes_and_numbers_are_kept(jit_compile):
    handed = graph_call(lambda arrays, last: (*arrays.values(), last), jit_compile=jit_compile)
    for given, received in zip([*ARRAYS.values(), np.int64(3)], handed(ARRAYS, np.int64(3)), strict=True):
        assert (received.dtype.as_numpy_dtype, received.shape) == (given.dtype, given.shape)
        np.testing.assert_array_equal(received.numpy(), given)


def test_other_shapes_and_types_have_graphs_of_their_own():
    made = []
    twice = graph_call(lambda x: made.append(x) or (x + x,))
    for given in ([1, 2], [3, 4], [1.5], [[1.5]], [2.5]):
        assert twice(np.array(given))[0].numpy().tolist() == (2 * np.array(given)).tolist()
    assert len(made) == 3


def test_a_program_may_give_nothing():
    assert graph_call(lambda x: None)(np.ones(2)) == []

"""Objects and arrays that users give are of the right kind, or refused by their name."""

import re
from pathlib import Path

import numpy as np
import pytest

from rl_line.system.arrays import reals, same_length
from rl_line.system.kinds import as_path, function, instance, one_of, several, with_methods


@pytest.mark.parametrize(
    ("call", "error", "said"),
    [
        (lambda: instance("rows", 3, list, "pass []"), TypeError, "rows is a int, expected a list; pass []."),
        (lambda: instance("x", 3, (str, dict), "y"), TypeError, "x is a int, expected a str or dict; y."),
        (lambda: several("pass []", rows="text"), TypeError, "rows='text', expected a list or a tuple; pass []."),
        (lambda: several("pass []", rows=b"text"), TypeError, "rows=b'text', expected a list or a tuple"),
        (lambda: several("pass []", rows={1, 2}), TypeError, "rows={1, 2}, expected a list or a tuple"),
        (lambda: function("pass f", of=3), TypeError, "of=3, expected a function of 1; pass f."),
        (lambda: function("pass f", of=int), TypeError, "of=<class 'int'>, expected a function of 1"),
        (lambda: function("pass f", count=3, of=lambda x: x), TypeError, "expected a function of 3; pass f."),
        (lambda: one_of("mode", "b", ("a", None)), ValueError, "mode='b', expected one of ('a', None)"),
        (lambda: one_of("mode", np.zeros(2), ("a",)), ValueError, "mode=array([0., 0.]), expected one of"),
        (
            lambda: with_methods("env", {}, "reset", advice="y"),
            TypeError,
            "env={} has no reset, expected an object",
        ),
        (lambda: as_path(3), TypeError, "path=3, expected a text or a path"),
        (lambda: as_path(""), ValueError, "path='', expected the name of a file"),
        (lambda: reals(v="text"), ValueError, "v='text', expected an array of numbers."),
        (lambda: reals((2,), v=[1, 2, 3]), ValueError, "v has shape (3,), expected (2,)."),
        (lambda: reals((None,), (None, 2), v=3), ValueError, "v has shape (), expected (n,) or (n, 2)."),
        (lambda: reals((), v=[1, 2]), ValueError, "v has shape (2,), expected one number."),
        (lambda: reals(largest=5.0, v=[3, -7]), ValueError, "v is 7 at most, expected numbers up to 5e+00."),
        (lambda: reals((None,), v=[]), ValueError, "v has shape (0,), expected (n,)."),
        (lambda: reals(v=[[1, 2], [3, np.nan]]), ValueError, "v is nan at [1, 1], expected finite numbers."),
        (lambda: reals(v=np.inf), ValueError, "v is inf at [0], expected finite numbers."),
        (lambda: reals(v=np.ma.array([1, 9], mask=[0, 1])), ValueError, "v is nan at [1], expected finite numbers."),
        (lambda: reals(v=[[1], [1, 2]]), ValueError, "v=[[1], [1, 2]], expected an array of numbers."),
        (lambda: same_length(x=np.zeros(2), y=np.zeros(3)), ValueError, "x (2,), y (3,) differ in length"),
    ],
)
def test_what_is_of_the_wrong_kind_is_refused_by_name(call, error, said):
    with pytest.raises(error, match=re.escape(said)):
        call()


def test_what_is_right_passes():
    instance("rows", [], list, "pass []")
    assert several("pass []", rows=range(2)) == several("pass []", rows=np.arange(2)) == [0, 1]
    assert reals((), largest=5.0, v=-5).tolist() == -5
    function("pass f", of=len)
    function("pass f", count=2, of=lambda *all_of_them: all_of_them)
    one_of("mode", None, ("a", None))
    assert as_path("here/file") == Path("here/file")
    assert reals((2,), v=np.float16([1, 2])).dtype == np.float64
    assert reals((None, 2), v=[[1, 2]]).tolist() == [[1, 2]]

"""Errors at each length as a table, and as the lengths with right rounded predictions."""

import pytest

from sequence_tasks.explain.by_length import error_table, right_lengths_text

ERRORS = {"own length": [0.5, 0.0, 0.49], "every length": [0.0, 0.1, 0.2], "none": [1.0, 2.0, 123.456]}


def test_a_table_has_a_line_for_every_name():
    assert error_table([1, 2, 50], ERRORS).splitlines() == [
        "length           1     2    50",
        "own length    0.50  0.00  0.49",
        "every length  0.00  0.10  0.20",
        "none          1.00  2.00   123",
    ]


def test_half_an_integer_is_not_right_and_neighbours_are_told_together():
    said = right_lengths_text([1, 2, 50], ERRORS)
    one_line = "right when rounded: own length at length 2 to 50; every length at every length; none at no length"
    assert " ".join(said.split()) == one_line
    assert max(map(len, said.splitlines())) <= 95
    assert right_lengths_text([1, 2, 3, 9], {"it": [0, 1, 0, 0]}) == "right when rounded: it at length 1, 3 to 9"


@pytest.mark.parametrize("told", [error_table, right_lengths_text])
def test_every_length_needs_an_error(told):
    with pytest.raises(ValueError, match=r"errors of mine has shape \(1,\), expected \(2,\)"):
        told([1, 2], {"mine": [0.1]})

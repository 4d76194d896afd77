"""Windows are written out as the series has them."""

import numpy as np
import pytest

from sequence_tasks import Differences, SequenceTask, Series
from sequence_tasks.explain.written import written_windows

VALUES = [112, 118, 132, 129, 121, 135, 148, 148]


def task(series=None, **settings):
    return SequenceTask(series or Series("air", VALUES), **{"length": 3, "train": 6, "validation": 0} | settings)


def test_windows_are_the_values_before_their_targets():
    assert written_windows(task(), "train") == [
        ("3", "112 118 132", "129"),
        ("4", "118 132 129", "121"),
        ("5", "132 129 121", "135"),
    ]
    assert written_windows(task(), "test") == [("6", "129 121 135", "148"), ("7", "121 135 148", "148")]


@pytest.mark.parametrize(
    ("settings", "first"),
    [
        ({"horizon": 2}, ("4", "112 118 132", "121")),
        ({"horizon": 2, "targets": "path"}, ("3", "112 118 132", "129 121")),
        ({"targets": "every"}, ("1", "112 118 132", "118 132 129")),
        ({"transform": Differences()}, ("4", "112 118 132 129", "121")),
        ({"transform": Differences(), "length": 1}, ("2", "112 118", "132")),
    ],
)
def test_horizons_paths_and_differences_show_what_is_needed(settings, first):
    assert written_windows(task(**settings), "train")[0] == first


def test_a_series_with_dates_has_them():
    dates = np.arange("1949-01", "1949-09", dtype="datetime64[M]")
    assert written_windows(task(Series("air", VALUES, dates=dates)), "train")[0].when == "1949-04"

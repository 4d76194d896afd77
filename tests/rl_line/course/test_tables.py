"""Tables of a page."""

import re

import numpy as np

from rl_line.course import tables


def test_numbers_are_written_in_the_language_and_flush_right():
    drawn = tables.table({"layer": ["<conv>"], "size": [1585], "share": [0.5]}, lang="pt", digits=2)
    assert re.findall(r"<td[^>]*>([^<]*)</td>", drawn) == ["&lt;conv&gt;", "1.585", "0,50"]
    assert re.findall(r"<td[^>]*text-align: (\w+)", drawn) == ["left", "right", "right"]


def test_a_confusion_matrix_leaves_zeros_out_and_reddens_errors():
    drawn = tables.counts(np.array([[5, 0], [2, 4]]), rows="digit", columns="read as")
    assert re.findall(r"<td[^>]*>([^<]*)</td>", drawn) == ["5", "", "2", "4"]
    colours = re.findall(r"<td[^>]*background: ([^\"]*)\"", drawn)
    assert colours[0] == colours[3] != colours[2]
    assert colours[2] == "rgb(220 60 30 / 60%)"

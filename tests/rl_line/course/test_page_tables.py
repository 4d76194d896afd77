"""The table of a page: words on the left, numbers on the right and in its language, nothing of them taken for HTML."""

import re

import numpy as np

from rl_line.course.tables import Cell, table


def cells(text):
    """Contents of all cells, head included."""
    return re.findall(r"<t[hd](?: [^>]*)?>(.*?)</t[hd]>", text)


def test_a_table_has_its_names_and_its_texts_in_order():
    text = table(["name", "RMSE"], [["a <b>", 1.5], ["c", 2]], "en", spec=".1f", caption="Errors & more")
    assert cells(text) == ["name", "RMSE", "a &lt;b&gt;", "1.5", "c", "2"]
    assert text.count('scope="col"') == text.count('scope="row"') == 2
    assert ">Errors &amp; more</caption>" in text
    assert text.count("text-align: right") == 3, "RMSE and two numbers"
    assert table(["a", "b"], [["x", "y"]], "en", left=2).count("text-align: right") == 0


def test_a_table_scrolls_in_its_own_box_also_by_keyboard():
    assert table(["a"], [], "en").startswith('<div style="overflow-x: auto" tabindex="0"><table')


def test_numbers_are_written_in_the_language_and_none_is_minus_zero():
    row = ["x", np.int64(1585), 1234.5, np.float32(0.25), -0.01]
    assert cells(table([*"abcde"], [row], "pt", spec=",.1f"))[5:] == ["x", "1.585", "1.234,5", "0,2", "0,0"]
    assert cells(table([*"abcde"], [row], "en", spec=",.1f"))[5:] == ["x", "1,585", "1,234.5", "0.2", "0.0"]


def test_a_column_without_a_name_has_no_head():
    assert table(["", "a"], [["x", "y"]], "en").count('scope="col"') == 1


def test_words_may_be_broken_and_numbers_not():
    text = table(["a", "b", "c"], [["x y", "better, p 0.1", 1.5]], "en")
    assert re.findall(r"white-space: (\w+)", text) == ["normal"] * 5 + ["nowrap"]


def test_groups_stand_above_their_columns():
    text = table(["state", "left", "right"], [[1, 2, 3]], "en", groups={"a & b": 2})
    assert cells(text)[:5] == ["", "a &amp; b", "state", "left", "right"]
    assert re.findall('colspan="(.)"', text) == ["2"]


def test_a_cell_may_be_html_with_a_style_of_its_own():
    text = table(["a", "b"], [["x", Cell("<b>2</b>", "color: red")]], "en")
    assert re.search(r'style="[^"]*; color: red"><b>2</b></td>', text)

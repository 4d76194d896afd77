"""Tables of a page: words on the left, numbers on the right, nothing of them taken for HTML."""

import re

from rl_line.course.text_tables import calculation, table


def test_a_table_has_its_names_and_its_texts_in_order():
    text = table(["name", "RMSE"], [["a <b>", "1.5"], ["c", "2"]], caption="Errors")
    assert re.findall(r"<t[hd](?: [^>]*)?>(.*?)</t[hd]>", text) == ["name", "RMSE", "a &lt;b&gt;", "1.5", "c", "2"]
    assert text.count('scope="col"') == text.count('scope="row"') == 2
    assert "<caption" in text
    assert "overflow-x: auto" in text
    assert text.count("text-align: right") == 3, "RMSE and two numbers"
    assert table(["a", "b"], [["x", "y"]], left=2).count("text-align: right") == 0


def test_a_calculation_keeps_its_lines_and_can_be_scrolled_by_keyboard():
    text = calculation("a < b\n  = 1")
    assert "a &lt; b\n  = 1</pre>" in text
    assert 'tabindex="0"' in text

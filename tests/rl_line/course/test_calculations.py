"""A calculation keeps its lines, is written in the page's language, and breaks between products only."""

import html
import re

from rl_line.course.calculations import calculation, output


def lines(text, lang):
    return html.unescape(re.sub(r"<[^>]+>", "", calculation(text, lang))).splitlines()


def test_lines_that_work_nothing_out_stay():
    text = calculation("a < b\n  = 1", "en")
    assert "a &lt; b\n  = 1</pre>" in text
    assert 'tabindex="0"' in text
    assert lines("step 1  [h, x] = [0, 0.5]", "pt") == ["passo 1  [h, x] = [0; 0,5]"]


def test_every_result_of_a_calculation_has_its_own_line():
    text = "step 1  s = 2 x 3.5 + 1 = 8\nstep 2  s = 2 x 4 + 1 = 9"
    shown = ["step 1  s = 2 x 3.5 + 1", "          = 8", "step 2  s = 2 x 4 + 1", "          = 9"]
    assert lines(text, "en") == shown
    shown = ["passo 1  s = 2 x 3,5 + 1", "           = 8", "passo 2  s = 2 x 4 + 1", "           = 9"]
    assert lines(text, "pt") == shown


def test_the_result_of_several_steps_in_one_line_is_the_last():
    assert lines("C = f C + i C~ = 1 x 2 + 3 x 4 = 14", "en") == ["C = f C + i C~ = 1 x 2 + 3 x 4", "  = 14"]


def test_a_long_sum_goes_on_below_and_no_product_is_divided():
    first = "1.139 x 0.05 + (-0.04653) x 0 + 0.2093 x 0 + 0.0386 x 0"  # 72 characters with what stands before it
    shown = lines(f"step 1  s[4] = {first} + 0.1047 x 0 + (-0.4223) = 1", "pt")
    assert [" ".join(line.split()) for line in shown] == [
        "passo 1 s[4] = 1,139 x 0,05 + (-0,04653) x 0 + 0,2093 x 0 +",
        "0,0386 x 0 + 0,1047 x 0 + (-0,4223)",
        "= 1",
    ]


def test_long_output_breaks_where_the_page_is_narrow_and_keeps_its_lines():
    shown = output(">>> f(a < b)\n[[1. 0.]\n [0. 1.]]")
    assert shown.endswith("&gt;&gt;&gt; f(a &lt; b)\n[[1. 0.]\n [0. 1.]]</pre>")
    assert "white-space: pre-wrap" in shown
    assert "pre-wrap" not in calculation("s = 1 x 2 = 2", "en")

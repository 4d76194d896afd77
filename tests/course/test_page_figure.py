"""A figure is in the page itself, with words for who cannot see it."""

import base64
import re

from matplotlib.figure import Figure

from rl_line.course import page


def test_a_figure_is_in_the_page_as_a_png_with_its_words():
    axes = Figure(figsize=(5, 2)).subplots()
    shown = page.figure(axes, "a line").text
    data = re.search(r"data:image/png;base64,([^'\"]+)", shown)[1]
    assert base64.b64decode(data).startswith(b"\x89PNG")
    assert "a line" in shown
    assert "480px" in shown, "5 inches of 96"

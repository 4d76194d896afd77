"""Displays of lessons on sequences hold the numbers given."""

import re

from rl_line.course.sequences import display


def test_guesses_stand_beside_the_inputs_and_the_right_numbers():
    text = display.guesses([5, 6, 7, 8, 9], {"mine": [5.5, 7.0, 8.25, 9.0]}, "en", ".2f")
    rows = [re.findall(r">([^<>]+)<", row.replace("\N{NO-BREAK SPACE}", " ")) for row in text.split("<tr>")[1:]]
    assert rows == [
        ["length", "input", "right", "mine"],
        ["1", "5", "6", "5.50"],
        ["2", "5, 6", "7", "7.00"],
        ["3", "5 ... 7", "8", "8.25"],
        ["4", "5 ... 8", "9", "9.00"],
    ]


def test_a_slider_stands_at_a_value_between_its_steps():
    slider = display.slider("Wi", 0.93, most=1, step=0.5)
    assert slider.value == 0.93
    assert slider.steps == [-1, -0.5, 0, 0.5, 0.93, 1]
    assert display.slider("Wi", 0.5, most=1, step=0.5).steps == [-1, -0.5, 0, 0.5, 1]


def test_axes_of_a_figure_stand_under_a_title():
    assert display.axes("Errors").get_title() == "Errors"

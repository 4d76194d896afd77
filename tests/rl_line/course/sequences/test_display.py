"""Tables of a page hold what they are given, and figures speak its language."""

import html
import re

from matplotlib.figure import Figure

from rl_line.course.sequences import display
from sequence_tasks import plots


def test_a_table_has_every_text_and_names_its_rows():
    text = display.table(["length", "guess"], [["1", "<2>"], ["2", 1234.5], ["3", -0.01]], "pt", ",.1f").text
    assert text.count("<tr>") == 4
    assert (text.count('scope="row"'), text.count('scope="col"')) == (3, 2)
    assert "&lt;2&gt;" in text
    assert ">1.234,5<" in text
    assert ">0,0<" in text
    assert "overflow-x: auto" in text


def test_guesses_stand_beside_the_inputs_and_the_right_numbers():
    text = display.guesses([5, 6, 7, 8, 9], {"mine": [5.5, 7.0, 8.25, 9.0]}, "en", ".2f").text
    rows = [re.findall(r">([^<>]+)<", row) for row in text.split("<tr>")[1:]]
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


def test_every_result_of_a_calculation_has_its_own_line():
    text = display.steps("step 1  s = 2 x 3 + 1 = 7\nstep 2  s = 2 x 4 + 1 = 9", "pt").text
    lines = [line for line in html.unescape(re.sub(r"<[^>]+>", "", text)).splitlines() if line]
    assert lines == ["passo 1  s = 2 x 3 + 1", "           = 7", "passo 2  s = 2 x 4 + 1", "           = 9"]


def test_a_long_sum_goes_on_below_and_no_product_is_divided():
    first = "1.139 x 0.05 + (-0.04653) x 0 + 0.2093 x 0 + 0.0386 x 0"  # 72 characters with what stands before it
    text = display.steps(f"step 1  s[4] = {first} + 0.1047 x 0 + (-0.4223) = 1", "pt").text
    lines = html.unescape(re.sub(r"<[^>]+>", "", text)).rstrip().splitlines()
    assert [" ".join(line.split()) for line in lines] == [
        f"passo 1 s[4] = {first.removesuffix(' + 0.0386 x 0')} +",
        "0.0386 x 0 + 0.1047 x 0 + (-0.4223)",
        "= 1",
    ]


def test_words_of_a_figure_are_put_into_its_language_and_names_stay():
    def drawn(lang):
        axes = Figure().subplots()
        for name in ("right", "exact at length 10", "mine 3"):
            axes.plot([0, 1], label=name)
        axes.set(xlabel="length of the input  (steps)", ylabel="anything")
        display.titled(axes, "Title", lang)
        return [axes.get_xlabel(), axes.get_ylabel(), *(text.get_text() for text in axes.get_legend().get_texts())]

    assert drawn("en") == ["length of the input  (steps)", "anything", "right", "exact at length 10", "mine 3"]
    assert drawn("pt") == ["tamanho da entrada  (passos)", "anything", "certo", "exato no tamanho 10", "mine 3"]


def test_every_word_of_the_figures_by_length_is_known():
    axes = [
        plots.predictions_by_length([1], [2], {}),
        plots.error_by_length([1], {}),
        plots.weights_and_exact_family({}, lengths=(2,)),
    ]
    for one in axes:
        before = [one.get_xlabel(), one.get_ylabel(), *(line.get_label() for line in one.get_lines())]
        display.titled(one, "", "pt")
        after = [one.get_xlabel(), one.get_ylabel(), *(line.get_label() for line in one.get_lines())]
        assert not [word for word, other in zip(before, after, strict=True) if word == other]

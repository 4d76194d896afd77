"""Parts of a page: numbers in texts, figures in the page's language, tables."""

import re
from types import SimpleNamespace

import numpy as np
from matplotlib.figure import Figure

from rl_line import reward_line
from rl_line.course import page, pictures


def test_the_numbers_of_a_text_are_written_as_its_language_does():
    text = "{count} of {all:,}: {value:.2f} by {who}"
    told = {lang: page.told(text, lang, count=3, all=1000, value=0.5, who="a.b").text for lang in page.LANGUAGES}
    assert "3 of 1,000: 0.50 by a.b" in told["en"]
    assert "3 of 1.000: 0,50 by a.b" in told["pt"]


def test_the_words_of_a_figure_are_replaced_wherever_they_stand():
    axes = Figure().subplots()
    axes.plot([0, 1], label="left")
    axes.set(xlabel="left", ylabel="something else")
    axes.legend(title="right")
    page.figure(axes, alt="", words={"left": "esquerda", "right": "direita"})
    legend = axes.get_legend()
    assert (axes.get_xlabel(), axes.get_ylabel()) == ("esquerda", "something else")
    assert (legend.get_texts()[0].get_text(), legend.get_title().get_text()) == ("esquerda", "direita")


def test_the_values_of_a_table_are_written_as_its_language_does():
    html = {lang: pictures.table(lang, learned=np.array([[1.5, 2.0]])) for lang in page.LANGUAGES}
    cells = {lang: re.findall(r"<td[^>]*>(?:<strong[^>]*>)?([0-9.,]+)", text) for lang, text in html.items()}
    assert cells == {"en": ["1.500", "2.000"], "pt": ["1,500", "2,000"]}


def test_wrong_cells_of_the_first_table_are_marked():
    learned, exact = np.array([[1.0, 2.0], [3.0, 4.0]]), np.array([[1.0, 5.0], [3.0, 4.0]])
    html = pictures.table("en", changed=(1, 0), wrong=learned != exact, learned=learned, exact=exact)
    assert re.findall(r'<mark title="(.*?)">(?:<strong[^>]*>)?([0-9.]+)', html) == [
        ("not the exact value", "2.000"),
        ("changed by the last action", "3.000"),
    ]


def test_a_path_ends_where_the_episode_does_or_is_not_followed_any_more():
    assert pictures.path(reward_line(), lambda state: 1) == "1 → 2 → 3 → 4"
    assert pictures.path(reward_line(), lambda state: state == 0, steps=3) == "1 → 2 → 1 → 2 → ..."


def test_a_verdict_is_said_in_the_language_of_the_page():
    report = SimpleNamespace(verdict="bug suspected", suspects=["wrong-gamma"], advice="values A are off")
    assert "Verdict: bug suspected" in page.verdict(report, "en").text
    shown = page.verdict(report, "pt").text
    assert "suspeita de erro" in shown
    assert "wrong-gamma" in shown
    assert "values A are off" in shown

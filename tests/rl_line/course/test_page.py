"""Numbers in texts, figures and verdicts, in the language of the page."""

import base64
import re
from types import SimpleNamespace

from bs4 import BeautifulSoup
from matplotlib.figure import Figure

from rl_line.course import page


def test_the_numbers_of_a_text_are_written_as_its_language_does():
    text = "{count} of {all:,}: {value:.2f} by {who}"
    told = {lang: page.told(text, lang, count=3, all=1000, value=0.5, who="a.b").text for lang in page.LANGUAGES}
    assert "3 of 1,000: 0.50 by a.b" in told["en"]
    assert "3 of 1.000: 0,50 by a.b" in told["pt"]


def test_the_words_of_a_figure_are_those_of_the_page_wherever_they_stand():
    axes = Figure().subplots()
    axes.plot([0, 1], label="left")
    axes.set(xlabel="left", ylabel="something else")
    axes.legend(title="right")
    page.figure(axes, "", "pt")
    legend = axes.get_legend()
    assert (axes.get_xlabel(), axes.get_ylabel()) == ("esquerda", "something else")
    assert (legend.get_texts()[0].get_text(), legend.get_title().get_text()) == ("esquerda", "direita")


def test_a_verdict_is_said_in_the_language_of_the_page():
    report = SimpleNamespace(verdict="bug suspected", suspects=["wrong-gamma"], advice="values A are off", warnings=[])
    assert "Verdict: bug suspected" in page.verdict(report, "en").text
    shown = page.verdict(report, "pt").text
    assert "suspeita de erro" in shown
    assert "wrong-gamma" in shown
    assert "values A are off" in shown


def test_warnings_stand_beside_the_verdict_once_each_by_their_bugs_or_else_by_the_check():
    weak = [SimpleNamespace(id=f"values {line}", suspects=("terminal-bootstrap",)) for line in "BC"]
    warnings = [*weak, SimpleNamespace(id="mutation", suspects=())]
    report = SimpleNamespace(verdict="pass", suspects=[], advice="", warnings=warnings)
    shown = BeautifulSoup(page.verdict(report, "en").text, "html.parser").get_text()
    assert "Verdict: pass; warnings: terminal-bootstrap, mutation" in shown
    assert "avisos" in page.verdict(report, "pt").text


def test_a_figure_is_in_the_page_as_a_png_with_its_words():
    axes = Figure(figsize=(5, 2)).subplots()
    shown = page.figure(axes, "a line", "en").text
    data = re.search(r"data:image/png;base64,([^'\"]+)", shown)[1]
    assert base64.b64decode(data).startswith(b"\x89PNG")
    assert "a line" in shown
    assert "480px" in shown, "5 inches of 96"


def test_the_words_of_a_figure_may_hold_quotes():
    told = 'the network\'s "answers", <1'
    shown = BeautifulSoup(page.figure(Figure().subplots(), told, "en").text, "html.parser")
    assert shown.img["alt"] == told

"""Figures speak the language of their page."""

import pytest
from matplotlib.figure import Figure

from rl_line.course.figures import WORDS, translated
from rl_line.course.page import LANGUAGES


def drawn():
    axes = Figure().subplots()
    axes.plot([0, 1], label="actual")
    axes.text(0, 0, "train")
    axes.set(xlabel="step", ylabel="USD", title="Air")
    axes.legend()
    return axes


def texts(axes):
    parts = [*axes.get_legend().get_texts(), *axes.texts, axes.xaxis.label, axes.yaxis.label, axes.title]
    return [part.get_text() for part in parts]


def test_known_texts_of_a_figure_are_translated_and_others_stay():
    assert texts(translated(drawn(), "pt")) == ["observado", "treino", "passo", "USD", "Air"]
    assert texts(translated(drawn(), "en")) == texts(drawn())


@pytest.mark.parametrize("lang", [lang for lang in LANGUAGES if lang != "en"])
def test_no_figure_has_two_words_for_one(lang):
    assert set(WORDS) == set(LANGUAGES) - {"en"}
    assert len(set(WORDS[lang].values())) == len(WORDS[lang])

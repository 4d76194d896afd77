"""Figures speak the language of their page."""

import numpy as np
import pytest
from matplotlib.figure import Figure

import agents
import sequence_tasks
from rl_line import reward_line
from rl_line.course.figures import WORDS, translated
from rl_line.course.page import LANGUAGES
from sequence_tasks.explain.cells import CELLS
from sequence_tasks.gate_curves import cell_over_time
from sequence_tasks.plots import forecasts_over_time
from sequence_tasks.series.embedded import air_passengers


def drawn():
    axes = Figure().subplots()
    axes.plot([0, 1], label="actual")
    axes.text(0, 0, "train")
    axes.set(xlabel="step", ylabel="USD", title="Air")
    axes.legend(title="gamma 0.85")
    return axes


def texts(axes):
    legend = axes.get_legend()
    parts = [legend.get_title(), *legend.get_texts(), *axes.texts, axes.xaxis.label, axes.yaxis.label, axes.title]
    return [part.get_text() for part in parts]


def test_known_texts_of_a_figure_are_translated_and_others_stay():
    assert texts(translated(drawn(), "pt")) == ["gama 0,85", "observado", "treino", "passo", "USD", "Air"]
    assert texts(translated(drawn(), "en")) == texts(drawn())


def ticks(axes, lang):
    translated(axes, lang).figure.canvas.draw()
    return [label.get_text() for label in axes.get_yticklabels()]


def test_ticks_have_the_comma_of_the_language():
    def with_ticks():
        axes = Figure().subplots()
        axes.plot([0, 1])
        axes.set_yticks([0, 0.5, 1])
        return axes

    assert ticks(with_ticks(), "en") == ["0.0", "0.5", "1.0"]
    assert ticks(with_ticks(), "pt") == ["0,0", "0,5", "1,0"]
    axes = with_ticks()
    above = axes.secondary_xaxis("top")
    above.set_xticks([0.25], ["0.25"])
    axes.set_yticks([0, 1], [7, 8.5])
    assert ticks(axes, "pt") == ["7", "8,5"], "labels that are numbers themselves"
    assert above.get_xticklabels()[0].get_text() == "0,25"


@pytest.mark.parametrize("lang", [lang for lang in LANGUAGES if lang != "en"])
def test_no_figure_has_two_words_for_one(lang):
    assert set(WORDS) == set(LANGUAGES) - {"en"}
    assert len(set(WORDS[lang].values())) == len(WORDS[lang])


def figures():
    """Figures of the package that lessons show, with names of the lessons' own in capitals."""
    passengers, trace = air_passengers(), sequence_tasks.lstm_trace(CELLS["adds up"], [1, 2])
    runs = [[{"step": 3, "length": 3, "return": 11.0}] * 2]
    yield agents.plots.learning_curve(runs)
    yield agents.plots.over_epsilon([0, 1], np.ones((2, 2)), ylabel="A", label="B")
    yield agents.plots.error_curve([1, 2], [1, 2], label="A")
    yield agents.plots.policy_over_gamma(reward_line(), gamma=0.8)
    yield sequence_tasks.plots.predictions_by_length([1], [2], {"A": [1]})
    yield sequence_tasks.plots.error_by_length([1], {"A": [1]})
    yield sequence_tasks.plots.weights_and_exact_family({}, lengths=(2,))
    yield cell_over_time(trace, step=2)
    yield forecasts_over_time(
        passengers, {"A": np.ones(48)}, origins=np.arange(96, 144), borders=(96, 96), naive="A", unit="B"
    )


@pytest.mark.parametrize("lang", WORDS)
def test_every_word_of_the_figures_of_lessons_is_known(lang):
    def said(figure):
        legends = [axes.get_legend() for axes in figure.axes if axes.get_legend()]
        parts = [part for axes in figure.axes for part in (axes.xaxis.label, axes.yaxis.label, axes.title, *axes.texts)]
        parts += [part for legend in legends for part in (legend.get_title(), *legend.get_texts())]
        return [part.get_text() for part in parts]

    for axes in figures():
        figure = getattr(axes, "figure", axes)
        before, after = said(figure), said(translated(figure, lang))
        kept = [word for word, other in zip(before, after, strict=True) if word == other and word.islower()]
        assert not [word for word in kept if len(word) > 1]

"""Displays for lessons on sequences: guesses at every length, weights on sliders, figures and models."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from rl_line.course import tables
from rl_line.system.axes import new_axes

_WORDS = {
    "en": {"length": "length", "input": "input", "right": "right"},
    "pt": {"length": "tamanho", "input": "entrada", "right": "certo"},
}


def guesses(numbers: Sequence[int], columns: Mapping[str, ArrayLike], lang: str, spec: str = ",.3f") -> str:
    """HTML table of guesses after the first one, two, ... of some consecutive integers, beside the right answers.

    Args:
        numbers: the integers; the last one is only a right answer, and no input.
        columns: a guess at every length, by the name of its column.
        lang: the language of the page.
        spec: format of a guess.
    """
    named = [_WORDS[lang][name] for name in ("length", "input", "right")]
    texts = [*map(str, numbers)]
    inputs = [", ".join(texts[:k]) if k < 3 else f"{texts[0]} ... {texts[k - 1]}" for k in range(1, len(texts))]
    inputs = [given.replace(" ", "\N{NO-BREAK SPACE}") for given in inputs]
    values = np.array([*columns.values()], float).T.tolist()
    lines = zip(inputs, texts[1:], values, strict=True)
    rows = [[str(k), given, right, *said] for k, (given, right, said) in enumerate(lines, start=1)]
    return tables.table([*named, *columns], rows, lang, spec=spec, left=0)


def slider(label: str, value: float, *, most: float, step: float) -> Any:
    """Slider from -most to most in steps, with the given value as an additional step."""
    import marimo

    count = round(most / step)
    steps = sorted({*(round(k * step, 9) for k in range(-count, count + 1)), value})
    return marimo.ui.slider(steps=steps, value=value, label=label, show_value=True)


def summary(model: Any) -> Any:
    """Summary of a model by Keras, layer by layer."""
    import marimo

    lines: list[str] = []
    model.summary(line_length=60, print_fn=lambda text, **_: lines.append(text))
    return marimo.md("```\n" + "\n".join(lines) + "\n```")


def axes(title: str) -> Any:
    """Axes with a title, in a figure that is readable on a narrow screen."""
    drawn = new_axes(figsize=(5.4, 3.9))
    drawn.set_title(title)
    return drawn

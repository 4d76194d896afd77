"""Tables, calculations, sliders and figures of sequences on a page, in its language."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Mapping, Sequence
from html import escape
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from rl_line.course.page import number

_WORDS = {
    "en": {"length": "length", "input": "input", "right": "right", "step": "step"},
    "pt": {"length": "tamanho", "input": "entrada", "right": "certo", "step": "passo"},
}
_WIDE = 72  # characters of a line
_JOINED = (
    "\N{NO-BREAK SPACE}"  # so that no product is divided, and no line begins with a +, which Markdown takes for a list
)

# What the figures of sequences write, which is English.
_FIGURES = {
    "pt": {
        "length of the input  (steps)": "tamanho da entrada  (passos)",
        "prediction  (integers)": "previsão  (inteiros)",
        "largest error  (integers)": "maior erro  (inteiros)",
        "right": "certo",
        "right when rounded": "certo quando arredondado",
        "recurrent weight  Ws": "peso recorrente  Ws",
        "input weight  Wi": "peso de entrada  Wi",
        "exact at length": "exato no tamanho",
        "exact at every length": "exato em todos os tamanhos",
    }
}


def table(header: Sequence[str], rows: Iterable[Sequence[str | float]], lang: str, spec: str = ",.4f") -> Any:
    """Table whose first column names the rows; on a narrow screen it scrolls inside its own box.

    Args:
        header: names of the columns.
        rows: of texts, and of numbers, which are written in the page's language.
        lang: the language of the page.
        spec: format of a number, as in ",.4f".
    """
    import marimo

    cell = 'style="padding: 0.15rem 0.5rem; text-align: right; white-space: nowrap"'
    name = cell.replace("nowrap", "normal")
    heads = "".join(f'<th scope="col" {name}>{escape(text)}</th>' for text in header)
    written = ([entry if isinstance(entry, str) else _written(entry, spec, lang) for entry in row] for row in rows)
    body = "".join(
        f'<tr><th scope="row" {name}>{escape(first)}</th>'
        + "".join(f"<td {cell}>{escape(text)}</td>" for text in others)
        + "</tr>"
        for first, *others in written
    )
    style = "width: auto; border-collapse: collapse; font-variant-numeric: tabular-nums"
    return marimo.Html(
        f'<div style="overflow-x: auto" tabindex="0"><table style="{style}"><thead><tr>{heads}</tr></thead>'
        f"<tbody>{body}</tbody></table></div>"
    )


def guesses(numbers: Sequence[int], columns: Mapping[str, ArrayLike], lang: str, spec: str = ",.3f") -> Any:
    """Table of the guesses after the first one, the first two, ... of some integers in a row, beside the right ones.

    Args:
        numbers: the integers, the last of which no input has: it is the last right answer.
        columns: a number at every length, by the name of its column.
        lang: the language of the page.
        spec: format of a guess.
    """
    named = [_WORDS[lang][name] for name in ("length", "input", "right")]
    texts = [*map(str, numbers)]
    inputs = [", ".join(texts[:k]) if k < 3 else f"{texts[0]} ... {texts[k - 1]}" for k in range(1, len(texts))]
    values = np.array([*columns.values()], float).T.tolist()
    lines = zip(inputs, texts[1:], values, strict=True)
    rows = [[str(k), given, right, *said] for k, (given, right, said) in enumerate(lines, start=1)]
    return table([*named, *columns], rows, lang, spec)


def slider(label: str, value: float, *, most: float, step: float) -> Any:
    """Slider from -most to most in steps that stands at a value exactly, though it be between two steps."""
    import marimo

    count = round(most / step)
    steps = sorted({*(round(k * step, 9) for k in range(-count, count + 1)), value})
    return marimo.ui.slider(steps=steps, value=value, label=label, show_value=True)


def steps(calculation: str, lang: str) -> Any:
    """A calculation of `rnn_steps`, long sums in several lines, and each result on a line of its own."""
    import marimo

    lines = []
    for line in calculation.replace("step", _WORDS[lang]["step"]).splitlines():
        terms, _, result = line.rpartition(" = ")
        start = " " * terms.index("= ")
        kept = terms.replace(" x ", f"{_JOINED}x{_JOINED}").replace(" +", f"{_JOINED}+")
        lines += [*textwrap.wrap(kept, _WIDE, subsequent_indent=start + "  "), f"{start}= {result}"]
    return marimo.md("```\n" + "\n".join(lines).replace(_JOINED, " ") + "\n```")


def summary(model: Any) -> Any:
    """What Keras says of a model, layer by layer."""
    import marimo

    lines: list[str] = []
    model.summary(line_length=60, print_fn=lambda text, **_: lines.append(text))
    return marimo.md("```\n" + "\n".join(lines) + "\n```")


def axes() -> Any:
    """Axes of a figure that a narrow screen shows legibly."""
    from matplotlib.figure import Figure

    return Figure(figsize=(5.4, 3.9), layout="constrained").subplots()


def titled(drawn: Any, title: str, lang: str) -> Any:
    """The axes of a figure under a title, with what the figure itself has written put into the page's language."""
    words = _FIGURES.get(lang, {})
    drawn.set(title=title, xlabel=_put(drawn.get_xlabel(), words), ylabel=_put(drawn.get_ylabel(), words))
    for line in drawn.get_lines():
        line.set_label(_put(line.get_label(), words))
    drawn.legend()
    return drawn


def _written(value: float, spec: str, lang: str) -> str:
    """A number in the page's language, without a sign where it is rounded to 0."""
    text = number(value, spec, lang)
    return text if any(digit in text for digit in "123456789") else text.replace("-", "")


def _put(text: str, words: Mapping[str, str]) -> str:
    """A text in other words, the number at its end as it is."""
    known, blank, last = text.rpartition(" ")
    return words.get(text) or (words[known] + blank + last if last.isdigit() and known in words else text)

"""Outputs of a classifier as classes, by argmax or threshold, with a text about their accuracy."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from rl_line.course.numerals import number
from rl_line.course.tables import table
from rl_line.system.arrays import reals, same_length
from rl_line.system.numbers import real

WORDS = {
    "en": {
        "true": "true",
        "many": "`predict_classes` is gone: the class is the **argmax** of what `predict` gives, right for "
        "**{argmax}** of the new points.",
        "two": "One sigmoid gives one column, whose argmax is always 0: right for {argmax}. Two classes need a "
        "**threshold** instead: this one is right for **{threshold}**.",
    },
    "pt": {
        "true": "certo",
        "many": "`predict_classes` não existe mais: a classe é o **argmax** do que `predict` dá, certo para "
        "**{argmax}** dos pontos novos.",
        "two": "Uma sigmoide dá uma só coluna, cujo argmax é sempre 0: certo para {argmax}. Duas classes precisam de "
        "um **limiar**: este está certo para **{threshold}**.",
    },
}


def classes(outputs: ArrayLike, *, threshold: float = 0.5) -> NDArray[np.int64]:
    """The classes [n] of outputs [n, k]: the most probable of several, or 1 from a threshold on in a single column.

    >>> classes([[0.2, 0.7, 0.1]]).tolist(), classes([[0.3], [0.6]]).tolist()
    ([1], [0, 1])
    """
    given, threshold = reals((None, None), outputs=outputs), real(0, 1, threshold=threshold)
    return given.argmax(axis=1) if given.shape[1] > 1 else (given[:, 0] >= threshold).astype(np.int64)


def share(read: ArrayLike, labels: ArrayLike) -> float:
    """Accuracy: share of examples with the right class."""
    pair = reals((None,), read=read), reals((None,), labels=labels)
    same_length(read=pair[0], labels=pair[1])
    return float((pair[0] == pair[1]).mean())


def told(points: ArrayLike, outputs: Any, labels: Any, *, threshold: float, lang: str) -> tuple[str, str]:
    """HTML table of the first five points with their outputs and classes, and a text about the accuracy.

    Args:
        points: [n, 2].
        outputs: [n, k]; several outputs by name.
        labels: classes [n], or numbers [n, 1] for outputs without classes; or both by name.
        threshold: threshold for class 1 of two.
        lang: language of the words.
    """
    where = reals((None, 2), points=points)
    columns, texts = [("x1", where[:, 0]), ("x2", where[:, 1])], []
    several = outputs if isinstance(outputs, Mapping) else {"predict": outputs}
    for name, output in several.items():
        true = labels[name] if isinstance(labels, Mapping) else labels
        more, text = _one(name, output, np.asarray(true), threshold=threshold, lang=lang)
        columns += more
        texts.append(text)
    names, values = zip(*columns, strict=True)
    return table(names, list(zip(*values, strict=True))[:5], lang, left=0), "".join(texts)


def _one(
    name: str, output: ArrayLike, true: NDArray, *, threshold: float, lang: str
) -> tuple[list[tuple[str, NDArray]], str]:
    """Columns of one output with their names, and a text about the accuracy if the output has classes."""
    given, words = reals((None, None), outputs=output), WORDS[lang]
    columns = [(f"{name} {k}" if given.shape[1] > 1 else name, column) for k, column in enumerate(given.T)]
    text, read = "", {}
    if true.ndim == 1:
        read["argmax"] = given.argmax(axis=1)
        if given.shape[1] == 1:
            read["threshold"] = classes(given, threshold=threshold)
        shares = {name: number(share(column, true), ".1%", lang) for name, column in read.items()}
        text = words["two" if given.shape[1] == 1 else "many"].format(**shares)
    return [*columns, *read.items(), (words["true"], true.ravel())], text

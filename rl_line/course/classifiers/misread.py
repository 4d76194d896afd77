"""Misclassified images: their counts, a text, and a figure of some of them."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from rl_line.course.classifiers.numbers import confusion
from rl_line.course.classifiers.plots import image_tiles
from rl_line.course.numerals import number
from rl_line.course.tables import Cell, table
from rl_line.system.arrays import reals, same_length

WORDS = {
    "en": {
        "is": "is",
        "as": "read as",
        "wrong": "{count} of {all} are read wrongly. Shown are {shown}, each as what it is → what is read: {some}",
        "none": "None of {all} is read wrongly.",
    },
    "pt": {
        "is": "é",
        "as": "lido como",
        "wrong": "{count} de {all} são lidos errado. Aqui estão {shown}, cada um como o que é → o que se lê: {some}",
        "none": "Nenhum de {all} é lido errado.",
    },
}
_SHOWN = 12  # images


class Misread(NamedTuple):
    """Parts of a page about errors: counts and pictures."""

    counts: str  # HTML of the confusion matrix
    text: str
    axes: Any  # figure of evenly chosen misclassified images; None if there are none


def misread(images: ArrayLike, labels: ArrayLike, read: ArrayLike, lang: str, *, classes: int = 10) -> Misread:
    """The errors of predictions `read` [n] for images [n, side, side] with labels [n]."""
    pictures, true, taken = reals((None, None, None), images=images), np.asarray(labels), np.asarray(read)
    matrix, words = confusion(true, taken, classes=classes), WORDS[lang]
    same_length(images=pictures, labels=true)
    shown = counts(matrix, lang, rows=words["is"], columns=words["as"])
    wrong, told = np.flatnonzero(true != taken), {"all": number(len(true), ",d", lang)}
    if not len(wrong):
        return Misread(shown, words["none"].format(**told), None)
    some = wrong[np.linspace(0, len(wrong) - 1, min(_SHOWN, len(wrong))).round().astype(int)]
    titles = [f"{true[at]} → {taken[at]}" for at in some]
    told |= {"count": number(len(wrong), ",d", lang), "shown": str(len(some)), "some": "; ".join(titles)}
    return Misread(shown, words["wrong"].format(**told), image_tiles(pictures[some], titles))


def counts(numbers: NDArray[np.int64], lang: str, *, rows: str, columns: str) -> str:
    """HTML table of a confusion matrix [k, k]: a green diagonal, redder cells for more errors, and no zeros.

    Args:
        numbers: the counts.
        lang: the language of the page.
        rows: name of the rows.
        columns: name of the columns.
    """
    most = max(1, int((numbers - np.diag(np.diag(numbers))).max()))
    side = "padding: 0.1rem 0; text-align: center; min-width: 1.9rem"
    shown = [
        [
            Cell(str(k), side),
            *(
                Cell(number(count, ",d", lang) if count else "", f"{side}; background: {_colour(k == j, count / most)}")
                for j, count in enumerate(row)
            ),
        ]
        for k, row in enumerate(numbers.tolist())
    ]
    names = [Cell(str(k), side) for k in range(len(numbers))]
    return table([f"{rows} \\ {columns}", *names], shown, lang)


def _colour(right: bool, part: float) -> str:
    """Background of a cell, transparent for light and dark pages."""
    return "rgb(34 160 80 / 30%)" if right else f"rgb(220 60 30 / {60 * part:.0f}%)"

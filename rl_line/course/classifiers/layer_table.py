"""Table of the layers of Keras models, each with the formula of its parameters, which `model.summary()` lacks."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from rl_line.course.classifiers.numbers import layer_parameters
from rl_line.course.numerals import number
from rl_line.course.tables import table

WORDS = {
    "en": {
        "layer": "layer",
        "shape": "output",
        "formula": "formula",
        "parameters": "parameters",
        "agree": "`count_params` agrees with every formula: {totals}.",
        "differ": "**`count_params` differs from a formula:** {totals}.",
    },
    "pt": {
        "layer": "camada",
        "shape": "saída",
        "formula": "fórmula",
        "parameters": "parâmetros",
        "agree": "`count_params` concorda com todas as fórmulas: {totals}.",
        "differ": "**`count_params` difere de uma fórmula:** {totals}.",
    },
}


def layer_table(models: Mapping[str, Any], lang: str) -> tuple[str, str]:
    """HTML table of all layers, and a text that compares the formulas with the counts of Keras.

    Args:
        models: Keras models by name, with layers as in `layer_parameters`.
        lang: language of the words.
    """
    words = WORDS[lang]
    rows = [(name, row) for name, model in models.items() for row in layer_parameters(model)]
    columns = [words[name] for name in ("layer", "shape", "formula", "parameters")]
    shown = [
        (f"{name}: {row.kind}", " x ".join(map(str, row.shape)), row.formula, row.by_formula) for name, row in rows
    ]
    totals = ", ".join(f"{name} {number(model.count_params(), ',d', lang)}" for name, model in models.items())
    agree = all(row.by_formula == row.counted for _, row in rows)
    return table(columns, shown, lang, left=3), words["agree" if agree else "differ"].format(totals=totals)

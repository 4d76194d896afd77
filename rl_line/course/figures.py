"""Translation of the package's English figures: their words, and the decimal commas of their ticks."""

from __future__ import annotations

import re
from typing import Any

from rl_line.course.numerals import decimals
from rl_line.system.extras import brought_by

with brought_by("plot"):
    from matplotlib.axis import Axis
    from matplotlib.text import Text
    from matplotlib.ticker import Formatter

#: Translations by language and by the English text in a figure, without a number at its end.
WORDS = {
    "pt": {
        # of agents
        "best action": "melhor ação",
        "epsilon  (probability to explore)": "épsilon  (probabilidade de explorar)",
        "gamma": "gama",
        "gamma (discount)": "gama (desconto)",
        "largest error of Q  (reward units)": "maior erro de Q  (unidades de recompensa)",
        "left": "esquerda",
        "return per episode  (reward units, moving mean)": "retorno por episódio  (recompensas, média móvel)",
        "right": "direita",
        "steps": "passos",
        "tied": "tanto faz",
        # of sequences
        "actual": "observado",
        "date": "data",
        "exact at every length": "exato em todos os tamanhos",
        "exact at length": "exato no tamanho",
        "gate": "porta",
        "input weight  Wi": "peso de entrada  Wi",
        "largest error  (integers)": "maior erro  (inteiros)",
        "length of the input  (steps)": "tamanho da entrada  (passos)",
        "prediction  (integers)": "previsão  (inteiros)",
        "recurrent weight  Ws": "peso recorrente  Ws",
        "right answer": "resposta certa",
        "right when rounded": "certo quando arredondado",
        "state": "estado",
        "step": "passo",
        "test": "teste",
        "train": "treino",
        "validation": "validação",
        "value": "valor",
        "f forget": "f esquece",
        "i input": "i entrada",
        "o output": "o saída",
        "C~ new": "C~ novo",
        "C state": "C estado",
        "h out": "h saída",
    }
}


def translated(drawn: Any, lang: str) -> Any:
    """A Matplotlib figure, or the figure of some axes, translated; unknown texts stay.

    Args:
        drawn: figure or axes, complete with title, labels and legend.
        lang: language of the page.
    """
    if lang in WORDS:
        figure = getattr(drawn, "figure", drawn)
        for text in figure.findobj(Text):
            text.set_text(_put(text.get_text(), lang))
        for axis in figure.findobj(Axis):  # also of secondary axes
            for kind in ("major", "minor"):
                inner = getattr(axis, f"get_{kind}_formatter")()
                getattr(axis, f"set_{kind}_formatter")(_Decimals(inner, lang))
    return drawn


def _put(text: str, lang: str) -> str:
    """A text in another language, with the number at its end in the notation of that language."""
    words, number = WORDS[lang], re.fullmatch(r"(.+) ([\d.]+)", text)
    if number and number[1] in words:
        return f"{words[number[1]]} {decimals(number[2], lang)}"
    return words.get(text, text)


class _Decimals(Formatter):
    """Tick labels of another formatter, with numbers in the notation of a language."""

    def __init__(self, inner: Any, lang: str) -> None:
        self.inner, self.lang = inner, lang

    def __call__(self, x: float, pos: int | None = None) -> str:
        return decimals(str(self.inner(x, pos)), self.lang)

    def format_ticks(self, values: Any) -> list[str]:
        return [decimals(str(text), self.lang) for text in self.inner.format_ticks(values)]

    def get_offset(self) -> str:
        return decimals(self.inner.get_offset(), self.lang)

    def set_locs(self, locs: Any) -> None:
        self.inner.set_locs(locs)

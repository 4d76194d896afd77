"""Words of the package's figures in the language of a page."""

from __future__ import annotations

from typing import Any

#: By language other than English, and by the whole text in the figure.
WORDS = {
    "pt": {
        "actual": "observado",
        "date": "data",
        "gate": "porta",
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
    """A Matplotlib figure, or that of some axes, with the words of a language; texts that are not known stay.

    Args:
        drawn: with title, labels and legend already.
        lang: of the page.
    """
    from matplotlib.text import Text

    words = WORDS.get(lang, {})
    for text in getattr(drawn, "figure", drawn).findobj(Text):
        text.set_text(words.get(text.get_text(), text.get_text()))
    return drawn

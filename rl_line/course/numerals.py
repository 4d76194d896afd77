"""Numbers in the notation of a page's language."""

from __future__ import annotations

import re


def number(value: float, spec: str, lang: str) -> str:
    """A number in the notation of a language.

    >>> number(1234.5, ",.2f", "en"), number(1234.5, ",.2f", "pt")
    ('1,234.50', '1.234,50')
    """
    text = format(value, spec)
    return text.translate(str.maketrans(",.", ".,")) if lang == "pt" else text


def decimals(text: str, lang: str) -> str:
    """A text with its numbers, from Python without thousands separators, in the notation of a language.

    >>> decimals("[0.5, -1] = 0.9", "pt")
    '[0,5; -1] = 0,9'
    """
    if lang != "pt":
        return text
    return re.sub(r"(?<=\d)\.(?=\d)", ",", re.sub(r"(?<=\d), (?=-?\d)", "; ", text))


def probability(p: float, lang: str) -> str:
    r"""A p-value with three decimals, or "< 0.001" without a line break.

    >>> probability(0.0235, "pt"), probability(0.0004, "en")
    ('0,024', '<\xa00.001')
    """
    return number(p, ".3f", lang) if p >= 0.001 else f"<\u00a0{number(0.001, '.3f', lang)}"

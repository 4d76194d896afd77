"""Boxes of a page with monospaced text: a calculation, which scrolls, or the output of a program."""

from __future__ import annotations

import textwrap
from html import escape

from rl_line.course.numerals import decimals

_WORDS = {"en": {"step": "step"}, "pt": {"step": "passo"}}
_WIDE = 72  # characters of a line
_JOINED = "\N{NO-BREAK SPACE}"  # no break within a product or before a +
_BOX = "overflow-x: auto; padding: 0.6rem 1rem; background: rgb(127 127 127 / 10%); font-size: 0.85rem"


def calculation(text: str, lang: str) -> str:
    """HTML of a calculation, in the page's language: long sums on several lines, each result on its own line.

    Args:
        text: lines such as "step 2  s = 2 x 4 + 1 = 9", of `rnn_steps` or `lstm_steps`.
        lang: the language of the page.
    """
    for word, other in _WORDS[lang].items():
        text = text.replace(word, other)
    lines: list[str] = []
    for line in decimals(text, lang).splitlines():
        terms, _, result = line.rpartition(" = ")
        if " = " not in terms:  # nothing is worked out here
            lines.append(line)
            continue
        start = " " * terms.index("= ")
        kept = terms.replace(" x ", f"{_JOINED}x{_JOINED}").replace(" +", f"{_JOINED}+")
        lines += [*textwrap.wrap(kept, _WIDE, subsequent_indent=start + "  "), f"{start}= {result}"]
    return _box("\n".join(lines).replace(_JOINED, " "))


def output(text: str) -> str:
    """HTML of the output or error of a program: its lines are kept, and break at blanks on a narrow page.

    >>> "ValueError: 1 &lt; 2</pre>" in output("ValueError: 1 < 2")
    True
    """
    return _box(text, "; white-space: pre-wrap; overflow-wrap: anywhere")


def _box(text: str, style: str = "") -> str:
    return f'<pre style="{_BOX}{style}" tabindex="0">{escape(text)}</pre>'

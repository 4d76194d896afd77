"""Parts of every lesson: its language, its head, an exercise with its answer, and the code that ran."""

from __future__ import annotations

import base64
import inspect
import io
import string
import textwrap
from collections.abc import Callable, Mapping
from html import escape
from typing import Any

from rl_line.course.numerals import decimals as decimals
from rl_line.course.numerals import number as number  # imported by lessons from here
from rl_line.course.numerals import probability as probability

LANGUAGES = {"en": "English", "pt": "Português"}
_WORDS = {
    "en": {
        "all": "All lessons",
        "see": "What you will see",
        "exercise": "Exercise",
        "show": "Show the answer",
        "same": "The few lines of Python that do the same",
        "pass": "pass",
        "bug suspected": "bug suspected",
        "inconclusive": "inconclusive",
        "verdict": "Verdict",
        "warnings": "warnings",
        "reason": "",
        "report": "The whole report",
    },
    "pt": {
        "all": "Todas as lições",
        "see": "O que você vai ver",
        "exercise": "Exercício",
        "show": "Mostrar a resposta",
        "same": "As poucas linhas de Python que fazem o mesmo",
        "pass": "aprovado",
        "bug suspected": "suspeita de erro",
        "inconclusive": "inconclusivo",
        "verdict": "Veredito",
        "warnings": "avisos",
        "reason": "Em inglês: ",
        "report": "O relatório inteiro (em inglês)",
    },
}


def language() -> str:
    """Language of the page, from its address: "pt" after `?lang=pt`, "en" otherwise."""
    import marimo

    asked = str(marimo.query_params().get("lang") or "en")
    return asked if asked in LANGUAGES else "en"


def head(texts: Mapping[str, str], lang: str) -> Any:
    """Title of a lesson, its contents, and links to the index and to the other language.

    Args:
        texts: texts with "title" and "see".
        lang: the language of the page.
    """
    import marimo

    links = [f'<a href="../?lang={lang}">{escape(_WORDS[lang]["all"])}</a>']
    links += [
        f'<a href="?lang={other}" lang="{other}" hreflang="{other}">{name}</a>'
        for other, name in LANGUAGES.items()
        if other != lang
    ]
    return marimo.md(
        f"<nav>{' · '.join(links)}</nav>\n\n# {texts['title']}\n\n**{_WORDS[lang]['see']}:** {texts['see']}"
    )


def told(text: str, lang: str, **values: Any) -> Any:
    """A text in Markdown with values in its fields, and numbers in the notation of its language.

    Args:
        text: text with fields such as `{gamma:.2f}`.
        lang: the language of the page.
        values: values by the name of their field.
    """
    import marimo

    return marimo.md(_Written(lang).format(text, **values))


class _Written(string.Formatter):
    """Formats numbers in the notation of a language, and other values as usual."""

    def __init__(self, lang: str) -> None:
        self.lang = lang

    def format_field(self, value: Any, spec: str) -> str:
        return format(value, spec) if isinstance(value, str) else number(value, spec, self.lang)


def figure(drawn: Any, alt: str, lang: str) -> Any:
    """A Matplotlib figure, or the figure of some axes, in the language of the page, as wide as fits.

    Args:
        drawn: a figure, or axes in it; texts of the lesson itself are already in the language.
        alt: description of the figure for screen readers.
        lang: the language of the page.
    """
    import marimo

    from rl_line.course.figures import translated  # imported late, as it needs Matplotlib

    whole, file = translated(getattr(drawn, "figure", drawn), lang), io.BytesIO()
    whole.savefig(file, format="png", dpi=144)
    width = f"{whole.get_figwidth() * 96:.0f}px"
    # Embedded: marimo deletes the file of a picture when the next one is drawn, perhaps before it is read.
    data = f"data:image/png;base64,{base64.b64encode(file.getvalue()).decode()}"
    # marimo does not escape the text: an apostrophe would end it.
    return marimo.image(data, alt=escape(alt), style={"width": "100%", "max-width": width, "height": "auto"})


def question(lang: str) -> Any:
    """A switch that shows the answer of an exercise."""
    import marimo

    return marimo.ui.switch(label=_WORDS[lang]["show"])


def exercise(text: str, asked: Any, answer: Callable[[], Any], lang: str) -> Any:
    """An exercise and, if the switch is on, its answer, which is computed only then.

    Args:
        text: the question, in Markdown.
        asked: the switch of `question`.
        answer: function that returns an object for marimo to show.
        lang: the language of the page.
    """
    import marimo

    parts = [marimo.md(f"## {_WORDS[lang]['exercise']}\n\n{text}"), asked]
    return marimo.vstack([*parts, answer()] if asked.value else parts)


def verdict(report: Any, lang: str) -> Any:
    """The verdict of a checkup with the bugs that it suspects or warns of, the reason, and its report, folded.

    Args:
        report: report of `agents.checkup`.
        lang: the language of the page.
    """
    import marimo

    words, suspects = _WORDS[lang], ", ".join(f"`{bug}`" for bug in report.suspects)
    said = f"**{words['verdict']}: {words[report.verdict]}**{f' ({suspects})' if suspects else ''}"
    warned = dict.fromkeys(name for check in report.warnings for name in check.suspects or (check.id,))
    said += f"; {words['warnings']}: {', '.join(f'`{name}`' for name in warned)}" if warned else ""
    whole = marimo.accordion({words["report"]: marimo.md(f"```text\n{report}\n```")})
    return marimo.vstack([marimo.md(f"{said}\n\n> {words['reason']}{report.advice}"), whole])


def source(*functions: Callable[..., Any]) -> str:
    """The source of functions of a lesson, as Markdown."""
    text = "\n\n".join(textwrap.dedent(inspect.getsource(function)).strip() for function in functions)
    lines = "\n".join(line for line in text.splitlines() if not line.startswith("@app."))
    return f"```python\n{lines}\n```"


def code(*functions: Callable[..., Any], lang: str) -> Any:
    """The source of functions that ran, folded."""
    import marimo

    return marimo.accordion({_WORDS[lang]["same"]: marimo.md(source(*functions))})

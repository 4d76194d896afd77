"""Pages of the tutorial: each lesson of the course with what it shows, in every language."""

from __future__ import annotations

import json

from extensions.programs.runs import Program
from rl_line.course.lessons import Lesson, lessons
from rl_line.course.page import LANGUAGES

FOLDERS = {"en": "tutorial", "pt": "tutorial_pt"}
TAGS = {"en": "en", "pt": "pt-BR"}  # of a page's language, for screen readers
_WORDS = {
    "en": {
        "index": "Tutorial",
        "about": "The course, lesson by lesson, as pages to read. To move the controls, type `./run course`: "
        "the same lessons open in a browser, and every picture answers.",
        "picture": "Lesson 8 in a browser: sliders, buttons, the agent on its line, the learned and the exact table.",
        "see": "What you will see:",
        "try": "Try it",
        "begin": "Here a first button is pressed and the exercise is answered. To move the controls yourself: "
        "`./run course`.",
        "source": "The lesson as a program: {download}`{file} <../../examples/course/{file}>`.",
    },
    "pt": {
        "index": "Tutorial em português",
        "about": "O curso, lição por lição, como páginas para ler. Para mexer nos controles, digite `./run course`: "
        "as mesmas lições abrem no navegador, e toda figura responde.",
        "picture": "A lição 8 no navegador: controles, botões, o agente na sua linha, a tabela aprendida e a exata.",
        "see": "O que você vai ver:",
        "try": "Experimente",
        "begin": "Aqui um primeiro botão está apertado e o exercício está respondido. Para mexer nos controles: "
        "`./run course`.",
        "source": "A lição como programa: {download}`{file} <../../examples/course/{file}>`.",
    },
}


def page(lesson: Lesson, lang: str, program: Program | None) -> str:
    """A page of MyST; without a program, of the lesson's texts alone."""
    words, texts = _WORDS[lang], lesson.texts[lang]
    parts = [
        f"# {texts['title']}",
        _others(lang, lesson.name),
        f"```{{admonition}} {words['try']}\n{words['begin']}\n```",
    ]
    parts.append(
        json.loads(program.printed)[lang] if program else f"{words['see']} {texts['see']}\n\n{texts['question']}"
    )
    parts.append(words["source"].replace("{file}", lesson.path.name))
    return "\n\n".join(parts)


def index(lang: str) -> str:
    """The page of all lessons in a language."""
    words = _WORDS[lang]
    picture = f"![{words['picture']}](../_static/course_{lang}.png)"
    parts = [f"# {words['index']}", _others(lang, "index"), words["about"], picture]
    for lesson in lessons():
        see = lesson.texts[lang]["see"]
        parts.append(f"**[{lesson.texts[lang]['title']}]({lesson.name}.md)**<br>\n{see[0].upper()}{see[1:]}")
    names = "\n".join(lesson.name for lesson in lessons())
    return "\n\n".join([*parts, f"```{{toctree}}\n:hidden:\n\n{names}\n```"])


def _others(lang: str, name: str) -> str:
    """Ways to the same page in other languages."""
    return " · ".join(f"[{LANGUAGES[other]}](../{FOLDERS[other]}/{name}.md)" for other in LANGUAGES if other != lang)

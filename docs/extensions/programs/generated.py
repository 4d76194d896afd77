"""The extension that makes the pages of the tutorial and of the gallery, by running their programs.

Sphinx looks for pages as files, so each has a file with its title alone; its text is put in when it is read. With
`-D run_programs=0` no program is run, and the pages show what is known without: a build of seconds.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

from sphinx.application import Sphinx

from extensions.programs import example_pages, lesson_pages
from extensions.programs.runs import Program, run_all
from rl_line.course.lessons import lessons

LESSON_RUN = Path(__file__).parent / "lesson_run.py"
_HOME, _PICTURES = "index", "<!-- pictures -->"  # written by hand, but for these


class Page(NamedTuple):
    """A page to be made: how, by which program, and from which file."""

    text: Callable[[Program | None], str]
    program: Program | None = None
    source: Path | None = None


def pages(runs: Path) -> dict[str, Page]:
    """All pages by their names; the results of their programs are in a folder."""
    found: dict[str, Page] = {}
    for lang, folder in lesson_pages.FOLDERS.items():
        found[f"{folder}/index"] = Page(lambda _, lang=lang: lesson_pages.index(lang))
        for lesson in lessons():
            given = (str(lesson.path), *lesson_pages.FOLDERS)
            program = Program(LESSON_RUN, given, runs / "tutorial" / lesson.name)
            text = _with(lesson_pages.page, lesson, lang)
            found[f"{folder}/{lesson.name}"] = Page(text, program, lesson.path)
    for example in example_pages.examples():
        program = Program(example.path, (), runs / "gallery" / example.name)
        text = _with(example_pages.page, example)
        found[f"gallery/{example.name}"] = Page(text, program if example.runs_here else None, example.path)
    examples = {name[8:]: page.program for name, page in found.items() if name.startswith("gallery/")}
    made = {name: program for name, program in examples.items() if program}
    some = next(iter(made.values()))
    found["gallery/index"] = Page(lambda run: example_pages.index(made if run else {}), some)
    found[_HOME] = Page(lambda run: example_pages.on_home(made if run else {}), some)
    return found


def _with(function: Callable[..., str], *given: Any) -> Callable[[Program | None], str]:
    return lambda program: function(*given, program)


def _begin(app: Sphinx) -> None:
    """Writes the files that Sphinx finds, and runs what has to be run."""
    app.made = pages(Path(app.doctreedir).parent / ".runs")  # type: ignore[attr-defined]
    made: dict[str, Page] = app.made  # type: ignore[attr-defined]
    for folder in {name.partition("/")[0] for name in made if name != _HOME}:
        (Path(app.srcdir) / folder).mkdir(exist_ok=True)
        for path in (Path(app.srcdir) / folder).glob("*.md"):
            if f"{folder}/{path.stem}" not in made:
                path.unlink(missing_ok=True)
    for name, page in made.items():
        if name == _HOME:
            continue
        title = page.text(None).partition("\n")[0] + "\n"
        path = Path(app.srcdir) / f"{name}.md"
        if not path.exists() or path.read_text(encoding="utf-8") != title:
            path.write_text(title, encoding="utf-8")
    if app.config.run_programs:
        run_all({page.program for page in made.values() if page.program})


def _read(app: Sphinx, name: str, text: list[str]) -> None:
    """Puts the text of a page in place of its title."""
    page: Page | None = app.made.get(name)  # type: ignore[attr-defined]
    if page is None:
        return
    if page.source:
        app.env.note_dependency(page.source)
    if page.program and app.config.run_programs:
        app.env.note_dependency(page.program.record)
    made = page.text(page.program if app.config.run_programs else None)
    text[0] = text[0].replace(_PICTURES, made) if name == _HOME else made


def _changed(app: Sphinx, *_: Any) -> list[str]:
    """The overviews are made anew each time, as they show what all programs gave."""
    return [name for name in app.made if name.endswith("index")]  # type: ignore[attr-defined]


def _finish(app: Sphinx, failed: Exception | None) -> None:
    """Puts the pictures and notebooks beside the pages."""
    images, notebooks = Path(app.outdir) / "_images", Path(app.outdir) / "_notebooks"
    if failed or app.builder.format != "html":
        return
    for folder in (images, notebooks):
        folder.mkdir(exist_ok=True)
    for example in example_pages.examples():
        (notebooks / f"{example.name}.ipynb").write_text(example_pages.notebook(example), encoding="utf-8")
    for name, page in app.made.items() if app.config.run_programs else ():  # type: ignore[attr-defined]
        if page.program:
            drawn = example_pages.pictures(page.program) or sorted(page.program.folder.glob("lesson-*"))
            for path in drawn:
                shutil.copy(path, images / path.name)
            if name.startswith("gallery/"):
                example_pages.write_thumbnail(page.program, images, page.program.folder.name)


def _language(app: Sphinx, name: str, template: str, context: dict[str, Any], tree: Any) -> None:
    """Names a page's language, for screen readers."""
    for lang, folder in lesson_pages.FOLDERS.items():
        if name.startswith(f"{folder}/"):
            context["language"] = lesson_pages.TAGS[lang]


def setup(app: Sphinx) -> dict[str, bool]:
    """Registers these pages with Sphinx."""
    app.add_config_value("run_programs", True, "env", bool)
    app.connect("builder-inited", _begin)
    app.connect("source-read", _read)
    app.connect("env-get-outdated", _changed)
    app.connect("build-finished", _finish)
    app.connect("html-page-context", _language)
    return {"parallel_read_safe": True}

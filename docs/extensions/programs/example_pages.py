"""Pages of the gallery: each numbered example with its figure, what it prints, its source, and as a notebook.

sphinx-gallery is not used. It would run the examples inside the build, where the reference wants Keras unloaded; it
takes a title from a heading that no example has; its notebooks would hand Jupyter's own options to `tyro.cli`; and it
runs a script again only if the script changed, not if the package did.
"""

from __future__ import annotations

import ast
import json
import re
from html import escape
from pathlib import Path
from typing import NamedTuple

from extensions.programs.runs import ROOT, Program

#: Heading of a group of examples, and the number of its last one.
GROUPS = {
    "Q-learning on the line": 6,
    "A network that acts": 7,
    "Networks that count on": 11,
    "Gates and time series": 15,
    "Is it right?": 19,
    "Side by side": 99,
}
_SPELT = {
    "Keras dqn": "Keras DQN",
    "Simple rnn": "SimpleRNN",
    "Lstm gates": "LSTM gates",
    "Air passengers": "AirPassengers",
    "Mackey glass": "Mackey-Glass",
    "Sequence env": "A series as an environment",
    "Stable baselines3": "Stable-Baselines3",
    "Rllib": "RLlib",
}
_ELSEWHERE = ("interop", "rllib")  # needs that no build of the documentation has
_ON_HOME = ("05", "12", "14")  # of each part of the course one
_WIDTH = 480  # of a thumbnail, in pixels


class Example(NamedTuple):
    """A numbered script."""

    path: Path

    @property
    def name(self) -> str:
        """Name of its page, such as "01_first_agent"."""
        return self.path.stem

    @property
    def title(self) -> str:
        """Number and name, such as "1. First agent"."""
        number, _, name = self.name.partition("_")
        words = name.replace("_", " ").capitalize()
        return f"{int(number)}. {_SPELT.get(words, words)}"

    @property
    def source(self) -> str:
        """Its text."""
        return self.path.read_text(encoding="utf-8")

    @property
    def about(self) -> str:
        """Its docstring."""
        return ast.get_docstring(ast.parse(self.source)) or ""

    @property
    def needs(self) -> str:
        """The level of `./run` that it needs installed."""
        found = re.search(r"^# needs: (\w+)", self.source, re.MULTILINE)
        return found[1] if found else "examples"

    @property
    def runs_here(self) -> bool:
        """True if a build of the documentation can run it."""
        return self.needs not in _ELSEWHERE


def examples() -> list[Example]:
    """All numbered examples, in order."""
    return [Example(path) for path in sorted((ROOT / "examples").glob("[0-9][0-9]_*.py"))]


def page(example: Example, program: Program | None) -> str:
    """A page of MyST; without a program, of the source alone."""
    parts = [f"# {example.title}", example.about, f"`./run {example.name[:2]}` runs it and installs what it needs."]
    if not example.runs_here:
        parts.append("It needs other libraries, so it is shown here without its output.")
    if program:
        parts += [_figure(f"../_images/{path.name}", example) for path in pictures(program)]
        parts.append(f"It prints:\n\n`````{{code-block}} text\n:class: printed\n\n{clean(program.printed)}\n`````")
    script = f"../../examples/{example.path.name}"
    parts.append(f"```{{literalinclude}} {script}\n```")
    links = f"Download: {{download}}`the script <{script}>`"
    parts.append(f'{links} or <a href="../_notebooks/{example.name}.ipynb" download>a notebook</a>.')
    return "\n\n".join(parts)


def clean(printed: str) -> str:
    """Lines as a terminal leaves them: of those written over each other, the last."""
    return "\n".join(line.rpartition("\r")[2].rstrip() for line in printed.rstrip().split("\n"))


def pictures(program: Program) -> list[Path]:
    """The pictures that an example drew."""
    return sorted(path for path in (program.folder / "figures").glob("*") if path.suffix in (".png", ".gif"))


def _figure(address: str, example: Example) -> str:
    return f'<figure><img src="{address}" alt="{escape(example.about)}" loading="lazy"></figure>'


def index(programs: dict[str, Program]) -> str:
    """The page of all thumbnails, by group."""
    parts = ["# Gallery", "Every example is a script of less than 60 lines that runs in seconds and shows one thing."]
    first = 0
    for heading, last in GROUPS.items():
        cards = [_card(one, programs.get(one.name)) for one in examples() if first < int(one.name[:2]) <= last]
        parts.append(f'## {heading}\n\n`````{{raw}} html\n<div class="cards">{"".join(cards)}</div>\n`````')
        first = last
    names = "\n".join(example.name for example in examples())
    return "\n\n".join([*parts, f"```{{toctree}}\n:hidden:\n\n{names}\n```"])


def on_home(programs: dict[str, Program]) -> str:
    """Links to a few examples, for the first page."""
    cards = [_card(one, programs.get(one.name), "gallery/") for one in examples() if one.name[:2] in _ON_HOME]
    return f'`````{{raw}} html\n<div class="cards">{"".join(cards)}</div>\n`````'


def _card(example: Example, program: Program | None, folder: str = "") -> str:
    """A link with a thumbnail: the figure, or the beginning of what is printed or written."""
    shown = f"<pre aria-hidden='true'>{escape(_beginning(example, program))}</pre>"
    if program and pictures(program):
        shown = f'<img src="{"" if folder else "../"}_images/thumb-{example.name}.png" alt="" loading="lazy">'
    about = f"<span>{escape(example.about)}</span>"
    return (
        f'<a class="card" href="{folder}{example.name}.html">{shown}<strong>{escape(example.title)}</strong>{about}</a>'
    )


def _beginning(example: Example, program: Program | None, lines: int = 12) -> str:
    text = clean(program.printed) if program else example.source[example.source.index("def ") :]
    return "\n".join(text.split("\n")[:lines])


def write_thumbnail(program: Program, folder: Path, name: str) -> None:
    """Writes the first picture of an example, small."""
    from PIL import Image

    for path in pictures(program)[:1]:
        with Image.open(path) as image:
            small = image.convert("RGB")
            small.thumbnail((_WIDTH, _WIDTH))
            small.save(folder / f"thumb-{name}.png", optimize=True)


def notebook(example: Example) -> str:
    """The script as a notebook of Jupyter: it runs with its defaults, and shows the picture that it draws."""
    body = example.source.partition('if __name__ == "__main__":')[0]
    body = body.replace(f'"""{example.about}"""', "", 1).strip()
    extra = {"keras": "[keras,examples]", "interop": "[interop,examples]"}.get(example.needs, "[examples]")
    install = (
        f"Install it beside its source: `pip install -e '.{extra}'`. Change the numbers of `main(...)` and run again."
    )
    cells = [
        _cell("markdown", f"# {example.title}\n\n{example.about}\n\n{install}", "about"),
        _cell("code", body, "program"),
    ]
    cells.append(_cell("code", "main()", "run"))
    for drawn in re.findall(r'Path\("(figures/[^"]+\.(?:png|gif))"\)', example.source):
        cells.append(_cell("code", f"from IPython.display import Image\n\nImage({drawn!r})", "picture"))
    kernel = {"kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"}}
    whole = {"cells": cells, "metadata": kernel, "nbformat": 4, "nbformat_minor": 5}
    return json.dumps(whole, indent=1, ensure_ascii=False) + "\n"


def _cell(kind: str, text: str, name: str) -> dict[str, object]:
    code = {"execution_count": None, "outputs": []} if kind == "code" else {}
    return {"cell_type": kind, "id": name, "metadata": {}, "source": text.splitlines(keepends=True), **code}

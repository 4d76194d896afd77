"""Runs a lesson without a server, its buttons pressed and its exercise answered; prints it as Markdown by language."""

from __future__ import annotations

import ast
import importlib.util
import json
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import marimo as mo
from marimo._runtime.state import SetFunctor, State  # marimo has no public names for them

from extensions.programs.lesson_html import as_markdown


class Pressed:
    """A control that is on: a button that still shows, or the switch of an exercise, which does not."""

    value = True

    def __init__(self, control: Any) -> None:
        self.html = mo.as_html(control).text if isinstance(control, mo.ui.run_button) else ""

    def _mime_(self) -> tuple[str, str]:
        return "text/html", self.html


class Cell:
    """A cell of a notebook by its source: the names that it defines, those that it uses, those that it gives."""

    def __init__(self, function: ast.FunctionDef) -> None:
        self.defined = set(_assigned(function.body))
        self.used = {argument.arg for argument in function.args.args}
        last = function.body[-1]
        value = last.value if isinstance(last, ast.Return) else None
        self.given = [name.id for name in ast.walk(value) if isinstance(name, ast.Name)] if value else []
        calls = [node for node in function.body if isinstance(node, ast.Assign) and isinstance(node.value, ast.Call)]
        self.questions = [
            ast.unparse(one.targets[0]) for one in calls if ast.unparse(one.value.func) == "page.question"
        ]


def cells(path: Path) -> list[Cell]:
    """The cells of a notebook, in order."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    functions = [node for node in tree.body if isinstance(node, ast.FunctionDef)]
    return [Cell(function) for function in functions if ast.unparse(function.decorator_list[0]).startswith("app.cell")]


def shown(path: Path, lang: str) -> list[str]:
    """HTML of each cell that shows something, in order, after the first button that changes anything was pressed."""
    spec = importlib.util.spec_from_file_location("lesson", path)
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    found, given = cells(path), {"lang": lang}
    given |= _switched_on(found, module.app.run(defs=given)[1])
    outputs, defined = module.app.run(defs=given)
    buttons = [one for one in given.values() if isinstance(one, Pressed) and one.html]
    if any(isinstance(value, State) for value in defined.values()) and (buttons or _press_one(found, defined)):
        for button in buttons:
            button.value = False  # what it began is in a state now
        later, _ = module.app.run(defs=given | _kept(found, defined))
        if _number(later) < _number(outputs):
            raise ValueError(f"{path.name}: a cell with a setter shows something; show it in a cell of its own.")
        outputs = later
    return [mo.as_html(output).text for output in outputs if output is not None]


def _switched_on(found: list[Cell], defined: Mapping[str, Any]) -> dict[str, Any]:
    """Buttons that run something, and switches of exercises, as pressed; beside them what their cells define."""
    given = {}
    for cell in found:
        names = cell.defined & set(defined)
        pressed = {name for name in names if name in cell.questions or isinstance(defined[name], mo.ui.run_button)}
        if pressed:
            given |= {name: Pressed(defined[name]) if name in pressed else defined[name] for name in names}
    return given


def _number(outputs: Sequence[Any]) -> int:
    """Number of cells that show something."""
    return sum(output is not None for output in outputs)


def _kept(found: list[Cell], defined: Mapping[str, Any]) -> dict[str, Any]:
    """Cells that a last run must not make anew: states, which nothing sets any more, and what is made with a setter."""
    setters = {name for name, value in defined.items() if _is_setter(value)}
    states = {name for name, value in defined.items() if isinstance(value, State)}
    made_so = [cell for cell in found if cell.given and (setters & cell.used or (setters | states) & cell.defined)]
    kept = {name: defined[name] for cell in made_so for name in cell.defined & set(defined)}
    return kept | dict.fromkeys(setters, _nothing)


def _is_setter(value: Any) -> bool:
    """True if it is what `mo.state` gives beside a state."""
    return isinstance(value, SetFunctor) or isinstance(getattr(value, "__self__", None), State)


def _nothing(_: Any) -> None:
    """A setter that sets nothing."""


def _press_one(found: list[Cell], defined: Mapping[str, Any]) -> bool:
    """Presses buttons in their order until one changes a state of the notebook; False if none does."""
    states = [value for value in defined.values() if isinstance(value, State)]
    for name in (name for cell in found for name in cell.given):
        if isinstance(button := defined.get(name), mo.ui.button):
            before = [state() for state in states]
            button._update(1)
            if any(state() is not old for state, old in zip(states, before, strict=True)):
                return True
    return False


def _assigned(body: Sequence[ast.AST]) -> Iterator[str]:
    """Names that statements assign, but not those of functions inside them."""
    for node in body:
        if isinstance(node, (ast.FunctionDef, ast.ClassDef)):
            yield node.name
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            yield node.id
        elif not isinstance(node, (ast.Lambda, ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)):
            yield from _assigned(list(ast.iter_child_nodes(node)))


if __name__ == "__main__":
    # In one process, as the second language need compile nothing again.
    print(
        json.dumps({lang: as_markdown(shown(Path(sys.argv[1]), lang), Path.cwd(), lang=lang) for lang in sys.argv[2:]})
    )

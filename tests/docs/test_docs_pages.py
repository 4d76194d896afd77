"""Pages that are made by running lessons and examples: what they show, and when their programs run again."""

import base64
import json
import sys
from pathlib import Path

import marimo as mo
import pytest

ROOT = Path(__file__).parents[2]
sys.path.append(str(ROOT / "docs"))

from extensions.programs import example_pages, lesson_html, lesson_pages, lesson_run  # noqa: E402
from extensions.programs.generated import LESSON_RUN  # noqa: E402
from extensions.programs.runs import Program, run_all  # noqa: E402

from rl_line.course.lessons import lessons  # noqa: E402

LESSON = next(lesson for lesson in lessons() if lesson.name == "08_line")


@pytest.fixture(scope="module")
def printed(tmp_path_factory):
    """The first lesson on the line as Markdown, in Portuguese."""
    folder = tmp_path_factory.mktemp("lesson")
    program = Program(LESSON_RUN, (str(LESSON.path), "en", "pt"), folder)
    run_all([program])
    return program


def test_a_lesson_is_shown_after_its_first_button_with_its_exercise_answered(printed):
    text = lesson_pages.page(LESSON, "pt", printed)
    # One action to the right: 0 + 0.1 (2 + 0.8 x 0 - 0).
    assert '<mark title="mudada pela última ação"><strong title="melhor ação">0,200</strong></mark>' in text
    assert "tamanho do passo alfa: <strong>0,1</strong>" in text
    assert '<span class="button">Uma ação</span>' in text
    assert "<strong>n = 65</strong>" in text
    assert "## Exercício" in text
    assert "```python\ndef begin(alpha, gamma, epsilon, start):" in text
    assert "marimo-" not in text
    assert '<span class="button">One action</span>' in lesson_pages.page(LESSON, "en", printed)


def test_a_program_runs_again_only_if_what_it_used_changed(tmp_path):
    script, count = tmp_path / "script.py", tmp_path / "count"
    script.write_text(f"print(1)\nopen({str(count)!r}, 'a').write('x')")
    program = Program(script, (), tmp_path / "run")
    for _ in range(2):
        run_all([program])
    assert (program.printed, count.read_text()) == ("1\n", "x")
    script.write_text("print(2)")
    assert not program.is_current()
    run_all([program])
    assert program.printed == "2\n"


def test_a_lesson_depends_on_what_it_imports(printed):
    used = json.loads(printed.record.read_text())
    assert {str(ROOT / name) for name in ("rl_line/course/agents/pictures.py", "agents/loop.py")} | {
        str(LESSON.path)
    } <= set(used)


def test_a_program_that_fails_stops_the_build(tmp_path):
    script = tmp_path / "script.py"
    script.write_text("raise ValueError('no series')")
    with pytest.raises(RuntimeError, match=r"script\.py ended with 1:\n(?s:.)*no series"):
        run_all([Program(script, (), tmp_path / "run")])


def test_pictures_of_a_lesson_become_files(tmp_path):
    data = base64.b64encode(b"drawn").decode()
    text = lesson_html.as_markdown([f'<img src="data:image/png;base64,{data}" alt="a curve">'], tmp_path)
    (file,) = tmp_path.iterdir()
    assert file.read_bytes() == b"drawn"
    assert f'<img alt="a curve" src="../_images/{file.name}"/>' in text


def test_formulas_of_a_lesson_are_mathml(tmp_path):
    text = lesson_html.as_markdown(['<marimo-tex class="arithmatex">||(x^2||)</marimo-tex>'], tmp_path)
    assert "<msup><mi>x</mi><mn>2</mn></msup>" in text.replace("\n", "").replace("  ", "")


def test_text_of_a_lesson_is_in_no_language_that_was_guessed(tmp_path):
    text = lesson_html.as_markdown([mo.md("```\ndef f():\n  return 1\n```\n\n```python\nx = 1\n```").text], tmp_path)
    assert "```text\ndef f():\n  return 1\n```" in text, "pygments takes it for TeraTerm"
    assert "```python\nx = 1\n```" in text


@pytest.mark.parametrize(
    ("slider", "lang", "told"),
    [
        (mo.ui.slider(steps=[0.05, 0.2, 0.5], value=0.5), "en", "0.5"),
        (mo.ui.slider(steps=[500, 5000], value=5000), "pt", "5.000"),
        (mo.ui.slider(0, 1, 0.1, value=0.3), "pt", "0,3"),
        (mo.ui.slider(0, 4, value=2.0), "en", "2"),
    ],
)
def test_a_slider_is_told_by_its_value(tmp_path, slider, lang, told):
    text = lesson_html.as_markdown([slider.text], tmp_path, lang=lang)
    assert f"<strong>{told}</strong>" in text


def test_a_text_of_several_lines_keeps_them(tmp_path):
    text = lesson_html.as_markdown([mo.ui.text_area("for x in y:\n    x > 1", label="yours").text], tmp_path)
    assert "yours: " in text
    assert "```text\nfor x in y:\n    x > 1\n```" in text


def test_what_needs_a_server_is_refused(tmp_path):
    with pytest.raises(ValueError, match="marimo-table has no form without a server; let the lesson show text"):
        lesson_html.as_markdown(["<marimo-table></marimo-table>"], tmp_path)


def test_every_lesson_and_example_has_its_place():
    assert all(f"\n{lesson.name}" in lesson_pages.index(lang) for lesson in lessons() for lang in ("en", "pt"))
    names = [path.stem for path in sorted((ROOT / "examples").glob("[0-9]*.py"))]
    text = example_pages.index({})
    assert [name for name in names if f'href="{name}.html"' not in text or f"\n{name}" not in text] == []


def test_lines_written_over_each_other_are_shown_once():
    assert example_pages.clean("\ro--T\r-o-T\r--o \nnext\n\n") == "--o\nnext"


@pytest.mark.parametrize("example", example_pages.examples(), ids=lambda example: example.name)
def test_an_example_is_a_notebook(example):
    cells = json.loads(example_pages.notebook(example))["cells"]
    code = ["".join(cell["source"]) for cell in cells if cell["cell_type"] == "code"]
    assert code[1] == "main()"
    assert "tyro" not in code[0]
    for text in code:
        compile(text, example.name, "exec")


def test_a_notebook_prints_what_its_script_prints(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    cells = json.loads(example_pages.notebook(example_pages.examples()[0]))["cells"]
    names = {"__name__": "__main__"}
    for cell in [cell for cell in cells if cell["id"] in ("program", "run")]:
        exec("".join(cell["source"]), names)
    assert "    1    6.208     7.760*    6.208     7.760*" in capsys.readouterr().out
    assert (tmp_path / "figures" / "first_agent.png").exists()


TRAINED = """
import marimo

app = marimo.App()

with app.setup:
    import marimo as mo

    from rl_line.course import page


@app.cell
def _():
    lang = page.language()
    return (lang,)


@app.cell
def _(lang):
    train = mo.ui.run_button(label=f"Train in {lang}")
    get_epochs, set_epochs = mo.state(0)
    return get_epochs, set_epochs, train


@app.cell
def _(get_epochs, train):
    shown = get_epochs()
    mo.vstack([train, mo.md(f"after {shown} epochs")])
    return (shown,)


@app.cell
def _(set_epochs, train):
    if train.value:
        set_epochs(7)
    return


if __name__ == "__main__":
    app.run()
"""


def test_a_lesson_that_trains_is_shown_trained(tmp_path):
    path = tmp_path / "trained.py"
    path.write_text(TRAINED)
    text = lesson_html.as_markdown(lesson_run.shown(path, "pt"), tmp_path)
    assert "after 7 epochs" in text
    assert '<span class="button">Train in pt</span>' in text

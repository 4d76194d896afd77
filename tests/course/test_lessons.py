"""Every lesson runs in both languages, and says the same things in each."""

import importlib.util
import re
import string

import pytest

from rl_line.course.lessons import lessons
from rl_line.course.page import LANGUAGES

LESSONS = {lesson.name: lesson for lesson in lessons()}


def notebook(name):
    """The module of a lesson."""
    spec = importlib.util.spec_from_file_location(f"lesson_{name}", LESSONS[name].path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def fields(text):
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


def test_no_two_lessons_have_one_number():
    numbers = [name[:2] for name in LESSONS]
    assert numbers == sorted(set(numbers))


@pytest.mark.parametrize("name", LESSONS)
def test_no_language_lacks_a_text(name):
    texts = LESSONS[name].texts
    assert set(texts) == set(LANGUAGES)
    for key, text in texts["en"].items():
        other = texts["pt"].get(key)
        assert other, key
        assert fields(other) == fields(text), key
        # A word or a formula may be the same in both.
        assert other != text or len(text.split()) <= 2, f"{key} is not translated"
    assert set(texts["pt"]) == set(texts["en"])
    assert {"title", "see", "question"} <= set(texts["en"])
    assert not any("*" in text[name] for text in texts.values() for name in ("title", "see")), (
        "the index has no Markdown"
    )
    assert all(text["title"].startswith(f"{int(name[:2])}. ") for text in texts.values())


@pytest.mark.parametrize("name", LESSONS)
def test_every_text_is_used(name):
    source = LESSONS[name].path.read_text(encoding="utf-8")
    for key in LESSONS[name].texts["en"]:
        assert re.search(rf"[\"']{key}[\"']", source) or key in {"title", "see"}, key


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("name", LESSONS)
def test_a_lesson_runs(name, lang):
    outputs, defined = notebook(name).app.run(defs={"lang": lang})
    assert defined["texts"] == LESSONS[name].texts[lang]
    shown = "".join(output.text for output in outputs if hasattr(output, "text"))
    assert LESSONS[name].texts[lang]["title"].partition(". ")[2] in shown


@pytest.mark.parametrize("name", LESSONS)
def test_a_lesson_is_short(name):
    assert len(LESSONS[name].path.read_text(encoding="utf-8").splitlines()) < 250


def test_a_step_size_says_how_often_a_walk_must_be_repeated():
    walks = notebook("08_line").walks
    assert walks(0.1)[0] == 65, "9 x 0.9^n < 0.01 from n > log(900) / log(1 / 0.9) = 64.6 on"
    assert walks(1.0) == (1, 9.0)

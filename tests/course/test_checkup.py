"""Lesson on right agents: verdicts on one-line bugs, and on Python that is typed into a page."""

import importlib.util
from functools import partial
from pathlib import Path

import pytest

from agents import checkup
from rl_line.course import page
from rl_line.course.agents import plain, typed
from rl_line.course.agents.three_lines import BUGS, train

PATH = Path(__file__).parents[2] / "examples" / "course" / "10_checkup.py"


@pytest.mark.parametrize(
    "bug", ["none", "terminal-bootstrap", "episodes-stitched", "reward-clipped", "min-for-max", "argmin-policy"]
)
def test_the_checkup_names_the_bug(bug):
    report = checkup(partial(train, start=5, **BUGS[bug]), budget=20, epsilon=0.3)
    assert report.suspects == ([] if bug == "none" else [bug])
    assert (report.verdict == "pass") == (bug == "none")


@pytest.mark.parametrize("bug", ["terminal-bootstrap", "epsilon-inverted"])
def test_what_leaves_the_values_of_a_table_from_0_right_is_a_warning(bug):
    report = checkup(partial(train, **BUGS[bug]), budget=20, epsilon=0.3)
    assert report.verdict == "pass"
    assert {name for warning in report.warnings for name in warning.suspects} == {bug}


@pytest.mark.parametrize(("lang", "before"), [("en", "<p>"), ("pt", "Em inglês: ")])
def test_what_is_left_in_english_says_so(lang, before):
    report = checkup(plain.train, budget=20, epsilon=0.3)
    assert f"{before}{report.advice}" in page.verdict(report, lang).text.replace('<span class="paragraph">', "<p>")


def test_the_plainest_agent_is_right():
    assert checkup(plain.train, budget=20, epsilon=0.3).verdict == "pass"


@pytest.mark.parametrize(
    ("source", "said"),
    [
        ("def train(env:\n", "line 1: SyntaxError"),
        ("x = 1\ny = z\n", "line 2: NameError: name 'z' is not defined"),
        ("x = 1\n", "there is no function train"),
        ("def train(env, **settings):\n    return env.nothing\n", "line 2: AttributeError"),
        ("raise SystemExit('no')", "line 1: SystemExit: no"),
        ("def train(env):\n    return 1\n", "unexpected keyword argument"),
    ],
)
def test_a_mistake_is_told_in_one_line(source, said):
    with pytest.raises(typed.TypedError, match=r"^[^\n]*$") as told, typed.mistakes("en"):
        checkup(typed.function(source, "train", "en"), budget=5)
    assert said in str(told.value)


def test_a_loop_that_never_ends_is_ended():
    said = r"linha \d: ainda rodava depois de 0.2 segundos"
    with pytest.raises(typed.TypedError, match=said), typed.mistakes("pt", seconds=0.2):
        typed.function("while True:\n    pass\n", "train", "pt")


def test_the_table_of_the_lesson_can_be_any_bug():
    spec = importlib.util.spec_from_file_location("lesson_10", PATH)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    _, defined = module.app.run(defs={"lang": "en"})
    assert set(defined["bug"].options.values()) == set(BUGS)
    assert defined["agent"].q[2, 1] == pytest.approx(13), "it goes on from the end, which is worth 5"

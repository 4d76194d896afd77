"""The lesson on one linear cell: its numbers by hand, by the network, and at every length."""

import html
import importlib.util
import re
from types import SimpleNamespace

import pytest

from rl_line.course.lessons import lessons
from sequence_tasks.explain import COURSE, EVERY_LENGTH, Cell, cell_outputs

PATH = next(lesson.path for lesson in lessons() if lesson.name == "03_next_integer")
SPEC = importlib.util.spec_from_file_location("next_integer", PATH)
LESSON = importlib.util.module_from_spec(SPEC)
SPEC.loader.exec_module(LESSON)


def run(**values):
    """Definitions of the lesson, with the values of some controls."""
    return LESSON.app.run(defs={"lang": "en", **values})


def texts_of(outputs):
    """All that the page shows, each blank once."""
    shown = " ".join(output.text for output in outputs if hasattr(output, "text"))
    return " ".join(html.unescape(re.sub(r"<[^>]+>", "", shown)).split())


def test_the_course_s_numbers_stand_in_the_calculation():
    outputs, _ = run()
    shown = texts_of(outputs)
    assert "0.9054703 x 1 + 0.10439815 x 0 + 0.99077886 = 1.89624916" in shown
    assert "0.9054703 x 2 + 0.10439815 x 1.89624916 + 0.99077886 = 2.9996843642430537" in shown


@pytest.mark.parametrize(("numbers", "said"), [([1], 1.89624916), ([1, 2], 2.9996843642430537)])
def test_the_network_says_what_the_hand_says(numbers, said):
    assert cell_outputs(COURSE, numbers)[-1] == pytest.approx(said, abs=1e-12)
    assert LESSON.by_network(COURSE, numbers) == pytest.approx(said, abs=1e-6)


def test_the_slope_and_the_constant_are_the_guess_at_length_two():
    # Wi 2, Ws 0.5, b 1: after n - 1 and n, 0.5 (2 (n - 1) + 1) + 2 n + 1 = 3 n + 0.5.
    assert cell_outputs(Cell(2.0, 0.5, 1.0), [6, 7])[-1] == 3 * 7 + 0.5
    outputs, _ = run(**{name: SimpleNamespace(value=value) for name, value in (("wi", 2), ("ws", 0.5), ("b", 1))})
    assert "3.0000000 n + 0.5000000" in texts_of(outputs)


def test_the_answer_is_the_exact_family_and_its_one_member_for_every_length():
    outputs, _ = run(asked=SimpleNamespace(value=True, text=""))
    shown = texts_of(outputs)
    # Wi = 1 / 1.5, and b = (1 + Wi Ws) / 1.5 = (4 / 3) / 1.5.
    assert "Wi = 0.6667, b = 0.8889" in shown
    assert "Wi = 1, Ws = 0, b = 1" in shown


def test_a_training_on_two_is_right_at_two_and_only_the_exact_cell_everywhere():
    cells = [LESSON.train(2, seed, epochs=600) for seed in (0, 1)]
    assert abs(cells[0].ws - cells[1].ws) > 0.1, "a weight is free"
    for cell in cells:
        assert cell.wi * (1 + cell.ws) == pytest.approx(1, abs=1e-3)
        assert LESSON.errors(cell)[1] < 0.1 < 1 < LESSON.errors(cell).max()
    assert LESSON.errors(EVERY_LENGTH).max() == 0

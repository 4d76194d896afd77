"""The lesson on the gates of an LSTM computes what its exercise asks."""

import importlib.util
import math
from types import SimpleNamespace

import numpy as np
import pytest

from rl_line.course.lessons import lessons


@pytest.fixture(scope="module")
def lesson():
    (path,) = (one.path for one in lessons() if one.name == "06_lstm_gates")
    spec = importlib.util.spec_from_file_location("lesson_06", path)
    spec.loader.exec_module(module := importlib.util.module_from_spec(spec))
    return module


def test_a_forget_bias_of_4_54_keeps_nine_tenths_over_ten_steps(lesson):
    f = 0.9**0.1  # 0.98952
    bias = math.log(f / (1 - f))
    assert bias == pytest.approx(4.548, abs=1e-3)
    assert lesson.kept(bias) == pytest.approx(0.9)
    assert lesson.kept(1.0) == pytest.approx((1 / (1 + math.exp(-1))) ** 10)  # 0.7311^10 = 0.0436
    assert lesson.kept(0.0, steps=3) == pytest.approx(1 / 8)


KINDS = ("remembers the first", "adds up", "forgets", "random", "trained")


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("sequence", ["wave", "pulse", "noise", "own"])
def test_the_page_stands_for_every_choice(lesson, kind, sequence):
    chosen = {"sequence": sequence, "kind": kind, "numbers": "1 2 -3", "seed": 0, "train": False, "compare": False}
    controls = {name: SimpleNamespace(value=value) for name, value in chosen.items()}
    outputs, defined = lesson.app.run(defs={"lang": "en", "get_trained": dict, "set_trained": None, **controls})
    assert defined["x"].shape == (3 if sequence == "own" else 12,)
    (numbers,) = (output.text for output in outputs if "C~ = tanh(" in getattr(output, "text", ""))
    assert ("C reaches" in numbers) == (np.abs(defined["trace"].C).max() > 1)
    if kind == "adds up" and sequence == "own":
        assert "C reaches 1.72" in numbers  # tanh(1) + tanh(2) = 1.726, less what f = i = sigmoid(8) leave of it


def test_the_page_begins_at_the_second_step_and_says_why(lesson):
    outputs, defined = lesson.app.run(defs={"lang": "en"})
    text = "".join(output.text for output in outputs if hasattr(output, "text"))
    assert defined["step"].value == 2
    assert "Step 2:" in text
    assert lesson.TEXTS["en"]["see"].count("step 2") == 1
    # The wave is cos: 1, then 0.5. C = tanh(1) sigmoid(6) = 0.7597, of which f = sigmoid(8) = 0.9997 keeps 0.7595.
    assert "of the old C = 0.7597, f = 0.9997 keeps <strong>0.7595</strong>" in text

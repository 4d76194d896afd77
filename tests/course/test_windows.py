"""The lesson on windows: its windows, and whether a network does more than repeat the last value."""

import importlib.util
from types import SimpleNamespace

import numpy as np
import pytest

from rl_line.course.lessons import lessons
from sequence_tasks.evaluation.in_sample import both_parts
from sequence_tasks.explain.written import written_windows
from sequence_tasks.series.embedded import air_passengers


@pytest.fixture(scope="module")
def lesson():
    (path,) = (one.path for one in lessons() if one.name == "07_windows")
    spec = importlib.util.spec_from_file_location("lesson_07", path)
    spec.loader.exec_module(module := importlib.util.module_from_spec(spec))
    return module


def test_the_first_window_is_112_118_132_and_wants_129(lesson):
    task = lesson.cut(air_passengers(), 3, 1, "level")
    train, test = written_windows(task, "train"), written_windows(task, "test")
    assert train[0][1:] == ("112 118 132", "129")
    assert (len(train), len(test)) == (96 - 3, 48)
    assert test[0][1:] == ("306 271 306", "315"), (
        "October to December 1956, and January 1957: the window looks back, its target does not"
    )


def test_the_guesses_have_their_known_errors_on_the_test_part(lesson):
    task = lesson.cut(air_passengers(), 3, 1, "level")
    found = both_parts({}, task, beside=tuple(lesson.GUESSES)).test
    values = np.array(air_passengers().values[:, 0])
    assert found["persistence"].mean.rmse == pytest.approx(np.sqrt(np.mean((values[96:] - values[95:-1]) ** 2)))
    assert found["seasonal naive"].mean.rmse == pytest.approx(np.sqrt(np.mean((values[96:] - values[84:-12]) ** 2)))
    assert round(found["persistence"].mean.rmse, 2) == 48.04
    assert round(found["AR(13)"].mean.rmse, 2) == 14.26


@pytest.mark.parametrize(("months", "sees", "repeats"), [(3, "level", True), (12, "growth", False)])
def test_growth_over_twelve_months_beats_the_last_value_that_levels_repeat(lesson, months, sees, repeats):
    task = lesson.cut(air_passengers(), months, 1, sees)
    found = both_parts({"LSTM": lesson.trained(task)}, task)
    assert found.repeats["LSTM"] == repeats
    # The row of a guess says how it compares with the network.
    verdicts = [found.test[name].comparison.verdict for name in ("persistence", "seasonal naive")]
    assert verdicts == ["worse", "worse"] or repeats
    assert verdicts[0] != "worse" or not repeats


@pytest.mark.parametrize(("length", "horizon", "kind"), [(1, 1, "level"), (24, 12, "growth")])
def test_the_page_shows_a_trained_network_at_every_horizon(lesson, length, horizon, kind):
    controls = {"length": length, "horizon": horizon, "kind": kind, "units": 2, "epochs": 2, "seed": 0, "train": True}
    controls |= {"zoom": True, "asked": False}
    known = {}
    outputs, _ = lesson.app.run(
        defs={
            "lang": "en",
            **{name: SimpleNamespace(value=value) for name, value in controls.items()},
            "get_networks": lambda: known,
            "set_networks": lambda change: known.update(change(known)),
        }
    )
    assert list(known) == [(length, horizon, kind, 2, 2, 0)]
    text = "".join(output.text for output in outputs if hasattr(output, "text"))
    assert "The LSTM's forecasts are" in text
    lost = 1 if kind == "growth" else 0
    assert f"{96 - length - lost - horizon + 1} windows to learn from, {48 - horizon + 1} to be judged on" in text

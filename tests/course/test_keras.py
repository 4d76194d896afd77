"""The review of Keras: one network in three ways, and the numbers of its exercise."""

import importlib.util
import re
from types import SimpleNamespace

import numpy as np
import pytest

from rl_line.course.classifiers.plots import plane
from rl_line.course.lessons import lessons


@pytest.fixture(scope="module")
def lesson():
    path = next(one.path for one in lessons() if one.name == "01_keras")
    spec = importlib.util.spec_from_file_location("lesson_01_keras", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_three_ways_build_one_network(lesson):
    first = lesson.as_list(4, "tanh")
    expected = first.predict_on_batch(plane(5))
    for other in (lesson.by_add(4, "tanh"), lesson.functional(4, "tanh")):
        other.set_weights([*first.get_weights(), *other.get_weights()[4:]])
        outputs = other.predict_on_batch(plane(5))
        np.testing.assert_allclose(outputs["arm"] if isinstance(outputs, dict) else outputs, expected, atol=1e-6)


def test_the_exercise_counts_by_hand_and_finds_one_loss_and_one_accuracy(lesson):
    found = lesson.answers(epochs=1)
    assert (found["list"], found["two"]) == (99, 116), "3 x 16 + 17 x 3, and 17 more"
    assert found["counted"] == "99, 116"
    assert found["one_hot"] == pytest.approx(found["sparse"], rel=1e-5)
    assert found["share"] == pytest.approx(found["accuracy"], abs=1e-6)
    assert ">ValueError: " in found["mixed"]


def test_the_own_metric_is_the_share_within_a_tenth(lesson):
    assert lesson.within_a_tenth(np.array([[0.0], [1.0]]), np.array([[0.05], [1.2]])) == 0.5


@pytest.mark.parametrize(
    ("task", "metric", "outputs"), [("many", "accuracy", 3), ("two", "accuracy", 1), ("number", "within_a_tenth", 1)]
)
def test_a_training_keeps_its_answers_in_the_plane(lesson, task, metric, outputs):
    _, history, seen = lesson.train(task, 2, "relu", epochs=1)
    assert set(history) == {"loss", metric}
    assert [answers.shape for answers in seen] == [(len(plane()), outputs)] * 2


def test_two_outputs_learn_by_the_sum_of_their_losses(lesson):
    model, _, seen = lesson.train("both", 16, "tanh", epochs=60)
    assert model.count_params() == 3 * 16 + 17 * 3 + 17
    assert {name: answers.shape[1] for name, answers in seen[-1].items()} == {"arm": 3, "distance": 1}
    points, targets = lesson.examples("both", seed=1)
    found = model.evaluate(points, targets, batch_size=len(points), verbose=0, return_dict=True)
    assert found["loss"] == pytest.approx(found["arm_loss"] + found["distance_loss"], rel=1e-5)
    outputs = model.predict(points, verbose=0)
    assert found["distance_loss"] == pytest.approx(((outputs["distance"] - targets["distance"]) ** 2).mean(), rel=1e-4)
    assert found["arm_accuracy"] == pytest.approx((outputs["arm"].argmax(axis=1) == targets["arm"]).mean())
    assert targets["distance"][0] == pytest.approx(np.hypot(*points[0]))
    assert found["arm_accuracy"] > 0.9 > 1 / 3, "a guess is right for a third"
    assert found["distance_loss"] < targets["distance"].var() / 2, "the mean distance is wrong by its variance"


def test_the_page_shows_both_outputs_after_the_training(lesson):
    controls = {"task": "both", "units": 16, "activation": "tanh", "start": True, "epoch": 100, "threshold": 0.5}
    told = []
    defs = {"lang": "en", "done": {}, "tasks": {}, "listed": lambda values: told.append(values) or ", ".join(values)}
    defs |= {name: SimpleNamespace(value=value, text="") for name, value in controls.items()}
    outputs, _ = lesson.app.run(defs=defs)
    shown = "".join(output.text for output in outputs if hasattr(output, "text"))
    assert "arm_loss, distance_loss" in re.sub("<[^>]+>", "", shown)
    assert shown.count("network&#x27;s answers") == 2
    for scores in told:  # of `fit` and of `evaluate`, whose batches are equal, so that their means add up
        assert scores["loss"] == pytest.approx(scores["arm_loss"] + scores["distance_loss"], rel=1e-4)
    assert len(told) == 2
    assert re.findall(r'<th scope="col"[^>]*>([^<]+)', shown) == [
        *("x1", "x2", "arm 0", "arm 1", "arm 2", "argmax", "true", "distance", "true")
    ]

"""Forecasts of the train part are evaluated there, without other values."""

import numpy as np
import pytest

from sequence_tasks import SequenceTask, Series
from sequence_tasks.evaluation.in_sample import both_parts, in_sample
from sequence_tasks.evaluation.naive import persistence

SERIES = Series("steps of 3", 3.0 * np.arange(12), season=2)
TASK = SequenceTask(SERIES, length=4, train=8, validation=0)


def test_persistence_is_off_by_a_step_on_the_train_part():
    found = in_sample({"last": persistence(SERIES[:8])}, TASK)
    assert found.origins.tolist() == [4, 5, 6, 7]
    assert found.actual[:, 0].tolist() == [12, 15, 18, 21]
    assert found.forecasts["last"][0, :, 0].tolist() == [9, 12, 15, 18]
    assert found.scores["last"].rmse == 3
    assert found.scores["last"].mase == 0.5, "in changes over 2 steps, of 6"


def test_several_steps_stay_in_the_train_part():
    found = in_sample({"last": persistence(SERIES[:8])}, TASK, steps=2, first=1)
    assert found.origins.tolist() == [1, 2, 3, 4, 5, 6]
    assert found.scores["last"].rmse == pytest.approx(np.sqrt((9 + 36) / 2))


def test_several_seeds_have_their_mean_error():
    def far(values, origins, steps):
        return np.zeros((len(origins), steps))

    found = in_sample({"both": [persistence(SERIES[:8]), far]}, TASK)
    assert found.forecasts["both"].shape == (2, 4, 1)
    zero = np.sqrt((12**2 + 15**2 + 18**2 + 21**2) / 4)
    assert found.scores["both"].rmse == pytest.approx((3 + zero) / 2)
    judged = both_parts({"both": [persistence(SERIES[:8]), far]}, TASK)
    assert judged.repeats["both"], "one of them does"


def test_a_train_part_that_is_too_short_is_refused():
    with pytest.raises(ValueError, match=r"first=8 and steps=1, expected an origin"):
        in_sample({"last": persistence(SERIES[:8])}, TASK, first=8)
    with pytest.raises(TypeError, match="forecasters"):
        in_sample(persistence(SERIES), TASK)


@pytest.mark.parametrize("judged", [True, False])
def test_both_parts_are_forecast_as_far_as_the_task_looks(judged):
    task = SequenceTask(SERIES, length=2, horizon=2, targets="path", train=8, validation=0)

    def rule(values, origins, steps):
        return values[np.asarray(origins) - 1] + 3.0 * np.arange(1, steps + 1)

    found = both_parts({"rule": rule} if judged else {}, task)
    assert found.test.origins.tolist() == [8, 9, 10]
    # The last value is 3 off after one step and 6 after two.
    for part in (found.train.scores["persistence"], found.test["persistence"].mean):
        assert part.rmse == pytest.approx(np.sqrt((9 + 36) / 2))
    assert found.from_last == ({"rule": 6} if judged else {})
    assert found.test["persistence"].mode == "recursive"


def test_both_parts_are_judged_beside_the_guesses():
    series = Series("ups and downs", [1, 5, 2, 6, 3, 7, 4, 8, 5, 9, 6, 10], season=2)
    task = SequenceTask(series, length=2, train=8, validation=0)

    def two_before_and_one(values, origins, steps):
        return values[np.asarray(origins) - 2] + 1.0

    found = both_parts({"rule": two_before_and_one, "last": persistence(series[:8])}, task, beside=("seasonal naive",))
    assert found.train.scores["rule"].rmse == found.test["rule"].mean.rmse == 0
    assert found.train.scores["seasonal naive"].rmse == found.test["seasonal naive"].mean.rmse == 1
    # It falls by 3 and rises by 4 in turn.
    assert found.from_last == {"rule": pytest.approx(np.sqrt((9 + 16) / 2)), "last": 0}
    assert found.repeats == {"rule": False, "last": True}
    alone = both_parts({}, task, beside=("persistence", "seasonal naive"))
    assert alone.test.rows[0].name == "persistence"
    assert (alone.from_last, alone.repeats) == ({}, {})
    with pytest.raises(KeyError, match="guess"):
        both_parts({}, task, beside=("oracle",))

"""Errors by hand, and a paired test that says no more than it knows."""

import numpy as np
import pytest
from scipy import stats

from sequence_tasks.evaluation.scores import compare, scores, squared_errors


def test_scores_by_hand():
    # Errors 1, -2, 0; the train part changes by 4 from season to season; percentages 200 (1/5 + 2/2 + 0).
    found = scores([3, -1, 0], [2, 1, 0], train=[1, 2, 5, 6], season=2)
    assert found == pytest.approx((np.sqrt(5 / 3), 1, 0.25, 200 * (1 / 5 + 2 / 2) / 3))
    assert found._fields == ("rmse", "mae", "mase", "smape")


def test_shapes_of_any_kind_are_scored_as_one():
    flat = scores([1, 2, 3, 4], [2, 2, 5, 5], train=[0, 1])
    assert scores([[1, 2], [3, 4]], [[2, 2], [5, 5]], train=[0, 1]) == flat


def test_a_train_part_that_never_changes_gives_no_scaled_error():
    assert np.isnan(scores([1.0], [2.0], train=[5, 5, 5]).mase)


@pytest.mark.parametrize(
    ("forecast", "train", "season", "message"),
    [
        ([1, 2], [1, 2], 1, r"forecast has shape \(2,\) and actual \(3,\), expected the same"),
        ([1, 2, 3], [1, 2], 2, r"shape \(2,\), expected \[n\] with n above the season 2"),
        ([1, 2, 3], [[1], [2]], 1, r"pass values\[:, 0\]"),
    ],
)
def test_what_cannot_be_scored_is_named(forecast, train, season, message):
    with pytest.raises(ValueError, match=message):
        scores(forecast, [1, 2, 3], train=train, season=season)


def test_squared_errors_are_means_over_steps_and_seeds():
    forecasts = np.array([[[1.0, 3.0], [0.0, 0.0]], [[2.0, 2.0], [0.0, 2.0]]])
    actual = np.array([[1.0, 1.0], [0.0, 0.0]])
    assert squared_errors(forecasts[0], actual).tolist() == [2, 0]
    assert squared_errors(forecasts, actual).tolist() == [1.5, 1]


def test_with_one_step_it_is_students_paired_test():
    rng = np.random.default_rng(0)
    losses, others = rng.normal(size=(2, 12)) ** 2
    assert compare(losses, others).p == pytest.approx(stats.ttest_rel(losses, others).pvalue)
    # Gaps 1 to 5: mean 3, standard error sqrt(2.5 / 5), so t = 3 sqrt(2) with 4 degrees of freedom.
    worse = compare([2, 4, 6, 8, 10], [1, 2, 3, 4, 5])
    assert worse == pytest.approx((3, 2 * stats.t.sf(3 * 2**0.5, 4), "worse"))
    assert compare([1, 2, 3, 4, 5], [2, 4, 6, 8, 10])[1:] == (worse.p, "better")
    assert compare([1, 2, 3, 4, 5], [2, 4, 6, 8, 10], level=0.01).verdict == "no difference"


def test_with_more_steps_the_variance_is_bartletts():
    # Gaps -1, 0, 3, 2, 1: centred -2, -1, 2, 1, 0. Sum of squares 10; products one apart 2 - 2 + 2 + 0 = 2, weighted
    # 2 (1 - 1/2): 12 / 25. Correction (5 + 1 - 4 + 2/5) / 5 = 0.48.
    found = compare([0, 0, 3, 2, 1], [1, 0, 0, 0, 0], steps=2)
    assert found.p == pytest.approx(2 * stats.t.sf(1 * np.sqrt(0.48 / (12 / 25)), 4))


@pytest.mark.parametrize("count", [8, 48])
def test_of_two_alike_it_says_no_difference_in_95_of_100(count):
    rng = np.random.default_rng(1)
    alarms = sum(compare(*rng.normal(size=(2, count)) ** 2).verdict != "no difference" for _ in range(1000))
    assert 20 < alarms < 80


def test_errors_that_overlap_raise_no_alarm():
    rng = np.random.default_rng(2)
    alarms = {1: 0, 6: 0}
    for _ in range(300):
        gaps = np.convolve(rng.normal(size=65), np.ones(6), "valid")
        for steps in alarms:
            alarms[steps] += compare(gaps, np.zeros(60), steps=steps).verdict != "no difference"
    assert alarms[6] < 45
    assert alarms[1] > 90, "and would, if they were taken for independent"


def test_nothing_follows_from_too_little():
    assert compare([1.0], [9.0]) == (-8, 1, "no difference")
    assert compare([1.0, 2.0, 1.5], [9.0, 9.0, 9.0], steps=4).verdict == "no difference"
    assert compare([1.0, 2.0], [1.0, 2.0]) == (0, 1, "no difference")
    assert compare([1.0] * 9, [2.0] * 9).verdict == "better", "each and every time"

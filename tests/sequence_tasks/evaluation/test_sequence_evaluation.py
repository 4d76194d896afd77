"""Forecasters judged beside the guesses, and refitted over time."""

import re

import numpy as np
import pytest

from sequence_tasks.evaluation import naive
from sequence_tasks.evaluation.backtesting import backtest
from sequence_tasks.evaluation.evaluation import evaluate, evaluate_backtest
from sequence_tasks.evaluation.intervals import conformal
from sequence_tasks.evaluation.persistence import RepeatsLastValue
from sequence_tasks.evaluation.scores import compare
from sequence_tasks.series.catalogue import as_series
from sequence_tasks.series.series import Series
from sequence_tasks.task import SequenceTask
from sequence_tasks.transforms import Chain, Differences, Log, Standardise

AIR = as_series("air_passengers")
TASK = SequenceTask(AIR, 12, train=96, validation=0)


def constant(value, mode="direct"):
    """A forecaster that always says the same."""

    def forecaster(values, origins, steps):
        return np.full((len(origins), steps), value, np.float64)

    forecaster.mode = mode
    return forecaster


def test_the_table_is_the_published_one():
    found = evaluate({"AR(12) log": naive.autoregression(12, Log())(AIR[:96])}, TASK, mode="one_step")
    published = {
        "AR(12) log": (20.55, 0.538, 3.92),
        "persistence": (48.04, 1.371, 9.58),
        "drift": (47.97, 1.360, 9.47),
        "seasonal naive": (41.85, 1.266, 9.23),
        "seasonal naive + change": (15.36, 0.399, 2.79),
        "seasonal naive x growth": (15.62, 0.387, 2.69),
        "AR(13)": (14.26, 0.362, 2.61),
        "AR(13) log": (14.05, 0.360, 2.57),
        "AR(13) dlog": (13.88, 0.368, 2.65),
    }
    assert [row.name for row in found.rows] == list(published)
    for row in found.rows:
        mean = row.mean
        assert (round(mean.rmse, 2), round(mean.mase, 3), round(mean.smape, 2)) == published[row.name]
    assert found["seasonal naive"].comparison.verdict == "worse"
    assert found.rows[0].comparison is None


def test_it_reads_as_a_table():
    with pytest.warns(RepeatsLastValue, match="'my model' merely repeats the last value it sees"):
        text = str(evaluate({"my model": naive.persistence(AIR)}, TASK, mode="one_step"))
    title, scale, head, mine, again, *_, last = text.splitlines()
    assert title == "AirPassengers, one step ahead from the true history: 48 origins, 96 to 143 (1957-01 to 1960-12)."
    assert scale == "MASE in mean changes over 12 steps of the 96 values before."
    assert head.split() == ["mode", "seeds", "RMSE", "+-", "MAE", "MASE", "sMAPE", "against", "my", "model"]
    assert mine.split() == ["my", "model", "one_step", "1", "48.04", "40.04", "1.371", "9.58"]
    assert again.endswith("no difference (p 1.000)")
    assert re.search(r"13\.88 .* better \(p < 0\.001\)$", last)
    assert len({line.index("one_step") for line in text.splitlines()[3:]}) == 1, "columns stand below each other"
    assert len({line.rindex(".", 0, line.index("(p")) for line in text.splitlines()[4:]}) == 1, "and their numbers"
    # 23 of "seasonal naive x growth", 8, 5, 5, 2, 5, 5, 5 and eight gaps of two, then the verdict.
    assert max(len(line) for line in text.splitlines()[2:]) == 23 + 8 + 5 + 5 + 2 + 5 + 5 + 5 + 16 + len(
        "no difference (p 1.000)"
    )


def test_changes_of_a_series_without_a_season_are_from_step_to_step():
    task = SequenceTask(Series("steps", np.arange(20.0) ** 2), 2, train=10, validation=8)
    found = str(evaluate({"mine": constant(1000)}, task, mode="one_step"))
    assert "\nMASE in mean changes of the 18 values before.\n" in found


def test_one_seed_that_repeats_the_last_value_is_enough_for_a_warning():
    seeds = [naive.autoregression(13)(AIR[:96]), lambda values, origins, steps: values[origins - 1] + 0.1]
    with pytest.warns(RepeatsLastValue, match="'mine'") as caught:
        evaluate({"mine": seeds, "honest": seeds[0]}, TASK, mode="one_step")
    assert len(caught) == 1
    assert caught[0].filename == __file__


def test_the_mean_of_its_own_seeds_is_not_found_to_be_better():
    seeds = [constant(400.0, "one_step"), constant(500.0, "one_step")]
    others = {"mean": constant(450.0, "one_step"), "another": constant(449.0, "one_step")}
    found = evaluate({"mine": seeds, **others}, TASK, mode="one_step")
    assert found["mean"].comparison is None
    assert re.search(r"^mean .*\d  mean of its seeds$", str(found), re.M)
    assert found["another"].comparison.verdict == "better", "as any forecast between the two would be"


def test_seeds_give_a_mean_and_a_spread():
    series = Series("steps", np.arange(20.0))
    task = SequenceTask(series, 2, train=10, validation=8)  # tests 18 and 19
    found = evaluate({"two": [constant(20), constant(18)], "one": constant(18)}, task, mode="one_step")
    # Errors 2, 1 and 0, -1.
    mean, spread = found["two"].mean, found["two"].spread
    assert (mean.mae, spread.mae) == pytest.approx((1, 0.5 * 2**0.5))
    assert (found["two"].seeds, found["one"].seeds, found["one"].spread.mae) == (2, 1, 0)
    assert found.forecasts["two"].tolist() == [[[20], [20]], [[18], [18]]]
    assert found.actual.tolist() == [[18], [19]]


def test_the_mode_is_printed_and_must_be_true():
    found = evaluate({"mine": constant(300)}, TASK, mode="direct", steps=12)
    assert "12 steps ahead, all forecast at once: 37 origins, 96 to 132 (1957-01 to 1960-01)." in str(found)
    assert [row.mode for row in found.rows] == ["direct"] + ["recursive"] * 8
    for mode, steps, message in [
        ("one_step", 12, 'expected "one_step" for 1 step'),
        ("direct", 1, 'expected "one_step" for 1 step'),
        ("recursive", 12, "for 'mine', which forecasts in mode 'direct'"),
        ("both", 12, "mode='both', expected one of"),
    ]:
        with pytest.raises(ValueError, match=message):
            evaluate({"mine": constant(300)}, TASK, mode=mode, steps=steps)
    with pytest.raises(TypeError, match="mode"):
        evaluate({"mine": constant(300)}, TASK)


def test_a_forecast_of_the_wrong_shape_is_refused():
    with pytest.raises(ValueError, match=r"returned shape \(1, 1\), expected \(48, 1\)"):
        evaluate({"mine": lambda values, origins, steps: [[1.0]]}, TASK, mode="one_step")
    with pytest.raises(ValueError, match=r"^\{\}, expected a forecaster of each name"):
        evaluate({}, TASK, mode="one_step")
    with pytest.raises(ValueError, match="steps=49 after 96 of a series of 144, expected no more"):
        evaluate({"mine": constant(1)}, TASK, mode="direct", steps=49)
    with pytest.raises(ValueError, match="'Digits' has symbols, expected amounts"):
        evaluate({"mine": constant(1)}, SequenceTask(as_series("digits"), 2), mode="one_step")


def test_the_smallest_possible_error_is_told_where_it_is_known():
    task = SequenceTask(as_series("autoregressive", noise=0.25), 2)
    assert "In the long run no RMSE is below 0.25." in str(evaluate({"zero": constant(0)}, task, mode="one_step"))


@pytest.mark.parametrize("window", [None, 3])
def test_a_backtest_shows_a_fit_what_was_known_and_no_more(window):
    seen = []

    def fit(known):
        def forecaster(values, origins, steps):
            seen.append((known.values[:, 0].tolist(), values[:, 0].tolist(), list(origins)))
            return np.full((1, steps), known.values.mean())

        return forecaster

    found = backtest(fit, Series("ten", np.arange(10.0)), first=4, steps=2, every=2, window=window)
    known = [list(range(0 if window is None else origin - 3, origin)) for origin in (4, 6, 8)]
    assert seen == [(values, values, [len(values)]) for values in known]
    assert found.origins.tolist() == [4, 6, 8]
    assert found.forecasts.tolist() == [[np.mean(values)] * 2 for values in known]
    assert found.actual.tolist() == [[4, 5], [6, 7], [8, 9]]


def test_backtests_are_judged_beside_guesses_refitted_too():
    found = evaluate_backtest(
        {"mine": naive.seasonal_naive}, AIR, mode="recursive", first=96, steps=12, every=12, window=48
    )
    assert "4 origins, 96 to 132 (1957-01 to 1960-01), refitted at each on the 48 values before it." in str(found)
    alone = backtest(naive.autoregression(13), AIR, first=96, steps=12, every=12, window=48)
    np.testing.assert_array_equal(found.forecasts["AR(13)"][0], alone.forecasts)
    assert found["seasonal naive"].comparison.p == 1
    # 41.5, 17.0, 50.7 are published for three of the four origins.
    by_origin = np.sqrt(np.mean((found.forecasts["mine"][0] - found.actual) ** 2, axis=1))
    assert by_origin[[0, 1, 3]] == pytest.approx([41.5, 17.0, 50.7], abs=0.051)


def test_origins_apart_count_as_independent():
    every_month = evaluate_backtest({"mine": naive.drift}, AIR, mode="recursive", first=96, steps=12)
    every_year = evaluate_backtest({"mine": naive.drift}, AIR, mode="recursive", first=96, steps=12, every=12)
    for found, alike in ((every_month, 12), (every_year, 1)):
        losses = [((found.forecasts[name][0] - found.actual) ** 2).mean(axis=1) for name in ("AR(13)", "mine")]
        assert found["AR(13)"].comparison == compare(*losses, steps=alike)


@pytest.mark.parametrize("settings", [{"first": 140}, {"first": 0}, {"every": 0}, {"window": 97}])
def test_a_backtest_without_origins_is_refused(settings):
    with pytest.raises(ValueError, match="expected an origin with 12 values after it"):
        backtest(naive.drift, AIR, **{"first": 96, "steps": 12, **settings})


def test_an_interval_is_as_wide_as_the_rank_says():
    # Nine validation errors 1 to 9 of a forecaster that says 0: for 80 % the 8th of them, as ceil(10 x 0.8) = 8.
    series = Series("errors", [0.0] * 5 + [3, 1, 2, 9, 8, 7, 4, 6, 5] + [0.0] * 4)
    task = SequenceTask(series, 2, train=5, validation=9)
    band = conformal(constant(0), task, coverage=0.8)(series.values, np.array([14, 15]))
    assert (band.low.tolist(), band.middle.tolist(), band.high.tolist()) == ([[-8], [-8]], [[0], [0]], [[8], [8]])
    with pytest.raises(ValueError, match=r"coverage=0\.95 from 9 validation origins, expected a share below 0.9"):
        conformal(constant(0), task, coverage=0.95)


def test_intervals_have_their_width_on_the_models_own_scale():
    task = SequenceTask(AIR, 13, train=72, validation=24, transform=Chain(Log(), Differences(), Standardise()))
    intervals = conformal(naive.autoregression(13, Log())(AIR[:72]), task, coverage=0.8, steps=3)
    low, middle, high = intervals(AIR.values, np.array([96, 140]))
    assert low.shape == (2, 3)
    np.testing.assert_allclose(high / middle, middle / low)
    np.testing.assert_allclose(np.log(high / middle), np.tile(intervals.half, (2, 1)))


def test_nine_in_ten_values_lie_in_intervals_of_90_percent():
    series = as_series("autoregressive", length=6_000, seed=8)
    task = SequenceTask(series, 2, train=1_000, validation=1_000, transform=Standardise())
    origins = np.arange(2_000, 6_000)
    low, _, high = conformal(naive.autoregression(2)(series[:1_000]), task)(series.values, origins)
    inside = (low <= series.values[origins]) & (series.values[origins] <= high)
    # Standard deviations of 0.9 in 4,000 tests and in 1,000 to rank by: 0.0047 and 0.0095.
    assert inside.mean() == pytest.approx(0.9, abs=0.03)
    # The shocks have standard deviation 1, of which 90 % lie within 1.645.
    assert (high - low)[0, 0] / 2 == pytest.approx(1.645, abs=0.15)

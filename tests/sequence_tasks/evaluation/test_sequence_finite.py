"""Forecasts that are not finite are refused in every evaluation and comparison."""

import re
import warnings

import numpy as np
import pytest

from sequence_tasks.evaluation import naive
from sequence_tasks.evaluation.backtesting import backtest
from sequence_tasks.evaluation.evaluation import evaluate, evaluate_backtest
from sequence_tasks.evaluation.intervals import conformal
from sequence_tasks.evaluation.persistence import repeats_last_value
from sequence_tasks.evaluation.scores import compare, scores
from sequence_tasks.explain.exact import errors_by_length
from sequence_tasks.leakage.checking import check_leakage
from sequence_tasks.series.catalogue import as_series
from sequence_tasks.series.series import Series
from sequence_tasks.task import SequenceTask
from sequence_tasks.transforms import Standardise

AIR = as_series("air_passengers")
TASK = SequenceTask(AIR, 12, train=72, validation=24)  # the test part is 96 to 143
BAD = [np.nan, np.inf, -np.inf, 1e200]


def constant(value):
    return lambda values, origins, steps: np.full((len(origins), steps), value)


def bad_from(first, bad):
    """A forecaster of 300 whose last step is no number from an origin on; it must be shown the whole series."""

    def forecaster(values, origins, steps):
        found = np.full((len(origins), steps), 300.0)
        found[np.asarray(origins) >= first, -1] = bad
        return found

    return forecaster


@pytest.mark.parametrize("bad", BAD)
def test_the_forecaster_and_its_first_origin_are_named(bad):
    where = rf"forecasts {re.escape(str(bad))} for step 1 from origin 101 on, expected finite numbers up to 3e\+147"
    with pytest.raises(ValueError, match=f"^'mine' {where}"):
        evaluate({"good": constant(1.0), "mine": bad_from(101, bad)}, TASK, mode="one_step")
    with pytest.raises(ValueError, match=rf"^'mine'\[1\] {where}"):
        evaluate({"mine": [constant(1.0), bad_from(101, bad)]}, TASK, mode="one_step")
    with pytest.raises(ValueError, match=f"^the forecaster {where.replace('101', '96')}"):
        check_leakage(lambda series: bad_from(96, bad), AIR, start=96)
    with pytest.raises(ValueError, match=f"^the forecaster {where.replace('101', '72').replace('step 1', 'step 2')}"):
        conformal(bad_from(0, bad), TASK, coverage=0.5, steps=2)
    band = conformal(bad_from(97, bad), TASK, coverage=0.5)
    with pytest.raises(ValueError, match=f"^the forecaster {where.replace('101', '140')}"):
        band(AIR.values, np.array([90, 140]))


@pytest.mark.parametrize("bad", BAD)
def test_a_backtest_names_the_origin_in_the_whole_series(bad):
    def fit(known):
        return constant(bad if known.values[-1, 0] == 355 else 300.0)  # the value before origin 101

    where = f"forecasts {re.escape(str(bad))} for step 1 from origin 101 on"
    with pytest.raises(ValueError, match=f"^the forecaster {where}"):
        backtest(fit, AIR, first=96, window=24)
    with pytest.raises(ValueError, match=f"^'mine' {where}"):
        evaluate_backtest({"mine": fit}, AIR, mode="one_step", first=96)


@pytest.mark.parametrize("bad", [np.nan, np.inf])
def test_numbers_given_by_hand_are_named_with_their_place(bad):
    for name, call in {
        "forecast": lambda: scores([1, bad], [1, 2], train=[1, 2]),
        "actual": lambda: scores([1, 2], [1, bad], train=[1, 2]),
        "train": lambda: scores([1, 2], [1, 2], train=[1, bad]),
        "losses": lambda: compare([1, bad], [1, 2]),
        "others": lambda: compare([1, 2], [1, bad]),
        "predicted": lambda: repeats_last_value([1, bad], [1, 2], [1, 2]),
        "the prediction at length 2": lambda: errors_by_length(
            lambda x: np.where(np.arange(len(x)) == 1, bad, 0.0), [2], high=9
        ),
    }.items():
        with pytest.raises(ValueError, match=rf"^{name} is {bad} at \[1\], expected finite numbers"):
            call()
    with pytest.raises(ValueError, match=r"^forecast is masked at \[1\], expected a number"):
        scores(np.ma.array([1.0, 2.0], mask=[False, True]), [1, 2], train=[1, 2])
    with pytest.raises(ValueError, match=r"^losses of shape \(2,\) and others of \(1,\), expected the same"):
        compare([1, 2], [1])


def test_what_is_no_number_at_all_is_refused_too():
    for bad in (["a"], [None], [1j], [[1], [1, 2]]):
        with pytest.raises(ValueError, match=r"expected (an array of |finite )?numbers"):
            scores(bad, [1], train=[1, 2])


def test_large_errors_are_compared_as_small_ones_are():
    gaps = [1.0, 2.0, 3.0, 4.0, 5.0]
    expected = compare(np.array(gaps), np.zeros(5)).p
    for unit in (2.0**900, 2.0**-900):
        assert compare(np.array(gaps) * unit, np.zeros(5)).p == expected


def test_a_forecast_that_a_later_value_makes_no_number_is_a_leak():
    def overflows(series):
        return lambda values, origins, steps: (
            np.where(series.values[-1, 0] > 1000, np.nan, 300.0) * np.ones((len(origins), steps))
        )

    found = check_leakage(overflows, AIR, start=96)
    assert (found.origin, found.change, found.name is None) == (96, np.inf, False)

    def of_the_past(series):  # no number where the values before an origin are large, as those put in are
        return lambda values, origins, steps: np.array(
            [[np.nan if values[origin - 1, 0] > 1000 else 300.0] * steps for origin in origins]
        )

    assert check_leakage(of_the_past, AIR, start=96).name is None


#: as long as it lasts, all values are positive, so logarithms are among the guesses
FALLING = Series("falling", [8.0 + k % 3 for k in range(60)] + [float(v) for v in range(8, -6, -1)])


@pytest.mark.parametrize("way", ["evaluate", "backtest"])
def test_a_guess_that_breaks_on_later_data_is_left_out(way):
    if way == "evaluate":
        found = evaluate({"mine": constant(-9.0)}, SequenceTask(FALLING, 3, train=60, validation=0), mode="one_step")
    else:
        found = evaluate_backtest({"mine": lambda known: constant(-9.0)}, FALLING, mode="one_step", first=60)
    assert [row.name for row in found.rows] == ["mine", "persistence", "drift", "AR(10)"]
    assert list(found.left_out) == ["AR(10) log", "AR(10) dlog"]
    *_, log, dlog = str(found).splitlines()
    assert re.match(r"left out: AR\(10\) log, as Log of values with 0 at .*, expected positive numbers$", log)
    assert dlog.startswith("left out: AR(10) dlog, as Log of values with 0 at ")
    # Persistence is 1 off at each of 13 steps down; of the first, from 10 (the 60th value is 8 + 59 % 3) to 8, 2 off.
    assert found["persistence"].mean.mae == pytest.approx((2 + 13 * 1) / 14)


def test_a_guess_that_overflows_is_left_out_too():
    # The logarithm doubles every 3 steps: 100 at the end of the train part, and 1600, 12 steps on.
    growing = Series("growing", np.exp(100 * 2.0 ** ((np.minimum(np.arange(62), 49) - 49) / 3)))
    task = SequenceTask(growing, 3, train=50, validation=0, transform=Standardise())
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        found = evaluate({"mine": constant(1.0)}, task, mode="recursive", steps=12)
    assert re.match(r"'AR\(10\) dlog' forecasts .* for step \d+ from origin 50 on", found.left_out["AR(10) dlog"])
    assert "persistence" in found.forecasts


def test_errors_of_ones_own_forecasters_pass_through():
    def broken(*_):
        raise ValueError("my own mistake")

    with pytest.raises(ValueError, match=r"^my own mistake$"):
        evaluate({"AR(10) log": broken}, SequenceTask(FALLING, 3, train=60, validation=0), mode="one_step")
    with pytest.raises(ValueError, match=r"^my own mistake$"):
        evaluate_backtest({"AR(10) log": broken}, FALLING, mode="one_step", first=60)


def test_one_value_has_no_drift():
    with pytest.raises(ValueError, match=r"^1 value has no mean change, expected at least 2"):
        naive.drift(Series("one", [1.0]))

"""Numbers and arrays are checked at the border: finite, whole and in range, in one way for all."""

import numpy as np
import pytest

from sequence_tasks.checks import LARGEST, finite, usable
from sequence_tasks.evaluation import naive
from sequence_tasks.evaluation.backtesting import backtest
from sequence_tasks.evaluation.evaluation import evaluate, evaluate_backtest
from sequence_tasks.evaluation.intervals import conformal
from sequence_tasks.evaluation.scores import compare, scores
from sequence_tasks.explain.exact import EVERY_LENGTH, cell_outputs, exact_cell, least_error
from sequence_tasks.feeds import Batches
from sequence_tasks.forecaster import NetworkForecaster
from sequence_tasks.leakage.checking import check_leakage
from sequence_tasks.models.builders import MODELS
from sequence_tasks.models.training import Training, fit, fit_compiled
from sequence_tasks.series.catalogue import as_series
from sequence_tasks.series.series import Series
from sequence_tasks.task import SequenceTask, windows
from sequence_tasks.transforms import Differences, MinMax, Standardise

AIR = as_series("air_passengers")
TASK = SequenceTask(AIR, 12)
TEN = windows(np.arange(10.0), length=2)


def last(values, origins, steps):
    return np.repeat(values[np.asarray(origins)[:, None] - 1, 0], steps, axis=1) + 9.0


def test_arrays_keep_their_type_and_are_not_copied():
    values = np.arange(4, dtype=np.float32)
    assert usable("x", values) is values
    assert finite("x", values).dtype == np.float64
    assert finite("x", np.ma.array([1, 2], mask=False)).tolist() == [1, 2]
    for bad, message in [
        ([1, np.nan], r"x is nan at \[1\], expected finite numbers up to 3e\+147; fill the gap"),
        ([[1, -2 * LARGEST]], r"x is -6.*e\+147 at \[0, 1\]"),
        (np.ma.array([1.0, 2.0], mask=[0, 1]), r"x is masked at \[1\], expected a number"),
        (["1"], "x has entries of type <U1, expected numbers"),
        ([1j], "x has entries of type complex128, expected numbers"),
    ]:
        with pytest.raises(ValueError, match=message):
            finite("x", bad)


#: calls of one number that is to be a count, and its name
COUNTS = {
    "length": lambda n: SequenceTask(AIR, n),
    "length ": lambda n: windows(np.arange(50.0), length=n),
    "horizon": lambda n: SequenceTask(AIR, 12, horizon=n),
    "season": lambda n: Series("mine", [1, 2, 3, 4], season=n),
    "season ": lambda n: scores([1], [2], train=[1, 2, 3, 5, 9], season=n),
    "symbols": lambda n: Series("mine", [0, 0], symbols=n),
    "lag": lambda n: Differences(n),
    "order": lambda n: naive.autoregression(n)(AIR),
    "steps": lambda n: evaluate({"mine": last}, TASK, mode="recursive", steps=n),
    "steps ": lambda n: conformal(last, TASK, coverage=0.5, steps=n),
    "steps  ": lambda n: NetworkForecaster(TASK, lambda x: x[:, -1])(AIR.values, [20], n),
    "steps   ": lambda n: compare([1, 2], [2, 1], steps=n),
    "every": lambda n: evaluate_backtest({"mine": naive.seasonal_naive}, AIR, mode="one_step", first=130, every=n),
    "points": lambda n: check_leakage(lambda _: last, AIR, start=96, points=n),
    "epochs": lambda n: Training(epochs=n),
    "batch_size": lambda n: Training(batch_size=n),
    "patience": lambda n: Training(patience=n),
    "length  ": lambda n: as_series("sine_mixture", length=n),
    "length   ": lambda n: exact_cell(n),
    "horizon ": lambda n: least_error([0.5], noise=1.0, horizon=n),
}


@pytest.mark.parametrize("name", COUNTS)
def test_every_count_is_whole(name):
    COUNTS[name](3)
    COUNTS[name](3.0)
    for bad in (0, -5, 2.5, np.nan, np.inf, "3"):
        with pytest.raises(ValueError, match=rf"^{name.strip()}=.*, expected a whole number"):
            COUNTS[name](bad)


def test_counts_that_are_whole_floats_count_the_same():
    assert SequenceTask(AIR, 12.0, horizon=2.0, train=72.0, validation=2.4e1).borders == (72, 96)
    assert SequenceTask(AIR, 12.0).length == 12
    np.testing.assert_array_equal(windows(np.arange(9.0), length=2.0).inputs, windows(np.arange(9.0), length=2).inputs)
    assert (Training(epochs=1e2), Training(seed=3.0)) == (Training(epochs=100), Training(seed=3))
    assert backtest(lambda _: last, AIR, first=96.0, steps=2.0, every=8.0, window=5.0).origins.tolist() == [
        *range(96, 143, 8)
    ]
    assert len(Batches(TEN, 4.0, seed=1.0)) == 2


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda x: conformal(last, TASK, coverage=x), "coverage=nan, expected a number above 0 and below 1"),
        (lambda x: SequenceTask(AIR, 12, bound=x), "bound=nan, expected a number above"),
        (lambda x: SequenceTask(AIR, 12, train=x), "train=nan, expected a count of values or a share below 1"),
        (lambda x: SequenceTask(AIR, 12, validation=x), "validation=nan, expected a count of values or a share"),
        (lambda x: Series("mine", [1, 2], best_rmse=x), "best_rmse=nan, expected a number from 0"),
        (lambda x: Training(learning_rate=x), "learning_rate=nan, expected a number from 0"),
        (lambda x: Training(seed=x), "seed=nan, expected a whole number of at least 0"),
        (lambda x: compare([1, 2], [2, 1], level=x), "level=nan, expected a number above 0 and below 1"),
        (lambda x: check_leakage(lambda _: last, AIR, start=x), "start=nan, expected a whole number"),
        (lambda x: backtest(lambda _: last, AIR, first=x), "first=nan, expected a whole number"),
        (lambda x: Batches(TEN, x), "size=nan, expected a whole number"),
        (lambda x: windows([1, 2, x, 4], length=1), r"values is nan at \[2\]"),
        (lambda x: Standardise().fit(np.array([[1.0], [x]])), r"the values to fit to is nan at \[1, 0\]"),
        (lambda x: MinMax().fit(np.array([[1.0], [x]])), r"the values to fit to is nan at \[1, 0\]"),
        (lambda x: as_series("sine_mixture", noise=x), "noise=nan, expected a number from 0"),
        (lambda x: as_series("sine_mixture", periods=(x, 2.0)), r"periods is nan at \[0\]"),
        (lambda x: as_series("autoregressive", phi=(x,)), r"phi is nan at \[0\]"),
        (lambda x: as_series("mackey_glass", delay=x), "delay=nan, expected a number"),
        (lambda x: exact_cell(2, x), "ws=nan, expected a number"),
        (lambda x: cell_outputs(EVERY_LENGTH, [1, x]), r"inputs is nan at \[1\]"),
        (lambda x: least_error([x], noise=1.0), r"coefficients is nan at \[0\]"),
        (lambda x: NetworkForecaster(TASK, lambda w: w[:, -1])(np.full(20, x), [15], 1), r"values is nan at \[0\]"),
    ],
)
def test_nan_is_refused_where_it_comes_in(call, message):
    with pytest.raises(ValueError, match=f"^{message}"):
        call(np.nan)


def test_masked_values_are_no_values():
    masked = np.ma.array([1.0, 999.0, 3.0], mask=[False, True, False])
    with pytest.raises(ValueError, match=r"^series 'series' is masked at \[1\], expected a number; fill the gap"):
        as_series(masked)
    with pytest.raises(ValueError, match=r"^values is masked at \[1\]"):
        windows(masked, length=1)
    assert as_series(np.ma.array([1.0, 2.0], mask=False)).values[:, 0].tolist() == [1, 2]


def test_values_that_no_float32_holds_are_named():
    large = Series("large", np.r_[np.arange(9.0), 1e39])
    with pytest.raises(
        ValueError, match=r"^the train part in the network's units is 1e\+39 at \[9, 0\], .*Standardise"
    ):
        SequenceTask(large, 2, train=10, validation=0)
    later = SequenceTask(large, 2, train=6, validation=0)
    with pytest.raises(ValueError, match=r"^the series in the network's units is 1e\+39 at \[9, 0\]"):
        later.windows("test")
    assert np.isfinite(
        SequenceTask(large, 2, train=10, validation=0, transform=Standardise()).windows("train").inputs
    ).all()
    with pytest.raises(ValueError, match=r"series 'huge' is 1e\+200 at \[1\], expected finite numbers up to 3e\+147"):
        Series("huge", [1.0, 1e200])
    # The unit of the spaces is 4 to 8 times the largest value, and a float32 as well.
    edge = SequenceTask(Series("edge", np.full(9, 2.0**123)), 2)
    assert edge.bound == 2.0**125
    tiny = SequenceTask(Series("tiny", np.full(9, 1e-300)), 2)
    assert np.float32(tiny.bound) > 0
    for bound in (0, -1.0, np.inf, 1e-60, 1e60):
        with pytest.raises(ValueError, match=r"^bound="):
            SequenceTask(AIR, 12, bound=bound)


@pytest.mark.parametrize("way", [fit, fit_compiled])
def test_data_that_are_no_windows_are_refused_before_training(way):
    import tensorflow as tf

    from sequence_tasks.models.keras_feeds import tf_dataset

    model = MODELS["linear"](TEN)
    for given in (tf_dataset(TEN), tf.data.Dataset.range(3), TEN.inputs, None, (1, 2, 3), [TEN.inputs]):
        with pytest.raises(
            TypeError, match=r"^train is a .*, expected windows, or inputs and targets.*to model\.fit\.$"
        ):
            way(model, given)
    with pytest.raises(TypeError, match=r"^validation is a "):
        way(model, TEN, tf_dataset(TEN))
    bad = TEN.inputs.copy()
    bad[3, 1] = np.nan
    with pytest.raises(ValueError, match=r"^inputs of train is nan at \[3, 1, 0\]"):
        way(model, (bad, TEN.targets))
    with pytest.raises(ValueError, match=r"^targets of validation is 1e\+39 at \[0, 0\]"):
        way(model, TEN, (TEN.inputs[:1], np.full((1, 1), 1e39)))
    with pytest.raises(ValueError, match=r"^train has 8 inputs and 7 targets, expected as many"):
        way(model, (TEN.inputs, TEN.targets[:7]))


def test_an_origin_after_the_last_value_is_refused():
    for forecaster in (NetworkForecaster(TASK, lambda x: x[:, -1]), naive.persistence(AIR)):
        assert forecaster(AIR.values, np.array([144]), 1).shape == (1, 1)
        with pytest.raises(ValueError, match="an origin at 145 of 144 values, expected at most 144"):
            forecaster(AIR.values, np.array([145]), 1)

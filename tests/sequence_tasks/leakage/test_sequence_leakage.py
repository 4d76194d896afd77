"""Planted leaks are found and named; nothing is said against honest pipelines."""

from dataclasses import replace

import numpy as np
import pytest
from numpy.lib.stride_tricks import sliding_window_view

from sequence_tasks.evaluation import naive
from sequence_tasks.leakage.checking import check_leakage
from sequence_tasks.series.catalogue import as_series
from sequence_tasks.series.replaced import scrambled
from sequence_tasks.series.series import Series
from sequence_tasks.task import SequenceTask, windows
from sequence_tasks.transforms import Chain, Differences, Log, MinMax, Standardise

AIR = as_series("air_passengers")
START = 96


def linear(task):
    """A forecaster of one step: least squares on the task's train windows, in the network's units."""
    seen = task.windows("train")
    known = np.c_[seen.inputs[:, :, 0], np.ones(len(seen.inputs))]
    weights = np.linalg.lstsq(known, seen.targets[:, 0], rcond=None)[0]

    def forecaster(values, origins, steps):
        scaled = task.scaled(values)[:, 0]
        rows = scaled[origins[:, None] - task.transform.lost - task.length + np.arange(task.length)]
        return task.inverse((rows @ weights[:-1] + weights[-1])[:, None], values, origins)

    return forecaster


def on_train(transform, length=13):
    return lambda series: linear(SequenceTask(series, length, train=72, validation=24, transform=transform))


HONEST = {
    **{name: (lambda series, fit=fit: fit(series[:START])) for name, fit in naive.guesses(AIR).items()},
    "standardised": on_train(Standardise()),
    "min-max": on_train(MinMax()),
    "dlog": on_train(Chain(Log(), Differences(), Standardise())),
    "differences of differences": on_train(Chain(Log(), Differences(12), Differences(), MinMax())),
    "past only": lambda series: (
        lambda values, origins, steps: np.stack(
            [values[origin - 5 : origin, 0].mean(keepdims=True) for origin in origins]
        )
    ),
}


@pytest.mark.parametrize("name", HONEST)
def test_honest_pipelines_have_none(name):
    found = check_leakage(HONEST[name], AIR, start=START)
    assert found == (0.0, None, None, 0)
    assert str(found) == "No leak: no forecast changes with the values after it."


def scaler_on_all(scaler):
    """The weights come from the train part, the scale of its units from everything."""

    def pipeline(series):
        fitted = scaler.fit(series.values)
        units = replace(series, values=np.tanh(fitted.forward(series.values)))  # so that the units matter
        inner = linear(SequenceTask(units, 3, train=START, validation=0))

        def forecaster(values, origins, steps):
            inside = inner(np.tanh(fitted.forward(values)), origins, steps)
            return fitted.inverse(np.arctanh(np.clip(inside, -0.99, 0.99)), np.zeros(0))

        return forecaster

    return pipeline


def centred(width):
    """Smooths with as many values after as before, then forecasts honestly."""

    def smooth(values):
        padded = np.pad(values[:, 0], width // 2, mode="edge")
        return np.convolve(padded, np.ones(width) / width, "valid")[:, None]

    def pipeline(series):
        inner = naive.autoregression(3)(replace(series, values=smooth(series.values))[:START])
        return lambda values, origins, steps: inner(smooth(values), origins, steps)

    return pipeline


def smoothed_once(series):
    """Smooths the whole series when it is built, and looks forecasts up in that."""
    inside = np.convolve(np.pad(series.values[:, 0], 4, mode="edge"), np.ones(9) / 9, "valid")
    return lambda values, origins, steps: inside[np.asarray(origins)[:, None] - 1]


def off_by_one(series):
    """A window that ends on its own target."""
    seen = windows(series.values[:START], length=13)
    shifted = np.c_[series.values[np.arange(1, START - 12)[:, None] + np.arange(13), 0], np.ones(len(seen.inputs))]
    weights = np.linalg.lstsq(shifted, seen.targets[:, 0], rcond=None)[0]

    def forecaster(values, origins, steps):
        rows = values[origins[:, None] - 12 + np.arange(13), 0]
        return (rows @ weights[:-1] + weights[-1])[:, None]

    return forecaster


LEAKS = {
    "standardised by all": ("scaler on all data", scaler_on_all(Standardise())),
    "min-max by all": ("scaler on all data", scaler_on_all(MinMax())),
    "smoothed over 5": ("smoothing ahead", centred(5)),
    "smoothed over 3": ("smoothing ahead", centred(3)),
    "smoothed when built": ("smoothing ahead", smoothed_once),
    "window on its target": ("off-by-one target", off_by_one),
    "repeats the target": (
        "off-by-one target",
        lambda series: lambda values, origins, steps: values[np.asarray(origins)[:, None], 0],
    ),
    "fitted on all": ("fitting on test", naive.autoregression(13)),
    "growth of all": ("fitting on test", lambda series: naive.autoregression(1, Log())(series)),
}


@pytest.mark.parametrize("leak", LEAKS)
def test_planted_leaks_are_found_and_named(leak):
    name, pipeline = LEAKS[leak]
    found = check_leakage(pipeline, AIR, start=START)
    assert found.name == name
    assert found.change * AIR.values[:START].std() > 1, "by more than a thousand passengers"
    assert found.origin == START
    assert f"Leak: {name}. The forecast from step 96 on changes by" in str(found)


def mean_in_single_precision(values):
    """One value after the other, so that the order decides about the last digits."""
    total = np.float32(0)
    for value in values.astype(np.float32):
        total += value
    return float(total / np.float32(len(values)))


STATISTICS = {
    "mean": lambda values: values.mean(),
    "standard deviation": lambda values: values.std(),
    "variance by squares": lambda values: np.mean(values**2) - values.mean() ** 2,
    "largest": lambda values: values.max(),
    "smallest": lambda values: values.min(),
    "lower quartile": lambda values: np.quantile(values, 0.25),
    "mean in single precision": mean_in_single_precision,
}


@pytest.mark.parametrize("statistic", STATISTICS)
@pytest.mark.parametrize("share", [0.0, 1e-3], ids=["alone", "and a little of a fit"])
def test_a_statistic_does_not_depend_on_the_order_and_a_fit_does(statistic, share):
    def pipeline(series):
        level, fitted = STATISTICS[statistic](series.values[:, 0]), naive.autoregression(2)(series)
        return lambda values, origins, steps: level + share * fitted(values, origins, steps)

    found = check_leakage(pipeline, AIR, start=START)
    assert found.name == ("fitting on test" if share else "scaler on all data")
    assert found.reach == 48


def test_rounding_in_single_precision_is_more_than_that_of_the_check():
    values = AIR.values[:, 0]
    mixed = np.r_[values[:START], np.random.default_rng(0).permutation(values[START:])] + 0.1
    change = mean_in_single_precision(mixed) - mean_in_single_precision(values + 0.1)
    assert abs(change) / values[:START].std() > 1e-9


def test_the_order_of_values_that_are_alike_is_asked_of_others():
    flat = Series("flat", np.r_[np.arange(30.0) % 7, np.full(20, 3.0)])
    mean = lambda series: lambda values, origins, steps: np.full((len(origins), steps), series.values.mean())  # noqa: E731
    assert check_leakage(mean, flat, start=30).name == "scaler on all data"
    assert check_leakage(naive.autoregression(2), flat, start=30).name == "fitting on test"


@pytest.mark.parametrize(
    ("weights", "name"),
    [
        ((1.0,), "off-by-one target"),
        ((0.51, 0.49), "off-by-one target"),
        ((0.49, 0.51), "smoothing ahead"),
        ((0.6, -0.3, 0.2), "off-by-one target"),  # 0.6 is more than 0.5
        ((0.6, -0.4, 0.3), "smoothing ahead"),  # and less than 0.7
        ((0.3,), "smoothing ahead"),  # most of the value is not in it
    ],
)
def test_a_forecast_follows_the_value_ahead_if_all_others_together_count_less(weights, name):
    def pipeline(series):
        def forecaster(values, origins, steps):
            return values[np.asarray(origins)[:, None] - np.arange(len(weights)), 0] @ np.array(weights)[:, None]

        return forecaster

    assert check_leakage(pipeline, AIR, start=START).name == name
    smooth = as_series("mackey_glass", length=200)
    assert check_leakage(pipeline, smooth, start=100).name == name


@pytest.mark.parametrize("width", [3, 5])
@pytest.mark.parametrize("name", ["air_passengers", "mackey_glass", "sunspots", "co2"])
def test_smoothing_is_not_taken_for_a_target_in_its_window(name, width):
    series = as_series(name, length=200) if name == "mackey_glass" else as_series(name)
    found = check_leakage(centred(width), series, start=START)
    assert (found.name, found.reach) == ("smoothing ahead", width // 2)


@pytest.mark.parametrize(("width", "reach"), [(3, 1), (5, 2), (11, 5)])
def test_how_many_values_are_read_is_measured(width, reach):
    assert check_leakage(centred(width), AIR, start=START).reach == reach
    assert check_leakage(naive.autoregression(2), AIR, start=START).reach == 48


def shuffled_split(seed):
    """Least squares on four in five of all windows, drawn at random; the forecaster itself is honest."""

    def pipeline(series):
        seen = windows(series.values, length=3)
        chosen = np.random.default_rng(seed).permutation(len(seen.inputs))[: len(seen.inputs) * 4 // 5]
        known = np.c_[seen.inputs[chosen, :, 0], np.ones(len(chosen))]
        weights = np.linalg.lstsq(known, seen.targets[chosen, 0], rcond=None)[0]

        def forecaster(values, origins, steps):
            rows = values[np.asarray(origins)[:, None] - 3 + np.arange(3), 0]
            return (rows @ weights[:-1] + weights[-1])[:, None]

        return forecaster

    return pipeline


@pytest.mark.parametrize(
    "series", [AIR, as_series("autoregressive", length=144, seed=1)], ids=lambda series: series.name
)
def test_a_shuffled_split_is_fitting_on_test_whatever_is_drawn(series):
    unread = 0
    for seed in range(40):
        chosen = np.random.default_rng(seed).permutation(141)[:112]
        last = 3 + int(chosen.max())  # the target of the last window drawn
        found = check_leakage(shuffled_split(seed), series, start=START)
        assert (found.name, found.reach) == ("fitting on test", last + 1 - START), seed
        unread += last < 143
    assert 2 <= unread <= 20, "the last value was not read in about one in five"


def nearest(neighbours, seed):
    """The mean of what followed the windows most alike, of seven in ten of all windows, drawn at random."""

    def pipeline(series):
        seen = windows(series.values, length=5)
        chosen = np.random.default_rng(seed).permutation(len(seen.inputs))[: len(seen.inputs) * 7 // 10]
        inputs, targets = seen.inputs[chosen, :, 0], seen.targets[chosen, 0]

        def forecaster(values, origins, steps):
            rows = values[np.asarray(origins)[:, None] - 5 + np.arange(5), 0]
            far = ((rows[:, None] - inputs) ** 2).sum(axis=-1)
            return targets[far.argsort(axis=1)[:, :neighbours]].mean(axis=1, keepdims=True)

        return forecaster

    return pipeline


@pytest.mark.parametrize("neighbours", [1, 3])
@pytest.mark.parametrize(
    "series", [AIR, as_series("autoregressive", length=144, seed=1)], ids=lambda series: series.name
)
def test_neighbours_in_a_shuffled_split_are_fitting_on_test_whatever_is_drawn(series, neighbours):
    found = [check_leakage(nearest(neighbours, seed), series, start=START).name for seed in range(20)]
    assert found == ["fitting on test"] * 20


@pytest.mark.parametrize("width", range(3, 96, 10))
@pytest.mark.parametrize("weights", ["even", "falling"])
def test_a_smoother_is_none_of_a_fit_whatever_its_width(width, weights):
    half = width // 2
    kernel = np.ones(width) if weights == "even" else 0.8 ** np.abs(np.arange(-half, half + 1.0))

    def pipeline(series):
        inside = np.convolve(np.pad(series.values[:, 0], half, mode="edge"), kernel / kernel.sum(), "valid")
        return lambda values, origins, steps: inside[np.asarray(origins)[:, None] - 1]

    found = check_leakage(pipeline, AIR, start=START)
    assert (found.name, found.reach) == ("smoothing ahead", half)  # value o - 1 is mixed with o .. o - 1 + half


@pytest.mark.parametrize("width", [3, 5, 9])
@pytest.mark.parametrize("line", [AIR, as_series("autoregressive", length=144, seed=1)], ids=lambda series: series.name)
def test_a_running_median_is_smoothing_ahead(line, width):
    def pipeline(series):
        inside = sliding_window_view(np.pad(series.values[:, 0], width // 2, mode="edge"), width)
        return lambda values, origins, steps: np.median(inside, axis=1)[np.asarray(origins)[:, None] - 1]

    assert check_leakage(pipeline, line, start=START).name == "smoothing ahead"


def test_a_median_of_all_is_a_statistic_although_single_values_do_not_move_it():
    middle = lambda series: lambda values, origins, steps: np.full((len(origins), steps), np.median(series.values))  # noqa: E731
    rising = Series("rising", np.r_[np.arange(30.0), np.full(10, 100.0), 0.0, np.full(9, 100.0)])
    found = check_leakage(middle, rising, start=30)
    # 23.5, from 0, 0, 1, ..., 29 and 19 times 100. The last nine are above it, so larger ones do not move it, and a
    # smaller one makes it 22.5.
    assert (found.name, found.reach) == ("scaler on all data", 20)


def test_a_leak_at_a_later_point_alone_is_found():
    def late(series):
        return lambda values, origins, steps: np.where(np.asarray(origins) < 110, 0.0, values[-1, 0])[:, None]

    assert check_leakage(late, AIR, start=START).origin == 119  # halfway from 96 to 143


def test_the_future_is_scrambled_and_the_past_is_not():
    after = scrambled(AIR, 100).values
    np.testing.assert_array_equal(after[:100], AIR.values[:100])
    assert after[100:].min() > AIR.values.max(), "so that any statistic changes"
    below = scrambled(AIR, 100, lower=True).values
    np.testing.assert_array_equal(below[:100], AIR.values[:100])
    assert 0 < below[100:].min() < below[100:].max() < AIR.values.min()
    walk = Series("walk", [0.0, -1.0, 1.0, 0.0])
    assert (
        -5 <= scrambled(walk, 2, lower=True).values[2:].min() <= scrambled(walk, 2, lower=True).values[2:].max() <= -3
    )
    digits = as_series("digits", symbols=3)
    other = scrambled(digits, 40).values
    assert (other[40:] != digits.values[40:]).all()
    assert set(other.ravel().tolist()) == {0, 1, 2}


def test_symbols_are_checked_too():
    digits = as_series("digits", symbols=5)
    following = lambda series: lambda values, origins, steps: (values[np.asarray(origins)[:, None] - 1, 0] + 1) % 5  # noqa: E731
    assert check_leakage(following, digits, start=80).name is None
    seeing = lambda series: lambda values, origins, steps: values[np.asarray(origins)[:, None], 0]  # noqa: E731
    assert check_leakage(seeing, digits, start=80).name == "off-by-one target"


def test_a_pipeline_that_is_not_repeatable_is_refused():
    draws = np.random.default_rng(0)
    noisy = lambda series: lambda values, origins, steps: draws.normal(size=(len(origins), steps))  # noqa: E731
    with pytest.raises(ValueError, match=r"two builds on the same series differ by .* fix all seeds"):
        check_leakage(noisy, AIR, start=START)
    with pytest.raises(ValueError, match="start=144 of 144 values, expected 1 to 143"):
        check_leakage(naive.persistence, AIR, start=144)


def test_more_steps_are_checked_together():
    found = check_leakage(HONEST["AR(13) log"], AIR, start=START, steps=12)
    assert found.name is None
    assert check_leakage(naive.seasonal_naive, Series("short", np.arange(30.0) ** 2, season=3), start=20).name is None

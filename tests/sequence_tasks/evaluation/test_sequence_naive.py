"""The guesses to beat, against published errors and arithmetic by hand."""

import numpy as np
import pytest

from sequence_tasks.evaluation import naive
from sequence_tasks.series.catalogue import as_series
from sequence_tasks.series.series import Series
from sequence_tasks.transforms import Chain, Differences, Log

AIR = as_series("air_passengers")
TEST = np.arange(96, 144)
DLOG = Chain(Log(), Differences())
FITS = {**naive.guesses(AIR, order=12), **naive.guesses(AIR)}
QUADRUPLE = Series("quarters", [10, 20, 40, 80, 12, 24, 48, 96], season=4)


def rmse(forecast, actual):
    return np.sqrt(np.mean((forecast - actual) ** 2))


@pytest.mark.parametrize(
    ("name", "error", "without_the_first", "without_three"),
    [
        ("persistence", 48.04, 48.66, 49.02),
        ("drift", 47.97, 48.64, 49.03),
        ("seasonal naive", 41.85, 42.32, 42.72),
        ("seasonal naive + change", 15.36, 15.69, 15.84),
        ("seasonal naive x growth", 15.62, 15.94, 16.18),
        ("AR(12)", 20.95, 21.35, 21.58),
        ("AR(12) log", 20.55, 20.96, 21.16),
        ("AR(12) dlog", 15.05, 15.34, 15.47),
        ("AR(13)", 14.26, 14.55, 14.67),
        ("AR(13) log", 14.05, 14.35, 14.42),
        ("AR(13) dlog", 13.88, 14.10, 14.21),
    ],
)
def test_one_step_errors_on_air_passengers_are_the_published_ones(name, error, without_the_first, without_three):
    forecast = FITS[name](AIR[:96])(AIR.values, TEST, 1)[:, 0]
    actual = AIR.values[TEST, 0]
    assert rmse(forecast, actual) == pytest.approx(error, abs=0.0051)
    # The well-known tutorial drops the first test month and the last, or the first three and the last.
    assert rmse(forecast[1:47], actual[1:47]) == pytest.approx(without_the_first, abs=0.0051)
    assert rmse(forecast[3:47], actual[3:47]) == pytest.approx(without_three, abs=0.0051)


@pytest.mark.parametrize(
    ("name", "origin", "steps", "error"),
    [
        ("persistence", 96, 12, 83.5),
        ("persistence", 96, 48, 132.6),
        ("seasonal naive", 96, 12, 41.5),
        ("seasonal naive", 108, 12, 17.0),
        ("AR(12) dlog", 120, 24, 16.0),
        ("AR(13)", 96, 12, 6.1),
        ("AR(13) log", 96, 48, 29.7),
        ("AR(13) log", 132, 12, 15.0),
    ],
)
def test_recursive_errors_on_air_passengers_are_the_published_ones(name, origin, steps, error):
    forecast = FITS[name](AIR[:origin])(AIR.values, [origin], steps)[0]
    assert rmse(forecast, AIR.values[origin : origin + steps, 0]) == pytest.approx(error, abs=0.051)


def test_ar_24_on_mackey_glass_is_exact_for_one_step_and_lost_after_six():
    series = as_series("mackey_glass")
    origins = np.arange(2400, 2995)
    forecast = naive.autoregression(24)(series[:2400])(series.values, origins, 6)
    actual = series.values[origins[:, None] + np.arange(6), 0]
    scale = series.values[:2400].std()
    assert rmse(forecast[:, 0], actual[:, 0]) / scale == pytest.approx(0.0006, abs=1e-4)
    assert rmse(forecast[:, 5], actual[:, 5]) / scale == pytest.approx(0.118, rel=0.05)


def test_ar_9_on_sunspots_has_the_published_error():
    sunspots, test = as_series("sunspots"), np.arange(221, 309)
    forecast = naive.autoregression(9)(sunspots[:221])(sunspots.values, test, 1)[:, 0]
    assert rmse(forecast, sunspots.values[test, 0]) == pytest.approx(17.4, abs=0.051)


@pytest.mark.parametrize(
    ("fit", "forecast"),
    [
        (naive.persistence, [96, 96, 96, 96, 96]),
        (naive.drift, [96 + 86 / 7 * step for step in range(1, 6)]),  # (96 - 10) / 7 a step
        (naive.seasonal_naive, [12, 24, 48, 96, 12]),
        (naive.seasonal_change, [28, 40, 64, 112, 44]),  # the year's 96 - 80 = 16 more, and again
        (naive.seasonal_growth, [14.4, 28.8, 57.6, 115.2, 17.28]),  # 96 / 80 = 1.2 times as many, and again
    ],
)
def test_guesses_for_five_steps_are_as_by_hand(fit, forecast):
    assert fit(QUADRUPLE)(QUADRUPLE.values, [8], 5)[0] == pytest.approx(forecast)


@pytest.mark.parametrize("name", FITS)
def test_only_values_before_the_origin_count(name):
    forecaster = FITS[name](AIR[:96])
    cut = [forecaster(AIR.values[:origin], [origin], 3)[0] for origin in (96, 120)]
    np.testing.assert_allclose(forecaster(AIR.values, [96, 120], 3), cut, rtol=1e-12)
    after = np.where(np.arange(144)[:, None] < 96, AIR.values, -1.0)
    np.testing.assert_allclose(forecaster(after, [96], 3)[0], cut[0], rtol=1e-12)


def test_autoregression_finds_the_rule_that_made_the_series():
    values = [1.0, 2.0]
    for _ in range(20):
        values.append(3 + 0.5 * values[-1] - 0.8 * values[-2])
    fitted = naive.autoregression(2)(Series("rule", values))
    assert (*fitted.weights, fitted.constant) == pytest.approx((-0.8, 0.5, 3))


def test_the_best_error_of_an_autoregression_is_that_of_its_shocks():
    series = as_series("autoregressive", length=20_000, noise=2.0, seed=3)
    test = np.arange(10_000, 20_000)
    error = rmse(naive.autoregression(2)(series[:10_000])(series.values, test, 1)[:, 0], series.values[test, 0])
    # A standard deviation of 2 estimated from 10,000 shocks is within 3 x 2 / sqrt(20,000) of it.
    assert error == pytest.approx(series.best_rmse, abs=0.043)
    assert series.best_rmse == 2.0


def test_guesses_fit_the_series():
    assert list(naive.guesses(as_series("sunspots"), order=9)) == [
        "persistence",
        "drift",
        "seasonal naive",
        "seasonal naive + change",
        "AR(9)",
    ]
    assert list(naive.guesses(as_series("integers", low=1))) == [
        "persistence",
        "drift",
        "AR(10)",
        "AR(10) log",
        "AR(10) dlog",
    ]
    short = Series("short", [1, 2, 3, 4, 5], season=4)
    assert list(naive.guesses(short)) == ["persistence", "drift", "AR(1)", "AR(1) log", "AR(1) dlog"]
    for fit in naive.guesses(short).values():
        assert fit(short)(short.values, [5], 2).shape == (1, 2)


def test_errors_say_what_to_do():
    with pytest.raises(ValueError, match="has no season; give it one"):
        naive.seasonal_naive(as_series("integers"))
    with pytest.raises(ValueError, match=r"4 values give 2 equations for the 3 numbers of AR\(2\).*lower the order"):
        naive.autoregression(2)(Series("short", [1, 2, 3, 4]))
    with pytest.raises(ValueError, match="from step 12 on follows too few values, expected at least 13"):
        naive.autoregression(13)(AIR)(AIR.values, [12], 1)

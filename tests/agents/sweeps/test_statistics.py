"""Statistics of few runs equal those worked out by hand, by SciPy, or by loops; intervals cover as they should."""

import numpy as np
import pytest
from scipy.stats import binom, mannwhitneyu, norm, t, trim_mean

from agents.sweeps.statistics import (
    Resampling,
    bootstrap_interval,
    interquartile_mean,
    performance_profile,
    probability_of_improvement,
    strata,
)

RNG = np.random.default_rng(7)


def mean(scores):
    return scores.mean(axis=-1)


@pytest.mark.parametrize(
    ("scores", "expected"),
    [([5.0], 5.0), ([1, 2, 6], 3.0), ([0, 1, 3, 99], 2.0), ([9, 0, 1, 2, 3], 2.0), ([0, 0, 1, 2, 3, 4, 50, 60], 2.5)],
)
def test_a_quarter_on_each_side_counts_nothing(scores, expected):
    assert interquartile_mean(scores) == expected


@pytest.mark.parametrize("size", range(1, 30))
def test_the_interquartile_mean_is_the_trimmed_mean_of_scipy(size):
    scores = RNG.normal(size=(3, size))
    np.testing.assert_allclose(interquartile_mean(scores), trim_mean(scores, 0.25, axis=-1), rtol=1e-13)


def test_the_value_of_an_interval_is_the_statistic_of_all_runs():
    runs = {"line": [0.0, 1.0], "lake": [3.0, 99.0]}
    found = bootstrap_interval(runs)
    assert found.value == 2.0
    assert found.low <= found.value <= found.high


def test_tasks_are_strata():
    # Within each task all runs are equal, so no resample differs; without strata the mean would vary from 0 to 10.
    found = bootstrap_interval({"a": [0.0] * 5, "b": [10.0] * 5}, mean)
    assert tuple(map(float, found)) == (5.0, 5.0, 5.0)


def test_an_interval_of_two_runs_is_that_of_all_four_resamples():
    # Of 0 and 1 a resample has the mean 0, 1/2 or 1 with probability 1/4, 1/2, 1/4: 60 % lie within the middle.
    wide, narrow = (
        bootstrap_interval([0.0, 1.0], mean, resampling=Resampling(confidence=level)) for level in (0.6, 0.4)
    )
    assert (wide.low, wide.high) == (0.0, 1.0)
    assert (narrow.low, narrow.high) == (0.5, 0.5)


def by_loops(tasks, *, resamples, seed):
    """Quantiles of interquartile means of resamples, one run drawn after the other."""
    rng, found = np.random.default_rng(seed), []
    for _ in range(resamples):
        drawn = sorted(runs[rng.integers(len(runs))] for runs in tasks for _ in runs)
        found.append(sum(drawn[5:15]) / 10)
    return np.quantile(found, [0.025, 0.975])


def test_an_interval_is_that_of_a_loop_over_resamples():
    tasks = {"a": RNG.normal(0, 1, 12), "b": RNG.normal(2, 3, 8)}
    found = bootstrap_interval(tasks, resampling=Resampling(resamples=5_000))
    low, high = by_loops(list(tasks.values()), resamples=5_000, seed=1)
    # The share of resamples below a quantile of 5,000 is known to four standard deviations, 0.0088, for each of both;
    # near its end a normal statistic of that share lies within 0.0177 / density(1.96) standard deviations.
    apart = 2 * 4 * np.sqrt(0.025 * 0.975 / 5_000) / norm.pdf(norm.ppf(0.975)) * (high - low) / (2 * 1.96)
    assert found.low == pytest.approx(low, abs=apart)
    assert found.high == pytest.approx(high, abs=apart)


def test_intervals_of_means_cover_as_often_as_student_says():
    # Percentiles of resampled means are nearly mean +- 1.96 s / sqrt(n), s with the divisor n; Student's distribution
    # says how often this covers. 600 samples tell it to four standard deviations, 400 resamples add one percent.
    samples, size = 600, 20
    expected = 1 - 2 * t.sf(norm.ppf(0.975) * np.sqrt((size - 1) / size), size - 1)
    covered = 0
    for seed in range(samples):
        drawn = np.random.default_rng(seed).normal(3.0, 2.0, size)
        found = bootstrap_interval(drawn, mean, resampling=Resampling(resamples=400, seed=seed))
        covered += found.low <= 3.0 <= found.high
    assert abs(covered / samples - expected) < 4 * np.sqrt(expected * (1 - expected) / samples) + 0.01


def test_intervals_of_interquartile_means_cover_the_true_one():
    # Uniform scores of three tasks around 0, 1 and 2: by symmetry the interquartile mean of all is 1. The error of a
    # bootstrap falls as 1 / n, here 1 / 50; binomial chance of 300 samples is bounded at 1 in 10,000 on each side.
    samples, covered = 300, 0
    for seed in range(samples):
        rng = np.random.default_rng(seed)
        tasks = {task: rng.uniform(task - 2, task + 2, 50) for task in range(3)}
        found = bootstrap_interval(tasks, resampling=Resampling(resamples=400, seed=seed))
        covered += found.low <= 1.0 <= found.high
    assert binom.ppf(1e-4, samples, 0.95 - 1 / 50) <= covered <= binom.ppf(1 - 1e-4, samples, 0.95 + 1 / 50)


def test_the_same_seed_gives_the_same_interval():
    runs = RNG.normal(size=30)
    assert bootstrap_interval(runs) == bootstrap_interval(runs)
    other = bootstrap_interval(runs, resampling=Resampling(seed=1))
    assert (other.low, other.high) != tuple(bootstrap_interval(runs))[1:]


def test_each_point_of_a_curve_has_the_interval_of_its_runs():
    runs = RNG.normal(size=(4, 10))
    found = bootstrap_interval(runs)
    assert found.low.shape == (4,)
    assert found.low[2] == bootstrap_interval(runs[2]).low


def test_a_profile_is_the_mean_share_of_runs_above_a_threshold():
    # Of a 2 of 4 runs are above 1, of b all: 3/4. Two tasks weigh the same, though a has more runs.
    found = performance_profile({"a": [0, 1, 2, 3], "b": [5, 5]}, [-1, 1, 4, 5])
    assert found.value.tolist() == [1.0, 0.75, 0.5, 0.0]
    assert (found.low <= found.value).all()
    assert (found.high >= found.value).all()
    assert found.low[1] < 0.75
    assert (found.low[0], found.high[0], found.low[3], found.high[3]) == (1, 1, 0, 0)


def test_a_band_of_a_profile_is_that_of_a_share():
    # Half of 100 runs are above: the share of a resample is binomial, its quantiles are 40 and 60 of 100.
    found = performance_profile([0.0, 1.0] * 50, [0.5])
    assert binom.ppf([0.025, 0.975], 100, 0.5).tolist() == [40, 60]
    assert [found.low[0], found.high[0]] == pytest.approx([0.40, 0.60], abs=0.011)


def test_improvement_counts_pairs_and_ties_half():
    # Task a: 2 > 1, 2 < 3, 3 > 1, 3 = 3 -> 2.5 of 4. Task b: never -> 0.
    found = probability_of_improvement({"a": [2, 3], "b": [0]}, {"a": [1, 3], "b": [1, 2]})
    assert found.value == 0.3125


def test_improvement_is_the_statistic_of_mann_and_whitney():
    one, other = RNG.integers(0, 9, 23), RNG.integers(2, 12, 31)
    expected = mannwhitneyu(one, other).statistic / (23 * 31)
    found = probability_of_improvement(one, other)
    assert found.value == pytest.approx(expected, abs=1e-15)
    assert found.low < found.value < found.high
    assert probability_of_improvement(other, one).value == pytest.approx(1 - expected, abs=1e-15)


def test_one_run_has_a_value_and_no_interval():
    found = bootstrap_interval({"a": [1.0, 2.0], "b": [3.0]})
    assert found.value == 2.0
    assert np.isnan([found.low, found.high]).all()


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: interquartile_mean([]), r"scores has shape \(0,\), expected one score at least"),
        (lambda: interquartile_mean("best"), "scores='best', expected an array of numbers"),
        (lambda: bootstrap_interval({}), "expected the runs of one task at least"),
        (lambda: bootstrap_interval({"a": []}), r"runs of a have shape \(0,\), expected one score of each seed"),
        (lambda: bootstrap_interval([np.nan, 1.0]), r"runs is nan at \[0\]"),
        (lambda: bootstrap_interval({"a": np.ones((2, 3)), "b": [1.0]}), "expected curves of one length"),
        (lambda: bootstrap_interval([1.0, 2.0], resampling=Resampling(confidence=1.0)), "confidence=1.0, expected a"),
        (lambda: bootstrap_interval([1.0, 2.0], resampling=Resampling(resamples=1)), "resamples=1, expected a whole"),
        (lambda: performance_profile(np.ones((2, 3)), [0.5]), r"runs have shape \(2, 3\), expected one score"),
        (lambda: performance_profile([1.0], []), r"thresholds has shape \(0,\)"),
        (lambda: probability_of_improvement({"a": [1]}, {"b": [1]}), "runs of a and others of b, expected the same"),
    ],
)
def test_bad_runs_are_refused(call, message):
    with pytest.raises(ValueError, match=message):
        call()


def test_strata_have_names():
    assert list(strata({"a": [1], "b": [2]})) == ["a", "b"]
    assert strata([1, 2])[""].tolist() == [1.0, 2.0]


def test_curves_is_true_or_false():
    with pytest.raises(TypeError, match=r"curves=.*, expected True or False"):
        strata([1.0, 2.0], curves=np.zeros(0))

"""Transforms by hand, and back."""

import numpy as np
import pytest

from sequence_tasks.transforms import Chain, Differences, Log, MinMax, Standardise, shortest_lag

TRAIN = np.array([[1.0, 10.0], [3.0, 10.0], [5.0, 10.0], [7.0, 10.0]])
NEXT = np.array([[9.0, 12.0]])


@pytest.mark.parametrize(
    ("transform", "next_"),
    [
        (Standardise(), [5 / 5**0.5, 2.0]),  # mean 4, variance (9 + 1 + 1 + 9) / 4; a constant column is only centred
        (MinMax(), [8 / 6, 2.0]),
        (Log(), [np.log(9), np.log(12)]),
        (Chain(), [9.0, 12.0]),
        (Chain(MinMax(), MinMax()), [8 / 6, 2.0]),
    ],
)
def test_each_value_is_changed_as_by_hand(transform, next_):
    fitted = transform.fit(TRAIN)
    assert fitted.forward(NEXT)[0] == pytest.approx(next_)
    assert fitted.inverse(np.array(next_[:1]), np.zeros(0)) == pytest.approx([9.0])


@pytest.mark.parametrize("kind", [np.uint8, np.int8, np.float16, np.float32])
@pytest.mark.parametrize("transform", [Log(), Differences(), Standardise(), MinMax(), Chain(Log(), Differences())])
def test_narrow_numbers_are_changed_as_precisely_as_others(transform, kind):
    values = np.array([[5.0], [3.0], [100.0], [120.0]])  # whose changes no uint8 has, and whose sums no int8
    fitted, narrow = transform.fit(values), transform.fit(values.astype(kind))
    changed = narrow.forward(values.astype(kind))
    assert changed.dtype == np.float64
    assert (changed == fitted.forward(values)).all()
    path = np.array([2.0, 3.0])
    history = values[:, 0]
    assert (narrow.inverse(path.astype(kind), history.astype(kind)) == fitted.inverse(path, history)).all()


def test_fitting_leaves_the_transform_itself_as_it_was():
    unfitted = Chain(Standardise(), MinMax())
    unfitted.fit(TRAIN)
    with pytest.raises(
        ValueError, match=r"Standardise is not fitted, and values have 2 columns, expected fit\(train\) first"
    ):
        unfitted.forward(NEXT)
    with pytest.raises(ValueError, match="MinMax is not fitted"):
        MinMax().inverse(NEXT, NEXT)


def test_differences_of_differences_by_hand():
    squares = np.arange(6.0)[:, None] ** 2  # 0 1 4 9 16 25
    twice = Chain(Differences(2), Differences())  # 4 8 12 16, then 4 4 4
    assert twice.lost == 3
    assert twice.forward(squares)[:, 0].tolist() == [4, 4, 4]
    assert twice.inverse(np.array([4.0, 4.0]), squares[:, 0]).tolist() == [36, 49]


def test_each_step_is_fitted_on_what_the_ones_before_leave():
    chain = Chain(Differences(), Standardise()).fit(np.array([[0.0], [1.0], [4.0]]))  # changes 1 and 3
    assert chain.forward(np.array([[0.0], [5.0]])).tolist() == [[3.0]]


@pytest.mark.parametrize("scaler", [Standardise(), MinMax()])
def test_rounding_is_not_blown_up(scaler):
    growth = Chain(Log(), Differences(), scaler)
    values = np.exp(np.arange(40.0) / 10)[:, None]  # grows by the same factor each time, but for rounding
    assert growth.fit(values).forward(values) == pytest.approx(0, abs=1e-12)


def test_many_paths_are_inverted_at_once():
    chain = Chain(Log(), Differences(2), Differences(), Standardise()).fit(np.exp(TRAIN[:, :1] ** 2 / 50))
    rng = np.random.default_rng(0)
    history, path = rng.uniform(1, 2, (2, 3, 4)), rng.normal(size=(2, 3, 5))
    together = chain.inverse(path, history)
    for place in np.ndindex(2, 3):
        np.testing.assert_allclose(together[place], chain.inverse(path[place], history[place]))
        back = chain.forward(np.r_[history[place], together[place]][:, None])
        np.testing.assert_allclose(back[-5:, 0], path[place])


def test_a_value_without_a_logarithm_is_named():
    with pytest.raises(ValueError, match=r"^Log of values with -2 at \[1, 0\], expected positive numbers"):
        Log().forward(np.array([[1.0], [-2.0]]))


def test_a_lag_is_at_least_one():
    with pytest.raises(ValueError, match="lag=0, expected a whole number of at least 1"):
        Differences(0)


def test_the_shortest_lag_is_found_in_nested_chains():
    assert shortest_lag(Chain(Differences(12), Chain(Log(), Differences(4)))) == 4
    assert shortest_lag(Chain(Log())) is None
    assert shortest_lag(Differences(3)) == 3

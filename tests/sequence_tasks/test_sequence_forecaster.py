"""Networks forecast in raw units from what is before the origin, one step after the other or all at once."""

import re
import tracemalloc

import keras
import numpy as np
import pytest

from sequence_tasks.evaluation.backtesting import backtest
from sequence_tasks.evaluation.persistence import repeats_last_value
from sequence_tasks.forecaster import Ensemble, NetworkForecaster, next_value
from sequence_tasks.leakage.checking import check_leakage
from sequence_tasks.models.builders import MODELS
from sequence_tasks.models.networks import network
from sequence_tasks.models.training import fit, fit_compiled
from sequence_tasks.series.series import Series
from sequence_tasks.task import SequenceTask
from sequence_tasks.transforms import Chain, Differences, Log, MinMax, Standardise

RNG = np.random.default_rng(1)
GROWTH = Series("Growth", np.exp(0.02 * np.arange(80) + 0.1 * RNG.normal(size=80)))
TRANSFORMS = [
    Chain(),
    MinMax(),
    Chain(Log(), Differences(3), Differences(), Standardise()),
]


def last_value(inputs):
    return inputs[:, -1:, 0]


@pytest.mark.parametrize("transform", TRANSFORMS, ids=["none", "min-max", "differences"])
@pytest.mark.parametrize("targets", ["ahead", "every"])
def test_a_network_that_says_the_truth_forecasts_the_truth(transform, targets):
    task = SequenceTask(GROWTH, length=4, targets=targets, transform=transform)
    whole = task.scaled(GROWTH.values)[:, 0]

    def knows(inputs):
        """The value after each window, found by the window's last two values."""
        found = [
            np.flatnonzero(np.isclose(whole, w[-1], atol=1e-5) & np.isclose(np.roll(whole, 1), w[-2], atol=1e-5))
            for w in inputs[..., 0]
        ]
        after = np.array([whole[at[0] + 1] for at in found])[:, None]
        return after if targets == "ahead" else np.pad(after[:, None], ((0, 0), (3, 0), (0, 0)))

    origins = np.array([60, 12, 33])
    forecast = NetworkForecaster(task, knows)
    assert forecast.mode == "recursive"
    np.testing.assert_allclose(forecast(GROWTH.values, origins, 1)[:, 0], GROWTH.values[origins, 0], rtol=1e-5)
    several = forecast(GROWTH.values, origins, 5)
    np.testing.assert_allclose(several, GROWTH.values[origins[:, None] + np.arange(5), 0], rtol=1e-3)


def test_recursive_forecasts_take_their_own_for_true():
    task = SequenceTask(GROWTH, length=2, transform=Log())
    # In logarithms, each value is the sum of the two before: in raw units their product.
    forecast = NetworkForecaster(task, lambda inputs: inputs.sum(axis=1))
    path = forecast(np.array([1.0, 1, 2, 3, 99]), [4], 3)
    np.testing.assert_allclose(path, [[6, 18, 108]], rtol=1e-5)


def test_direct_forecasts_come_from_one_look():
    task = SequenceTask(GROWTH, length=2, horizon=3, targets="path", transform=Differences())
    looks = []

    def steady(inputs):
        looks.append(len(inputs))
        return np.repeat(inputs[:, -1], 3, axis=1)

    forecast = NetworkForecaster(task, steady)
    assert forecast.mode == "direct"
    values = np.array([0.0, 1, 3, 6, 10, 15])
    np.testing.assert_allclose(forecast(values, [3, 5], 2), [[5, 7], [14, 18]])
    assert looks == [2]
    with pytest.raises(ValueError, match="steps=4, expected at most the task's horizon, 3"):
        forecast(values, [3], 4)


def test_nothing_after_an_origin_matters():
    task = SequenceTask(GROWTH, length=4, transform=Standardise())
    forecast = NetworkForecaster(task, MODELS["lstm"](task.windows("train"), units=3))
    changed = GROWTH.values.copy()
    changed[50:] = RNG.normal(size=(30, 1))
    origins = np.array([20, 50])
    np.testing.assert_array_equal(forecast(changed, origins, 3), forecast(GROWTH.values, origins, 3))
    assert (forecast(changed, [51], 3) != forecast(GROWTH.values, [51], 3)).all()


def test_forecasts_of_a_long_series_take_little_memory():
    series = Series("long", np.arange(300_000) % 7.0)
    forecast = NetworkForecaster(SequenceTask(series, length=200), last_value)
    tracemalloc.start()
    try:
        found = forecast(series.values, np.arange(200, 300_000), 1)
        _, most = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert most < 20 * series.values.nbytes, "and not [n, 200], which is 480 MB"
    np.testing.assert_array_equal(found[:, 0], series.values[199:-1, 0])


def test_many_windows_are_shown_in_parts(monkeypatch):
    task = SequenceTask(GROWTH, length=2)
    forecast = NetworkForecaster(task, last_value)
    expected = forecast(GROWTH.values, np.arange(2, 80), 1)
    monkeypatch.setattr("sequence_tasks.forecaster._TOGETHER", 7)
    np.testing.assert_array_equal(forecast(GROWTH.values, np.arange(2, 80), 1), expected)
    np.testing.assert_allclose(expected, GROWTH.values[1:79], rtol=1e-6)
    assert forecast(GROWTH.values, np.zeros(0, np.int64), 1).shape == (0, 1)


def cell(**settings):
    """s_t = x_t + s_(t-1), which adds up all that it was shown since it was reset."""
    ones = {"kernel_initializer": "ones", "recurrent_initializer": "ones"}
    return keras.layers.SimpleRNN(1, activation="linear", stateful=True, **ones, **settings)


class Holder(keras.layers.Layer):
    """A layer that keeps others as attributes, some in a list and a dictionary."""

    def __init__(self):
        super().__init__()
        self.several = [keras.layers.Identity(), {"one": keras.Sequential([cell()])}]

    def build(self, shape):
        self.several[1]["one"].build(shape)

    def call(self, inputs):
        return self.several[1]["one"](self.several[0](inputs))


def nested(layer):
    inputs = keras.Input(batch_shape=(2, 3, 1))
    inner = keras.Sequential([keras.Sequential([layer])])
    return keras.Model(inputs, keras.Sequential([inner])(inputs))


def both_ways():
    return keras.layers.Bidirectional(cell(), merge_mode="sum")


STATEFUL = {
    "at the top": (lambda: keras.Sequential([keras.Input(batch_shape=(2, 3, 1)), cell()]), 1),
    "three deep": (lambda: nested(cell()), 1),
    "in both directions": (lambda: nested(both_ways()), 2),
    "in a layer of one's own": (lambda: nested(Holder()), 1),
    "around a cell": (lambda: nested(keras.layers.RNN(cell().cell, stateful=True)), 1),
}


@pytest.mark.parametrize("where", STATEFUL)
def test_a_stateful_network_forgets_between_forecasts(where):
    make, times = STATEFUL[where]
    model = make()
    task = SequenceTask(GROWTH, length=3)
    forecast, following = NetworkForecaster(task, model), next_value(task, model)
    first = forecast(GROWTH.values, [10, 20], 1)
    np.testing.assert_array_equal(forecast(GROWTH.values, [10, 20], 1), first)
    shown = np.array([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]])
    for _ in range(2):
        assert following(shown).tolist() == [times * 6.0, times * 15.0], "the sum of three, as from a new start"


def test_stacked_cells_forget_all_their_states():
    stacked = keras.layers.RNN([cell().cell, cell().cell], stateful=True)
    following = next_value(SequenceTask(GROWTH, length=3), nested(stacked))
    for _ in range(2):
        # Sums of 1, 2, 3 are 1, 3, 6, and sums of those 1, 4, 10.
        assert following(np.array([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]])).tolist() == [10.0, 28.0]


def test_a_stateful_layer_that_cannot_forget_is_refused():
    layer = keras.layers.Flatten(name="counter")
    layer.stateful = True
    forecast = NetworkForecaster(SequenceTask(GROWTH, length=3), keras.Sequential([keras.Input((3, 1)), layer]))
    with pytest.raises(ValueError, match="layer 'counter' is stateful and has no `reset_state`, expected one"):
        forecast(GROWTH.values, [10], 1)


@pytest.mark.parametrize("way", [fit, fit_compiled])
def test_a_training_does_not_depend_on_what_a_stateful_network_was_asked(way):
    ones, zeros = np.ones((2, 1, 1), np.float32), np.zeros((2, 1), np.float32)
    for shown in (0, 5):
        model = keras.Sequential([keras.Input(batch_shape=(1, 1, 1)), keras.Sequential([cell(unroll=True)])])
        for _ in range(shown):
            model(ones[:1])
        rows = way(model, (ones, zeros), epochs=2, batch_size=1, optimizer=keras.optimizers.SGD(0.0))
        # s_1 = 1, and s_2 = 1 + 1 of the next window: mean of 1 and 4, in the second epoch too.
        assert [row["loss"] for row in rows] == [2.5, 2.5]


def test_labels_are_the_likeliest_ones():
    cycle = Series("Cycle", np.arange(30) % 3, symbols=3)
    forecast = NetworkForecaster(
        SequenceTask(cycle, length=1), lambda inputs: np.eye(3)[(inputs[:, 0, 0] + 1) % 3][:, None]
    )
    assert forecast(cycle.values, [4, 5], 4).tolist() == [[1, 2, 0, 1], [2, 0, 1, 2]]


def test_what_no_network_could_forecast_is_refused():
    task = SequenceTask(GROWTH, length=4, transform=Differences())
    with pytest.raises(ValueError, match=r"an origin at 4, expected at least 5 values before it"):
        NetworkForecaster(task, last_value)(GROWTH.values, [9, 4], 1)
    with pytest.raises(ValueError, match=r"horizon=2 .* no step in between, expected targets=\"path\""):
        NetworkForecaster(SequenceTask(GROWTH, length=4, horizon=2), last_value)
    two = Series("Two", RNG.normal(size=(40, 2)))
    forecast = NetworkForecaster(SequenceTask(two, length=4), last_value)
    np.testing.assert_allclose(forecast(two.values, [9], 1), two.values[[8], :1], rtol=1e-6)
    with pytest.raises(ValueError, match=r"steps=2 of 2 columns, with only the first one predicted"):
        forecast(two.values, [9], 2)


def test_an_ensemble_is_the_mean_of_its_members():
    task = SequenceTask(GROWTH, length=2)
    members = [NetworkForecaster(task, lambda x, k=k: k * last_value(x)) for k in (1, 2)]
    both = Ensemble(members)
    assert both.mode == "recursive"
    last = GROWTH.values[9, 0]
    np.testing.assert_allclose(both(GROWTH.values, [10], 2), [[1.5 * last, 2.5 * last]], rtol=1e-6)
    direct = NetworkForecaster(SequenceTask(GROWTH, length=2, horizon=2, targets="path"), last_value)
    for wrong in ([], [members[0], direct]):
        with pytest.raises(ValueError, match="expected at least one, and one mode"):
            Ensemble(wrong)


def small(series, *, train=60):
    return SequenceTask(
        series, length=3, train=train, validation=0, transform=Chain(Log(), Differences(), Standardise())
    )


def test_a_network_is_a_fit_as_the_guesses_are():
    fit = network(MODELS["linear"], small, seeds=(0, 1), epochs=2, batch_size=64)
    forecast = fit(GROWTH)
    assert isinstance(forecast, Ensemble)
    one, other = (member.model.get_weights()[0] for member in forecast.members)
    assert (one != other).any()
    made = forecast(GROWTH.values, np.arange(60, 80), 1)
    np.testing.assert_array_equal(fit(GROWTH)(GROWTH.values, np.arange(60, 80), 1), made)


@pytest.mark.parametrize("train", [60, None], ids=["honest", "fitted to the future"])
def test_a_network_is_checked_for_leakage(train):
    fit = network(MODELS["linear"], lambda s: small(s, train=train or len(s)), epochs=1, batch_size=128)
    assert (check_leakage(fit, GROWTH, start=60, points=1).change > 0) == (train is None)


def test_a_network_is_refitted_in_a_backtest():
    refitted = network(MODELS["linear"], lambda s: small(s, train=len(s)), epochs=1, batch_size=128)
    assert backtest(refitted, GROWTH, first=70, every=5).forecasts.shape == (2, 1)


def test_a_network_watches_the_validation_part_if_there_is_one():
    def task(series):
        return SequenceTask(series, length=3, train=40, validation=20, transform=Standardise())

    with pytest.raises(ValueError, match="waits for a validation loss"):
        network(MODELS["linear"], small, epochs=3, patience=2)(GROWTH)
    forecast = network(MODELS["linear"], task, epochs=3, patience=2, batch_size=64)(GROWTH)
    assert isinstance(forecast, NetworkForecaster)


def test_repeating_the_last_value_is_told_from_forecasting():
    rng = np.random.default_rng(0)
    walk = rng.normal(size=500).cumsum()
    last, actual = walk[:-1], walk[1:]
    assert repeats_last_value(last + 0.3 * rng.normal(size=499), last, actual)
    assert not repeats_last_value(actual + 0.5 * rng.normal(size=499), last, actual)
    swings = np.tile([0.0, 1.0], 100)
    assert not repeats_last_value(1 - swings[:-1], swings[:-1], swings[1:])
    # Wrong by more than persistence, but not by repeating.
    assert not repeats_last_value(-last, last, actual)
    # Half of the last value is the best forecast of this series, and better than all of it.
    halves = np.zeros(500)
    for t in range(1, 500):
        halves[t] = 0.5 * halves[t - 1] + rng.normal()
    assert not repeats_last_value(0.5 * halves[:-1], halves[:-1], halves[1:])
    with pytest.raises(ValueError, match=r"shapes \(2,\), \(3,\), \(3,\), expected three alike"):
        repeats_last_value([1, 2], [1, 2, 3], [1, 2, 3])


@pytest.mark.parametrize("steps", [1, 2])
@pytest.mark.parametrize(
    ("targets", "said", "wanted"),
    [("ahead", (3,), (1,)), ("ahead", (2, 1), (1,)), ("every", (3,), (2, 1)), ("path", (1,), (2,))],
)
def test_outputs_of_another_shape_than_the_targets_are_refused(steps, targets, said, wanted):
    task = SequenceTask(GROWTH, length=2, targets=targets, horizon=2 if targets == "path" else 1)
    forecast = NetworkForecaster(task, lambda inputs: np.zeros((len(inputs), *said)))
    told = re.escape(f"of shape {(2, *said)} for 2 windows, expected numbers {(2, *wanted)}")
    with pytest.raises(ValueError, match=told):
        forecast(GROWTH.values, [10, 11], steps)


@pytest.mark.parametrize("said", [None, "text", [[None], [None]]])
def test_outputs_that_are_no_numbers_are_refused(said):
    forecast = NetworkForecaster(SequenceTask(GROWTH, length=2), lambda inputs: said)
    with pytest.raises(ValueError, match="expected numbers"):
        forecast(GROWTH.values, [10, 11], 1)


@pytest.mark.parametrize(
    "layers",
    [
        (keras.Input((5, 1)), keras.layers.Flatten(), keras.layers.Dense(1)),
        (keras.Input(batch_shape=(4, 2, 1)), keras.layers.LSTM(1, stateful=True)),
    ],
    ids=["longer", "another number"],
)
def test_a_network_of_other_windows_says_so_in_one_line(layers):
    model = keras.Sequential(layers)
    forecast = NetworkForecaster(SequenceTask(GROWTH, length=2), model)
    with pytest.raises(
        ValueError, match=r"^the model does not take windows of shape \(2, 2, 1\) \([^\x1b]*; make it for"
    ):
        forecast(GROWTH.values, [10, 11], 1)


def test_a_model_that_cannot_be_called_is_refused_at_once():
    with pytest.raises(TypeError, match="model=3, expected a function of 1"):
        NetworkForecaster(SequenceTask(GROWTH, length=2), 3)

"""Proofs seed by seed that networks learn what they can; `./run test -m slow` runs all, a small one is always run."""

import os

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")
from functools import partial

import numpy as np
import pytest

from sequence_tasks.evaluation import naive
from sequence_tasks.explain.exact import errors_by_length, exact_cell
from sequence_tasks.forecaster import next_value
from sequence_tasks.models.builders import MODELS
from sequence_tasks.models.networks import network
from sequence_tasks.models.training import fit_compiled
from sequence_tasks.series.counting import integers
from sequence_tasks.series.embedded import air_passengers
from sequence_tasks.series.generated import mackey_glass
from sequence_tasks.task import SequenceTask
from sequence_tasks.transforms import Chain, Differences, Log, Standardise

LENGTHS = range(1, 11)


def seeds(count):
    """The first always, the others in slow runs."""
    return pytest.mark.parametrize("seed", [0, *(pytest.param(k, marks=pytest.mark.slow) for k in range(1, count))])


def trained_cell(seed, *, recurrent="zeros", steps=1200, **how):
    """A task of all integers from 0 to 100, and the linear cell that so many steps on all its windows lead to."""
    task = SequenceTask(integers(0, 100), train=101, validation=0, transform=Standardise(), **how)
    train = task.windows("train")
    model = MODELS["simple_rnn_one_cell"](train, seed=seed, recurrent=recurrent)
    fit_compiled(model, train, epochs=steps, batch_size=len(train.inputs), learning_rate=0.1, seed=seed)
    return task, model


@seeds(20)
def test_targets_at_every_step_lead_to_the_one_cell_for_all_lengths(seed):
    task, model = trained_cell(seed, length=10, targets="every")
    predict = next_value(task, model)
    assert errors_by_length(predict, LENGTHS).max() < 0.01
    assert abs(predict([[1000, 1001, 1002]])[0] - 1003) < 0.01


@seeds(20)
def test_one_length_leads_to_a_cell_that_is_right_for_it_alone(seed):
    task, model = trained_cell(seed, recurrent="orthogonal", steps=2000, length=2)
    errors = errors_by_length(next_value(task, model), LENGTHS)
    assert errors[1] < 0.01
    assert errors[0] > 0.1, "wrong where one number is given"
    wi, ws, b = (float(weight.item()) for weight in model.get_weights())
    exact = exact_cell(2, ws, step=1 / float(task.transform.scale[0]))
    np.testing.assert_allclose((wi, b), (exact.wi, exact.b), atol=1e-3)


@seeds(5)
def test_four_linear_cells_on_one_length_are_wrong_at_others(seed):
    task = SequenceTask(integers(0, 100), length=10, train=101, validation=0, transform=Standardise())
    train = task.windows("train")
    model = MODELS["simple_rnn_four_cells"](train, activation="linear", seed=seed)
    fit_compiled(model, train, epochs=600, batch_size=len(train.inputs), learning_rate=0.02, seed=seed)
    errors = errors_by_length(next_value(task, model), LENGTHS)
    assert errors[9] < 0.5
    assert errors[:8].max() > 5, "capacity is not the cure, what it was trained on is"


def passengers(series):
    """Growth rates of the first eight years, 13 at a time: settings chosen on the last two of them."""
    growth = Chain(Log(), Differences(), Standardise())
    return SequenceTask(series, length=13, train=96, validation=0, transform=growth)


def rmse(forecast):
    """Root mean squared error one step ahead over the last 48 months."""
    values = air_passengers().values
    return float(np.sqrt(np.mean((forecast(values, np.arange(96, 144), 1)[:, 0] - values[96:, 0]) ** 2)))


@pytest.mark.parametrize(
    ("count", "wanted"), [(2, 20.0), pytest.param(10, 15.5, marks=pytest.mark.slow)], ids=["two seeds", "ten seeds"]
)
def test_an_lstm_forecasts_air_passengers_as_well_as_autoregression_and_no_better(count, wanted):
    series, first = air_passengers(), air_passengers()[:96]
    assert round(rmse(naive.persistence(first)), 2) == 48.04
    assert round(rmse(naive.seasonal_naive(first)), 2) == 41.85
    best = rmse(naive.autoregression(13, Log())(first))
    assert round(best, 2) == 14.05
    how = {"epochs": 100, "batch_size": 96, "learning_rate": 0.01}
    ours = rmse(network(MODELS["lstm_linear_skip"], passengers, seeds=range(count), **how)(series))
    assert 0.9 * best < ours < wanted


@pytest.mark.parametrize(
    ("count", "epochs", "seed", "times"),
    [(1500, 40, 0, 2), *(pytest.param(3000, 60, seed, 5, marks=pytest.mark.slow) for seed in range(3))],
)
def test_an_lstm_sees_further_ahead_in_chaos_than_autoregression(count, epochs, seed, times):
    series = mackey_glass(count)
    train, begin = int(0.6 * count), int(0.8 * count)

    def task(series):
        how = {"train": train, "validation": begin - train, "transform": Standardise()}
        return SequenceTask(series, length=24, horizon=6, targets="path", **how)

    values, origins = series.values, np.arange(begin, count - 5)
    actual = values[origins + 5, 0]
    linear = naive.autoregression(24)(series[:begin])
    lstm = network(partial(MODELS["lstm"], units=32), task, seeds=(seed,), epochs=epochs, batch_size=64)(series)
    far = [np.sqrt(np.mean((forecast(values, origins, 6)[:, 5] - actual) ** 2)) for forecast in (lstm, linear)]
    assert times * far[0] < far[1]

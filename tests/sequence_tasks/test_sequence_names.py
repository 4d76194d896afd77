"""Misspelt names, and values of another kind, raise one clear error."""

import copy
import pickle
import re

import gymnasium as gym
import keras
import numpy as np
import pytest

import sequence_tasks
from rl_line.system.kinds import spelled
from sequence_tasks.evaluation import naive
from sequence_tasks.evaluation.backtesting import backtest
from sequence_tasks.evaluation.evaluation import evaluate, evaluate_backtest
from sequence_tasks.evaluation.intervals import conformal
from sequence_tasks.explain.by_hand import rnn_trace
from sequence_tasks.forecaster import NetworkForecaster
from sequence_tasks.leakage.checking import check_leakage
from sequence_tasks.models.builders import MODELS
from sequence_tasks.models.training import Training, fit, fit_compiled
from sequence_tasks.names import Catalogue
from sequence_tasks.series.catalogue import SERIES, as_series
from sequence_tasks.series.series import Series, read_csv
from sequence_tasks.task import SequenceTask, windows

AIR = as_series("air_passengers")
TASK = SequenceTask(AIR, 12, train=72, validation=24)
NETWORK = keras.Sequential([keras.Input((12, 1)), keras.layers.Flatten(), keras.layers.Dense(1)])
FEW = windows(np.arange(9.0), length=2)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: SequenceTask(AIR, lenght=3), "SequenceTask has no argument 'lenght'. Did you mean 'length'?"),
        (lambda: SequenceTask(AIR, 3, trane=3), "SequenceTask has no argument 'trane'. Did you mean 'train'?"),
        (lambda: Series("mine", [1], saeson=3), "Series has no argument 'saeson'. Did you mean 'season'?"),
        (lambda: Training(epoch=3), "Training has no argument 'epoch'. Did you mean 'epochs'?"),
        (lambda: fit(NETWORK, FEW, learning_rat=3), "Did you mean 'learning_rate'?"),
        (lambda: fit_compiled(NETWORK, FEW, Batch_Size=3), "Did you mean 'batch_size'?"),
        (lambda: as_series("sine_mixture", nois=3), "sine_mixture has no argument 'nois'. Did you mean 'noise'?"),
        (lambda: SERIES["integers"](hihg=3), "integers has no argument 'hihg'. Did you mean 'high'?"),
        (lambda: read_csv("mine.csv", colum="x"), "read_csv has no argument 'colum'. Did you mean 'column'?"),
        (lambda: MODELS["lstm"](FEW, unit=3), "lstm has no argument 'unit'. Did you mean 'units'?"),
        (lambda: as_series([1, 2], nam="x"), "Series has no argument 'nam'. Did you mean 'name'?"),
        (
            lambda: gym.make("sequence_tasks:SeriesWindow-v0", series=[1] * 99, lenght=3),
            "SequenceTask has no argument 'lenght'. Did you mean 'length'?",
        ),
    ],
)
def test_a_misspelt_argument_is_answered_with_the_closest(call, message):
    with pytest.raises(TypeError, match=re.escape(message)):
        call()


def test_an_argument_that_is_like_none_is_answered_with_all():
    with pytest.raises(TypeError, match=r"^Training has no argument 'zzz'\. Known: epochs, batch_size, .*, logdir\.$"):
        Training(zzz=1)


@pytest.mark.parametrize(
    ("table", "name", "closest"),
    [(MODELS, "LSTM", "lstm"), (MODELS, "Simple RNN one cell", "simple_rnn_one_cell"), (SERIES, "sunspot", "sunspots")],
)
def test_a_name_of_a_table_is_answered_with_the_closest(table, name, closest):
    with pytest.raises(KeyError, match=rf"No \w+ '{name}'\. Did you mean '{closest}'\? Known: "):
        table[name]
    assert table.get(name) is None
    assert name not in table


def test_other_names_are_answered_with_the_closest_too():
    with pytest.raises(KeyError, match=r"No series 'Air-Passengers'. Did you mean 'air_passengers'\?"):
        as_series("Air-Passengers")
    with pytest.raises(KeyError, match=r"No activation 'Relu'. Known: .*sigmoid. Did you mean 'relu'\?"):
        rnn_trace([[[1.0]], [[1.0]], [1.0]], [1.0], activation="Relu")
    with pytest.raises(AttributeError, match=r"no attribute 'Standardize'. Did you mean 'Standardise'\?"):
        sequence_tasks.Standardize  # noqa: B018
    with pytest.raises(gym.error.NameNotFound, match="Did you mean: `AirPassengers`"):
        gym.make("sequence_tasks:AirPasengers-v0")
    found = evaluate({"mine": naive.seasonal_naive(AIR[:96])}, TASK, mode="one_step")
    with pytest.raises(KeyError, match=r"No row 'AR\(12\)'. Did you mean 'AR\(13\)'\?"):
        found["AR(12)"]


def test_a_table_is_copied_as_a_table():
    for again in (copy.copy(SERIES), copy.deepcopy(Catalogue("row", [("a", 1)])), pickle.loads(pickle.dumps(SERIES))):
        with pytest.raises(KeyError, match=r"No (series|row) 'x'"):
            again["x"]
        assert len(again) in (1, len(SERIES))


def test_the_checked_function_is_the_function():
    @spelled
    def power(base, exponent=2):
        """Doc."""
        return base**exponent

    assert (power(3), power(3, exponent=3), power.__name__, power.__doc__) == (9, 27, "power", "Doc.")
    with pytest.raises(TypeError, match="missing 1 required positional argument: 'base'"):
        power()


@pytest.mark.parametrize(
    "given", [NETWORK, "lstm", 3, naive.drift, MODELS["lstm"]], ids=["network", "name", "number", "fit", "builder"]
)
def test_what_is_no_forecaster_is_refused_by_its_name(given):
    wanted = "expected a forecaster, called with values, origins and steps"
    with pytest.raises(TypeError, match=rf"^'mine' is a \w+, (a network, )?{wanted}.*NetworkForecaster\(task, "):
        evaluate({"mine": given if given != "lstm" else (given,)}, TASK, mode="one_step")
    for call in (
        lambda: conformal(given, TASK),
        lambda: backtest(lambda series: given, AIR, first=96),
        lambda: check_leakage(lambda series: given, AIR, start=96),
    ):
        with pytest.raises(TypeError, match=rf"^the forecaster is a \w+, (a network, )?{wanted}"):
            call()


def test_an_array_that_is_no_forecaster_is_not_told_in_full():
    with pytest.raises(TypeError, match="is a ndarray, expected a forecaster") as told:
        check_leakage(lambda series: series.values, AIR, start=96)
    assert len(str(told.value)) < 400


def test_a_network_is_told_to_be_wrapped():
    with pytest.raises(
        TypeError, match=r"^'lstm' is a Sequential, a network, .*pass NetworkForecaster\(task, network\)"
    ):
        evaluate({"lstm": NETWORK}, TASK, mode="one_step")


@pytest.mark.parametrize(
    "given", [NETWORK, NetworkForecaster(TASK, NETWORK), naive.drift(AIR)], ids=lambda x: type(x).__name__
)
def test_what_is_no_fit_is_refused_by_its_name(given):
    with pytest.raises(TypeError, match=r"^'mine' is a \w+, (a network, )?expected a fit, called with a series"):
        evaluate_backtest({"mine": given}, AIR, mode="one_step", first=96)
    with pytest.raises(
        TypeError, match=r"^the pipeline is a \w+, (a network, )?expected a pipeline, called with a series"
    ):
        check_leakage(given, AIR, start=96)


def test_a_wrong_kind_of_argument_is_named():
    drift = naive.drift(AIR)
    for call, message in [
        (
            lambda: evaluate(drift, TASK, mode="one_step"),
            "forecasters or fits is a LinearForecaster, expected a Mapping",
        ),
        (lambda: evaluate({"a": drift}, AIR, mode="one_step"), "task is a Series, expected a SequenceTask"),
        (lambda: conformal(drift, AIR), "task is a Series, expected a SequenceTask"),
        (
            lambda: backtest(naive.drift, AIR.values, first=9),
            r"series is a ndarray, expected a Series; pass e\.g\. as_s",
        ),
        (lambda: check_leakage(naive.drift, AIR.values, start=9), "series is a ndarray, expected a Series"),
        (lambda: SequenceTask([1, 2, 3], 1), "series is a list, expected a Series"),
        (lambda: NetworkForecaster(NETWORK, TASK), "task is a Sequential, expected a SequenceTask"),
        (lambda: fit(MODELS["lstm"], FEW), "model is a function, expected a Model; pass e.g. MODELS"),
    ]:
        with pytest.raises(TypeError, match=f"^{message}"):
            call()


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (lambda: sequence_tasks.SequenceEnv(AIR), TypeError, "task is a Series, expected a SequenceTask"),
        (lambda: sequence_tasks.SequenceEnv(TASK, feedback=1.0), TypeError, "feedback is a float, expected True or F"),
        (lambda: sequence_tasks.SequenceEnv(TASK).reset(options=3), TypeError, "options is a int, expected a Mapping"),
        (lambda: sequence_tasks.SequenceEnv(TASK, part=["test"]), ValueError, r"part=\['test'\], expected one of"),
        (lambda: SequenceTask(AIR, 3, transform="log"), TypeError, "transform is a str, expected one such as Standard"),
        (lambda: naive.drift(AIR.values), TypeError, "train is a ndarray, expected a Series"),
        (lambda: sequence_tasks.Batches("x"), TypeError, "data is a str, expected windows, or inputs and targets"),
        (lambda: sequence_tasks.Ensemble(3), TypeError, "members=3, expected a list or a tuple"),
        (lambda: rnn_trace(3, [1.0]), TypeError, "weights=3, expected a list or a tuple"),
        (
            lambda: as_series("sine_mixture", periods=3),
            ValueError,
            r"periods has shape \(\), expected an array of 1 axes",
        ),
        (lambda: naive.drift(AIR)(AIR.values, [1.5], 1), ValueError, "origins have shape .* expected whole numbers"),
        (
            lambda: evaluate({"a": naive.drift(AIR)}, TASK, mode="recursive", steps=1e15),
            ValueError,
            "steps=10+ after 96 of a series of 144, exp",
        ),
        (
            lambda: naive.drift(AIR)(AIR.values, [20], 1e15),
            ValueError,
            "steps=10+.0, expected a whole number from 1 to",
        ),
        (lambda: backtest(naive.drift, AIR, first=9, steps=1e15), ValueError, "first=9, steps=10+, .* expected an ori"),
    ],
)
def test_what_is_of_another_kind_is_named_before_it_is_used(call, error, message):
    with pytest.raises(error, match=f"^{message}"):
        call()

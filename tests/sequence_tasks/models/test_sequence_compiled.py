"""Compiled epochs: windows are cut out as in arrays, and batches in parts learn the same as whole batches."""

import os
from pathlib import Path

import keras
import numpy as np
import pytest

from sequence_tasks.models import epoch_program as compiled
from sequence_tasks.models.builders import MODELS
from sequence_tasks.models.training import fit, fit_compiled
from sequence_tasks.task import windows

RNG = np.random.default_rng(0)
WALK = (RNG.normal(size=60).cumsum() / 5).astype(np.float32)


def parts(*, length=4, horizon=1, targets="ahead"):
    """Train and validation windows of a random walk."""
    how = {"length": length, "horizon": horizon, "targets": targets}
    return windows(WALK[:40], **how), windows(WALK[40:], **how)


class Witness(keras.layers.Layer):
    """Lets everything pass, and keeps how many windows it was shown at once when it learned."""

    def __init__(self):
        super().__init__()
        self.shown = set()

    def call(self, x, training=False):
        if training:
            self.shown.add(x.shape[0])
        return x


def network(*after, before=(), every=False):
    """Witness, SimpleRNN(3) of equal weights with what comes before and after it, and Dense(1)."""
    starts = {"kernel_initializer": "ones", "recurrent_initializer": "identity"}
    rnn = keras.layers.SimpleRNN(3, return_sequences=every, **starts)
    inner = [*before, rnn, *after, keras.layers.Dense(1, kernel_initializer="ones")]
    return keras.Sequential([keras.Input((4, 1)), Witness(), *inner])


@pytest.fixture
def _small(monkeypatch):
    """Parts of 4 windows of at least 4 steps, so that little is a lot."""
    monkeypatch.setattr(compiled, "_PART", 4)
    monkeypatch.setattr(compiled, "_LONG", 4)


@pytest.mark.parametrize("targets", ["ahead", "every", "path"])
def test_windows_are_cut_out_of_the_series_as_they_are_in_arrays(targets):
    rows = np.array([3, 0, 17, 3])
    train, _ = parts(horizon=2, targets=targets)
    for data in (train, (train.inputs, train.targets)):
        _, gather = compiled._gather(data)
        inputs, goals = gather(rows)
        np.testing.assert_array_equal(inputs, train.inputs[rows])
        np.testing.assert_array_equal(goals, train.targets[rows])


def test_validation_in_chunks_is_the_mean_over_all(monkeypatch):
    train, validation = parts()
    losses = []
    for chunk in (1024, 3):
        monkeypatch.setattr(compiled, "_CHUNK", chunk)
        losses.append(fit_compiled(MODELS["dense"](train), train, validation, epochs=1)[0]["val_loss"])
    assert losses[0] == pytest.approx(losses[1])


@pytest.mark.parametrize(("name", "targets"), [("lstm", "ahead"), ("simple_rnn_one_cell", "every")])
def test_parts_learn_what_fit_learns_from_whole_batches(name, targets, monkeypatch):
    train, validation = parts(targets=targets)
    assert len(train.inputs) == 36, "a batch of 20 in parts of 8, 8 and 4, and one of 16 in two parts"
    monkeypatch.setattr(compiled, "_PART", 8)
    monkeypatch.setattr(compiled, "_LONG", 4)
    runs = []
    for way in (fit, fit_compiled):
        model = MODELS[name](train, seed=3)
        rows = way(model, train, validation, epochs=4, batch_size=20, learning_rate=0.05, seed=7)
        losses = np.array([[row["loss"], row["val_loss"]] for row in rows])
        runs.append((losses, np.concatenate([weight.ravel() for weight in model.get_weights()])))
    (theirs, weights), (ours, our_weights) = runs
    np.testing.assert_allclose(ours, theirs, rtol=1e-4)
    np.testing.assert_allclose(our_weights, weights, rtol=1e-2, atol=1e-4)
    assert ours[-1, 0] < 0.9 * ours[0, 0]


@pytest.mark.usefixtures("_small")
def test_large_batches_are_seen_in_parts_and_one_seed_gives_one_model():
    train, _ = parts()
    runs = []
    for _ in range(2):
        rows = fit_compiled(model := network(), train, epochs=3, batch_size=10)
        assert model.layers[0].shown == {8, 4, 2}, "batches of 10 and 6; the 8 is the test whether they can be divided"
        runs.append((rows, np.concatenate([weight.ravel() for weight in model.get_weights()])))
    assert runs[0][0] == runs[1][0]
    np.testing.assert_array_equal(runs[0][1], runs[1][1])


def root(y, predicted):
    return keras.ops.sqrt(keras.ops.mean(keras.ops.square(y - predicted)))


def padded():
    """Windows of 1 to 4 steps, then -9, with a target at every step."""
    train, _ = parts(targets="every")
    there = np.arange(4)[None, :, None] < RNG.integers(1, 5, (len(train.inputs), 1, 1))
    return np.where(there, train.inputs, -9.0), train.targets


def embedding():
    inner = [
        keras.layers.Embedding(40, 2, embeddings_initializer="ones"),
        keras.layers.SimpleRNN(1, kernel_initializer="ones"),
    ]
    return keras.Sequential([keras.Input((4,)), Witness(), *inner])


UNDIVIDED = {
    "batch normalisation": (lambda: network(keras.layers.BatchNormalization()), "mse", lambda: parts()[0]),
    "a mean over unmasked steps": (lambda: network(before=[keras.layers.Masking(-9.0)], every=True), "mse", padded),
    "a sparse gradient": (embedding, "mse", lambda: (np.arange(144).reshape(36, 4) % 40, np.ones((36, 1)))),
    "the root of a mean": (network, root, lambda: parts()[0]),
}


@pytest.mark.usefixtures("_small")
@pytest.mark.parametrize("name", UNDIVIDED)
def test_batches_that_are_more_than_their_parts_are_not_divided(name):
    build, loss, data = UNDIVIDED[name]
    train = data()
    runs = []
    for way in (fit, fit_compiled):
        model = build()
        runs.append([row["loss"] for row in way(model, train, epochs=2, batch_size=12, loss=loss)])
    np.testing.assert_allclose(*runs, rtol=1e-4)
    assert 12 in model.layers[0].shown


@pytest.mark.usefixtures("_small")
def test_batches_are_not_divided_for_layers_that_draw_and_what_they_draw_is_left_alone():
    model = network(keras.layers.Dropout(0.5))
    before = [variable.numpy().copy() for variable in model.non_trainable_variables]

    def loss_of(rows):
        model(np.ones((len(rows), 4, 1)), training=True)
        return 1.0

    assert not compiled._divides(model, loss_of)
    for variable, value in zip(model.non_trainable_variables, before, strict=True):
        np.testing.assert_array_equal(variable.numpy(), value)
    fit_compiled(model, parts()[0], epochs=1, batch_size=12)
    assert 12 in model.layers[0].shown


def test_parts_are_for_much_work_only():
    def pays(model, *, count=256, length=16, size=256):
        return compiled._pays_in_parts(model, (np.zeros((count, length, 1)), np.zeros((count, 1))), size)

    train, _ = parts()
    assert pays(MODELS["lstm"](train))
    assert pays(MODELS["lstm_linear_skip"](train)), "the LSTM is a model within"
    assert not pays(MODELS["dense"](train)), "one step"
    assert not pays(MODELS["lstm"](train), length=15)
    assert not pays(MODELS["lstm"](train), size=255)
    assert not pays(MODELS["lstm"](train), count=255)


@pytest.mark.skipif(not Path("/proc/self/statm").exists(), reason="the memory of a process is read from Linux")
def test_networks_made_alike_share_a_program_whatever_their_data():
    def resident():
        return int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 1e6

    def losses(way, seed):
        values = np.random.default_rng(seed).normal(size=40).astype(np.float32)
        data = [windows(part, length=4) for part in (values[:20], values[20:])]
        model = MODELS["lstm"](data[0], seed=seed)
        return [[row["loss"], row["val_loss"]] for row in way(model, *data, epochs=2, seed=seed)]

    losses(fit_compiled, 0)
    before = resident()
    ours = [losses(fit_compiled, seed) for seed in range(1, 6)]
    assert resident() - before < 15, "a program that is compiled anew takes 12 MB and more"
    np.testing.assert_allclose(ours, [losses(fit, seed) for seed in range(1, 6)], rtol=1e-4)

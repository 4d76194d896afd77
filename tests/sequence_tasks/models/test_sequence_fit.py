"""Both ways to train see the same batches, learn the same, and resume after an interruption."""

import os
import shutil
from functools import partial

import keras
import numpy as np
import pytest

from sequence_tasks.feeds import Batches
from sequence_tasks.models.builders import MODELS
from sequence_tasks.models.epochs import Epochs
from sequence_tasks.models.training import Training, _batches, fit, fit_buckets, fit_compiled
from sequence_tasks.task import windows

WAYS = [fit, fit_compiled]
RNG = np.random.default_rng(0)
WALK = (RNG.normal(size=60).cumsum() / 5).astype(np.float32)


def parts(*, length=4, horizon=1, targets="ahead"):
    """Train and validation windows of a random walk."""
    how = {"length": length, "horizon": horizon, "targets": targets}
    return windows(WALK[:40], **how), windows(WALK[40:], **how)


def weights_of(model):
    return np.concatenate([weight.ravel() for weight in model.get_weights()])


class Line(keras.Model):
    """w x + b of the last value seen, which can be learned by hand; w is 0.5 and b 0.25 at first."""

    def __init__(self):
        super().__init__()
        self.w = self.add_weight(shape=(), initializer=keras.initializers.Constant(0.5))
        self.b = self.add_weight(shape=(), initializer=keras.initializers.Constant(0.25))

    def call(self, x):
        return self.w * x[:, -1] + self.b


@pytest.mark.parametrize("way", WAYS)
def test_a_gradient_step_is_as_by_hand(way):
    model = Line()
    rows = way(
        model, windows(np.array([1.0, 2, 4], np.float32), length=1), epochs=1, optimizer=keras.optimizers.SGD(0.1)
    )
    # 0.5 + 0.25 - 2 = -1.25 and 1 + 0.25 - 4 = -2.75: the mean square, and the gradients 2 mean(e x), 2 mean(e).
    assert rows == [{"step": 1, "loss": pytest.approx((1.25**2 + 2.75**2) / 2)}]
    assert float(model.w) == pytest.approx(0.5 + 0.1 * (1.25 + 2.75 * 2))
    assert float(model.b) == pytest.approx(0.25 + 0.1 * (1.25 + 2.75))


@pytest.mark.parametrize("way", WAYS)
def test_the_loss_of_an_epoch_weighs_every_window_alike(way):
    x = np.arange(5.0, dtype=np.float32)[:, None, None]
    rows = way(Line(), (x, np.zeros((5, 1), np.float32)), epochs=1, batch_size=2, optimizer=keras.optimizers.SGD(0.0))
    assert rows[0]["loss"] == pytest.approx(np.mean((0.5 * np.arange(5) + 0.25) ** 2))


KINDS = [
    ("simple_rnn_one_cell", {"targets": "every"}),
    ("simple_rnn_four_cells", {}),
    ("lstm", {"horizon": 3, "targets": "path"}),
    ("gru", {"horizon": 2}),
    ("lstm_linear_skip", {}),
    ("dense", {"horizon": 2, "targets": "path"}),
]


@pytest.mark.parametrize(("name", "how"), KINDS)
def test_both_ways_have_the_same_losses_for_the_same_batches(name, how):
    train, validation = parts(**how)
    runs = []
    for way in WAYS:
        model = MODELS[name](train, seed=3)
        rows = way(model, train, validation, epochs=4, batch_size=13, learning_rate=0.02, seed=7)
        runs.append((np.array([[row["loss"], row["val_loss"]] for row in rows]), weights_of(model)))
    (ours, weights), (theirs, other_weights) = runs
    assert len(train.inputs) % 13, "a smaller batch is left over"
    np.testing.assert_allclose(ours, theirs, rtol=1e-4)
    np.testing.assert_allclose(weights, other_weights, rtol=1e-2, atol=1e-4)
    assert theirs[-1, 0] < 0.9 * theirs[0, 0]


def test_a_model_with_penalties_and_masks_has_the_same_losses_too():
    train, validation = parts()
    x = np.where(np.arange(4)[None, :, None] <= RNG.integers(1, 4, (len(train.inputs), 1, 1)), train.inputs, -9.0)
    runs = []
    for way in WAYS:
        model = keras.Sequential(
            [
                keras.Input((4, 1)),
                keras.layers.Masking(-9.0),
                keras.layers.SimpleRNN(3, kernel_initializer="ones", recurrent_initializer="identity"),
                keras.layers.Dense(1, kernel_initializer="ones", kernel_regularizer=keras.regularizers.L2(0.1)),
            ]
        )
        rows = way(model, (x, train.targets), validation, epochs=3, batch_size=8)
        runs.append([[row["loss"], row["val_loss"]] for row in rows])
    np.testing.assert_allclose(*runs, rtol=1e-4)
    assert runs[0][0][1] > 0.3, "the penalty 0.1 x 3 is in it"


def test_every_epoch_sees_every_window_once_in_an_order_of_its_own():
    x = np.arange(11)[:, None, None]
    batches = _batches((x, x[:, 0]), 4, seed=5, epoch=0)
    epochs = [[next(batches) for _ in range(3)] for _ in range(3)]
    assert [[len(inputs) for inputs, _ in epoch] for epoch in epochs] == [[4, 4, 3]] * 3
    orders = [np.concatenate([inputs[:, 0, 0] for inputs, _ in epoch]).tolist() for epoch in epochs]
    assert all(sorted(order) == list(range(11)) for order in orders)
    assert len({tuple(order) for order in [*orders, range(11)]}) == 4
    for inputs, targets in epochs[0]:
        assert (inputs[:, 0] == targets).all()
    feed = Batches(windows(np.arange(12), length=1), 4, seed=5, epoch=1)
    assert np.concatenate([inputs[:, 0, 0] for inputs, _ in feed]).tolist() == orders[1], "as the feeds have it"
    later, _ = next(_batches((x, x[:, 0]), 4, seed=5, epoch=2))
    assert later[:, 0, 0].tolist() == orders[2][:4], "an epoch's order does not depend on those before it"


@pytest.mark.parametrize("way", WAYS)
def test_one_seed_gives_one_model_and_another_seed_another(way):
    train, _ = parts()
    found = []
    for seed in (1, 1, 2):
        way(model := MODELS["dense"](train), train, epochs=2, batch_size=8, seed=seed)
        found.append(weights_of(model))
    np.testing.assert_array_equal(found[0], found[1])
    assert (found[0] != found[2]).any()


@pytest.mark.parametrize("way", WAYS)
def test_it_stops_without_progress_and_goes_back_to_the_best(way):
    train, validation = parts()
    model = MODELS["dense"](train, hidden=(16,))
    how = {"epochs": 200, "batch_size": 8, "learning_rate": 0.05, "patience": 3}
    rows = way(model, train, validation, **how)
    losses = [row["val_loss"] for row in rows]
    best = int(np.argmin(losses))
    assert len(rows) == best + 1 + 3 < 200
    reached = np.mean((np.array(model(validation.inputs)) - validation.targets) ** 2)
    assert reached == pytest.approx(losses[best], rel=1e-5)
    assert losses[-1] > losses[best]


def with_dropout():
    keras.utils.set_random_seed(0)
    inner = [keras.layers.SimpleRNN(3), keras.layers.Dropout(0.3), keras.layers.Dense(1)]
    return keras.Sequential([keras.Input((4, 1)), *inner])


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("name", ["dropout", "dense", "simple_rnn_four_cells"])
def test_an_interrupted_training_goes_on_to_the_bit(way, name, tmp_path, monkeypatch):
    train, validation = parts()
    build = with_dropout if name == "dropout" else partial(MODELS[name], train)
    for size in ("_PART", "_LONG"):  # the recurrent one learns in parts
        monkeypatch.setattr(f"sequence_tasks.models.epoch_program.{size}", 4)
    how = {"epochs": 6, "batch_size": 8, "learning_rate": 0.05, "patience": 2, "seed": 4}
    path, add = tmp_path / "new" / "run.npz", Epochs.add

    def kept(self, *losses, **named):
        """Keeps the file that an interruption after the second epoch would leave."""
        row = add(self, *losses, **named)
        if row["step"] == 2:
            assert sorted(os.listdir(path.parent)) == ["run.npz", "run.previous.npz"]
            shutil.copy(path, tmp_path / "second.npz")
        return row

    with monkeypatch.context() as patched:
        patched.setattr(Epochs, "add", kept)
        expected = way(whole := build(), train, validation, **how, path=path)
    assert len(expected) > 2
    resumed = build()
    assert way(resumed, train, validation, **how, path=tmp_path / "second.npz") == expected
    np.testing.assert_array_equal(weights_of(resumed), weights_of(whole))
    again = build()
    assert way(again, train, validation, **how, path=path) == expected, "nothing is left to do"
    np.testing.assert_array_equal(weights_of(again), weights_of(whole))


@pytest.mark.parametrize("way", WAYS)
def test_a_training_that_is_broken_off_leaves_its_last_file_and_no_other(way, tmp_path, monkeypatch):
    train, _ = parts()
    add = Epochs.add

    def broken(self, *losses, **named):
        add(self, *losses, **named)
        raise KeyboardInterrupt

    monkeypatch.setattr(Epochs, "add", broken)
    with pytest.raises(KeyboardInterrupt):
        way(MODELS["dense"](train), train, epochs=2, path=tmp_path / "new" / "run.npz")
    assert os.listdir(tmp_path / "new") == ["run.npz"]


def test_a_file_of_another_run_or_of_none_is_refused(tmp_path):
    train, _ = parts()
    path = tmp_path / "run.npz"
    fit_compiled(MODELS["dense"](train), train, epochs=2, path=path)
    for settings in ({"epochs": 3}, {"seed": 1}, {"learning_rate": 0.5}, {"batch_size": 9}, {"loss": "mae"}):
        named = {"learning_rate": "optimizer"}.get(*settings, *settings)
        with pytest.raises(ValueError, match=rf"run\.npz is of another training .*{named}.*; pass another path, or"):
            fit_compiled(MODELS["dense"](train), train, **{"epochs": 2, "path": path} | settings)
    with pytest.raises(ValueError, match=r'another training .way: "fit_compiled" in the file, "fit" here.; pass'):
        fit(MODELS["dense"](train), train, epochs=2, path=path)
    path.unlink()
    path.with_name("run.previous.npz").write_bytes(b"")
    with pytest.raises(ValueError, match=r"run\.previous\.npz is no complete \.npz file"):
        fit_compiled(MODELS["dense"](train), train, epochs=2, path=path)


def test_a_file_is_written_whole_or_not_at_all(tmp_path, monkeypatch):
    train, _ = parts()
    path = tmp_path / "run.npz"
    fit_compiled(MODELS["dense"](train), train, epochs=1, path=path)
    before = path.read_bytes()
    kept = Epochs([keras.Variable(np.zeros(3))], 1, run={}, patience=None, path=None, steps="learning_rate=0.01")
    kept.path = path
    monkeypatch.setattr("pathlib.Path.replace", lambda *_: (_ for _ in ()).throw(KeyboardInterrupt))
    with pytest.raises(KeyboardInterrupt):
        kept.add(1.0)
    assert path.read_bytes() == before
    assert os.listdir(tmp_path) == ["run.npz"]


@pytest.mark.parametrize("way", WAYS)
def test_a_loss_that_is_not_finite_ends_it_before_the_file_is_written(way, tmp_path):
    # 2^50 is forecast as 2^49: a loss of 2^98, and then weights near 1e60, which are no float32.
    line = windows(np.full(3, 2.0**50, np.float32), length=1)
    path = tmp_path / "run.npz"
    how = {"epochs": 3, "optimizer": keras.optimizers.SGD(1e30), "path": path}
    message = r"^loss=(nan|inf) in epoch 2 with optimizer=SGD, expected a finite number; lower the learning rate"
    with pytest.raises(ValueError, match=message):
        way(Line(), line, **how)
    assert np.load(path)["rows"] == pytest.approx(np.array([[2.0**98]]), rel=1e-6)
    path.unlink()
    with pytest.raises(ValueError, match=r"^val_loss=(nan|inf) in epoch 1"):
        way(Line(), line, line, **how)
    assert not path.exists()
    with pytest.raises(ValueError, match=r"^(val_)?loss=(nan|inf) in epoch \d+ with learning_rate=1e\+30, expected"):
        way(Line(), line, line, epochs=3, learning_rate=1e30)


@pytest.mark.parametrize("way", WAYS)
def test_rows_are_scalars_for_tensorboard(way, tmp_path, capsys):
    import tensorflow as tf
    from tensorboardX.proto.event_pb2 import Event

    train, validation = parts()
    rows = way(MODELS["dense"](train), train, validation, epochs=3, logdir=tmp_path)
    seen = {}
    for file in tmp_path.iterdir():
        for record in tf.data.TFRecordDataset(str(file)):
            event = Event.FromString(record.numpy())
            seen |= {(value.tag, event.step): value.simple_value for value in event.summary.value}
    assert seen == {(name, row["step"]): np.float32(row[name]) for row in rows for name in ("loss", "val_loss")}
    assert capsys.readouterr().out == ""


def test_labels_are_learned_by_a_model_that_gives_a_number_for_each():
    cycle = windows(np.arange(41) % 3, length=2)
    model = keras.Sequential(
        [keras.Input((2, 1)), keras.layers.Flatten(), keras.layers.Dense(16, "relu"), keras.layers.Dense(3)]
    )
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    rows = fit_compiled(model, cycle, epochs=60, learning_rate=0.1, loss=loss)
    assert rows[-1]["loss"] < 0.1
    assert (np.argmax(model(cycle.inputs), axis=-1) == cycle.targets[:, 0]).all()


BAD = [
    ({"epochs": 0}, "epochs=0, expected a whole number of at least 1"),
    ({"batch_size": -1}, "batch_size=-1, expected a whole number of at least 1"),
    ({"patience": 0}, "patience=0, expected a whole number of at least 1"),
]


@pytest.mark.parametrize(("settings", "message"), BAD)
def test_impossible_settings_are_refused(settings, message):
    with pytest.raises(ValueError, match=message):
        Training(**settings)


@pytest.mark.parametrize("way", WAYS)
def test_what_does_not_fit_is_refused_before_training(way):
    train, _ = parts()
    every, _ = parts(targets="every")
    with pytest.raises(ValueError, match=r"gives \(1,\) for a window of shape \(4, 1\), expected \(4, 1\).*return_seq"):
        way(MODELS["lstm"](train), every)
    with pytest.raises(ValueError, match=r"gives \(4, 1\) for a window of shape \(4, 1\), expected \(1,\)"):
        way(MODELS["lstm"](every), train)
    with pytest.raises(ValueError, match=r"the model does not take windows of shape \(4, 1\)"):
        way(MODELS["dense"](parts(length=6)[0]), train)
    with pytest.raises(ValueError, match=r"patience=3 waits for a validation loss"):
        way(MODELS["dense"](train), train, patience=3)


def of_pandas(array):
    return pytest.importorskip("pandas").DataFrame(array)


@pytest.mark.parametrize("way", [fit, fit_compiled, lambda model, data, **how: fit_buckets(model, [data], **how)])
@pytest.mark.parametrize("form", [of_pandas, np.ndarray.tolist], ids=["pandas", "lists"])
def test_tables_and_lists_are_learned_from_as_arrays_are(way, form):
    inputs, targets = np.arange(24.0).reshape(12, 2) / 24, np.arange(12.0)[:, None]

    def rows(data):
        model = keras.Sequential([keras.Input((2,)), keras.layers.Dense(1, kernel_initializer="zeros")])
        return way(model, data, epochs=2, batch_size=5)

    assert rows((form(inputs), form(targets))) == rows((inputs, targets))

"""Batches: every window once, in the order that the seed says, of one length or of several."""

import copy
import pickle
import tracemalloc

import keras
import numpy as np
import pytest

from sequence_tasks import SequenceTask, as_series, windows
from sequence_tasks.feeds import Batches, buckets, padded
from sequence_tasks.models.keras_feeds import WindowDataset, tf_dataset

WINDOWS = windows(np.arange(103, dtype=np.float32), length=3)  # 100 of them, that begin with 0 to 99


def starts(batches):
    """Windows of each batch, by the first value of each."""
    return [np.asarray(inputs)[:, 0, 0].astype(int).tolist() for inputs, _ in batches]


def test_without_a_seed_batches_are_views_in_order():
    batches = Batches(WINDOWS, 32)
    assert len(batches) == 4
    assert joined(starts(batches)) == list(range(100))
    assert [len(part) for part in starts(batches)] == [32, 32, 32, 4]
    for batch in batches:
        assert np.shares_memory(batch.inputs, WINDOWS.values)
        assert np.shares_memory(batch.targets, WINDOWS.values)


@pytest.mark.parametrize("copied", [copy.deepcopy, lambda given: pickle.loads(pickle.dumps(given))])
@pytest.mark.parametrize("seed", [None, 2])
def test_copied_batches_are_the_same_and_as_read_only(copied, seed):
    batches = Batches(WINDOWS, 32, seed=seed)
    again = copied(batches)
    assert starts(again) == starts(batches)
    for part in (again.inputs, again.targets):
        assert np.shares_memory(part, again.data.values)
        with pytest.raises(ValueError, match="read-only"):
            part[0] = 9


def joined(parts):
    return [start for part in parts for start in part]


@pytest.mark.parametrize(("size", "block"), [(32, 1), (32, 8), (30, 30), (7, 7), (100, 50), (256, 64)])
def test_every_window_comes_once_an_epoch_with_its_own_target(size, block):
    orders = []
    for epoch in range(2):
        batches = Batches(WINDOWS, size, seed=3, epoch=epoch, block=block)
        assert len(list(batches)) == len(batches) == -(-100 // size)
        orders.append(joined(starts(batches)))
        assert sorted(orders[-1]) == list(range(100))
        for inputs, targets in batches:
            np.testing.assert_array_equal(inputs[:, :, 0], inputs[:, :1, 0] + np.arange(3))
            np.testing.assert_array_equal(targets[:, 0], inputs[:, -1, 0] + 1)
    again = joined(starts(Batches(WINDOWS, size, seed=3, epoch=1, block=block)))
    assert orders[1] == again
    if block < 64:
        assert orders[0] != orders[1]
        assert orders[0] != list(range(100))


def test_the_order_is_that_of_fit():
    order = joined(starts(Batches(WINDOWS, 32, seed=5, epoch=2)))
    assert order == np.random.default_rng([5, 2]).permutation(100).tolist()


@pytest.mark.parametrize("dtype", [np.float32, np.float64, np.int64])
def test_several_columns_in_any_layout_are_gathered_as_they_stand(dtype):
    table = np.arange(60).reshape(3, 20).T.astype(dtype)  # columns lie one after the other
    found = windows(table[::2, :2], length=4)
    order = np.random.default_rng([0, 0]).permutation(6)
    (batch,) = Batches(found, 8, seed=0)
    np.testing.assert_array_equal(batch.inputs, found.inputs[order])
    np.testing.assert_array_equal(batch.targets, found.targets[order])
    assert batch.inputs.dtype == dtype


def test_blocks_stay_together_and_whole_batches_are_not_copied():
    for part in starts(Batches(WINDOWS, 20, seed=0, block=10)):
        for begin in range(0, 20, 10):
            assert part[begin : begin + 10] == list(range(part[begin], part[begin] + 10))
            assert part[begin] % 10 == 0
    assert all(np.shares_memory(batch.inputs, WINDOWS.values) for batch in Batches(WINDOWS, 20, seed=0, block=20))


@pytest.mark.parametrize(("block", "megabytes"), [(1, 4.5), (64, 0.5)])
def test_a_million_windows_take_no_more_memory_than_their_order(block, megabytes):
    values = np.zeros(1_000_000, np.float32)
    tracemalloc.start()
    fed = sum(len(inputs) for inputs, _ in Batches(windows(values, length=32), 4096, seed=0, block=block))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert fed == 1_000_000 - 32
    # Four bytes for each block of the order, and a batch of 4096 windows of 128 bytes and what is next to it.
    assert peak / 1e6 < megabytes + 2 * 4096 * 132 / 1e6


@pytest.mark.parametrize("settings", [{"size": 0}, {"size": 32, "block": 5}, {"size": 32, "block": 0}])
def test_sizes_that_make_no_batches_are_named(settings):
    with pytest.raises(ValueError, match="expected counts from 1 and the size a multiple of the block"):
        Batches(WINDOWS, **settings)


@pytest.mark.parametrize("targets", ["ahead", "every", "path"])
@pytest.mark.parametrize("feed", ["PyDataset", "tf.data"])
def test_keras_and_tensorflow_are_fed_the_same_batches(feed, targets):
    found = windows(np.arange(52, dtype=np.float32), length=4, horizon=2, targets=targets)
    if feed == "PyDataset":
        dataset = WindowDataset(found, batch_size=16, seed=1)
        epochs = []
        for _ in range(2):
            epochs.append([dataset[place] for place in range(len(dataset))])
            dataset.on_epoch_end()
    else:
        dataset = tf_dataset(found, batch_size=16, seed=1)
        assert len(dataset) == 3
        epochs = [list(dataset.as_numpy_iterator()) for _ in range(2)]
    for epoch, fed in enumerate(epochs):
        expected = list(Batches(found, 16, seed=1, epoch=epoch))
        assert len(fed) == len(expected) == 3
        for one, other in zip(fed, expected, strict=True):
            np.testing.assert_array_equal(one[0], other.inputs)
            np.testing.assert_array_equal(one[1], other.targets)


@pytest.mark.parametrize("feed", [WindowDataset, tf_dataset])
def test_a_model_is_fitted_and_judged_on_a_feed(feed):
    task = SequenceTask(as_series("integers"), 3)
    model = keras.Sequential([keras.Input((3, 1)), keras.layers.Flatten(), keras.layers.Dense(1)])
    model.layers[-1].set_weights([np.float32([[0], [-1], [2]]), np.float32([0.5])])  # 2 x_3 - x_2, and half too much
    model.compile(loss="mae", optimizer=keras.optimizers.SGD(0.0))
    trained = model.fit(feed(task.windows("train"), batch_size=8, seed=0), epochs=2, shuffle=False, verbose=0)
    assert trained.history["loss"] == pytest.approx([0.5, 0.5], abs=1e-4)
    assert model.evaluate(feed(task.windows("test"), batch_size=8), verbose=0) == pytest.approx(0.5, abs=1e-4)


def test_short_windows_are_padded_on_the_right():
    values = np.float32([1, 2, 3, 4])
    batch = padded([windows(values, length=length) for length in (1, 3)], mask_value=-8)
    assert batch.inputs[:, :, 0].tolist() == [[1, -8, -8], [2, -8, -8], [3, -8, -8], [1, 2, 3]]
    assert batch.targets[:, 0].tolist() == [2, 3, 4, 4]
    assert batch.inputs.dtype == np.float32


def test_a_mask_value_that_occurs_is_refused():
    found = [windows(np.float32([0, 1, 2, 3]), length=length) for length in (1, 2)]
    with pytest.raises(ValueError, match=r"mask_value=0 occurs in the windows of length 1.*-2 \* task.bound"):
        padded(found, mask_value=0)
    with pytest.raises(
        ValueError, match=r"mask_value=0\.1 is not exact as float32, expected an exact value; pass a pow"
    ):
        padded(found, mask_value=0.1)
    # A step counts as none only if all its features say so.
    two = windows(np.float32([[0, 1], [2, 3], [4, 5]]), length=1)
    assert padded([two], mask_value=0).inputs.shape == (2, 1, 2)


def test_padding_changes_nothing_for_a_network_that_masks_it():
    values = np.float32(np.arange(12) / 4)
    several = [windows(values, length=length) for length in (1, 2, 5)]
    network = keras.Sequential(
        [keras.Input((None, 1)), keras.layers.Masking(-64.0), keras.layers.SimpleRNN(1, activation="linear")]
    )
    network.layers[-1].set_weights([np.float32([[0.9]]), np.float32([[0.2]]), np.float32([0.3])])
    batch = padded(several, mask_value=-64.0)
    apart = np.concatenate([np.asarray(network(found.inputs)) for found in several])
    np.testing.assert_allclose(np.asarray(network(batch.inputs)), apart, rtol=1e-6)


def test_buckets_hold_one_length_each_and_all_windows_once():
    several = [windows(np.arange(30.0), length=length) for length in (1, 2, 4)]
    fed = list(buckets(several, 8, seed=2))
    lengths = [inputs.shape[1] for inputs, _ in fed]
    assert lengths != sorted(lengths), "lengths come in random order"
    for found in several:
        length = found.inputs.shape[1]
        seen = [batch for batch in fed if batch.inputs.shape[1] == length]
        assert sorted(joined(starts(seen))) == list(range(30 - length))
        for inputs, targets in seen:
            np.testing.assert_array_equal(targets[:, 0], inputs[:, -1, 0] + 1)
    assert starts(buckets(several, 8, seed=2)) == starts(fed)
    assert starts(buckets(several, 8, seed=2, epoch=1)) != starts(fed)


@pytest.mark.parametrize(
    ("several", "error", "message"),
    [
        ([], ValueError, r"several=\[\], expected some of one kind"),
        (windows(np.arange(9.0), length=2), TypeError, "one of several is a ndarray, expected a Windows"),
        (3, TypeError, "several=3, expected a list or a tuple"),
        (
            [windows(np.arange(9.0), length=2), windows(np.ones((9, 2)), length=3)],
            ValueError,
            r"several=windows of inputs \(7, 2, 1\), targets \(7, 1\), inputs \(6, 3, 2\), .*expected some of one kind",
        ),
    ],
    ids=["none", "windows of one length", "a number", "other features"],
)
def test_windows_of_several_lengths_are_all_else_alike(several, error, message):
    for call in (lambda: padded(several, mask_value=-8.0), lambda: buckets(several, seed=0)):
        with pytest.raises(error, match=message):
            call()

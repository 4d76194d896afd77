"""Windows and parts of a sequence task, against a plain loop."""

import copy
import pickle

import gymnasium as gym
import numpy as np
import pytest

from sequence_tasks.series.catalogue import as_series
from sequence_tasks.series.series import Series
from sequence_tasks.task import SequenceTask, Windows, windows
from sequence_tasks.transforms import Chain, Differences, Log, MinMax, Standardise

AIR = as_series("air_passengers")
PARTS = ("train", "validation", "test")
#: where the targets of a window of length 3 and horizon 2 lie, counted from its start
AHEAD, EVERY, PATH = [4], [2, 3, 4], [3, 4]


@pytest.mark.parametrize(("targets", "offsets"), [("ahead", AHEAD), ("every", EVERY), ("path", PATH)])
@pytest.mark.parametrize("count", [5, 6, 13])
def test_windows_are_those_of_a_plain_loop(targets, offsets, count):
    values = np.arange(2 * count).reshape(count, 2) ** 2
    found = windows(values, length=3, horizon=2, targets=targets)
    inputs = [values[start : start + 3] for start in range(count - 4)]  # count - L - h + 1 of them
    wanted = [[values[start + offset, 0] for offset in offsets] for start in range(count - 4)]
    np.testing.assert_array_equal(found.inputs, inputs)
    np.testing.assert_array_equal(found.targets, np.expand_dims(wanted, -1) if targets == "every" else wanted)
    assert found.starts.tolist() == list(range(count - 4))
    assert found.offsets.tolist() == offsets
    assert found.targets.ravel()[-1] == values[-1, 0], "the last value is a target"


def test_windows_are_read_only_views():
    values = np.arange(10.0)
    found = windows(values, length=4)
    for view in (found.inputs, found.targets, found.values):
        assert np.shares_memory(view, values)
        with pytest.raises(ValueError, match="read-only"):
            view[0] = 1
    with pytest.raises(ValueError, match="read-only"):
        found.offsets[0] = 0
    values[4] = 99
    assert (found.targets[0, 0], found.inputs[1, -1, 0]) == (99, 99)


COPIES = {
    "copy": copy.copy,
    "deepcopy": copy.deepcopy,
    "pickle": lambda given: pickle.loads(pickle.dumps(given)),
}


@pytest.mark.parametrize("way", COPIES)
@pytest.mark.parametrize("targets", ["ahead", "every", "path"])
def test_a_copy_of_windows_is_as_read_only_and_has_views_too(way, targets):
    found = windows(np.arange(12.0).reshape(6, 2), length=2, horizon=2, targets=targets)
    rest = found._replace(inputs=found.inputs[1:], targets=found.targets[1:])
    for one in (found, rest):
        again = COPIES[way](one)
        assert type(again) is Windows
        for part, same in zip(again, one, strict=True):
            np.testing.assert_array_equal(part, same)
            with pytest.raises(ValueError, match="read-only"):
                part[0] = 9
    again = COPIES[way](found)
    assert np.shares_memory(again.values, found.values) == (way == "copy")
    assert np.shares_memory(again.inputs, again.values)
    assert np.shares_memory(again.targets, again.values)


@pytest.mark.parametrize("settings", [{"length": 0}, {"length": 1.5}, {"horizon": 0}, {"targets": "next"}])
def test_a_setting_that_is_none_is_named(settings):
    (name,) = settings
    with pytest.raises(ValueError, match=f"^{name}="):
        windows(np.arange(9), **{"length": 2, **settings})


def test_values_too_few_for_a_window_are_counted():
    with pytest.raises(ValueError, match=r"hold no window, expected .* at least 5, as length=3, horizon=2"):
        windows(np.arange(4), length=3, horizon=2)


@pytest.mark.parametrize("targets", ["ahead", "every", "path"])
@pytest.mark.parametrize("transform", [Chain(), Chain(Log(), Differences(12), Differences())])
def test_targets_never_cross_a_border_and_none_in_reach_is_missed(targets, transform):
    task = SequenceTask(AIR, 13, horizon=1, targets=targets, train=72, validation=24, transform=transform)
    edges = dict(zip(PARTS, [(0, 72), (72, 96), (96, 144)], strict=True))
    first = transform.lost + {"ahead": 13, "every": 1, "path": 13}[targets]
    for part, (begin, end) in edges.items():
        times = task.times(part)
        assert len(times) == len(task.windows(part).inputs)
        assert sorted(set(times.ravel().tolist())) == list(range(max(begin, first), end))
        np.testing.assert_array_equal(
            task.windows(part).targets.ravel(),
            task.scaled(AIR.values).astype(np.float32)[times.ravel() - transform.lost, 0],
        )


def test_every_test_month_is_predicted_from_windows_that_reach_back():
    task = SequenceTask(AIR, 12, train=96, validation=0)
    found = task.windows("test")
    assert found.inputs.shape == (48, 12, 1)
    np.testing.assert_array_equal(found.inputs[0], AIR.values[84:96])
    with pytest.raises(ValueError, match="the validation part is the values 96 to 95, which hold no target"):
        task.windows("validation")


def test_no_value_after_a_part_is_within_reach_of_its_windows():
    task = SequenceTask(AIR, 12, train=72, validation=24)
    assert len(task.windows("train").values) == 72
    found = task.windows("validation")
    assert found.values.base is not None
    np.testing.assert_array_equal(found.values, AIR.values[60:96])


def test_shares_are_rounded_counts():
    assert SequenceTask(AIR, 12, train=0.5, validation=0.25).borders == (72, 108)
    assert SequenceTask(as_series("integers"), 3).borders == (61, 81)  # 60.6 and 20.2 of 101


@pytest.mark.parametrize("transform", [Standardise(), MinMax(), Chain(Log(), Differences(), Standardise())])
def test_nothing_but_the_train_part_shapes_transform_and_spaces(transform):
    later = AIR.values.copy()
    later[96:] = later[96:] ** 2
    one, two = (
        SequenceTask(series, 12, train=96, validation=0, transform=transform)
        for series in (AIR, Series("changed", later))
    )
    np.testing.assert_array_equal(one.scaled(AIR.values), two.scaled(AIR.values))
    assert (one.bound, one.input_space, one.target_space) == (two.bound, two.input_space, two.target_space)


@pytest.mark.parametrize(
    "transform",
    [
        Chain(),
        Standardise(),
        Chain(Log(), MinMax()),
        Chain(Log(), Differences(12), Differences(), Standardise()),
        Chain(Chain(Standardise(), Differences()), Differences(3)),
    ],
)
@pytest.mark.parametrize("targets", ["ahead", "path"])
def test_targets_inverted_are_the_series(transform, targets):
    horizon = 5 if targets == "path" else 1
    task = SequenceTask(AIR, 13, horizon=horizon, targets=targets, train=96, validation=0, transform=transform)
    times = task.times("test")
    exact = task.scaled(AIR.values)[times - task.transform.lost, 0]
    unknown = np.where(np.arange(144)[:, None] < times[-1, 0], AIR.values, np.nan)  # from the last origin on
    inverted = task.inverse(exact, unknown, times[:, 0])
    np.testing.assert_allclose(inverted[-1:], AIR.values[times[-1:], 0])
    np.testing.assert_allclose(task.inverse(exact, AIR.values, times[:, 0]), AIR.values[times, 0])
    np.testing.assert_allclose(
        task.inverse(task.windows("test").targets, AIR.values, times[:, 0]), AIR.values[times, 0], rtol=1e-5
    )


def test_columns_beside_the_first_are_seen_and_not_predicted():
    table = np.c_[AIR.values, np.arange(144.0) ** 2]
    task = SequenceTask(Series("two", table), 5, train=96, validation=0, transform=Standardise())
    found = task.windows("test")
    assert found.inputs.shape == (48, 5, 2)
    assert task.input_space.shape == (5, 2)
    np.testing.assert_allclose(task.inverse(found.targets, table, task.times("test")[:, 0])[:, 0], table[96:, 0])
    np.testing.assert_allclose(found.inputs.reshape(-1, 2)[:5] * table[:96].std(0) + table[:96].mean(0), table[91:96])


def test_one_value_further_ahead_is_inverted_alone():
    task = SequenceTask(AIR, 12, horizon=3, train=96, validation=0, transform=Differences(12))
    times = task.times("test")
    inverted = task.inverse(task.windows("test").targets, AIR.values, times[:, 0] - 2)
    np.testing.assert_allclose(inverted, AIR.values[times, 0])
    with pytest.raises(ValueError, match=r'horizon=3 with differences of lag 2.*targets="path"'):
        SequenceTask(AIR, 12, horizon=3, transform=Chain(Log(), Differences(2)))


def test_spaces_hold_windows_and_have_fixed_bounds():
    task = SequenceTask(AIR, 12, horizon=2, targets="path", train=96, validation=0)
    assert task.bound == 2048, "413 is the largest before the test part, 512 the next power of two"
    assert task.input_space == gym.spaces.Box(-1, 1, (12, 1), np.float32)
    assert task.target_space == gym.spaces.Box(-1, 1, (2,), np.float32)
    assert task.windows("test").inputs[-1] / np.float32(task.bound) in task.input_space
    assert SequenceTask(AIR, 12, bound=700.0).bound == 700


def test_symbols_stay_integers():
    digits = as_series("digits", symbols=5)
    task = SequenceTask(digits, 3)
    assert (task.input_space, task.target_space) == (gym.spaces.MultiDiscrete([5, 5, 5]), gym.spaces.Discrete(5))
    assert SequenceTask(digits, 1).input_space == gym.spaces.Discrete(5)
    assert SequenceTask(digits, 3, targets="every").target_space == gym.spaces.MultiDiscrete([5, 5, 5])
    assert task.windows("train").inputs.dtype == np.int64
    with pytest.raises(ValueError, match="of symbols, expected none; leave transform out"):
        SequenceTask(digits, 3, transform=Standardise())


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"train": 0}, "train=0 and validation=0.2 of 144 values, expected a train part of at least 1"),
        ({"train": 13, "transform": Chain(Differences(12), Differences())}, "a train part of at least 14"),
        ({"train": 140, "validation": 5}, "no more than 144 together"),
        ({"train": 1.5}, "train=1.5, expected a count of values or a share below 1"),
        ({"train": 1.0}, "train=1.0, expected a count of values or a share below 1"),
        ({"validation": -1}, "validation=-1, expected a count"),
        ({"length": 0}, "length=0, expected a whole number"),
    ],
)
def test_settings_that_make_no_task_are_named(settings, message):
    with pytest.raises(ValueError, match=message):
        SequenceTask(AIR, **{"length": 12, **settings})


def test_an_unknown_part_is_refused():
    with pytest.raises(ValueError, match="part='tset', expected one of"):
        SequenceTask(AIR, 12).windows("tset")

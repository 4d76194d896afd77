"""A saved state comes back whole or not at all."""

import json
import os
import pickle
from pathlib import Path

import numpy as np
import pytest

from agents import QLearning, load, resumable, save

STATE = {"table": np.arange(600.0).reshape(20, 30), "flags": np.array([True, False]), "text": "ä\n{}", "time": 7}


def states(path, number=2):
    """Saves `number` states that differ in `time`, one after the other; the path."""
    for k in range(number):
        save(path, STATE | {"time": k})
    return path


def times(path):
    """The `time` of the file and of the previous one."""
    return [int(load(file)["time"]) for file in (path, path.with_name(f"{path.stem}.previous.npz"))]


def test_a_state_comes_back_as_it_was(tmp_path):
    save(tmp_path / "new" / "state.npz", STATE)
    loaded = load(str(tmp_path / "new" / "state.npz"))
    assert loaded.keys() == STATE.keys()
    for name, value in STATE.items():
        np.testing.assert_array_equal(loaded[name], value)
        assert np.asarray(loaded[name]).dtype == np.asarray(value).dtype
    assert json.loads(json.dumps(str(loaded["text"]))) == STATE["text"]
    assert os.listdir(tmp_path / "new") == ["state.npz"]


def test_the_previous_file_is_kept_and_no_older_one(tmp_path):
    path = states(tmp_path / "state.npz", 3)
    assert times(path) == [2, 1]
    assert sorted(os.listdir(tmp_path)) == ["state.npz", "state.previous.npz"]


def test_a_broken_file_never_becomes_the_previous_one(tmp_path):
    path = states(tmp_path / "state.npz")
    path.write_bytes(b"broken")
    save(path, STATE | {"time": 2})
    assert times(path) == [2, 0]


@pytest.mark.parametrize("state", [{"table": np.array([{}])}, {"table": object()}])
def test_objects_are_not_saved_and_leave_the_files_alone(state, tmp_path):
    path = states(tmp_path / "state.npz")
    with pytest.raises(ValueError, match="hold objects, expected arrays"):
        save(path, state)
    assert times(path) == [1, 0]
    assert sorted(os.listdir(tmp_path)) == ["state.npz", "state.previous.npz"]


@pytest.mark.parametrize("done", [0, 1])
def test_one_whole_state_is_there_if_saving_stops_between_its_files(done, tmp_path, monkeypatch):
    path, replace, names = states(tmp_path / "state.npz"), Path.replace, []

    def stops(self, target):
        names.append(self.name)
        if len(names) > done:
            raise KeyboardInterrupt
        return replace(self, target)

    monkeypatch.setattr(Path, "replace", stops)
    with pytest.raises(KeyboardInterrupt):
        save(path, STATE | {"time": 2})
    assert [name.split(".npz")[0] for name in names] == ["state", ".state"][: done + 1]
    assert int(load(path)["time"]) == 1


def test_a_half_written_file_beside_is_neither_read_nor_in_the_way(tmp_path):
    path = states(tmp_path / "state.npz")
    (tmp_path / ".state.npz.0f.part").write_bytes(path.read_bytes()[:99])
    assert times(path) == [1, 0]
    save(path, STATE | {"time": 2})
    assert times(path) == [2, 1]
    assert sorted(os.listdir(tmp_path)) == [".state.npz.0f.part", "state.npz", "state.previous.npz"]


def test_the_previous_file_is_read_in_silence_if_the_last_one_is_missing(tmp_path):
    path = states(tmp_path / "state.npz")
    path.unlink()
    assert int(load(path)["time"]) == 0


def test_no_file_at_all_is_not_a_broken_one(tmp_path):
    with pytest.raises(FileNotFoundError, match=r"state\.npz"):
        load(tmp_path / "state.npz")


def truncated(tenth):
    return lambda data: data[: len(data) * tenth // 10]


def flipped(data):
    middle = len(data) // 2
    return data[:middle] + bytes([data[middle] ^ 0xFF]) + data[middle + 1 :]


@pytest.mark.parametrize("broken", [*map(truncated, range(10)), lambda data: data[:-1], flipped])
def test_a_broken_file_is_refused_and_the_previous_one_is_read(broken, tmp_path):
    path = states(tmp_path / "state.npz")
    path.write_bytes(broken(path.read_bytes()))
    with pytest.warns(
        UserWarning, match=r"state\.npz is no complete .* Going on from .*state\.previous\.npz"
    ) as caught:
        assert int(load(path)["time"]) == 0
    assert Path(caught[0].filename).name == "test_saving.py"
    previous = tmp_path / "state.previous.npz"
    previous.write_bytes(broken(previous.read_bytes()))
    with pytest.raises(ValueError, match=r"state\.npz is no complete .*state\.previous\.npz is no complete"):
        load(path)
    previous.unlink()
    with pytest.raises(ValueError, match=r"state\.npz is no complete"):
        load(path)


class Planted:
    """Creates a file when it is unpickled."""

    def __init__(self, path):
        self.path = path

    def __reduce__(self):
        return Path.touch, (self.path,)


def in_archive(file, planted):
    np.savez(file, time=1, table=np.array([planted], object))


def in_array(file, planted):
    np.save(file, np.array([planted], object))


def in_pickle(file, planted):
    pickle.dump(planted, file)


@pytest.mark.parametrize("written", [in_archive, in_array, in_pickle])
def test_nothing_in_a_file_is_executed(written, tmp_path):
    path, planted = tmp_path / "state.npz", tmp_path / "planted"
    with path.open("wb") as file:
        written(file, Planted(planted))
    with np.load(path, allow_pickle=True) if written is in_archive else path.open("rb") as file:
        file["table"] if written is in_archive else np.load(file, allow_pickle=True)
    assert planted.exists()  # so it would work
    planted.unlink()
    with pytest.raises(ValueError, match=r"state\.npz is no complete"):
        load(path)
    with pytest.raises(ValueError, match=r"state\.npz is no complete"):
        resumable(QLearning(4, 2), lambda steps, seed: [], steps=2, every=1, path=path)
    save(path, STATE)
    assert int(load(path)["time"]) == 7
    assert sorted(os.listdir(tmp_path)) == ["state.npz"]

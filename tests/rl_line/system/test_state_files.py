"""Files of states under attack: other processes, planted links, compressed bombs, pipes, wrong types."""

import os
import subprocess
import sys
import tracemalloc
import zipfile

import numpy as np
import pytest

from rl_line.system import load, parts_like, save

SAVING = """
import sys, numpy as np
from rl_line.system import load, save
for k in range(20):
    save(sys.argv[1], {"who": np.full(1000, int(sys.argv[2])), "time": k})
    assert len(np.unique(load(sys.argv[1])["who"])) == 1
"""


def test_processes_that_save_to_one_path_leave_whole_files(tmp_path):
    path = tmp_path / "state.npz"
    crowd = [subprocess.Popen([sys.executable, "-W", "error", "-c", SAVING, path, str(k)]) for k in range(6)]
    assert [one.wait() for one in crowd] == [0] * 6
    assert len(np.unique(load(path)["who"])) == 1
    assert sorted(os.listdir(tmp_path)) == ["state.npz", "state.previous.npz"]


def test_a_planted_link_is_not_followed(tmp_path, monkeypatch):
    victim = tmp_path / "victim"
    victim.write_text("mine")
    monkeypatch.setattr("os.urandom", lambda size: bytes(1))
    (tmp_path / ".state.npz.00.part").symlink_to(victim)
    with pytest.raises(FileExistsError):
        save(tmp_path / "state.npz", {"time": 1})
    assert victim.read_text() == "mine"


def test_a_small_file_does_not_become_a_large_array(tmp_path):
    path = tmp_path / "state.npz"
    np.savez_compressed(path, zeros=np.zeros(20_000_000, np.int8))
    assert path.stat().st_size < 100_000
    tracemalloc.start()
    with pytest.raises(ValueError, match=r"state\.npz is no complete .*compressed"):
        load(path)
    assert tracemalloc.get_traced_memory()[1] < 1_000_000
    tracemalloc.stop()


def test_entries_that_lie_over_each_other_are_refused(tmp_path):
    path = tmp_path / "state.npz"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("a.npy", bytes(1000))
        twin = zipfile.ZipInfo("b.npy")
        for name in ("header_offset", "CRC", "compress_size", "file_size"):
            setattr(twin, name, getattr(archive.filelist[0], name))
        archive.filelist.append(twin)
    with pytest.raises(ValueError, match=r"state\.npz is no complete .*overlap"):
        load(path)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="there are no pipes in files here")
def test_a_pipe_is_refused_and_not_waited_for(tmp_path):
    os.mkfifo(tmp_path / "state.npz")
    with pytest.raises(ValueError, match="is no regular file"):
        load(tmp_path / "state.npz")


def test_a_file_that_is_not_there_is_named(tmp_path):
    with pytest.raises(FileNotFoundError, match=r"^no file .*state\.npz, expected a file of `save`"):
        load(tmp_path / "state.npz")


def test_files_have_the_permissions_of_all_others(tmp_path):
    save(tmp_path / "state.npz", {"time": 1})
    (tmp_path / "other").write_text("")
    assert (tmp_path / "state.npz").stat().st_mode == (tmp_path / "other").stat().st_mode


@pytest.mark.parametrize(
    ("part", "has"),
    [
        ({}, "no time"),
        ({"time": "soon"}, "time of <U4"),
        ({"time": 2.5}, "time of float64"),
        ({"time": [1, 2]}, r"time of int64 \(2,\)"),
    ],
)
def test_parts_of_other_kinds_are_named(part, has):
    with pytest.raises(ValueError, match=rf"the state has {has}.*, expected int64 \(\)"):
        parts_like(part, {"time": 0})

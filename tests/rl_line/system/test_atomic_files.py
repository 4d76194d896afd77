"""Files are complete or missing; a folder or a device instead of a file, or a file instead of a folder, is an error."""

import os
from contextlib import suppress

import pytest

from rl_line.system.atomic_files import made_folder, replaced


def test_a_file_keeps_its_contents_where_writing_fails(tmp_path):
    (tmp_path / "notes").write_text("old")
    with suppress(RuntimeError), replaced(tmp_path / "notes") as beside:
        beside.write_text("half")
        raise RuntimeError
    assert [(path.name, path.read_text()) for path in tmp_path.iterdir()] == [("notes", "old")]


def test_a_folder_is_not_replaced_by_a_file(tmp_path):
    with pytest.raises(IsADirectoryError, match=r"is a folder, expected a file; pass e.g."), replaced(tmp_path):
        pytest.fail("nothing to write to")
    assert not list(tmp_path.iterdir())


@pytest.mark.skipif(os.name != "posix", reason="pipes have no names there")
def test_a_pipe_or_device_is_not_replaced_by_a_file(tmp_path):
    os.mkfifo(tmp_path / "pipe")  # as /dev/null, which root may replace, too
    with pytest.raises(FileExistsError, match=r"pipe' is a device, expected a file"), replaced(tmp_path / "pipe"):
        pytest.fail("nothing to write to")
    assert (tmp_path / "pipe").is_fifo()
    assert [path.name for path in tmp_path.iterdir()] == ["pipe"]


@pytest.mark.parametrize("below", ["", "new", "new/newer"])
def test_a_folder_is_not_made_where_a_file_is(tmp_path, below):
    (tmp_path / "notes").write_text("old")
    with pytest.raises(NotADirectoryError, match=r"notes.* is a file or lies below one, expected a folder"):
        made_folder(tmp_path / "notes" / below)
    assert (tmp_path / "notes").read_text() == "old"

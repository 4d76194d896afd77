"""Atomic files: a file is either complete or missing."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryFile

from rl_line.system.kinds import as_path


@contextmanager
def replaced(path: str | Path) -> Iterator[Path]:
    """Context with a new file beside the path, which replaces the path at the end; missing folders are created.

    The new file has a random name, so that processes that write to one path do not collide, and no link is followed.

    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     with replaced(Path(folder) / "new" / "notes.txt") as beside:
    ...         _ = beside.write_text("whole")
    ...     print((Path(folder) / "new" / "notes.txt").read_text())
    whole
    """
    path = as_path(path)
    if path.is_dir():
        raise IsADirectoryError(f"path={str(path)!r} is a folder, expected a file; pass e.g. {str(path / 'file')!r}.")
    if _is_special(path):
        raise FileExistsError(f"path={str(path)!r} is a device, expected a file; pass another name.")
    made_folder(path.parent)
    beside = path.with_name(f".{path.name}.{os.urandom(8).hex()}.part")
    os.close(os.open(beside, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o666))
    try:
        yield beside
        _flushed(beside)
        beside.replace(path)
        if os.name == "posix":  # elsewhere a folder cannot be opened
            _flushed(path.parent)
    finally:
        beside.unlink(missing_ok=True)


def can_be_written(path: Path) -> bool:
    """True if `replaced` can write a file with this path; nothing is left behind.

    >>> can_be_written(Path("missing/notes.txt")), can_be_written(Path(".")), Path("missing").exists()
    (True, False, False)
    """
    try:
        there = next(folder for folder in path.absolute().parents if folder.exists())
        with TemporaryFile(dir=there):
            named = bool(path.name) and "\0" not in str(path)
            return named and not _is_special(path)
    except OSError:
        return False


def _is_special(path: Path) -> bool:
    """True if there is a folder or a device, asked at once, as other processes may replace a file at any moment."""
    try:
        return not stat.S_ISREG(path.stat().st_mode)
    except OSError:
        return False


def made_folder(path: Path) -> Path:
    """A folder, created with its parents if missing.

    Raises:
        NotADirectoryError: a file has its name, or the name of a parent.
    """
    try:
        path.mkdir(parents=True, exist_ok=True)
    except (FileExistsError, NotADirectoryError) as error:
        raise NotADirectoryError(
            f"path={str(path)!r} is a file or lies below one, expected a folder; pass another one, or remove the file."
        ) from error
    return path


def _flushed(path: Path) -> None:
    """Waits until a file, or the names in a folder, are on the disk."""
    handle = os.open(path, os.O_RDWR if path.is_file() else os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)

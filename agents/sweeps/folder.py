"""Folders of sweeps: a log of the rows of finished trials, a description of the sweep, and tables at the end."""

from __future__ import annotations

import hashlib
import json
import os
import platform
import subprocess
import sys
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from importlib import import_module
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any, BinaryIO

from agents.logs import write_csv
from agents.sweeps.outcomes import Row
from agents.sweeps.settings import Setting
from rl_line.system.atomic_files import made_folder, replaced
from rl_line.system.identity import differences
from rl_line.system.kinds import as_path

_LOG, _ABOUT = "rows.jsonl", "settings.json"
_PACKAGES = ("rl-line", "numpy", "scipy", "gymnasium", "keras", "tensorflow", "tensorflow-cpu", "ray")
_MOST_TOLD = 1_000  # different values of one setting in the file


def read_rows(folder: str | Path) -> list[Row]:
    """The rows of a sweep in the order of its settings, also of a running or killed sweep.

    Raises:
        FileNotFoundError: the folder holds no sweep.
    """
    path = as_path(folder) / _LOG
    if not path.is_file():
        raise FileNotFoundError(f"no {path}, expected the folder of a sweep; pass the out=... of `sweep`.")
    with path.open("rb") as file:
        finished, _ = _read(file)
    return [row for index in sorted(finished) for row in finished[index]]


def made_with(folder: str | Path) -> dict[str, str]:
    """Versions and the first digits of the git commit at the last start of the sweep in a folder."""
    start = json.loads((as_path(folder) / _ABOUT).read_text(encoding="utf-8"))["starts"][-1]
    commit = {} if start["git"] is None else {"git": f"{start['git']:.12}{', changed' if start['changed'] else ''}"}
    return {**start["versions"], **commit}


class Log:
    """Rows of finished trials, and the open file to which further rows are added."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self.finished, whole = _read(file)
        file.truncate(whole)  # drops an incomplete last line
        file.seek(whole)

    def add(self, index: int, rows: list[Row]) -> None:
        """Writes the rows of a trial as one line, and flushes it."""
        self.finished[index] = rows
        self._file.write(json.dumps({"index": index, "rows": rows}).encode() + b"\n")
        self._file.flush()


@contextmanager
def opened(folder: str | Path, trial: str, settings: Sequence[Setting]) -> Iterator[Log]:
    """The log of a sweep in a folder, created if missing; writes the tables when all trials have finished.

    Raises:
        ValueError: the folder holds another sweep.
        RuntimeError: another process writes to it.
    """
    folder = made_folder(as_path(folder))
    with (folder / _LOG).open("a+b") as file:
        _lock(file, folder)
        _describe(folder, trial, settings)
        file.seek(0)
        log = Log(file)
        yield log
        if len(log.finished) == len(settings):
            _write_tables(folder, [row for index in range(len(settings)) for row in log.finished[index]])


def _read(file: BinaryIO) -> tuple[dict[int, list[Row]], int]:
    """The rows of finished trials by index, and the length in bytes of the complete lines."""
    finished: dict[int, list[Row]] = {}
    whole = 0
    for number, line in enumerate(file, 1):
        if not line.endswith(b"\n"):
            break  # the process was killed while writing
        try:
            told = json.loads(line)
            finished.setdefault(told["index"], told["rows"])
        except (ValueError, KeyError, TypeError) as error:
            raise ValueError(
                f"line {number} of {_LOG} is {line[:80]!r}, expected the rows of a trial; remove that line, and its "
                "trial runs again."
            ) from error
        whole += len(line)
    return finished, whole


def _lock(file: BinaryIO, folder: Path) -> None:
    """Locks the log against other processes until this one ends, where the system has such locks."""
    try:
        fcntl = import_module("fcntl")
    except ModuleNotFoundError:  # Windows
        return
    try:
        fcntl.lockf(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        raise RuntimeError(
            f"another process writes to {folder}, expected one sweep in a folder; wait for it, or pass another folder"
        ) from error


def _describe(folder: Path, trial: str, settings: Sequence[Setting]) -> None:
    """Writes the description of a sweep, or adds this start to it; ValueError in the folder of another sweep."""
    path, here = folder / _ABOUT, {"trial": trial, "settings": _summary(settings)}
    about: dict[str, Any] = {**here, "starts": []}
    if path.exists():
        try:
            about = json.loads(path.read_text(encoding="utf-8"))
            there = {name: about[name] for name in here}
        except (ValueError, KeyError, TypeError) as error:
            raise ValueError(f"{path} is not of a sweep; pass another folder, or remove this one.") from error
        if told := differences(there, here):
            raise ValueError(f"{folder} holds another sweep ({told}); pass another folder, or remove this one.")
    about["starts"].append(_start())
    with replaced(path) as beside:
        beside.write_text(json.dumps(about, indent=1), encoding="utf-8")


def _summary(settings: Sequence[Setting]) -> dict[str, Any]:
    """Summary of settings: their number, the values of each name, and a digest of all in order."""
    digest, values = hashlib.sha256(), dict[str, dict[Any, None]]()
    for setting in settings:
        digest.update(json.dumps(setting).encode() + b"\n")
        for name, value in setting.items():
            known = values.setdefault(name, {})
            if len(known) < _MOST_TOLD:
                known.setdefault(value)
    listed = {name: list(known) for name, known in values.items()}
    return {"count": len(settings), "values": listed, "digest": digest.hexdigest()}


def _start() -> dict[str, Any]:
    """Circumstances of a sweep's start: time, command, versions, and the git commit of the folder."""
    versions = {"python": platform.python_version()}
    for name in _PACKAGES:
        try:
            versions[name] = version(name)
        except PackageNotFoundError:
            continue
    return {
        "time": time.strftime("%Y-%m-%dT%H:%M:%S%z"),
        "command": sys.argv,
        "versions": versions,
        "git": _git("rev-parse", "HEAD"),
        "changed": bool(_git("status", "--porcelain", "--untracked-files=no")),
    }


def _git(*arguments: str) -> str | None:
    """The answer of git about the current folder; None without git or a repository."""
    try:
        asked = subprocess.run(["git", *arguments], capture_output=True, text=True, timeout=10, cwd=os.getcwd())
    except (OSError, subprocess.SubprocessError):
        return None
    return asked.stdout.strip() if asked.returncode == 0 else None


def _write_tables(folder: Path, rows: list[Row]) -> None:
    """Writes all rows as a table: CSV, and Parquet where pyarrow is installed."""
    write_csv(rows, folder / "rows.csv")
    try:
        arrow, parquet = import_module("pyarrow"), import_module("pyarrow.parquet")
    except ModuleNotFoundError:
        return
    names = list(dict.fromkeys(name for row in rows for name in row))
    table = arrow.table({name: _column(arrow, (row.get(name) for row in rows)) for name in names})
    with replaced(folder / "rows.parquet") as beside:
        parquet.write_table(table, beside)


def _column(arrow: Any, values: Iterable[Any]) -> Any:
    """A column of one type; of texts, if the values have several types."""
    listed = list(values)
    try:
        return arrow.array(listed)
    except (arrow.ArrowInvalid, arrow.ArrowTypeError, OverflowError):
        return arrow.array([None if value is None else str(value) for value in listed])

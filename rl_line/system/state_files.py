"""States in .npz files of arrays and texts: complete, checked, and with the previous file as a fallback."""

from __future__ import annotations

import io
import json
import stat
import warnings
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rl_line.system.atomic_files import replaced
from rl_line.system.kinds import as_path

State = dict[str, Any]  # arrays, numbers and texts, by name


def save(path: str | Path, state: Mapping[str, Any]) -> None:
    """Writes a state to an .npz file; an existing file becomes the previous one, `name.previous.npz`.

    Raises:
        ValueError: a part is an object that NumPy could only pickle.
    """
    path, arrays = as_path(path), {name: np.asarray(part) for name, part in state.items()}
    if objects := [name for name, array in arrays.items() if array.dtype.hasobject]:
        raise ValueError(f"{', '.join(objects)} hold objects, expected arrays, numbers and texts.")
    with replaced(path) as beside:
        with beside.open("wb") as file:
            np.savez(file, **arrays)  # type: ignore[arg-type]
        if _is_whole(path):
            _set_aside(path)


def load(path: str | Path, *, stacklevel: int = 2) -> State:
    """Reads a state; if its file is broken or missing, warns and reads the previous one.

    Args:
        path: a file written by `save`.
        stacklevel: stack level of the warning, as in `warnings.warn`.

    Raises:
        FileNotFoundError: neither file exists.
        ValueError: both files are broken, or hold objects or compressed arrays.
    """
    path, reasons = as_path(path), []
    for file in (path, previous(path)):
        try:
            state = _read(file)
        except (FileNotFoundError, ValueError) as error:
            reasons.append(error)
            continue
        if reasons and not isinstance(reasons[0], FileNotFoundError):
            warnings.warn(f"{reasons[0]} Going on from {file}.", stacklevel=stacklevel)
        return state
    first, second = reasons
    if not isinstance(second, FileNotFoundError):
        raise ValueError(f"{first} {second}")
    if isinstance(first, FileNotFoundError):
        raise FileNotFoundError(f"no file {path}, expected a file of `save`; pass its path.")
    raise first


def previous(path: Path) -> Path:
    """The path of the previous state."""
    return path.with_name(f"{path.stem}.previous{path.suffix}")


def parts_like(state: Mapping[str, Any], expected: Mapping[str, Any]) -> dict[str, NDArray[Any]]:
    """Copies of the expected parts of a state, in the types of the expected arrays.

    Raises:
        ValueError: a part is missing, has another shape, or cannot be converted to the type.

    >>> parts_like({"time": np.array(3)}, {"time": 0.0})
    {'time': array(3.)}
    """
    found = {}
    for name, like in expected.items():
        like, part = np.asarray(like), np.asarray(state.get(name))
        if name not in state or part.shape != like.shape or not np.can_cast(part.dtype, like.dtype, "same_kind"):
            has = f"{name} of {part.dtype} {part.shape}" if name in state else f"no {name}"
            raise ValueError(
                f"the state has {has}, expected {like.dtype} {like.shape}; "
                "restore the state of an agent or a training with the same settings."
            )
        found[name] = np.array(part, dtype=like.dtype)
    return found


def generator_state(generator: np.random.Generator, state: Mapping[str, Any]) -> dict[str, Any]:
    """The state of a random generator, from the text `rng` of a state.

    Raises:
        ValueError: the text is missing, or of another kind of generator.
    """
    trial = type(generator.bit_generator)()
    try:
        found = json.loads(str(state["rng"]))
        trial.state = found
    except (KeyError, TypeError, ValueError) as error:
        raise ValueError(
            f"the state has rng={str(state.get('rng'))[:40]!r}, expected the JSON of a {type(trial).__name__}; "
            "restore the result of `state()`."
        ) from error
    return dict(found)


def _set_aside(path: Path) -> None:
    try:
        path.replace(previous(path))
    except FileNotFoundError:  # another process has set it aside
        return


def _read(path: Path) -> State:
    if not stat.S_ISREG(path.stat().st_mode):  # reading a pipe would block
        raise ValueError(f"{path} is no regular file, expected a file of `save`; pass its path.")
    import zipfile  # imported late, as its import takes as long as the line's

    data = path.read_bytes()
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            entries = archive.infolist()
            if len(entries) != int.from_bytes(data[-12:-10], "little"):
                raise ValueError("entries are missing")
            # A compressed file may be a thousand times as large once it is read.
            if any(entry.compress_type != zipfile.ZIP_STORED for entry in entries):
                raise ValueError("it is compressed")
            if sum(entry.file_size for entry in entries) > len(data):
                raise ValueError("its entries overlap")
            # Read as a whole, so that every checksum is compared before any header is used.
            members = {entry.filename.removesuffix(".npy"): io.BytesIO(archive.read(entry)) for entry in entries}
        return {name: np.lib.format.read_array(part, allow_pickle=False)[()] for name, part in members.items()}
    except Exception as error:  # zipfile and NumPy raise many kinds for broken files
        raise ValueError(f"{path} is no complete .npz file of arrays ({error}), expected a file of `save`.") from error


def _is_whole(path: Path) -> bool:
    try:
        _read(path)
    except (FileNotFoundError, ValueError):
        return False
    return True

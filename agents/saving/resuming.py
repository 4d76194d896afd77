"""States in files, arrays and texts only, and runs that go on after an interruption."""

from __future__ import annotations

import io
import json
import warnings
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from agents.logs import Row
from rl_line.system import replaced, scalars

State = dict[str, Any]  # arrays, numbers and texts, by name


def save(path: str | Path, state: State) -> None:
    """Writes a state to an .npz file; the file that was there becomes the previous one, `name.previous.npz`."""
    path, arrays = Path(path), {name: np.asarray(part) for name, part in state.items()}
    if objects := [name for name, array in arrays.items() if array.dtype.hasobject]:
        raise ValueError(f"{', '.join(objects)} hold objects, expected arrays, numbers and texts.")
    with replaced(path) as beside:
        with beside.open("wb") as file:
            np.savez(file, **arrays)  # type: ignore[arg-type]
        if _is_whole(path):
            path.replace(_previous(path))


def load(path: str | Path) -> State:
    """Reads a state; if its file is broken or missing, warns and reads the previous one.

    Raises:
        FileNotFoundError: neither is there.
        ValueError: both are broken, or hold objects instead of arrays.
    """
    path, reasons = Path(path), []
    for file in (path, _previous(path)):
        try:
            state = _read(file)
        except (FileNotFoundError, ValueError) as error:
            reasons.append(error)
            continue
        if reasons and not isinstance(reasons[0], FileNotFoundError):
            warnings.warn(f"{reasons[0]} Going on from {file}.", stacklevel=2)
        return state
    raise reasons[0] if isinstance(reasons[1], FileNotFoundError) else ValueError(f"{reasons[0]} {reasons[1]}")


def resumable(
    agent: Any,
    train: Callable[[int, int], list[Row]],
    *,
    steps: int,
    every: int,
    path: str | Path,
    seed: int = 0,
    logdir: str | Path | None = None,
) -> list[Row]:
    """Trains in stretches, each a run of its own with a seed of its own, and saves the agent after every one.

    If the file is there already, it goes on from it, and ends with the very numbers of a run without interruption.
    A stretch begins with a reset: it should be much longer than an episode.

    Args:
        agent: with `settings()`, `state()` and `restore()`, made as it was at first.
        train: (steps, seed) -> rows, e.g. `lambda steps, seed: agents.train(env, agent, steps=steps, seed=seed)`.
        steps: of all stretches together. More may be asked for later: a last stretch that was cut short is done again.
        every: steps of a stretch.
        path: an .npz file.
        seed: of all stretches.
        logdir: a folder for TensorBoard to read the rows from, stretch by stretch; None for none.

    Returns:
        the rows of all stretches, their steps and episodes counted on.

    Raises:
        ValueError: the file is of a run with other settings, or of none, or it and the previous one are broken.
    """
    if steps < 0 or every < 1:
        raise ValueError(f"steps={steps}, every={every}, expected at least 0 and 1; pass e.g. every=10_000.")
    run = json.dumps({"agent": agent.settings(), "every": every, "seed": seed}, sort_keys=True)
    rows, done = list[Row](), 0
    if (saved := _begun(Path(path), run, steps, every)) is not None:
        agent.restore({name.removeprefix("agent."): part for name, part in saved.items() if name.startswith("agent.")})
        done, rows = int(saved["done"]), json.loads(str(saved["rows"]))
    with scalars(logdir) as log:
        while done < steps:
            number = min(every, steps - done)
            stretch = np.random.SeedSequence([seed, done]).generate_state(1)
            before = {"step": done, "episode": sum(1 for row in rows if "episode" in row)}
            more = train(number, int(stretch[0]) % 2**31)
            rows += [{name: value + before.get(name, 0) for name, value in row.items()} for row in more]
            for row in rows[len(rows) - len(more) :]:
                log(row)
            done += number
            parts = {f"agent.{name}": part for name, part in agent.state().items()}
            save(path, {**parts, "run": run, "done": done, "rows": json.dumps(rows)})
    return rows


def _begun(path: Path, run: str, steps: int, every: int) -> State | None:
    """State of a run after its last stretch, or before it if that was cut short and is to be longer now."""
    if not (path.exists() or _previous(path).exists()):
        return None
    saved = load(path)
    if not {"run", "done", "rows"} <= saved.keys():
        raise ValueError(
            f"{path} holds {', '.join(saved) or 'nothing'}, expected a run of `resumable`; pass another path."
        )
    if str(saved["run"]) != run:
        raise ValueError(f"{path} is of the run {saved['run']}, expected {run}; pass another path, or delete it.")
    if int(saved["done"]) % every == 0 or int(saved["done"]) >= steps:
        return saved
    if not _previous(path).exists():
        return None
    _previous(path).replace(path)
    return _begun(path, run, steps, every)


def _read(path: Path) -> State:
    data = path.read_bytes()
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            if len(archive.namelist()) != int.from_bytes(data[-12:-10], "little"):
                raise ValueError("entries are missing")
            # Read whole, so that every checksum is compared before any header is believed.
            members = {name.removesuffix(".npy"): io.BytesIO(archive.read(name)) for name in archive.namelist()}
        return {name: np.lib.format.read_array(part, allow_pickle=False)[()] for name, part in members.items()}
    except Exception as error:  # zipfile and NumPy raise many kinds for broken files
        raise ValueError(f"{path} is no whole .npz file of arrays ({error}); expected what `save` wrote.") from error


def _is_whole(path: Path) -> bool:
    try:
        _read(path)
    except (FileNotFoundError, ValueError):
        return False
    return True


def _previous(path: Path) -> Path:
    return path.with_name(f"{path.stem}.previous{path.suffix}")

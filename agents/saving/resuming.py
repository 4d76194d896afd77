"""Runs that go on after an interruption, to the very numbers of one that was not interrupted."""

from __future__ import annotations

import json
import os
import zlib
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from agents.logs import Row
from agents.saving.run_identity import identity, told_apart
from rl_line.system import scalars
from rl_line.system.atomic_files import made_folder
from rl_line.system.kinds import as_path, function, spelled, with_methods
from rl_line.system.numbers import as_array, shown, whole
from rl_line.system.state_files import State, load, parts_like, previous, save


@spelled
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

    A file goes on for one run: class and settings of the agent, `every`, `seed`, and of `train` its environments, the
    functions of this package that it uses, and its numbers and texts: those written there, in their order for one
    version of Python, closed over, global, in dataclasses, and of functions between. Lists and arrays are not seen.

    Args:
        agent: with `settings()`, `state()` and `restore()`, made as it was at first.
        train: (steps, seed) -> rows, e.g. `lambda steps, seed: agents.train(env, agent, steps=steps, seed=seed)`.
        steps: of all stretches. More may be asked for later: a last stretch that was cut short is done again.
        every: steps of a stretch.
        path: an .npz file; the rows are appended to `name.rows.jsonl` beside it.
        seed: of all stretches.
        logdir: a folder for TensorBoard to read the rows from, stretch by stretch; None for none.

    Returns:
        the rows of all stretches, their steps and episodes counted on.

    Raises:
        TypeError: `train` returns other than rows of numbers.
        ValueError: the file is of another run, or of none; it and the previous one, or its rows, are broken.
    """
    steps, every, seed, path = whole(0, steps=steps), whole(1, every=every), whole(0, seed=seed), as_path(path)
    with_methods("agent", agent, "state", "restore", advice="pass e.g. agents.QLearning.for_env(env)")
    function("pass e.g. lambda steps, seed: agents.train(env, agent, steps, seed=seed)", count=2, train=train)
    run = identity(agent, train, every=every, seed=seed)
    kept = _Rows(path)
    done = 0 if (saved := _begun(path, run, steps, every)) is None else kept.take(saved, agent)
    with scalars(logdir) as log:
        while done < steps:
            number = min(every, steps - done)
            stretch = np.random.SeedSequence([seed, done]).generate_state(1)
            for row in kept.add(_checked(train(number, int(stretch[0]) % 2**31)), after=done):
                log(row)
            done, state = done + number, {f"agent.{name}": part for name, part in agent.state().items()}
            save(path, {**state, "run": json.dumps(run), "done": done, **kept.mark()})
    return kept.rows


class _Rows:
    """Rows in a file that only grows; a state says how much of it, and with which checksum, it goes with.

    Args:
        path: of the state.
    """

    def __init__(self, path: Path) -> None:
        self.path = path.with_name(f"{path.stem}.rows.jsonl")
        self.rows: list[Row] = []
        self.size = self.checksum = self.episodes = 0

    def mark(self) -> dict[str, int]:
        """The length of the file so far, in bytes, and its checksum."""
        return {"rows_size": self.size, "rows_checksum": self.checksum}

    def take(self, saved: State, agent: Any) -> int:
        """Reads the rows that a state goes with, and restores its agent; the steps that are done."""
        self.size, self.checksum = int(saved["rows_size"]), int(saved["rows_checksum"])
        data = self.path.read_bytes()[: self.size] if self.path.is_file() else b""
        if len(data) < self.size or zlib.crc32(data) != self.checksum:
            raise ValueError(
                f"{self.path} is {'broken' if self.path.exists() else 'missing'}, expected the rows of {self.path.stem}"
                "; put back the file that was beside it, or pass another path."
            )
        self.rows = [json.loads(line) for line in data.splitlines()]
        self.episodes = sum("episode" in row for row in self.rows)
        agent.restore({name.removeprefix("agent."): part for name, part in saved.items() if name.startswith("agent.")})
        return int(saved["done"])

    def add(self, rows: Sequence[Row], *, after: int) -> list[Row]:
        """Appends rows with steps and episodes counted on, over any rows that were never saved; returns them."""
        before = {"step": after, "episode": self.episodes}
        counted = [{name: value + before.get(name, 0) for name, value in row.items()} for row in rows]
        self.rows += counted
        self.episodes += sum("episode" in row for row in counted)
        data = "".join(f"{json.dumps(row, default=_plain)}\n" for row in counted).encode()
        made_folder(self.path.parent)
        with self.path.open("r+b" if self.path.is_file() else "xb") as file:
            file.truncate(self.size)
            file.seek(self.size)
            file.write(data)
            file.flush()
            os.fsync(file.fileno())  # before the state that counts on it
        self.size, self.checksum = self.size + len(data), zlib.crc32(data, self.checksum)
        return counted


def _checked(rows: Any) -> Sequence[Row]:
    """The rows that a stretch returned, if they are rows of numbers; else TypeError."""
    advice = "return rows of one number a name, as agents.train does"
    if not isinstance(rows, Sequence) or isinstance(rows, str | bytes):
        raise TypeError(f"train returned {shown(rows)}, expected a list of rows; {advice}.")
    for row in rows:
        if not isinstance(row, Mapping):
            raise TypeError(f"train returned a row {shown(row)}, expected numbers by name; {advice}.")
        for name, value in row.items():
            if type(value) is float or type(value) is int:
                continue
            array = as_array(value)
            if not isinstance(name, str) or array.size != 1 or array.dtype.kind not in "biuf":
                raise TypeError(f"train returned a row with {name}={shown(value)}, expected a number; {advice}.")
    return rows


def _plain(number: Any) -> Any:
    """A number of NumPy or TensorFlow as Python has it."""
    return np.asarray(number).item()


def _begun(path: Path, run: dict[str, Any], steps: int, every: int) -> State | None:
    """State of a run after its last stretch, or before it if that was cut short and is to be longer now."""
    if not (path.exists() or previous(path).exists()):
        return None
    saved = load(path, stacklevel=5)
    if not {"run", "done", "rows_size", "rows_checksum"} <= saved.keys():
        raise ValueError(
            f"{path} holds {', '.join(saved) or 'nothing'}, expected a run of `resumable`; pass another path."
        )
    parts_like(saved, {"done": 0, "rows_size": 0, "rows_checksum": 0})
    if told := told_apart(json.loads(str(saved["run"])), run):
        raise ValueError(f"{path} is of another run ({told}); pass another path, or delete it.")
    if int(saved["done"]) % every == 0 or int(saved["done"]) >= steps:
        return saved
    if not previous(path).exists():
        return None
    previous(path).replace(path)
    return _begun(path, run, steps, every)

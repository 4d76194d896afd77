"""Runs that resume after an interruption, with exactly the numbers of an uninterrupted run."""

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
    """Trains in stretches, each a run with its own seed, and saves the agent after each stretch.

    If the file exists, the run resumes from it, and ends with exactly the numbers of an uninterrupted run.
    A stretch begins with a reset: it should be much longer than an episode.

    A file belongs to one run: class and settings of the agent, `every`, `seed`, and of `train` its environments, the
    functions of this package that it uses, and numbers and texts in itself, in dataclasses and in functions between:
    literals (in order, for one version of Python), closed-over and global variables. Lists and arrays do not count.

    Args:
        agent: an agent with `settings()`, `state()` and `restore()`, made as for the first start.
        train: (steps, seed) -> rows, e.g. `lambda steps, seed: agents.train(env, agent, steps=steps, seed=seed)`.
        steps: steps of all stretches. A later call may ask for more; a short last stretch is then repeated.
        every: steps of a stretch.
        path: an .npz file; the rows are appended to `name.rows.jsonl` beside it.
        seed: seed of all stretches.
        logdir: folder in which the rows are logged for TensorBoard, stretch by stretch; None for no log.

    Returns:
        The rows of all stretches, with steps and episodes counted from the first stretch.

    Raises:
        TypeError: `train` does not return rows of numbers.
        ValueError: the file is of another run, or of no run; or the file and the previous one, or its rows, are broken.
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
    """Rows in a file that only grows; a state stores the length and the checksum of the rows that belong to it.

    Args:
        path: file of the state.
    """

    def __init__(self, path: Path) -> None:
        self.path = path.with_name(f"{path.stem}.rows.jsonl")
        self.rows: list[Row] = []
        self.size = self.checksum = self.episodes = 0

    def mark(self) -> dict[str, int]:
        """The length of the file so far, in bytes, and its checksum."""
        return {"rows_size": self.size, "rows_checksum": self.checksum}

    def take(self, saved: State, agent: Any) -> int:
        """Reads the rows that belong to a state, and restores its agent; returns the steps done."""
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
        """Appends rows, with steps and episodes counted from the start, over rows of no saved state; returns them."""
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
            os.fsync(file.fileno())  # before the state that refers to it
        self.size, self.checksum = self.size + len(data), zlib.crc32(data, self.checksum)
        return counted


def _checked(rows: Any) -> Sequence[Row]:
    """The rows of a stretch; TypeError unless they are rows of numbers."""
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
    """A number of NumPy or TensorFlow as a Python number."""
    return np.asarray(number).item()


def _begun(path: Path, run: dict[str, Any], steps: int, every: int) -> State | None:
    """State of a run after its last stretch; before it, if it was cut short and `steps` is now larger."""
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

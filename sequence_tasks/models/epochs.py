"""Progress of a training, epoch by epoch: rows, the best weights, and a file to resume from."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rl_line.system import load, parts_like, save
from rl_line.system.identity import differences
from rl_line.system.state_files import previous
from rl_line.system.tensorboard import Row


class Epochs:
    """The epochs of one training so far; resumes from the file if it exists.

    Args:
        variables: Keras variables of the model and then of its optimizer.
        weights: number of variables of the model.
        run: identity of the training; ValueError for a file of another one.
        patience: epochs without a better validation loss before the training stops; None for no early stop.
        path: an .npz file, written after every epoch, with the one before as `name.previous.npz`; None for no file.
        steps: text for messages about the step size, e.g. "learning_rate=0.01".
    """

    def __init__(
        self,
        variables: list[Any],
        weights: int,
        *,
        run: dict[str, Any],
        patience: int | None,
        path: str | Path | None,
        steps: str,
    ) -> None:
        self.variables, self.patience, self.steps = variables, patience, steps
        self.path, self.run = None if path is None else Path(path), run
        self.rows: list[Row] = []
        self.best: list[NDArray] = [np.zeros(0)] * weights
        self.best_epoch = 0
        if self.path is not None and (self.path.exists() or previous(self.path).exists()):
            self._restore(self.path)

    @property
    def stopped(self) -> bool:
        """True after `patience` epochs without a better one."""
        return self.patience is not None and len(self.rows) - self.best_epoch >= self.patience

    def add(self, loss: float, val_loss: float | None = None) -> Row:
        """Records one more epoch and returns its row; ValueError, without a new file, if a loss is not finite."""
        row: Row = {"step": len(self.rows) + 1, "loss": loss}
        if val_loss is not None:
            row["val_loss"] = val_loss
        for name in row:
            if not np.isfinite(row[name]):
                raise ValueError(
                    f"{name}={row[name]} in epoch {row['step']} with {self.steps}, expected a finite number; lower "
                    "the learning rate, or clip the gradients: optimizer=keras.optimizers.Adam(1e-3, clipnorm=1.0)."
                )
        self.rows.append(row)
        if self.patience is not None and (
            not self.best_epoch or row["val_loss"] < self.rows[self.best_epoch - 1]["val_loss"]
        ):
            self.best_epoch = len(self.rows)
            self.best = [_array(variable) for variable in self.variables[: len(self.best)]]
        if self.path is not None:
            self._save(self.path)
        return row

    def finish(self) -> None:
        """Restores the best weights, if there is patience."""
        if self.patience is not None:
            for variable, value in zip(self.variables, self.best, strict=False):
                variable.assign(value)

    def _save(self, path: Path) -> None:
        rows = np.array([[row[name] for name in self.rows[0] if name != "step"] for row in self.rows])
        save(path, {**self._parts(), "rows": rows, "best_epoch": self.best_epoch, "run": json.dumps(self.run)})

    def _restore(self, path: Path) -> None:
        saved = load(path, stacklevel=6)
        if "run" not in saved:
            raise ValueError(f"{path} holds {', '.join(saved) or 'nothing'}, expected a training; pass another path.")
        if told := differences(json.loads(str(saved["run"])), self.run):
            raise ValueError(f"{path} is of another training ({told}); pass another path, or delete it.")
        if self.patience is not None:  # the file has best weights
            self.best = [_array(variable) for variable in self.variables[: len(self.best)]]
        losses = np.zeros(np.shape(saved.get("rows", ())))
        parts = parts_like(saved, {**self._parts(), "rows": losses, "best_epoch": 0})
        self.best_epoch = int(parts["best_epoch"])
        self.rows = [
            {"step": step, **dict(zip(("loss", "val_loss"), row, strict=False))}
            for step, row in enumerate(parts["rows"].tolist(), start=1)
        ]
        for k, variable in enumerate(self.variables):
            variable.assign(parts[f"now{k}"])
        self.best = [parts[f"best{k}"] for k in range(len(self.best))]

    def _parts(self) -> dict[str, NDArray]:
        """Copies of all variables, and of the best weights."""
        now = {f"now{k}": _array(variable) for k, variable in enumerate(self.variables)}
        return now | {f"best{k}": value for k, value in enumerate(self.best)}


def _array(variable: Any) -> NDArray:
    return np.array(variable.value.numpy())  # a copy

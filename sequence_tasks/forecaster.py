"""Networks as forecasters: one step, step by step on their own predictions, or several steps at once."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from rl_line.system.kinds import function, instance
from rl_line.system.numbers import MOST, whole
from rl_line.system.tf.programs import layers_of
from sequence_tasks.checks import finite, places
from sequence_tasks.task import Forecaster, SequenceTask

Mode = Literal["recursive", "direct"]
_TOGETHER = 4096  # windows that a network is shown at once


@dataclass(frozen=True, eq=False)
class NetworkForecaster:
    """A network of a task, as a `Forecaster` in raw units.

    With targets "path" it is direct: all steps from one look, at most `task.horizon`. Else it is recursive: its first
    step is what it was trained for, and every further one takes the steps before it for true. So it sees nothing but
    values before the origin.

    Args:
        task: whose windows and transform the network was trained with; of a horizon of 1, or with targets "path".
        model: a `keras.Model`, or anything else that is called with windows [k, L, F] in the network's units.
    """

    task: SequenceTask
    model: Any

    def __post_init__(self) -> None:
        instance("task", self.task, SequenceTask, "pass NetworkForecaster(task, model)")
        if self.task.targets != "path" and self.task.horizon != 1:
            raise ValueError(
                f"horizon={self.task.horizon} with targets={self.task.targets!r} predicts no step in between, expected "
                'targets="path"; its last column is the step that far ahead.'
            )

    @property
    def mode(self) -> Mode:
        """Recursive or direct: the origin of the steps after the first."""
        return "direct" if self.task.targets == "path" else "recursive"

    def __call__(self, values: NDArray[Any], origins: ArrayLike, steps: int) -> NDArray[np.float64]:
        """Forecasts [k, steps] of column 0 from each origin on, from values[:origin] of values [m, F] alone.

        Raises:
            ValueError: too few values before an origin, more steps than the network gives at once, or several columns
                and several steps, one on the other.
        """
        steps = whole(1, MOST, steps=steps)
        values = finite("values", values, axes=(1, 2)).astype(
            np.float64 if self.task.series.symbols is None else np.int64
        )
        values, origins = values[:, None] if values.ndim == 1 else values, places("origins", origins, high=len(values))
        needed = self.task.length + self.task.transform.lost
        if origins.size and origins.min() < needed:
            raise ValueError(f"an origin at {origins.min()}, expected at least {needed} values before it; begin later.")
        if self.mode == "direct" and steps > self.task.horizon:
            raise ValueError(
                f"steps={steps}, expected at most the task's horizon, {self.task.horizon}; make it longer."
            )
        others = set(range(1, values.shape[1]))
        if self.mode == "recursive" and steps > 1 and others and others <= set(self.task.series.known):
            if origins.size and origins.max() + steps - 1 > len(values):
                raise ValueError(
                    f"an origin at {origins.max()} of {len(values)} values and steps={steps}, expected the columns "
                    f"known in advance up to step {origins.max() + steps - 2}; begin earlier."
                )
        elif self.mode == "recursive" and steps > 1 and others:
            raise ValueError(
                f"steps={steps} of {values.shape[1]} columns, of which only the first is predicted, expected 1 step; "
                'use a task with targets="path", or a series with known=(1, ...) where the others are known in advance.'
            )
        parts = range(0, max(1, len(origins)), _TOGETHER)
        return np.concatenate([self._path(values, origins[k : k + _TOGETHER], steps) for k in parts])

    def _path(self, values: NDArray[Any], origins: NDArray[np.int64], steps: int) -> NDArray[np.float64]:
        """Forecasts [k, steps] from a few origins, whose windows lie in memory together."""
        needed = self.task.length + self.task.transform.lost
        history = values[origins[:, None] - needed + np.arange(needed)]
        if self.mode == "direct":
            return self._next(history)[:, :steps]
        forecasts = [self._next(history)]
        for step in range(steps - 1):
            beside = values[origins + step, 1:] if values.shape[1] > 1 else np.zeros((len(origins), 0))
            came = np.concatenate([forecasts[-1], beside], axis=1)[:, None]
            history = np.concatenate([history[:, 1:], came.astype(history.dtype)], axis=1)
            forecasts.append(self._next(history))
        return np.concatenate(forecasts, axis=1)

    def _next(self, history: NDArray[Any]) -> NDArray[np.float64]:
        """The network's next values [k, 1] or [k, H], in raw units, after raw values [k, L + lost, F]."""
        symbols = self.task.series.symbols
        seen = history if symbols is not None else self.task.scaled(history).astype(np.float32)
        said = asked(self.model, seen)
        if symbols is not None:
            return said.argmax(axis=-1)[:, -1:].astype(np.float64)
        said = said[:, -1] if self.task.targets == "every" else said
        return self.task.inverse(said, *in_a_row(history))


@dataclass(frozen=True, eq=False)
class Ensemble:
    """The mean of several forecasters, of one mode."""

    members: Sequence[Forecaster]

    def __post_init__(self) -> None:
        instance("members", self.members, Sequence, "pass a list of forecasters")
        for member in self.members:
            function("pass forecasters, such as NetworkForecaster(task, model)", count=3, member=member)
        modes = {getattr(member, "mode", None) for member in self.members}
        if len(modes) != 1:
            raise ValueError(f"members of modes {sorted(map(str, modes))}, expected at least one, and one mode.")

    @property
    def mode(self) -> Any:
        """The mode of every member."""
        return getattr(self.members[0], "mode", None)

    def __call__(self, values: NDArray[Any], origins: ArrayLike, steps: int) -> NDArray[np.float64]:
        """Forecasts [k, steps]."""
        origins = places("origins", origins, high=len(values))
        return np.mean([member(values, origins, steps) for member in self.members], axis=0)


def next_value(task: SequenceTask, model: Any) -> Callable[[NDArray[Any]], NDArray[np.float64]]:
    """A function from raw inputs [n, L], of any length that the model takes, to predictions of the next value [n]."""

    def predict(inputs: NDArray[Any]) -> NDArray[np.float64]:
        raw = finite("inputs", inputs)
        said = asked(model, task.scaled(raw[..., None]).astype(np.float32)).astype(np.float64)
        return task.inverse(said.reshape(len(raw), -1)[:, -1:], *in_a_row(raw[..., None]))[:, 0]

    return predict


def asked(model: Any, windows: NDArray[Any]) -> NDArray[Any]:
    """The model's output for windows [k, L, F], whatever it was asked before."""
    forget(model)
    return np.asarray(model(windows))


def forget(model: Any) -> None:
    """Resets every stateful layer of a Keras model: its own, those of models in it, and those inside of wrappers."""
    for layer in layers_of(model):
        if getattr(layer, "stateful", False) and hasattr(layer, "reset_state"):
            layer.reset_state()


def in_a_row(windows: NDArray[Any]) -> tuple[NDArray[Any], NDArray[np.int64]]:
    """Windows [k, L, F] laid end to end [k L, F], and the origin after each of them [k]."""
    count, length, features = windows.shape
    return windows.reshape(count * length, features), length * np.arange(1, count + 1)

"""Networks as forecasters: one step, step by step on their own predictions, or several steps at once."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from rl_line.system.kinds import function, instance, several, spelled
from rl_line.system.numbers import MOST, whole
from rl_line.system.tf.programs import layers_of
from sequence_tasks.checks import finite, first_unusable, history, places
from sequence_tasks.task import Forecaster, SequenceTask

Mode = Literal["recursive", "direct"]
_TOGETHER = 4096  # windows in one call of a network


@spelled
@dataclass(frozen=True, eq=False)
class NetworkForecaster:
    """A network of a task, as a `Forecaster` in raw units.

    With targets "path" it is direct: one call predicts all steps, at most `task.horizon`. Else it is recursive: every
    step after the first takes the predictions before as true values. So it uses only values before the origin.

    Args:
        task: task of the windows and the transform in training; with a horizon of 1, or with targets "path".
        model: a `keras.Model`, or another callable of windows [k, L, F] in the network's units.
    """

    task: SequenceTask
    model: Any

    def __post_init__(self) -> None:
        instance("task", self.task, SequenceTask, "pass NetworkForecaster(task, model)")
        function('pass e.g. MODELS["lstm"](task.windows("train"))', model=self.model)
        if self.task.targets != "path" and self.task.horizon != 1:
            raise ValueError(
                f"horizon={self.task.horizon} with targets={self.task.targets!r} predicts no step in between, expected "
                'targets="path"; its last column is the step that far ahead.'
            )

    @property
    def mode(self) -> Mode:
        """Recursive or direct: the way to predict steps after the first."""
        return "direct" if self.task.targets == "path" else "recursive"

    def __call__(self, values: NDArray[Any], origins: ArrayLike, steps: int) -> NDArray[np.float64]:
        """Forecasts [k, steps] of column 0 from each origin on, from values[:origin] of values [m, F] alone.

        Several recursive steps also read the columns known in advance in the rows after an origin. Other columns are
        not read there and may be nan.

        Raises:
            ValueError: too few values before an origin, more steps than the network predicts at once, or several
                recursive steps without known future values of all other columns.
        """
        steps = whole(1, MOST, steps=steps)
        values, origins = history(values, origins, axes=(1, 2))
        values = values[:, None] if values.ndim == 1 else values
        needed = self.task.length + self.task.transform.lost
        if origins.size and origins.min() < needed:
            raise ValueError(f"an origin at {origins.min()}, expected at least {needed} values before it; begin later.")
        if self.mode == "direct" and steps > self.task.horizon:
            raise ValueError(
                f"steps={steps}, expected at most the task's horizon, {self.task.horizon}; make it longer."
            )
        if self.mode == "recursive" and steps > 1:
            self._check_ahead(values, origins.max(initial=0), steps)
        parts = range(0, max(1, len(origins)), _TOGETHER)
        return np.concatenate([self._path(values, origins[k : k + _TOGETHER], steps) for k in parts])

    def _path(self, values: NDArray[Any], origins: NDArray[np.int64], steps: int) -> NDArray[np.float64]:
        """Forecasts [k, steps] from a few origins, with all their windows in memory."""
        needed = self.task.length + self.task.transform.lost
        seen = values[origins[:, None] - needed + np.arange(needed)]
        seen = seen.astype(np.float64 if self.task.series.symbols is None else np.int64)
        if self.mode == "direct":
            return self._next(seen)[:, :steps]
        forecasts = [self._next(seen)]
        for step in range(steps - 1):
            beside = values[origins + step, 1:] if values.shape[1] > 1 else np.zeros((len(origins), 0))
            came = np.concatenate([forecasts[-1], beside], axis=1)[:, None]
            seen = np.concatenate([seen[:, 1:], came.astype(seen.dtype)], axis=1)
            forecasts.append(self._next(seen))
        return np.concatenate(forecasts, axis=1)

    def _check_ahead(self, values: NDArray[Any], last: int, steps: int) -> None:
        """Raises ValueError for several recursive steps if columns beside the first are not known that far ahead."""
        columns, end = values.shape[1], last + steps - 1
        if not set(range(1, columns)) <= set(self.task.series.known):
            raise ValueError(
                f"steps={steps} of {columns} columns, with only the first one predicted, expected 1 step; "
                'use a task with targets="path", or a series with known=(1, ...) where the others are known in advance.'
            )
        ahead = values[last:end, 1:]
        where = (len(ahead), 0) if columns > 1 and len(ahead) < steps - 1 else first_unusable(ahead)
        if where is not None:
            came = f"{ahead[where]} at {last + where[0]}" if where[0] < len(ahead) else f"{len(values)} rows"
            raise ValueError(
                f"values have {came} and steps={steps} from an origin at {last}, expected the columns known in advance "
                f"up to step {end - 1}; append their rows to values, with nan in column 0, or begin earlier."
            )

    def _next(self, window: NDArray[Any]) -> NDArray[np.float64]:
        """The network's next values [k, 1] or [k, H], in raw units, after raw values [k, L + lost, F]."""
        symbols = self.task.series.symbols
        seen = window if symbols is not None else self.task.scaled(window).astype(np.float32)
        said = asked(self.model, seen)
        wanted = {"ahead": (1,), "every": (self.task.length, 1), "path": (self.task.horizon,)}[self.task.targets]
        wanted = wanted if symbols is None else (wanted[0], symbols)
        if said.shape != (len(seen), *wanted) or said.dtype.kind not in "biuf":
            raise ValueError(
                f"the model gives {said.dtype} of shape {said.shape} for {len(seen)} windows, expected numbers "
                f"{(len(seen), *wanted)} with targets={self.task.targets!r}; change its last layer, or the task."
            )
        if symbols is not None:
            return said.argmax(axis=-1)[:, -1:].astype(np.float64)
        said = said[:, -1] if self.task.targets == "every" else said
        return self.task.inverse(said, *in_a_row(window))


@spelled
@dataclass(frozen=True, eq=False)
class Ensemble:
    """The mean of several forecasters, of one mode."""

    members: Sequence[Forecaster]

    def __post_init__(self) -> None:
        object.__setattr__(self, "members", several("pass a list of forecasters", members=self.members))
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
    """Function from raw inputs [n, L], of any length that the model takes, to predictions of the next value [n]."""

    def predict(inputs: NDArray[Any]) -> NDArray[np.float64]:
        raw = finite("inputs", inputs)
        said = asked(model, task.scaled(raw[..., None]).astype(np.float32)).astype(np.float64)
        return task.inverse(said.reshape(len(raw), -1)[:, -1:], *in_a_row(raw[..., None]))[:, 0]

    return predict


def asked(model: Any, windows: NDArray[Any]) -> NDArray[Any]:
    """The model's output for windows [k, L, F], with states reset before.

    Raises:
        ValueError: a Keras model does not take the windows, or has several outputs of different shapes.
    """
    forget(model)
    if not hasattr(model, "layers"):
        return np.asarray(model(windows))
    try:
        return np.asarray(model(windows))
    except Exception as error:  # Keras raises many kinds
        reason = " ".join(re.sub(r"\x1b\[\d*m", "", str(error)).split())  # without Keras' bold type
        raise ValueError(
            f"the model does not take windows of shape {windows.shape} ({reason:.300}); make it for windows such as "
            'task.windows("train"), of any number.'
        ) from error


def forget(model: Any) -> None:
    """Resets every stateful layer of a Keras model: also in inner models and in wrappers.

    Raises:
        ValueError: a stateful layer cannot be reset.
    """
    for layer in layers_of(model):
        if not getattr(layer, "stateful", False):
            continue
        states = getattr(layer, "states", None)
        if isinstance(states, list | tuple) and any(isinstance(part, list | tuple) for part in states):
            _to_zero(states)  # of stacked cells, which Keras' own reset leaves out
        elif not callable(getattr(layer, "reset_state", None)):
            raise ValueError(
                f"layer {getattr(layer, 'name', layer)!r} is stateful and has no `reset_state`, expected one, as a "
                "forecast must not depend on the one before; write one, or leave stateful out."
            )
        else:
            layer.reset_state()


def _to_zero(states: Any) -> None:
    """Sets variables, or lists of them to any depth, to 0."""
    if isinstance(states, list | tuple):
        for part in states:
            _to_zero(part)
    else:
        states.assign(np.zeros(states.shape))


def in_a_row(windows: NDArray[Any]) -> tuple[NDArray[Any], NDArray[np.int64]]:
    """Windows [k, L, F] concatenated to [k L, F], and the origin after each window [k]."""
    count, length, features = windows.shape
    return windows.reshape(count * length, features), length * np.arange(1, count + 1)

"""Any sequence task as a Gymnasium environment: observe a window, predict the next values, get minus the error."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import gymnasium as gym
import numpy as np
from gymnasium.error import InvalidAction, ResetNeeded
from numpy.typing import NDArray

from rl_line.system.kinds import instance, spelled
from rl_line.system.numbers import as_array, as_whole, seed_from, stream
from sequence_tasks.series.catalogue import as_series
from sequence_tasks.task import Part, SequenceTask
from sequence_tasks.transforms import Chain, Standardise, Transform


@spelled
class SequenceEnv(gym.Env[Any, Any]):
    """The windows of one part of a task, one after the other.

    ## Observation space
    A window in the network's units, divided by `task.bound`: `Box(-1, 1, (length, features))`. For symbols
    `MultiDiscrete`, or `Discrete` for windows of length 1.

    ## Action space
    The prediction, in the same units: `Box(-1, 1)` of the targets' shape. For symbols `Discrete` or `MultiDiscrete`.

    ## Rewards
    Minus the mean absolute error in the network's units; for symbols, minus the share of wrong predictions. So the
    mean reward of the test part's episode is minus the mean absolute error on the test part.

    ## Episode
    Starts at the first window of the part, or at a random one with `random_start`; terminates with the last target.
    Nothing else is random. `reset(options={"window": i})` starts at window i.

    ## Arguments
    task: a `SequenceTask`; `gymnasium.make` takes a series and settings of a task, see `sequence_env`.
    part: "train", "validation" or "test".
    feedback: whether predictions replace the true values in later windows (recursive forecasts); else later windows
        show the true values (teacher forcing). It needs one feature and targets one step ahead.
    random_start: whether episodes start at random windows, so that the lanes of a vector environment differ.

    ## Information
    After a step, `{"target": the target in the action's units, "time": its position in the series}`; empty at reset.

    Raises:
        ValueError: the task does not allow feedback, or a value lies outside the bound.
        gymnasium.error.InvalidAction: an action that is not in the action space.
        gymnasium.error.ResetNeeded: `step` before `reset` or after the end.
    """

    metadata: dict[str, Any] = {"render_modes": []}  # noqa: RUF012

    def __init__(
        self, task: SequenceTask, *, part: Part = "train", feedback: bool = False, random_start: bool = False
    ) -> None:
        instance("task", task, SequenceTask, "pass e.g. SequenceTask(series, 12), or sequence_env(series)")
        for name, flag in (("feedback", feedback), ("random_start", random_start)):
            if not isinstance(flag, (bool, np.bool_, int)):
                raise TypeError(f"{name} is a {type(flag).__name__}, expected True or False.")
        features = task.series.values.shape[1]
        if feedback and (task.targets, task.horizon, features) != ("ahead", 1, 1):
            raise ValueError(
                f"feedback=True with targets={task.targets!r}, horizon={task.horizon} and {features} features, "
                'expected targets="ahead", horizon=1 and one feature.'
            )
        self.task, self.part, self.feedback, self.random_start = task, part, feedback, random_start
        self.observation_space, self.action_space = task.input_space, task.target_space
        self.data = task.windows(part)
        self._symbols = task.series.symbols is not None
        self._unit = np.int64(1) if self._symbols else np.float32(task.bound or 1.0)
        self._first_time = int(task.times(part)[0, -1])
        self._values: NDArray[Any] = self.data.values if self._symbols else self.data.values / self._unit
        outside = np.abs(self._values).max(axis=1) > 1
        if outside.any() and not self._symbols:
            raise ValueError(
                f"the {part} part has {self.data.values[outside.argmax()]} in the network's units, expected values "
                f"from {-self._unit} to {self._unit}; pass a larger bound, e.g. bound={4 * self._unit}."
            )
        self._seen = self._values
        self._window: int | None = None  # None before a reset and after the end

    def reset(self, *, seed: int | None = None, options: Mapping[str, Any] | None = None) -> tuple[Any, dict[str, Any]]:
        """Starts at the first window of the part, at a random window, or at `options["window"]`."""
        super().reset(seed=(first := seed_from(seed)))
        if first is not None:
            self._np_random = stream(first, of="sequence")
        options = {} if options is None else options
        instance("options", options, Mapping, "pass e.g. {'window': 0}")
        options = dict(options)
        first = int(self.np_random.integers(len(self.data.inputs))) if self.random_start else 0
        window = options.pop("window", first)
        chosen = as_whole(window)
        if options or chosen is None or not 0 <= chosen < len(self.data.inputs):
            raise ValueError(
                f'options={ {"window": window, **options} }, expected only "window" from 0 to '
                f'{len(self.data.inputs) - 1}; pass e.g. options={{"window": 0}}.'
            )
        self._seen = self._values.copy() if self.feedback else self._values
        self._window = chosen
        return self._observation(self._window), {}

    def step(self, action: Any) -> tuple[Any, float, bool, bool, dict[str, Any]]:
        """Compares a prediction with its target; gives the next window, and minus the error as reward."""
        if self._window is None:
            raise ResetNeeded("step() was called before reset(), or after the last target; call reset() first.")
        window, shape = self._window, self.action_space.shape or ()
        said = as_array(action)
        whole = not self._symbols or said.dtype.kind in "iu"
        with np.errstate(over="ignore"):  # an overflow lies outside of the space
            cast = said.astype(self.action_space.dtype) if said.dtype.kind in "biuf" else None
        if said.shape != shape or not whole or cast is None or not self.action_space.contains(cast):
            raise InvalidAction(f"action={action!r}, expected one in {self.action_space}.")
        target = self._values[window + self.data.offsets, 0].reshape(shape)
        if self._symbols:
            error = float(np.mean(said != target))
        else:
            error = float(np.abs(said * self._unit - target * self._unit).mean())
        if self.feedback:
            self._seen[window + self.data.offsets, 0] = said
        terminated = window + 1 == len(self.data.inputs)
        self._window = None if terminated else window + 1
        info = {"target": target, "time": self._first_time + window}
        return self._observation(window + 1), -error, terminated, False, info

    def _observation(self, window: int) -> Any:
        """A copy of the values in a window; the window after the last one also exists."""
        shown = self._seen[window : window + self.task.length]
        if not self._symbols:
            return shown.copy()
        return int(shown[0, 0]) if self.task.length == 1 else shown[:, 0].copy()


def sequence_env(
    series: Any,
    *,
    length: int = 12,
    transform: Transform | None = None,
    part: Part = "train",
    feedback: bool = False,
    random_start: bool = False,
    **settings: Any,
) -> SequenceEnv:
    """The environment of a series, as made by `gymnasium.make("SeriesWindow-v0", series=...)`.

    Args:
        series: a `Series`, its name, an array, a pandas column or the path of a CSV file; or a whole `SequenceTask`.
        length: number of values in a window.
        transform: transform to the network's units; by default `Standardise`, and for symbols none.
        part: part of the series.
        feedback: whether predictions are fed back.
        random_start: whether episodes start at any window.
        settings: the other settings of `SequenceTask`: horizon, targets, train, validation, bound.
    """
    way: dict[str, Any] = {"part": part, "feedback": feedback, "random_start": random_start}
    if isinstance(series, SequenceTask):
        return SequenceEnv(series, **way)
    known = as_series(series)
    if transform is None:
        transform = Standardise() if known.symbols is None else Chain()
    return SequenceEnv(SequenceTask(known, length, transform=transform, **settings), **way)

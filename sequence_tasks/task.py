"""A sequence task: windows of a series with their targets, in parts that follow each other in time."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Literal, Protocol, get_args

import gymnasium as gym
import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

from rl_line.system.kinds import instance, one_of, spelled
from rl_line.system.numbers import as_whole, real
from sequence_tasks.checks import finite
from sequence_tasks.series.series import Series
from sequence_tasks.transforms import Chain, Transform, check_transform, shortest_lag
from sequence_tasks.windowing import Targets, Windows, cut, reach, steps_of, windows

__all__ = ["Forecaster", "Part", "SequenceTask", "Targets", "Windows", "windows"]

Part = Literal["train", "validation", "test"]


class Forecaster(Protocol):
    """Protocol of forecasters to evaluate: naive guesses, networks, and a user's own."""

    def __call__(self, values: NDArray[Any], origins: NDArray[np.int64], steps: int) -> NDArray[np.float64]:
        """Forecasts [k, steps] of column 0 from each origin o of [k] on, from values[:o] of values [m, F] alone.

        Columns known in advance may also be read after o; other columns may be nan there.
        """
        ...


@spelled
@dataclass(frozen=True, eq=False)
class SequenceTask:
    """A series, the windows to predict it from, and its train, validation and test parts.

    All steps of a target lie in one part; windows may begin in an earlier part.

    Args:
        series: the series to predict.
        length: number of values in a window.
        horizon: steps ahead, as in `windows`.
        targets: "ahead", "every" or "path", as in `windows`.
        train: number, or share, of values in the train part.
        validation: number, or share, of values in the validation part, which follows; 0 for none. The rest is the
            test part.
        transform: transform from raw units to the network's; it is fitted here, on the train part alone.
        bound: divisor of both spaces, so that all values lie between -1 and 1; by default a power of two, 4 to 8
            times the largest value of the train part in the network's units. So it does not depend on the future,
            and the division is exact.

    Raises:
        ValueError: a setting is out of range, or settings do not fit together.
    """

    series: Series
    length: int
    horizon: int = 1
    targets: Targets = "ahead"
    train: int | float = 0.6
    validation: int | float = 0.2
    transform: Transform = field(default_factory=Chain)
    bound: float | None = None
    borders: tuple[int, int] = field(init=False)  # first steps of the validation part and of the test part

    def __post_init__(self) -> None:
        instance("series", self.series, Series, "pass e.g. as_series(values)")
        check_transform(self.transform)
        for name, steps in zip(("length", "horizon"), steps_of(self.length, self.horizon), strict=True):
            object.__setattr__(self, name, steps)
        reach(self.length, self.horizon, self.targets)
        count = len(self.series)
        train, validation = (_count(name, getattr(self, name), count) for name in ("train", "validation"))
        if train < self.transform.lost + 1 or train + validation > count:
            raise ValueError(
                f"train={self.train!r} and validation={self.validation!r} of {count} values, expected a train part of "
                f"at least {self.transform.lost + 1} and no more than {count} together; pass e.g. train=0.6."
            )
        if self.series.symbols is not None and not (isinstance(self.transform, Chain) and not self.transform.steps):
            raise ValueError(f"transform={self.transform!r} of symbols, expected none; leave transform out.")
        lag = shortest_lag(self.transform)
        if self.targets != "path" and lag is not None and lag < self.horizon:
            raise ValueError(
                f"horizon={self.horizon} with differences of lag {lag}: the forecast needs values in between that are "
                'not known; pass targets="path".'
            )
        fitted = self.transform.fit(self.series.values[:train])
        object.__setattr__(self, "transform", fitted)
        object.__setattr__(self, "borders", (train, train + validation))
        largest = float(np.abs(_in_range(fitted.forward(self.series.values[:train]), "train part")).max())
        if self.bound is None:
            object.__setattr__(self, "bound", 2.0 ** (np.ceil(np.log2(max(largest, _TINY) if largest else 1.0)) + 2))
        else:
            object.__setattr__(self, "bound", real(_TINY, 8 * _HUGE, above=True, below=True, bound=self.bound))

    def __repr__(self) -> str:
        train, end = self.borders
        shares = {"train": train, "validation": end - train, "test": len(self.series) - end}
        parts = ", ".join(f"{name} {count:,}" for name, count in shares.items())
        asked = f"length {self.length}, horizon {self.horizon}, targets {self.targets!r}"
        return f"<SequenceTask of {self.series!r}, {asked}; values: {parts}>"

    def windows(self, part: Part) -> Windows:
        """The windows of a part, float32 in the network's units or int64 for symbols, without later values."""
        first, stop = self._range(part)
        return cut(self._network[first:stop], length=self.length, horizon=self.horizon, targets=self.targets)

    def times(self, part: Part) -> NDArray[np.int64]:
        """Positions in the series of the targets of a part's windows, [n, K]: a read-only view."""
        found = self.windows(part)
        first = self.transform.lost + self._range(part)[0] + int(found.offsets[0])
        count = len(found.offsets)
        return sliding_window_view(first + np.arange(len(found.inputs) + count - 1), count)

    def dates(self, part: Part) -> NDArray[np.datetime64]:
        """Dates of the targets of a part's windows, [n, K], a read-only view; ValueError without dates."""
        if self.series.dates is None:
            raise ValueError(
                f"series {self.series.name!r} has no dates; pass them, e.g. as_series(values, dates=dates)."
            )
        times = self.times(part)
        return sliding_window_view(self.series.dates[times[0, 0] : times[-1, -1] + 1], times.shape[1])

    def scaled(self, values: NDArray[Any]) -> NDArray[Any]:
        """Raw values [m, F] in the network's units, [m - transform.lost, F]."""
        return self.transform.forward(values)

    def inverse(self, predictions: NDArray[Any], values: NDArray[Any], origins: NDArray[np.int64]) -> NDArray[Any]:
        """Predictions in raw units, [k, H] -> [k, H].

        Args:
            predictions: for the steps from each origin on, or [k, 1] for the one value `horizon` steps ahead.
            values: raw values [m, F]; only values[:o] are used for an origin o.
            origins: [k], the first step after each window.
        """
        lead = 0 if self.targets == "path" else self.horizon - 1
        lost = self.transform.lost
        history = values[np.asarray(origins)[:, None] - lost + np.arange(lost), 0]
        path = np.pad(np.asarray(predictions, np.float64), ((0, 0), (lead, 0)), constant_values=np.nan)
        return self.transform.inverse(path, history)[:, lead:]

    @property
    def input_space(self) -> gym.Space[Any]:
        """Space of windows over `bound`: `Box` [L, F]; for symbols `MultiDiscrete` [L], or `Discrete` if L is 1."""
        if self.series.symbols is None:
            return gym.spaces.Box(-1, 1, (self.length, self.series.values.shape[1]), np.float32)
        if self.length == 1:
            return gym.spaces.Discrete(self.series.symbols)
        return gym.spaces.MultiDiscrete([self.series.symbols] * self.length)

    @property
    def target_space(self) -> gym.Space[Any]:
        """Space of targets divided by `bound`: `Box` of their shape; for symbols `Discrete` or `MultiDiscrete` [K]."""
        shape = {"ahead": (1,), "every": (self.length, 1), "path": (self.horizon,)}[self.targets]
        if self.series.symbols is None:
            return gym.spaces.Box(-1, 1, shape, np.float32)
        if shape == (1,):
            return gym.spaces.Discrete(self.series.symbols)
        return gym.spaces.MultiDiscrete([self.series.symbols] * max(shape))

    @cached_property
    def _network(self) -> NDArray[Any]:
        """The whole series in the network's units, [m, F]."""
        if self.series.symbols is not None:
            return self.series.values
        return _in_range(self.scaled(self.series.values), "series").astype(np.float32)

    def _range(self, part: str) -> tuple[int, int]:
        """Range of the series, in the network's units, that a part's windows and targets cover."""
        one_of("part", part, get_args(Part))
        edges = (0, *self.borders, len(self.series))
        place = get_args(Part).index(part)
        begin, end = edges[place], edges[place + 1]
        (nearest, furthest), lost = reach(self.length, self.horizon, self.targets), self.transform.lost
        first = max(0, begin - lost - nearest)
        if end - lost - first <= furthest:
            raise ValueError(
                f"the {part} part is the values {begin} to {end - 1}, which hold no target of length={self.length}, "
                f"horizon={self.horizon}, targets={self.targets!r}; give it more values, or shorten the window."
            )
        return first, end - lost


def _count(name: str, part: float, total: int) -> int:
    """Number of values in a part, from a count or a share."""
    count = as_whole(part)
    if count is not None and count >= 0 and (count != 1 or not isinstance(part, (float, np.floating))):
        return count
    if count is not None or not isinstance(part, (float, np.floating)) or not 0 < part < 1:
        raise ValueError(f"{name}={part!r}, expected a count of values or a share below 1; pass e.g. {name}=0.2.")
    return round(part * total)


#: Largest and smallest number in a network's units, float32; `bound` is up to 8 times the largest value.
_HUGE, _TINY = 2.0**124, float(np.finfo(np.float32).tiny)


def _in_range(values: NDArray[Any], name: str) -> NDArray[np.float64]:
    """Values in the network's units, checked to fit float32."""
    advice = "pass transform=Standardise(), or give the series a larger unit"
    return finite(f"the {name} in the network's units", values, largest=_HUGE, advice=advice)

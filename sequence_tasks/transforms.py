"""Transforms between a series and a network: reversible changes of units, fitted on the train part alone."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any, Protocol, TypeVar

import numpy as np
from numpy.typing import ArrayLike, NDArray

from rl_line.system.kinds import spelled, with_methods
from rl_line.system.numbers import whole
from sequence_tasks.checks import finite

Self = TypeVar("Self", bound="Transform")


class Transform(Protocol):
    """Protocol of a change of units and its inverse; time is the second last axis forward, and the last axis back."""

    @property
    def lost(self) -> int:
        """Number of values at the start without a transformed value."""
        ...

    def fit(self: Self, values: NDArray[Any]) -> Self:
        """A transform of this kind with the statistics of values [T, F]."""
        ...

    def forward(self, values: NDArray[Any]) -> NDArray[Any]:
        """[..., T, F] -> [..., T - lost, F]."""
        ...

    def inverse(self, path: NDArray[Any], history: NDArray[Any]) -> NDArray[Any]:
        """Column 0 of the next values, [..., H], from transformed values and `lost` or more values before, [..., B]."""
        ...


@spelled
@dataclass(frozen=True, eq=False)
class Standardise:
    """Mean 0 and standard deviation 1 on the train part, column by column; a constant column is only centred."""

    mean: NDArray[np.float64] | None = None  # [F]
    scale: NDArray[np.float64] | None = None  # [F]
    lost = 0

    def __post_init__(self) -> None:
        _keep(self, "mean", "scale")

    def fit(self, values: NDArray[Any]) -> Standardise:
        """A transform with the mean and the standard deviation of each column of values [T, F]."""
        values = finite("the values to fit to", values, axes=(2,))
        return replace(self, mean=np.mean(values, axis=0), scale=_unit(np.std(values, axis=0), values))

    def forward(self, values: NDArray[Any]) -> NDArray[Any]:
        """Values minus the mean, divided by the standard deviation."""
        values = _columns(values)
        mean, scale = _fitted(self, self.mean, self.scale, columns=values.shape[-1])
        return (values - mean) / scale

    def inverse(self, path: NDArray[Any], history: NDArray[Any]) -> NDArray[Any]:
        """Column 0 in its own units."""
        mean, scale = _fitted(self, self.mean, self.scale, columns=1)
        return path * scale + mean


@spelled
@dataclass(frozen=True, eq=False)
class MinMax:
    """Smallest value of the train part at 0 and largest at 1, column by column; later values may lie outside."""

    low: NDArray[np.float64] | None = None  # [F]
    width: NDArray[np.float64] | None = None  # [F]
    lost = 0

    def __post_init__(self) -> None:
        _keep(self, "low", "width")

    def fit(self, values: NDArray[Any]) -> MinMax:
        """A transform with the smallest and the largest value of each column of values [T, F]."""
        values = finite("the values to fit to", values, axes=(2,))
        return replace(self, low=np.min(values, axis=0), width=_unit(np.ptp(values, axis=0), values))

    def forward(self, values: NDArray[Any]) -> NDArray[Any]:
        """Values minus the smallest, divided by the width."""
        values = _columns(values)
        low, width = _fitted(self, self.low, self.width, columns=values.shape[-1])
        return (values - low) / width

    def inverse(self, path: NDArray[Any], history: NDArray[Any]) -> NDArray[Any]:
        """Column 0 in its own units."""
        low, width = _fitted(self, self.low, self.width, columns=1)
        return path * width + low


@dataclass(frozen=True)
class Log:
    """The natural logarithm of positive values."""

    lost = 0

    def fit(self, values: NDArray[Any]) -> Log:
        """The transform itself: it has no statistics."""
        return self

    def forward(self, values: NDArray[Any]) -> NDArray[Any]:
        """Logarithms; ValueError where a value is not positive."""
        values = finite("values", values)
        if not (values > 0).all():
            where = np.argwhere(~(values > 0))[0]
            raise ValueError(
                f"Log of values with {values[tuple(where)]:g} at {where.tolist()}, expected positive numbers; add a "
                "constant to the series, or leave Log out."
            )
        return np.log(values)

    def inverse(self, path: NDArray[Any], history: NDArray[Any]) -> NDArray[Any]:
        """Exponentials of the path."""
        return np.exp(np.asarray(path, np.float64))


@spelled
@dataclass(frozen=True)
class Differences:
    """Each value minus the one `lag` before: the change; with the season as lag, the change from the season before.

    >>> rise = Differences()
    >>> rise.forward(np.array([[1.0], [4.0], [9.0]]))[:, 0]
    array([3., 5.])
    >>> rise.inverse(np.array([7.0, 9.0]), np.array([9.0]))
    array([16., 25.])
    """

    lag: int = 1

    def __post_init__(self) -> None:
        object.__setattr__(self, "lag", whole(lag=self.lag))

    @property
    def lost(self) -> int:
        """The lag."""
        return self.lag

    def fit(self, values: NDArray[Any]) -> Differences:
        """The transform itself: it has no statistics."""
        return self

    def forward(self, values: NDArray[Any]) -> NDArray[Any]:
        """Values minus the values `lag` steps before."""
        values = _columns(values)
        return values[..., self.lag :, :] - values[..., : -self.lag, :]

    def inverse(self, path: NDArray[Any], history: NDArray[Any]) -> NDArray[Any]:
        """The path summed up, from the last `lag` values of the history on."""
        known = np.concatenate([history[..., history.shape[-1] - self.lag :], path], axis=-1, dtype=np.float64)
        for step in range(path.shape[-1]):
            known[..., step + self.lag] += known[..., step]
        return known[..., self.lag :]


@spelled
@dataclass(frozen=True, eq=False, init=False)
class Chain:
    """Transforms in order, each fitted on the output of those before; an empty chain is the identity.

    >>> Chain(Log(), Differences(12), Differences()).lost
    13
    """

    steps: tuple[Transform, ...]

    def __init__(self, *steps: Transform) -> None:
        for step in steps:
            check_transform(step)
        object.__setattr__(self, "steps", steps)

    @property
    def lost(self) -> int:
        """Values lost by all transforms together."""
        return sum(step.lost for step in self.steps)

    def fit(self, values: NDArray[Any]) -> Chain:
        """A chain of the transforms, each fitted on the output of the transforms before it."""
        fitted = []
        for step in self.steps:
            fitted.append(step.fit(values))
            values = fitted[-1].forward(values)
        return Chain(*fitted)

    def forward(self, values: NDArray[Any]) -> NDArray[Any]:
        """All transforms in order."""
        for step in self.steps:
            values = step.forward(values)
        return values

    def inverse(self, path: NDArray[Any], history: NDArray[Any]) -> NDArray[Any]:
        """All inverses in reverse order."""
        before = []
        for step in self.steps:
            before.append(history)
            history = step.forward(history[..., None])[..., 0]
        for step, values in zip(reversed(self.steps), reversed(before), strict=True):
            path = step.inverse(path, values)
        return path


def check_transform(transform: Any) -> None:
    """Raises TypeError unless an object is a transform."""
    if isinstance(transform, type) or not hasattr(transform, "lost"):
        raise TypeError(f"transform is a {type(transform).__name__}, expected one such as Standardise() or Chain().")
    with_methods("transform", transform, "fit", "forward", "inverse", advice="pass e.g. Standardise()")


def _columns(values: ArrayLike) -> NDArray[np.float64]:
    """Finite values [..., T, F]; T may be 0."""
    if (array := finite("values", values)).ndim < 2:
        raise ValueError(f"values has shape {array.shape}, expected [..., T, F]; pass e.g. values[:, None].")
    return array


def _keep(transform: Any, *names: str) -> None:
    """Converts given statistics to arrays [F]."""
    for name in names:
        if (given := getattr(transform, name)) is not None:
            object.__setattr__(transform, name, finite(name, given, axes=(1,)))


def shortest_lag(transform: Transform) -> int | None:
    """The smallest lag of the differences in a transform; None without differences."""
    steps: Iterable[Transform] = transform.steps if isinstance(transform, Chain) else (transform,)
    lags = [shortest_lag(step) if isinstance(step, Chain) else getattr(step, "lag", None) for step in steps]
    return min((lag for lag in lags if lag is not None), default=None)


def _unit(spread: NDArray[np.float64], values: NDArray[Any]) -> NDArray[np.float64]:
    """Divisor of each column [F]: its spread, or 1 where the spread is rounding error."""
    return np.where(spread <= 1e-12 * np.abs(values).max(axis=0), 1.0, spread)


def _fitted(transform: Transform, *statistics: NDArray[Any] | None, columns: int) -> tuple[NDArray[Any], ...]:
    """The statistics of the first columns; ValueError if they are missing."""
    found = tuple(statistic for statistic in statistics if statistic is not None)
    if len(found) < len(statistics) or min(map(len, found)) < columns:
        fitted = "not fitted" if len(found) < len(statistics) else f"fitted to {min(map(len, found))} columns"
        raise ValueError(
            f"{type(transform).__name__} is {fitted}, and values have {columns} columns, expected fit(train) first."
        )
    return tuple(statistic[:columns] for statistic in found)

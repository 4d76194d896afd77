"""Prediction intervals with a given coverage, from the errors on the validation part."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from rl_line.system.kinds import instance, spelled
from rl_line.system.numbers import real, whole
from sequence_tasks.evaluation.backtesting import asked
from sequence_tasks.task import Forecaster, SequenceTask
from sequence_tasks.transforms import Chain, Transform


class Band(NamedTuple):
    """A forecast between two bounds, all [k, H] in raw units."""

    low: NDArray[np.float64]
    middle: NDArray[np.float64]
    high: NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Intervals:
    """A forecaster with the half width of its interval for each step, on a scale."""

    forecaster: Forecaster
    scale: Transform  # pointwise
    half: NDArray[np.float64]  # [H]

    def __call__(self, values: NDArray[Any], origins: NDArray[np.int64]) -> Band:
        """Forecasts from each origin with their intervals."""
        steps = len(self.half)
        middle = asked(self.forecaster, values, np.asarray(origins), steps)
        on_scale = _forward(self.scale, middle)
        low, high = (self.scale.inverse(on_scale + sign * self.half, np.zeros((len(origins), 0))) for sign in (-1, 1))
        return Band(low, middle, high)


@spelled
def conformal(forecaster: Forecaster, task: SequenceTask, *, coverage: float = 0.9, steps: int = 1) -> Intervals:
    """Split conformal intervals: quantiles of the errors on the validation part, step by step.

    At least a share `coverage` of the values lies inside if the errors are exchangeable; for a stationary series this
    holds approximately. Errors are measured on the scale of the transform before any differences: with logarithms,
    intervals are wide where values are large.

    Args:
        forecaster: any forecaster that was not fitted on the validation part.
        task: the task with the validation part.
        coverage: the share of values inside, above 0 and below 1.
        steps: H, number of values in each forecast.

    Raises:
        ValueError: the validation part has too few origins for the coverage, or a forecast is not finite.

    Source: Vovk, Gammerman & Shafer (2005), section 2.2; Lei et al. (2018), algorithm 2.
    """
    instance("task", task, SequenceTask, "pass conformal(forecaster, task)")
    coverage, steps = real(0, 1, above=True, below=True, coverage=coverage), whole(steps=steps)
    begin, end = task.borders
    origins = np.arange(begin, end - steps + 1)
    rank = int(np.ceil((len(origins) + 1) * coverage))
    if rank > len(origins):
        raise ValueError(
            f"coverage={coverage!r} from {len(origins)} validation origins, expected a share below "
            f"{len(origins) / (len(origins) + 1):.3g}; make the validation part longer, or the coverage smaller."
        )
    forecasts = asked(forecaster, task.series.values, origins, steps)
    actual = task.series.values[origins[:, None] + np.arange(steps), 0]
    scale = _pointwise(task.transform)
    errors = np.abs(_forward(scale, forecasts) - _forward(scale, actual))
    return Intervals(forecaster, scale, np.sort(errors, axis=0)[rank - 1])


def _pointwise(transform: Transform) -> Chain:
    """The steps of a transform before the first differences."""
    steps: list[Transform] = []
    for step in transform.steps if isinstance(transform, Chain) else (transform,):
        if step.lost:
            break
        steps.append(step)
    return Chain(*steps)


def _forward(scale: Transform, values: NDArray[np.float64]) -> NDArray[np.float64]:
    return scale.forward(values[..., None])[..., 0]

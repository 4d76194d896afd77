"""A triangle wave: the last two values predict the next, but for its corners."""

import numpy as np

from sequence_tasks.series.catalogue import catalogued
from sequence_tasks.series.series import Series


@catalogued("Triangle-v0", length=4)
def triangle(length: int = 200, period: int = 8) -> Series:
    """0, 1, ..., period / 2, ..., 1, 0, 1, ...: up and down in steps of 1.

    >>> triangle(6, period=4).values[:, 0]
    array([0., 1., 2., 1., 0., 1.])
    """
    phase = np.arange(length) % period
    values = np.minimum(phase, period - phase).astype(float)
    return Series("Triangle", values, season=period, source="counting")

"""Consecutive integers and digits: series with a known next value."""

from __future__ import annotations

import numpy as np

from rl_line.system.numbers import MOST, whole
from sequence_tasks.series.catalogue import catalogued
from sequence_tasks.series.series import Series


@catalogued("NextInteger-v0", length=3)
def integers(low: int = 0, high: int = 100) -> Series:
    """low, low + 1, ..., high: each value is one more than the value before, so the smallest possible error is 0.

    >>> integers(3, 6).values[:, 0]
    array([3., 4., 5., 6.])
    """
    low, high = whole(-(2**53), low=low), whole(-(2**53), 2**53, high=high)
    if high <= low:
        raise ValueError(f"low={low}, high={high}, expected high above low; pass e.g. low=0, high=100.")
    return Series("Integers", np.arange(low, high + 1), best_rmse=0.0, source="counting")


@catalogued("NextDigit-v0", length=1)
def digits(symbols: int = 10, length: int = 100) -> Series:
    """0, 1, ..., symbols - 1, 0, 1, ...: labels with a known successor, to classify.

    >>> digits(3, 7).values[:, 0]
    array([0, 1, 2, 0, 1, 2, 0])
    """
    symbols, length = whole(1, 2**31, symbols=symbols), whole(1, MOST, length=length)
    return Series("Digits", np.arange(length) % symbols, season=symbols, symbols=symbols, source="counting")

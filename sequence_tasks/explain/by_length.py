"""Errors at each length of the input as text: a table, and the lengths at which rounded predictions are right."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import groupby
from operator import itemgetter
from textwrap import fill

from numpy.typing import ArrayLike

from rl_line.system.arrays import reals
from rl_line.system.kinds import instance, spelled
from rl_line.system.numbers import LARGEST

_ADVICE = 'pass e.g. {"mine": [0.1, 0.2]}'


@spelled
def error_table(lengths: Sequence[int], errors: Mapping[str, ArrayLike]) -> str:
    """The largest error at each length, a line for every name; without decimals from 100 on.

    >>> print(error_table([1, 2], {"mine": [9.37, 0.001]}))
    length     1     2
    mine    9.37  0.00
    """
    instance("errors", errors, Mapping, _ADVICE)
    at = reals((None,), lengths=lengths)
    width = max(map(len, ("length", *errors)))
    lines = [f"{'length':{width}}" + "".join(f"{length:6g}" for length in at)]
    for name, given in errors.items():
        cells = reals(at.shape, largest=LARGEST, **{f"errors of {name}": given})
        lines.append(f"{name:{width}}" + "".join(f"{error:6.{2 if error < 100 else 0}f}" for error in cells))
    return "\n".join(lines)


@spelled
def right_lengths_text(lengths: Sequence[int], errors: Mapping[str, ArrayLike]) -> str:
    """The lengths at which errors are below 0.5, so that rounded predictions are right, in lines of at most 95 columns.

    >>> print(right_lengths_text([1, 2, 3, 10], {"mine": [9.37, 0.001, 0.2, 0.1], "exact": [0, 0, 0, 0]}))
    right when rounded: mine at length 2 to 10; exact at every length
    """
    instance("errors", errors, Mapping, _ADVICE)
    at, said = reals((None,), lengths=lengths), []
    for name, given in errors.items():
        right = reals(at.shape, largest=LARGEST, **{f"errors of {name}": given}) < 0.5
        pairs = zip(right.tolist(), at.tolist(), strict=True)
        runs = [[length for _, length in run] for is_right, run in groupby(pairs, itemgetter(0)) if is_right]
        some = ", ".join(f"{run[0]:g} to {run[-1]:g}" if len(run) > 1 else f"{run[0]:g}" for run in runs)
        said.append(f"{name} at {'every length' if right.all() else f'length {some}' if runs else 'no length'}")
    return fill(f"right when rounded: {'; '.join(said)}", 95)

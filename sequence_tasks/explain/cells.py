"""LSTM cells with weights set by hand, gate by gate, so that their behaviour is known."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import ArrayLike, NDArray

from rl_line.system.arrays import reals
from rl_line.system.kinds import instance
from rl_line.system.numbers import MOST, whole
from sequence_tasks.explain.by_hand import LSTMTrace


def lstm_cell(*, f: ArrayLike, i: ArrayLike, C: ArrayLike, o: ArrayLike) -> list[NDArray[np.float64]]:
    """Weights of an LSTM of one cell with one input, in Keras' order, from the weights of each gate.

    Args:
        f: (weight of h, weight of x, bias) of the forget gate. A bias of 8 alone keeps a gate open, -8 closed.
        i: (weight of h, weight of x, bias) of the input gate.
        C: (weight of h, weight of x, bias) of the candidate C~.
        o: (weight of h, weight of x, bias) of the output gate.

    >>> lstm_cell(f=(0, 0, 8), i=(0, 0, 8), C=(0, 1, 0), o=(0, 0, 8))[0]
    array([[0., 0., 1., 0.]])
    """
    parts = [reals((3,), i=i), reals((3,), f=f), reals((3,), C=C), reals((3,), o=o)]
    recurrent, kernel, bias = np.stack(parts, axis=-1)
    return [kernel[None], recurrent[None], bias]


#: Cells by their behaviour. The first closes its input gate once h is above 0, after a first value above 0.4.
CELLS: Mapping[str, list[NDArray[np.float64]]] = {
    "remembers the first": lstm_cell(f=(0, 0, 8), i=(-40, 0, 6), C=(0, 1, 0), o=(0, 0, 8)),
    "adds up": lstm_cell(f=(0, 0, 8), i=(0, 0, 8), C=(0, 1, 0), o=(0, 0, 8)),
    "forgets": lstm_cell(f=(0, 0, -8), i=(0, 0, 8), C=(0, 1, 0), o=(0, 0, 8)),
}


def random_cell(*, seed: int = 0) -> list[NDArray[np.float64]]:
    """Weights of an LSTM of one cell with one input, normal with standard deviation 1.5, to two decimals."""
    rng = np.random.default_rng(whole(0, seed=seed))
    return lstm_cell(**{name: rng.normal(0, 1.5, 3).round(2) for name in ("f", "i", "C", "o")})


def lstm_step(trace: LSTMTrace, step: int, *, cell: int = 0) -> dict[str, float]:
    """Numbers of one cell at one step of one sequence: f, i, C~, o, C, h, the C before, and both terms of the new C.

    Args:
        trace: trace of one sequence.
        step: number of the step, from 1.
        cell: number of the cell, from 0.

    Returns:
        By name "f", "i", "candidate", "o", "C", "h", "before" (0 at the first step), "kept" = f before,
        "let_in" = i candidate; C is the sum of the last two.
    """
    cell = checked_cell(trace, cell)
    at = whole(1, len(trace.h), step=step) - 1
    now = {name: float(getattr(trace, name)[at, cell]) for name in ("f", "i", "candidate", "o", "C", "h")}
    now["before"] = float(trace.C[at - 1, cell]) if at else 0.0
    return now | {"kept": now["f"] * now["before"], "let_in": now["i"] * now["candidate"]}


def lstm_weights(units: int, inputs: int) -> int:
    """Number of weights of an LSTM: each of a cell's four gates has a weight for every h and every input, and a bias.

    >>> lstm_weights(1, 1), lstm_weights(4, 1)
    (12, 96)
    """
    units, inputs = whole(1, MOST, units=units), whole(1, MOST, inputs=inputs)
    return 4 * (units * (units + inputs) + units)


def checked_cell(trace: LSTMTrace, cell: int) -> int:
    """The number of a cell, from 0, checked against a trace of one sequence; TypeError or ValueError otherwise."""
    instance("trace", trace, LSTMTrace, "pass lstm_trace(weights, x)")
    if trace.x.ndim != 2:
        raise ValueError(f"a trace of inputs {trace.x.shape}, expected one sequence [T, F]; trace e.g. x[0].")
    return whole(0, trace.h.shape[1] - 1, cell=cell)

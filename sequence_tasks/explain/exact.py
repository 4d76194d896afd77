"""Exact answers: the linear cell that continues integers, its least-squares fit, and the least error of AR series."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from rl_line.system.kinds import function, instance, spelled
from rl_line.system.numbers import MOST, as_whole, real, whole
from sequence_tasks.checks import LARGEST, finite, usable


class Cell(NamedTuple):
    """SimpleRNN with one linear cell: s_t = wi x_t + ws s_(t-1) + b, s_0 = 0, and s_L is the prediction."""

    wi: float
    ws: float
    b: float


class CellFit(NamedTuple):
    """A fitted cell, the number of iterations, and its root mean squared error."""

    cell: Cell
    iterations: int
    error: float


COURSE = Cell(0.9054703, 0.10439815, 0.99077886)  # trained on length 2, as printed in the course
EVERY_LENGTH = Cell(1.0, 0.0, 1.0)  # the only cell that is right for two lengths; it is right for all


@spelled
def exact_cell(length: int, ws: float = 0.0, *, step: float = 1.0) -> Cell:
    """The cell that predicts the next value of x, x + step, ... after `length` inputs, for every x, with weight `ws`.

    With A = 1 + ws + ... + ws^(L - 1) and B = sum of k ws^k over k < L: wi = 1 / A, b = step (wi + wi^2 B).
    So a fixed length leaves one weight free. Scaled integers have the step 1 / scale; a shift of all x has no effect.

    Raises:
        ValueError: A is 0 (e.g. ws = -1 and an even length), so no such cell exists; or A overflows.

    >>> exact_cell(2, ws=1.0)
    Cell(wi=0.5, ws=1.0, b=0.75)
    """
    length = whole(1, MOST, length=length)
    ws, step = real(-LARGEST, LARGEST, ws=ws), real(-LARGEST, LARGEST, step=step)
    with np.errstate(over="ignore", invalid="ignore"):
        powers = np.float64(ws) ** np.arange(length)
        total, weighted = powers.sum(), (np.arange(length) * powers).sum()
    if not np.isfinite([total, weighted]).all():
        raise ValueError(f"ws={ws} and length={length}: 1 + ws + ... is no float64; pass ws nearer to 0.")
    if abs(total) < 1e-12 * np.abs(powers).max():
        raise ValueError(f"ws={ws} and length={length}: 1 + ws + ... is 0, so no cell is exact; pass another ws.")
    wi = 1.0 / total
    return Cell(float(wi), float(ws), float(step * (wi + wi**2 * weighted)))


@spelled
def cell_outputs(cell: Cell, inputs: ArrayLike) -> NDArray[np.float64]:
    """The states s_1, ..., s_T of a cell over inputs [..., T] -> [..., T].

    >>> cell_outputs(EVERY_LENGTH, [5, 6, 7])
    array([6., 7., 8.])
    """
    inputs, cell = finite("inputs", inputs, axes=(1, 2, 3)), _checked(cell)
    outputs, state = np.empty_like(inputs), np.zeros(inputs.shape[:-1])
    for t in range(inputs.shape[-1]):
        outputs[..., t] = state = cell.wi * inputs[..., t] + cell.ws * state + cell.b
    return outputs


@spelled
def errors_by_length(
    predict: Callable[[NDArray], NDArray], lengths: Sequence[int], *, low: int = 0, high: int = 100
) -> NDArray[np.float64]:
    """Largest error for each length, over all sequences of consecutive integers from low to high, target included.

    Args:
        predict: integers [n, L] -> predictions of the next integers [n].
        lengths: lengths of at most high - low.
        low: smallest input.
        high: largest target.

    >>> errors_by_length(lambda x: cell_outputs(exact_cell(2, 1.0), x)[:, -1], [1, 2], high=3)
    array([1.25, 0.  ])
    """
    low, high = whole(-MOST, MOST, low=low), whole(-MOST, MOST, high=high)
    function("pass e.g. lambda x: x[:, -1] + 1", predict=predict)
    worst = []
    for given in usable("lengths", lengths, axes=(1,)).tolist():
        length = as_whole(given)
        if length is None or not 1 <= length <= high - low:
            raise ValueError(
                f"lengths hold {given} where low={low} and high={high}, expected whole numbers from 1 to {high - low}."
            )
        starts = np.arange(low, high - length + 1)
        name = f"the prediction at length {length}"
        predicted = finite(name, predict(starts[:, None] + np.arange(length)), axes=(1,))
        if len(predicted) != len(starts):
            raise ValueError(f"{name} has shape {predicted.shape}, expected {starts.shape}, one for each row.")
        worst.append(np.abs(predicted - starts - length).max())
    return np.array(worst)


@spelled
def fit_cell(
    inputs: ArrayLike, targets: ArrayLike, *, seed: int | None = 0, start: Cell | None = None, iterations: int = 200
) -> CellFit:
    """The least-squares fit of a cell to windows, in float64: Levenberg (1944), Marquardt (1963).

    Args:
        inputs: [n, L], or [n, L, 1] as in `Windows`.
        targets: targets of the last state [n, 1], or of every state [n, L] or [n, L, 1].
        seed: seed of the initial weights, standard normal, if `start` is None.
        start: initial weights.
        iterations: largest number of iterations.
    """
    x = finite("inputs", inputs, axes=(2, 3))
    x = x.reshape(len(x), -1)
    y = finite("targets", targets, axes=(1, 2, 3))
    if len(y) != len(x):
        raise ValueError(f"targets {y.shape} of inputs {x.shape}, expected as many of each.")
    y = y.reshape(len(x), -1)
    if y.shape[1] not in (1, x.shape[1]):
        raise ValueError(f"targets {np.shape(targets)}, expected [{len(x)}, 1] or one of each of {x.shape[1]} steps.")
    iterations = whole(0, iterations=iterations)
    seed = None if seed is None else whole(0, seed=seed)
    weights = np.array(_checked(start)) if start is not None else np.random.default_rng(seed).standard_normal(3)
    residual, slopes = _residuals(weights, x, y)
    damping, done, moving = 1e-3, 0, True
    while moving and done < iterations:
        square, pull = slopes.T @ slopes, slopes.T @ residual
        step = np.linalg.solve(square + damping * np.diag(np.diag(square) + 1e-12), -pull)
        with np.errstate(over="ignore", invalid="ignore"):
            tried, tried_slopes = _residuals(weights + step, x, y)
            better = tried @ tried <= residual @ residual
        damping = max(damping / 8.0, 1e-15) if better else 4.0 * damping
        if better:
            weights, residual, slopes = weights + step, tried, tried_slopes
        done, moving = done + 1, np.abs(step).max() > 1e-13 * max(1.0, np.abs(weights).max())
    return CellFit(Cell(*weights.tolist()), done, float(np.sqrt(np.mean(residual**2))))


@spelled
def least_error(coefficients: ArrayLike, *, noise: float, horizon: int = 1) -> float:
    """Root mean squared error of the best possible forecast of an AR(p) series, `horizon` steps ahead.

    With psi_0 = 1 and psi_j = sum of phi_k psi_(j - k): noise sqrt(psi_0^2 + ... + psi_(h - 1)^2), Box & Jenkins,
    equation 5.1.16.

    Args:
        coefficients: phi_1, ..., phi_p.
        noise: standard deviation of the shocks.
        horizon: h, at least 1.

    >>> least_error([0.5], noise=2.0, horizon=2) == 2.0 * 1.25**0.5
    True
    """
    phi, noise = finite("coefficients", coefficients, axes=(1,)), real(0, LARGEST, noise=noise)
    psi = [1.0]
    for j in range(1, whole(horizon=horizon)):
        psi.append(sum(phi[k] * psi[j - 1 - k] for k in range(min(j, len(phi)))))
    return float(noise * np.linalg.norm(psi))


def _checked(cell: Cell) -> Cell:
    """A cell, checked to have three finite numbers."""
    instance("cell", cell, Cell, "pass e.g. exact_cell(2)")
    return Cell(*(real(-LARGEST, LARGEST, **{name: weight}) for name, weight in cell._asdict().items()))


def _residuals(weights: NDArray[np.float64], x: NDArray, y: NDArray) -> tuple[NDArray, NDArray]:
    """Errors [n L] of the states with a target, and their derivatives [n L, 3]."""
    wi, ws, b = weights
    state, slope = np.zeros(len(x)), np.zeros((len(x), 3))
    errors, slopes = [], []
    for t in range(x.shape[1]):
        slope = np.stack([x[:, t], state, np.ones(len(x))], axis=-1) + ws * slope
        state = wi * x[:, t] + ws * state + b
        if y.shape[1] > 1 or t == x.shape[1] - 1:
            errors.append(state - y[:, min(t, y.shape[1] - 1)])
            slopes.append(slope)
    return np.concatenate(errors), np.concatenate(slopes)

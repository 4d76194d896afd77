"""Series made by a rule, so that the smallest possible error is known or the rule itself."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from rl_line.system.numbers import MOST, real, whole
from sequence_tasks.checks import LARGEST, finite
from sequence_tasks.series.catalogue import catalogued
from sequence_tasks.series.series import Series


@catalogued("SeriesWindow-v0", length=12)
def sine_mixture(
    length: int = 1000,
    *,
    periods: Sequence[float] = (20.0, 33.0),
    amplitudes: Sequence[float] = (1.0, 0.5),
    noise: float = 0.0,
    seed: int = 0,
) -> Series:
    """Sines of these periods (steps) and amplitudes, with random phases, plus normal noise of this standard deviation.

    Without noise the next value is a linear function of the last 2 values per sine. No forecaster has a smaller
    expected squared error than noise squared.
    """
    known = {"periods": periods, "amplitudes": amplitudes}
    steps, sizes = (finite(name, given, axes=(1,)) for name, given in known.items())
    if len(steps) != len(sizes):
        raise ValueError(f"periods={periods!r} and amplitudes={amplitudes!r}, expected as many of each, at least one.")
    length, noise = whole(1, MOST, length=length), real(0, LARGEST, noise=noise)
    if (steps <= 0).any():
        raise ValueError(f"periods={periods!r}, expected all above 0 steps; pass e.g. periods=(20.0, 33.0).")
    rng = np.random.default_rng(whole(0, seed=seed))
    phases = rng.uniform(0, 2 * np.pi, len(steps))
    angles = 2 * np.pi * np.arange(length)[:, None] / steps + phases
    values = np.sin(angles) @ sizes + noise * rng.standard_normal(length)
    return Series("SineMixture", values, season=max(1, round(steps[0])), best_rmse=float(noise), source="sines")


@catalogued()
def autoregressive(
    length: int = 1000,
    *,
    phi: Sequence[float] = (1.5, -0.9),
    constant: float = 0.0,
    noise: float = 1.0,
    seed: int = 0,
    burn_in: int = 500,
) -> Series:
    """AR(p): x_t = constant + sum of phi[i] x_(t-1-i) + e_t with normal e_t of standard deviation `noise`.

    The best forecast of one step is the rule without e_t; its root mean squared error is `noise`.

    Raises:
        ValueError: the rule explodes: a root of z^p - phi_1 z^(p-1) - ... lies on or outside the unit circle.
    """
    length, noise = whole(1, MOST, length=length), real(0, LARGEST, noise=noise)
    constant, burn_in = real(-LARGEST, LARGEST, constant=constant), whole(0, burn_in=burn_in)
    weights = finite("phi", phi, axes=(1,))
    largest = float(np.abs(np.roots(np.r_[1.0, -weights])).max(initial=0.0))
    if largest >= 1:
        raise ValueError(
            f"phi={phi!r} has a root of size {largest:.3f}, expected all below 1; pass e.g. phi=(1.5, -0.9)."
        )
    order = len(weights)
    shocks = noise * np.random.default_rng(whole(0, seed=seed)).standard_normal(burn_in + length)
    values = np.full(order + burn_in + length, constant / (1 - weights.sum()))
    for t, shock in enumerate(shocks, start=order):
        values[t] = constant + weights @ values[t - order : t][::-1] + shock
    return Series(f"AR({order})", values[order + burn_in :], best_rmse=float(noise), source="autoregression")


@catalogued("MackeyGlass-v0", length=24)
def mackey_glass(length: int = 3000, *, delay: float = 17.0, step: float = 1.0, seed: int = 0) -> Series:
    """The equation x' = 0.2 x(t - delay) / (1 + x(t - delay)^10) - 0.1 x, sampled every `step` units of time.

    It is chaotic from delay 17 on. Solved by Runge-Kutta steps of a tenth of a unit; the seed draws the values before
    the start, and the first 500 units are left out. Source: Mackey & Glass (1977), Science 197, equation 4b.
    """
    h, length = 0.1, whole(1, MOST, length=length)
    delay, step = real(-LARGEST, LARGEST, delay=delay), real(-LARGEST, LARGEST, step=step)
    lag, every, skipped = round(delay / h), round(step / h), round(500 / h)
    if min(lag, every) < 1 or max(lag, every * length) > MOST:
        raise ValueError(
            f"delay={delay!r}, step={step!r} and length={length}, expected at least 0.1 units each, and up to {MOST:,} "
            "steps of 0.1; pass e.g. delay=17.0."
        )
    past = (1.2 + 0.1 * np.random.default_rng(whole(0, seed=seed)).uniform(-1, 1, lag + 1)).tolist()
    for _ in range(skipped + every * (length - 1)):
        x, before, after = past[-1], past[-1 - lag], past[-lag]
        begin, end = (0.2 * y / (1 + y**10) for y in (before, after))
        middle = 0.2 * (y := (before + after) / 2) / (1 + y**10)
        k1 = begin - 0.1 * x
        k2 = middle - 0.1 * (x + h / 2 * k1)
        k3 = middle - 0.1 * (x + h / 2 * k2)
        k4 = end - 0.1 * (x + h * k3)
        past.append(x + h / 6 * (k1 + 2 * k2 + 2 * k3 + k4))
    return Series("MackeyGlass", np.array(past[lag + skipped :: every]), source="Mackey & Glass (1977), equation 4b")

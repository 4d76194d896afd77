"""The discounts at which an optimal policy changes, found from the exact values as functions of gamma.

The advantage of an action over a fixed policy is a rational function of gamma, without poles inside the unit
disc. On panels that halve towards 1 it is a polynomial to the last digit (Trefethen, Approximation
Theory and Approximation Practice, theorem 8.2), whose roots are eigenvalues. Between two roots at
which an advantage turns positive the policy stays optimal; the intervals on both sides are searched likewise.
"""

from __future__ import annotations

from itertools import pairwise

import numpy as np
from numpy.polynomial import chebyshev
from numpy.typing import NDArray

from rl_line.dp.advantages import Advantages, Dense
from rl_line.known import Known, as_mdp
from rl_line.mdp import TabularMDP
from rl_line.system.kinds import spelled

MOST_STATES = 1000

_NODES = 32  # a pole is at least a panel's width away: an error of 5.8**-32
_PANELS = 30  # up to 1 - 2**-30
_APART = 1e-9  # changes nearer to each other than this count as one; nearer to 0, as none

_CHEBYSHEV = np.cos(np.pi * (np.arange(_NODES) + 0.5) / _NODES)  # nodes in (-1, 1)
_TO_COEFFICIENTS = np.linalg.inv(chebyshev.chebvander(_CHEBYSHEV, _NODES - 1))
_EDGES = np.concatenate([[0.0], 1 - 0.5 ** np.arange(1, _PANELS + 1)])


@spelled
def critical_gammas(mdp: Known) -> NDArray[np.float64]:
    """Every discount in (0, 1) at which the set of optimal policies changes, in order, to 1e-9.

    Actions tied on both sides of a discount, or only at it, are no change. Changes nearer than 1e-9 to 0, to 1,
    or to each other, are not distinguished. It takes seconds for 100 states, minutes for 1,000.

    Raises:
        ValueError: more than 1,000 states.
    """
    mdp = as_mdp(mdp)
    if mdp.num_states > MOST_STATES:
        raise ValueError(f"the MDP has {mdp.num_states} states, expected at most {MOST_STATES} for critical gammas.")
    dense = Dense.of(mdp)
    roots: list[float] = []
    unknown = [(0.0, float(_EDGES[-1]))]
    policy: NDArray[np.int64] = np.zeros(mdp.num_states, dtype=np.int64)
    while unknown:
        low, high = unknown.pop()
        # Not the middle, where hand-made problems often have their changes.
        gamma = low + 0.5377 * (high - low)
        policy = _optimal_policy(dense, policy, gamma)
        left, right = _optimal_around(Advantages(dense, policy), gamma)
        roots += [root for root in (left, right) if root is not None]
        unknown += [(low, left)] if left is not None and left - low > _APART else []
        unknown += [(right, high)] if right is not None and high - right > _APART else []
    found = np.sort(roots)
    found = found[np.diff(found, prepend=0.0) > _APART]
    # A root by rounding alone has the same optimal actions on both sides.
    between = [low + 0.5377 * (high - low) for low, high in pairwise([0.0, *found, 1.0])]
    sets = [optimal_set(mdp, policy, gamma) for gamma in between]
    return found[[bool((before != after).any()) for before, after in pairwise(sets)]]


def optimal_set(mdp: TabularMDP, policy: NDArray[np.int64], gamma: float) -> NDArray[np.bool_]:
    """Mask of optimal actions [S, A] for a discount in (0, 1), by policy iteration from a policy [S]."""
    dense = Dense.of(mdp)
    advantages = Advantages(dense, _optimal_policy(dense, policy, gamma))
    values, noise = advantages.at(np.array([gamma]))
    best = np.ones(dense.reward.size, dtype=np.bool_)
    best[advantages.pairs] = values[0] >= -noise[0]
    return best.reshape(dense.reward.shape)


def _optimal_policy(dense: Dense, policy: NDArray[np.int64], gamma: float) -> NDArray[np.int64]:
    """Policy iteration by the signs of the advantages, from a policy [S]."""
    tried = set()
    while policy.tobytes() not in tried:
        tried.add(policy.tobytes())
        advantages = Advantages(dense, policy)
        values, noise = advantages.at(np.array([gamma]))
        state, action = np.divmod(advantages.pairs, dense.reward.shape[1])
        improving = values[0] > noise[0]
        policy = policy.copy()
        policy[state[improving]] = action[improving]
    return policy


def _optimal_around(advantages: Advantages, gamma: float) -> tuple[float | None, float | None]:
    """The nearest discounts below and above gamma at which an advantage changes its sign."""
    panel = int(np.searchsorted(_EDGES, gamma, side="right")) - 1
    below = (change for k in range(panel, -1, -1) for change in sorted(_changes(advantages, k), reverse=True))
    above = (change for k in range(panel, _PANELS) for change in sorted(_changes(advantages, k)))
    left = next((_sharpened(advantages, *change) for change in below if change[0] < gamma), None)
    return left, next((_sharpened(advantages, *change) for change in above if change[0] > gamma), None)


def _sharpened(advantages: Advantages, root: float, pair: int) -> float:
    """A change of sign to the last digits, by bisection: the polynomial is accurate relative to its largest value."""

    def sign(gamma: float) -> float:
        return float(np.sign(advantages.at(np.array([gamma]))[0][0, pair]))

    for width in 10.0 ** np.arange(-13, -4):
        low, high = max(root - width, 0.0), root + width
        before = sign(low)
        if before * sign(high) < 0:
            while low < (middle := (low + high) / 2) < high and high - low > 1e-15:
                low, high = (middle, high) if sign(middle) == before else (low, middle)
            return middle
    return root


def _changes(advantages: Advantages, panel: int) -> list[tuple[float, int]]:
    """The changes of sign of all advantages in a panel, each with the index of its advantage."""
    low, high = _EDGES[panel], _EDGES[panel + 1]
    middle, half = (low + high) / 2, (high - low) / 2
    values, noise = advantages.at(middle + half * _CHEBYSHEV)
    coefficients = (_TO_COEFFICIENTS @ values).T  # [pairs, nodes]
    # No root if the constant term outweighs the others; none can be found within rounding.
    rest = np.abs(coefficients[:, 1:]).sum(axis=1)
    maybe = (np.abs(coefficients[:, 0]) <= rest) & (np.abs(values) > 10 * noise).any(axis=0)
    return [
        (float(middle + half * x), int(pair))
        for pair in np.flatnonzero(maybe)
        for x in _sign_changes(coefficients[pair], float(noise[:, pair].max()))
    ]


def _sign_changes(coefficients: NDArray[np.float64], noise: float) -> list[float]:
    """Points in [-1, 1] at which a Chebyshev series changes its sign; values below the noise have no sign."""
    kept = np.abs(coefficients) > 1e-16 * np.abs(coefficients).max()
    series = coefficients[: np.flatnonzero(kept)[-1] + 1]
    roots = chebyshev.chebroots(series)
    margin = 1.02  # with roots just outside, the outermost signs are taken before them
    real = np.sort(roots[(np.abs(roots.imag) < 1e-6) & (np.abs(roots.real) < margin)].real)
    between = np.concatenate([[-margin], (real[1:] + real[:-1]) / 2, [margin]])
    signs = chebyshev.chebval(between, series)
    found, first, sign = [], 0, 0.0
    for k, value in enumerate(signs):
        if abs(value) <= noise:
            continue
        if sign * value < 0:
            found.append(float(real[first:k].mean()))
        first, sign = k, value
    return [x for x in found if abs(x) <= 1 + 1e-9]

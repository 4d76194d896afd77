"""The discounts at which an optimal policy changes, found from the exact values as functions of gamma.

The advantage of an action over a fixed policy is a rational function of gamma, without poles inside the unit
disc. On panels that halve towards 1 it is a polynomial to the last digit (Trefethen, Approximation
Theory and Approximation Practice, theorem 8.2), whose roots are eigenvalues. Between two roots at
which an advantage turns positive the policy stays optimal; what is left on both sides is searched likewise.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.polynomial import chebyshev
from numpy.typing import NDArray

from rl_line.mdp import TabularMDP

_NODES = 32  # a pole is at least a panel's width away: an error of 5.8**-32
_PANELS = 30  # up to 1 - 2**-30
MOST_STATES = 1000
_SMALL = 1e-11  # power series coefficients below this times the largest reward are rounding

_CHEBYSHEV = np.cos(np.pi * (np.arange(_NODES) + 0.5) / _NODES)  # nodes in (-1, 1)
_TO_COEFFICIENTS = np.linalg.inv(chebyshev.chebvander(_CHEBYSHEV, _NODES - 1))
_EDGES = np.concatenate([[0.0], 1 - 0.5 ** np.arange(1, _PANELS + 1)])


def critical_gammas(mdp: TabularMDP) -> NDArray[np.float64]:
    """Every discount in (0, 1) at which the set of optimal policies changes, in order, to 1e-9.

    Actions that are tied on both sides of a discount, or only at it, change nothing there. Changes nearer to
    1, or to each other, than 1e-9 are not told apart.

    Raises:
        ValueError: more than 1,000 states.
    """
    if mdp.num_states > MOST_STATES:
        raise ValueError(f"the MDP has {mdp.num_states} states, expected at most {MOST_STATES} for critical gammas.")
    dense = _dense(mdp)
    found: list[float] = []
    unknown = [(0.0, float(_EDGES[-1]))]
    policy = np.zeros(mdp.num_states, dtype=np.int64)
    while unknown:
        low, high = unknown.pop()
        # Not the middle, where hand-made problems like to have their changes.
        gamma = low + 0.5377 * (high - low)
        policy = _optimal_policy(dense, policy, gamma)
        left, right = _Advantages(dense, policy).optimal_around(gamma)
        found += [root for root in (left, right) if root is not None]
        unknown += [(low, left)] if left is not None and left - low > 1e-9 else []
        unknown += [(right, high)] if right is not None and high - right > 1e-9 else []
    roots = np.sort(found)
    return roots[np.diff(roots, prepend=-1.0) > 1e-9]


def optimal_set(mdp: TabularMDP, policy: NDArray[np.int64], gamma: float) -> NDArray[np.bool_]:
    """Which actions [S, A] are optimal for a discount in (0, 1), searched from a policy [S]."""
    dense = _dense(mdp)
    advantages = _Advantages(dense, _optimal_policy(dense, policy, gamma))
    values, noise = advantages.at(np.array([gamma]))
    best = ~advantages.open
    best[advantages.pairs] = values[0] >= -noise[0]
    return best.reshape(dense.reward.shape)


class _Dense(NamedTuple):
    transition: NDArray[np.float64]  # [S, A, S], 0 from and into terminal states
    reward: NDArray[np.float64]  # [S, A], expected


def _dense(mdp: TabularMDP) -> _Dense:
    weight = np.where(mdp.terminal[:, None, None], 0.0, mdp.probability)
    goes_on = np.where(mdp.terminal[mdp.successor], 0.0, weight)
    shape = (mdp.num_states, mdp.num_actions, mdp.num_states)
    row = np.arange(shape[0] * shape[1]).reshape(*shape[:2], 1)
    flat: NDArray[Any] = np.bincount(
        (row * shape[2] + mdp.successor).ravel(), goes_on.ravel(), minlength=int(np.prod(shape))
    )
    return _Dense(flat.reshape(shape), (weight * mdp.reward).sum(axis=2))


class _Advantages:
    """The advantages of all actions over a policy, as functions of gamma divided by their lowest power of it.

    With c_0 + c_1 gamma + ... the power series of an advantage, and c_m its first coefficient that is
    not 0, the function is advantage / gamma**m: it has the sign of the advantage, and does not vanish near 0
    however far away the reward is that decides.
    """

    def __init__(self, dense: _Dense, policy: NDArray[np.int64]) -> None:
        state = np.arange(len(policy))
        self.chain, self.reward = dense.transition[state, policy], dense.reward[state, policy]
        gap = (dense.transition - self.chain[:, None]).reshape(-1, len(policy))  # [S * A, S]
        self.constant = (dense.reward - self.reward[:, None]).ravel()
        self.rows = np.zeros_like(gap)
        self.open = np.zeros(len(gap), dtype=np.bool_)  # not tied for every gamma
        self.immediate = np.abs(self.constant) > _SMALL * np.abs(dense.reward).max(initial=0.0)
        self.open |= self.immediate
        self.rows[self.immediate] = gap[self.immediate]
        # A rational function of degree S is 0 if S + 1 of its coefficients are.
        for _ in range(len(policy) + 1):
            now = ~self.open & (np.abs(gap @ self.reward) > _SMALL * np.abs(dense.reward).max(initial=0.0))
            self.rows[now] = gap[now]
            self.open |= now
            if self.open.all():
                break
            gap = gap @ self.chain
        self.pairs = np.flatnonzero(self.open)

    def at(self, gamma: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Values [G, pairs] at discounts [G], and what may be rounding in them [G, 1]."""
        system = np.eye(len(self.reward)) - gamma[:, None, None] * self.chain
        v = np.linalg.solve(system, np.broadcast_to(self.reward[:, None], (len(gamma), len(self.reward), 1)))[..., 0]
        later = v @ self.rows[self.pairs].T
        values = np.where(self.immediate[self.pairs], self.constant[self.pairs] + gamma[:, None] * later, later)
        return values, 1e-13 * np.abs(v).max(axis=1, keepdims=True)

    def optimal_around(self, gamma: float) -> tuple[float | None, float | None]:
        """The nearest discounts below and above gamma at which an advantage changes sign."""
        panel = int(np.searchsorted(_EDGES, gamma, side="right")) - 1
        below = (root for k in range(panel, -1, -1) for root in self._nearest(k, gamma, below=True))
        above = (root for k in range(panel, _PANELS) for root in self._nearest(k, gamma, below=False))
        return next(below, None), next(above, None)

    def _nearest(self, panel: int, gamma: float, *, below: bool) -> list[float]:
        """The change of sign in a panel nearest to gamma on one side, if there is one."""
        low, high = _EDGES[panel], _EDGES[panel + 1]
        middle, half = (low + high) / 2, (high - low) / 2
        values, noise = self.at(middle + half * _CHEBYSHEV)
        coefficients = (_TO_COEFFICIENTS @ values).T  # [pairs, nodes]
        # Without a root where the constant outweighs the rest; all rounding where nothing stands out.
        rest = np.abs(coefficients[:, 1:]).sum(axis=1)
        maybe = (np.abs(coefficients[:, 0]) <= rest) & (np.abs(values) > noise).any(axis=0)
        best: list[float] = []
        for pair in np.flatnonzero(maybe):
            for x in _sign_changes(coefficients[pair]):
                root = float(middle + half * x)
                if (root < gamma) == below and (not best or (root > best[0]) == below):
                    best = [root]
        return best


def _sign_changes(coefficients: NDArray[np.float64]) -> list[float]:
    """Where in [-1, 1] a Chebyshev series changes its sign."""
    kept = np.abs(coefficients) > 1e-15 * np.abs(coefficients).max()
    series = coefficients[: np.flatnonzero(kept)[-1] + 1]
    roots = chebyshev.chebroots(series)
    real = np.sort(roots[(np.abs(roots.imag) < 1e-6) & (np.abs(roots.real) < 1 + 1e-9)].real)
    # Two roots nearer than this are one that only touches 0.
    single = real[np.diff(real, prepend=-9.0) > 1e-6]
    between = np.concatenate([[-1 - 1e-6], (single[1:] + single[:-1]) / 2, [1 + 1e-6]])
    signs = np.sign(chebyshev.chebval(between, series))
    return [float(root) for root, before, after in zip(single, signs, signs[1:], strict=False) if before * after < 0]


def _optimal_policy(dense: _Dense, policy: NDArray[np.int64], gamma: float) -> NDArray[np.int64]:
    """Policy iteration by the signs of the scaled advantages, from a policy [S]."""
    num_actions = dense.reward.shape[1]
    tried = set()
    while policy.tobytes() not in tried:
        tried.add(policy.tobytes())
        advantages = _Advantages(dense, policy)
        values, noise = advantages.at(np.array([gamma]))
        state, action = np.divmod(advantages.pairs, num_actions)
        improving = values[0] > noise[0]
        policy = policy.copy()
        policy[state[improving]] = action[improving]
    return policy

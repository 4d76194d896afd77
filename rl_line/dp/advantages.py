"""The advantages of all actions over a fixed policy, as functions of gamma."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from rl_line.dp.chain_structure import limiting_matrix
from rl_line.mdp import TabularMDP

_ROUNDING = 1e-13  # sums below this, relative to the sum of their absolute terms, count as 0
_DIGITS = 2e-15  # rounding of a value, relative to its absolute terms


class Dense(NamedTuple):
    """An MDP as arrays without transitions from or into terminal states."""

    transition: NDArray[np.float64]  # [S, A, S], 0 from and into terminal states
    reward: NDArray[np.float64]  # [S, A], expected

    @classmethod
    def of(cls, mdp: TabularMDP) -> Dense:
        """The arrays of an MDP."""
        weight = np.where(mdp.terminal[:, None, None], 0.0, mdp.probability)
        goes_on = np.where(mdp.terminal[mdp.successor], 0.0, weight)
        shape = (mdp.num_states, mdp.num_actions, mdp.num_states)
        row = np.arange(shape[0] * shape[1]).reshape(*shape[:2], 1)
        flat: NDArray[Any] = np.bincount(
            (row * shape[2] + mdp.successor).ravel(), goes_on.ravel(), minlength=int(np.prod(shape))
        )
        return cls(flat.reshape(shape), (weight * mdp.reward).sum(axis=2))


class Advantages:
    """The advantages over a policy [S] that are not identically 0, scaled by positive functions of gamma.

    An advantage is r(s, a) - r(s) + gamma (p(s, a) - p(s)) . v with v = r + gamma P r + gamma^2 P^2 r + ... Divided by
    its lowest power of gamma it does not vanish near 0, however far away the decisive reward is. Near 1,
    v = g / (1 - gamma) + h(gamma) with the gain g = P* r, and h without a pole (Puterman, 1994, Markov
    Decision Processes, theorem 8.2.3): where gains differ, the advantage is multiplied by 1 - gamma.
    """

    def __init__(self, dense: Dense, policy: NDArray[np.int64]) -> None:
        from scipy.sparse import csr_array

        state = np.arange(len(policy))
        self.chain, self.reward = dense.transition[state, policy], dense.reward[state, policy]
        gap = (dense.transition - self.chain[:, None]).reshape(-1, len(policy))  # [S * A, S]
        difference = (dense.reward - self.reward[:, None]).ravel()
        size = (np.abs(dense.reward) + np.abs(self.reward)[:, None]).ravel()
        at_once = np.abs(difference) > _ROUNDING * size
        rows = np.where(at_once[:, None], gap, 0.0)
        decided = at_once.copy()
        remaining = np.flatnonzero(~decided & gap.any(axis=1))
        sparse, following = csr_array(self.chain), gap[remaining]
        # A rational function of degree S is 0 if S + 1 of its coefficients are.
        for _ in range(len(policy) + 1):
            now = np.abs(following @ self.reward) > _ROUNDING * (np.abs(following) @ np.abs(self.reward))
            rows[remaining[now]], decided[remaining[now]] = following[now], True
            remaining, following = remaining[~now], following[~now]
            if not len(remaining):
                break
            following = (sparse.T @ following.T).T
        self.pairs = np.flatnonzero(decided)  # s * A + a of the functions
        self._rows, self._at_once = rows[self.pairs], at_once[self.pairs]
        self._difference = np.where(self._at_once, difference[self.pairs], 0.0)
        self._near_one: tuple[Any, ...] | None = None

    def at(self, gamma: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Values [G, pairs] at discounts [G], all below 1/2 or all at least 1/2; and bounds on their rounding."""
        power = np.where(self._at_once, gamma[:, None], 1.0)
        if gamma[0] < 0.5:
            v, digits = self._solve(self.chain, self.reward, gamma)
            values = self._difference + power * (v @ self._rows.T)
            return values, digits * (np.abs(self._difference) + np.abs(v) @ np.abs(self._rows).T)
        if self._near_one is None:
            limit = limiting_matrix(self.chain)
            gain = limit @ self.reward
            gaps = self._rows @ gain
            gaps[np.abs(gaps) <= 1e-12 * (np.abs(self._rows) @ np.abs(gain))] = 0.0
            self._near_one = limit, gain, gaps
        limit, gain, gaps = self._near_one
        h, digits = self._solve(self.chain - limit, self.reward - gain, gamma)
        scale = np.where(gaps == 0, 1.0, 1 - gamma[:, None])
        values = scale * (self._difference + power * (h @ self._rows.T)) + power * gaps
        size = scale * (np.abs(self._difference) + np.abs(h) @ np.abs(self._rows).T) + np.abs(gaps)
        return values, digits * size

    def _solve(self, chain: Any, right: Any, gamma: NDArray[np.float64]) -> tuple[Any, Any]:
        """The x [G, S] with x = right + gamma chain x, and its expected relative rounding [G, 1]."""
        system = np.eye(len(right)) - gamma[:, None, None] * chain
        x = np.linalg.solve(system, np.broadcast_to(right[:, None], (len(gamma), len(right), 1)))[..., 0]
        growth = np.abs(x).max(axis=1, keepdims=True) / max(np.abs(right).max(), 1e-300)
        return x, _DIGITS * np.maximum(growth, 1.0)

"""Undiscounted problems: states visited for ever, and policies that terminate."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from rl_line.dp.chain_structure import recurrent
from rl_line.mdp import TabularMDP

_ROUNDING = 1e-12  # expected rewards below this, relative to the largest reward, count as 0


def without_idle_loops(mdp: TabularMDP, chain: Any, reward: NDArray[np.float64], visited: NDArray[np.bool_]) -> Any:
    """The chain of a policy with value 0 for states that are visited for ever without reward.

    Raises:
        ValueError: some states visited for ever have rewards, so that their value is undefined.
    """
    forever = recurrent(chain) & visited & ~mdp.terminal
    paying = np.flatnonzero(forever & ~_nothing(mdp, reward))
    if len(paying):
        raise ValueError(
            f"gamma=1, but the states {_listed(np.flatnonzero(forever))} are visited for ever and "
            f"state {paying[0]} pays {reward[paying[0]]:g} on average each time, so the sum of rewards has no limit; "
            "pass gamma below 1, or make the policy end in a terminal state."
        )
    return chain * np.where(forever, 0.0, 1.0)[:, None]


def refuse_endless(mdp: TabularMDP, chain: Any, visited: NDArray[np.bool_]) -> None:
    """Raises ValueError if some states are visited for ever."""
    forever = np.flatnonzero(recurrent(chain) & visited & ~mdp.terminal)
    if len(forever):
        raise ValueError(
            f"gamma=1, but the states {_listed(forever)} are visited for ever, so visits have no limit; "
            "pass gamma below 1."
        )


def ending_policies(mdp: TabularMDP) -> list[NDArray[np.int64]]:
    """Two policies [S] that terminate or stay without reward: the first prefers to terminate, the second to stay.

    In states where neither is possible, the action is arbitrary. From such a policy, policy iteration is correct for
    gamma 1: if it never meets a loop with reward, there is none. Source: Bertsekas
    & Tsitsiklis (1991), An analysis of stochastic shortest path problems.
    """
    idle, waiting = _idle(mdp)
    to_either = np.where(idle, waiting, _moves_towards(mdp, mdp.terminal | idle).argmin(axis=1))
    to_end = _moves_towards(mdp, mdp.terminal)
    return [np.where(np.isfinite(to_end.min(axis=1)), to_end.argmin(axis=1), to_either), to_either]


def _idle(mdp: TabularMDP) -> tuple[NDArray[np.bool_], NDArray[np.int64]]:
    """Mask [S] of states where staying for ever without reward is possible, and the actions for it."""
    unpaid = _nothing(mdp, (mdp.probability * mdp.reward).sum(axis=2))
    idle = np.ones(mdp.num_states, dtype=np.bool_)
    while True:
        stays = unpaid & (idle[mdp.successor] | (mdp.probability == 0)).all(axis=2)
        if (stays.any(axis=1) == idle).all():
            return idle, stays.argmax(axis=1)
        idle = stays.any(axis=1)


def _moves_towards(mdp: TabularMDP, target: NDArray[np.bool_]) -> NDArray[np.float64]:
    """Fewest moves [S, A] from a state to a target that begin with an action; inf if there is no way."""
    from scipy.sparse import csr_array
    from scipy.sparse.csgraph import dijkstra

    size = mdp.num_states
    possible = (mdp.probability > 0) & ~mdp.terminal[:, None, None]
    source = np.broadcast_to(np.arange(size)[:, None, None], possible.shape)[possible]
    # Backwards, from an extra state before all targets.
    rows = np.concatenate([mdp.successor[possible], np.full(target.sum(), size)])
    columns = np.concatenate([source, np.flatnonzero(target)])
    backwards = csr_array((np.ones(len(rows)), (rows, columns)), shape=(size + 1, size + 1))
    distance = dijkstra(backwards, indices=size, unweighted=True)[:size]
    return np.where(possible, distance[mdp.successor], np.inf).min(axis=2)


def _nothing(mdp: TabularMDP, expected: NDArray[np.float64]) -> NDArray[np.bool_]:
    return np.abs(expected) <= _ROUNDING * np.abs(mdp.reward).max()


def _listed(states: NDArray[np.int64]) -> str:
    return f"{states[:8].tolist()}" + (f" and {len(states) - 8} more" if len(states) > 8 else "")

"""The Markov chain of a policy in an MDP: transition matrix, rewards, and linear system."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from rl_line.mdp import TabularMDP
from rl_line.system.numbers import as_array

_ADVICE = "pass e.g. q.argmax(axis=1) of action values q"
_DENSE = 400  # largest number of states for which a dense solve is faster


def policy_chain(mdp: TabularMDP, policy: ArrayLike) -> tuple[Any, NDArray[np.float64]]:
    """p(s' | s) [S, S], a SciPy sparse array if S is large, and expected rewards [S]; rows of terminal states are 0.

    The policy is an action per state [S], or probabilities [S, A].
    """
    acting = _probabilities(mdp, policy)
    weight = np.where(mdp.terminal[:, None, None], 0.0, acting[:, :, None] * mdp.probability)
    reward = (weight * mdp.reward).sum(axis=(1, 2))
    size = mdp.num_states
    state = np.broadcast_to(np.arange(size)[:, None, None], weight.shape)
    if size <= _DENSE:
        flat = np.bincount((state * size + mdp.successor).ravel(), weight.ravel(), minlength=size * size)
        return flat.reshape(size, size), reward
    from scipy import sparse

    chain = sparse.csr_array((weight.ravel(), (state.ravel(), mdp.successor.ravel())), shape=(size, size))
    chain.eliminate_zeros()
    return chain, reward


def solve(chain: Any, gamma: float, right: NDArray[np.float64]) -> NDArray[np.float64]:
    """The x [S] with x = right + gamma chain x."""
    if isinstance(chain, np.ndarray):
        return np.asarray(np.linalg.solve(np.eye(len(right)) - gamma * chain, right))
    from scipy.sparse import eye_array
    from scipy.sparse.linalg import spsolve

    return np.asarray(spsolve((eye_array(len(right)) - gamma * chain).tocsc(), right))


def reached(chain: Any, start: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Mask [S] of the states that a chain visits from a start distribution [S]."""
    from scipy.sparse import block_array, csr_array
    from scipy.sparse.csgraph import breadth_first_order

    # Search from an extra state that leads to all start states.
    beginning = csr_array(np.atleast_2d(start > 0).astype(np.float64))
    graph = block_array([[csr_array(chain), None], [beginning, csr_array((1, 1))]], format="csr")
    visited = breadth_first_order(graph, graph.shape[0] - 1, return_predecessors=False)
    found = np.zeros(len(start), dtype=np.bool_)
    found[visited[visited < len(start)]] = True
    return found


def _probabilities(mdp: TabularMDP, policy: ArrayLike) -> NDArray[np.float64]:
    """Probabilities [S, A] of a policy given as actions [S] or probabilities; rows of terminal states are ignored."""
    given = as_array(policy)
    shape = (mdp.num_states, mdp.num_actions)
    if given.shape == shape[:1] and given.dtype.kind in "iu":
        if given.min() < 0 or given.max() >= shape[1]:
            raise ValueError(f"policy holds {given.min()}..{given.max()}, expected actions 0..{shape[1] - 1}.")
        return np.asarray(given[:, None] == np.arange(shape[1]), dtype=np.float64)
    if given.shape != shape or given.dtype.kind not in "iuf":
        raise ValueError(
            f"policy has shape {given.shape} and dtype {given.dtype}, expected an action per state {shape[:1]} as "
            f"integers, or probabilities {shape}; {_ADVICE}."
        )
    sums = given[~mdp.terminal].sum(axis=1)
    if not ((given[~mdp.terminal] >= 0).all() and np.allclose(sums, 1, atol=1e-9, rtol=0)):
        raise ValueError(
            f"policy has rows that sum to {np.unique(sums)[:8]}, expected probabilities that sum to 1; {_ADVICE}."
        )
    return np.where(mdp.terminal[:, None], 1 / shape[1], given)

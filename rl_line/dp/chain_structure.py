"""Long-run structure of a Markov chain: its recurrent states, and the limit of its powers."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray


def recurrent(chain: Any) -> NDArray[np.bool_]:
    """Mask [S] of recurrent states: states of classes that are never left; terminal states count."""
    from scipy.sparse import csr_array
    from scipy.sparse.csgraph import connected_components

    graph = csr_array(chain)
    _, label = connected_components(graph, connection="strong")
    source = np.repeat(np.arange(graph.shape[0]), np.diff(graph.indptr))
    left = label[source] != label[graph.indices]
    return np.asarray(~np.isin(label, label[source[left]]))


def limiting_matrix(chain: NDArray[np.float64]) -> NDArray[np.float64]:
    """P* [S, S], the long-run average of the powers of a dense chain (the rest of a row's sum to 1 ends the chain).

    Source: Puterman (1994), Markov Decision Processes, appendix A.4.
    """
    from scipy.sparse import csr_array
    from scipy.sparse.csgraph import connected_components

    _, label = connected_components(csr_array(chain), connection="strong")
    leaks = np.isin(label, label[chain.sum(axis=1) < 1 - 1e-9])
    stays = recurrent(chain) & ~leaks
    limit = np.zeros_like(chain)
    moving = np.flatnonzero(~stays)
    for one in np.unique(label[stays]):
        inside = np.flatnonzero(stays & (label == one))
        # The stationary distribution: the balance equations, with one of them replaced by the sum of 1.
        balance = np.eye(len(inside)) - chain[np.ix_(inside, inside)].T
        balance[-1] = 1.0
        stationary = np.linalg.solve(balance, np.eye(len(inside))[-1])
        limit[np.ix_(inside, inside)] = stationary
        entered = np.linalg.solve(
            np.eye(len(moving)) - chain[np.ix_(moving, moving)], chain[np.ix_(moving, inside)].sum(axis=1)
        )
        limit[np.ix_(moving, inside)] = np.outer(entered, stationary)
    return limit

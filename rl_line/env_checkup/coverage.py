"""Policies that visit every state and action of a transition table; pure functions of the MDP."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from rl_line.mdp import TabularMDP

_CLOSER = 0.9  # factor of a state's priority for each move of distance to an unseen cell


def can_act(mdp: TabularMDP, limit: int | None) -> NDArray[np.bool_]:
    """Mask [S] of the states in which an episode of at most `limit` steps can take an action."""
    found: NDArray[np.bool_] = mdp.start > 0
    frontier, moves = np.flatnonzero(found), 0
    while len(frontier) and (limit is None or moves < limit - 1):
        following = np.unique(mdp.successor[frontier][mdp.probability[frontier] > 0])
        frontier = following[~found[following] & ~mdp.terminal[following]]
        found[frontier] = True
        moves += 1
    return found


def policies_to_limit(mdp: TabularMDP, limit: int, *, ends: bool) -> tuple[NDArray[np.int64], float]:
    """The actions [limit, S] most likely to lead to a terminal (`ends`) or another state in exactly `limit` steps.

    Returns:
        The actions for each number of steps taken, and the probability of success from the start.
    """
    policy = np.zeros((limit, mdp.num_states), dtype=np.int64)
    worth = np.where(mdp.terminal == ends, 1.0, 0.0)
    for time in reversed(range(limit)):
        chance = (mdp.probability * worth[mdp.successor]).sum(axis=2)  # [S, A]
        policy[time] = chance.argmax(axis=1)
        worth = np.where(mdp.terminal, 0.0, chance.max(axis=1))
    return policy, float(mdp.start @ worth)


class Tour:
    """Chooses actions until each state and action was visited as often as needed.

    Args:
        mdp: the transition table.
        needed: needed visits of each state and action [S, A].
        visits: visits so far [S][A], updated elsewhere.
    """

    def __init__(self, mdp: TabularMDP, needed: NDArray[np.int64], visits: list[list[int]]) -> None:
        self.mdp = mdp
        self.needed: list[list[int]] = needed.tolist()
        self.visits = visits
        self.unseen = np.array([self._missing(state) > 0 for state in range(mdp.num_states)])  # [S]
        self._possible = mdp.probability > 0
        self._worth: NDArray[np.float64] | None = None  # [S], priority by the distance to unseen cells, or 0
        self._exhausted = False  # whether 0 means that no unseen cell can be reached

    @property
    def finished(self) -> bool:
        """True if every state and action was visited as often as needed."""
        return not self.unseen.any()

    def __call__(self, state: int) -> int | None:
        """The next action; None if no unseen cell can be reached, so that a reset is needed."""
        if self.unseen[state]:
            if self._missing(state) > 0:
                short = [n - v for n, v in zip(self.needed[state], self.visits[state], strict=True)]
                return short.index(max(short))
            self.unseen[state] = False
            self._worth, self._exhausted = None, False
        if self._worth is None or not (self._worth[state] or self._exhausted):
            self._worth = self._plan(state)
        if not self._worth[state]:
            return None
        later = np.where(self.mdp.terminal, 0.0, self._worth)[self.mdp.successor[state]]
        return int((self.mdp.probability[state] * later).sum(axis=1).argmax())

    def _missing(self, state: int) -> int:
        return max(n - v for n, v in zip(self.needed[state], self.visits[state], strict=True))

    def _plan(self, state: int) -> NDArray[np.float64]:
        """Priorities [S] by backward search from all unseen states until the given state."""
        worth = np.where(self.unseen, 1.0, 0.0)
        frontier, distance = self.unseen.copy(), 0
        while frontier.any() and not worth[state]:
            distance += 1
            near = (frontier[self.mdp.successor] & self._possible).any(axis=(1, 2))
            frontier = near & (worth == 0) & ~self.mdp.terminal
            worth[frontier] = max(_CLOSER**distance, 1e-300)
        self._exhausted = not frontier.any()
        return worth

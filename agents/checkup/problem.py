"""What a learner was asked, and how it acted meanwhile."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from rl_line.mdp import TabularMDP
from rl_line.system.identity import described

Table = NDArray[np.float64]  # [S, A]


@dataclass(frozen=True, eq=False)
class Problem:
    """A problem to learn; the way of acting and the time limit matter to the values that some bugs lead to.

    Args:
        mdp: the problem.
        gamma: the discount it was told.
        limit: steps after which episodes are cut off, or None.
        acting: how often it took each action [S, A]; evenly if not given.
        initial: what its table held at first, and still holds where it has learned nothing.
        resting: what a network makes [S, A] of terminal states, although nothing is ever done there, and of actions of
            which a bug never learns; else it is not used. None for a table, where they stay as at first.
        shown: the state [S] that each state's observation is that of; its own if not given. A terminal state may
            look like another, since only `terminated` says that an episode has ended.
        n: steps of reward in a target, of the bugs that are about more than one.
        on_policy: S' is worth what its own policy gets there, not the best.
        robust: cells whose targets vary come to rest where Huber's loss is least, not the square.
    """

    mdp: TabularMDP
    gamma: float
    limit: int | None = None
    acting: Table | None = None
    initial: float = 0.0
    resting: Table | None = None
    shown: NDArray[np.int64] | None = None
    n: int = 3
    on_policy: bool = False
    robust: bool = False

    @cached_property
    def key(self) -> str:
        """The same for problems with the same numbers."""
        return json.dumps(described(self))

    @cached_property
    def policy(self) -> Table:
        """The probabilities [S, A] it acted with."""
        shape = self.mdp.successor.shape[:2]
        return np.full(shape, 1.0 / shape[1]) if self.acting is None else self.acting

    @cached_property
    def begun(self) -> Table:
        """The values [S, A] before anything is learned, which those of terminal states stay at."""
        values = np.full(self.mdp.successor.shape[:2], float(self.initial))
        return values if self.resting is None else np.where(self.mdp.terminal[:, None], self.resting, values)

    @cached_property
    def live(self) -> NDArray[np.float64]:
        """[S, A, K] 1 where the outcome goes on, 0 where it is the end."""
        return np.where(self.mdp.terminal[self.mdp.successor], 0.0, 1.0)

    @cached_property
    def starts(self) -> list[tuple[int, float]]:
        """The states in which an episode may begin, and how often it does."""
        return [(state, float(self.mdp.start[state])) for state in np.flatnonzero(self.mdp.start).tolist()]

    @cached_property
    def seen(self) -> NDArray[np.int64]:
        """[S, A, K] the state whose observation follows."""
        successor = self.mdp.successor
        return successor if self.shown is None else np.asarray(self.shown)[successor]

    @cached_property
    def visits(self) -> NDArray[np.float64]:
        """[S] how often an episode is expected to act in each state."""
        return self._timed[0]

    @cached_property
    def cut(self) -> NDArray[np.float64]:
        """[S] the share of a state's visits that are the last step before the limit."""
        visits, last = self._timed
        return np.divide(last, visits, out=np.zeros_like(last), where=visits > 0)

    @cached_property
    def first(self) -> NDArray[np.float64]:
        """[S] the share of a state's visits that begin an episode."""
        return np.divide(self.mdp.start, self.visits, out=np.ones_like(self.visits), where=self.visits > 0)

    @cached_property
    def moves(self) -> NDArray[np.float64]:
        """[S, A, K] how often each outcome is expected in an episode."""
        return (self.visits[:, None] * self.policy)[:, :, None] * self.mdp.probability

    @cached_property
    def _last(self) -> NDArray[np.float64]:
        """[S, A, K] how often each outcome is expected to be the last of an episode."""
        return self.moves * np.where(self.live > 0, self.cut[:, None, None], 1.0)

    @property
    def last_reward(self) -> float:
        """What the last step of an episode is expected to pay."""
        return float((self._last * self.mdp.reward).sum() / max(float(self._last.sum()), 1e-12))

    @property
    def ending(self) -> float:
        """The share of episodes that end and are not cut off."""
        return float((self.moves * (1.0 - self.live)).sum() / max(float(self._last.sum()), 1e-12))

    @property
    def resets(self) -> NDArray[np.float64]:
        """[S] of a state's samples the share that only reset, if a step that resets is learned like any other."""
        more = np.zeros(self.mdp.num_states)
        np.add.at(more, self.seen, self._last)
        return np.divide(more, more + self.visits, out=np.zeros_like(more), where=more > 0)

    @cached_property
    def _timed(self) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Visits, and visits on the last step before the limit (1,000 where there is none)."""
        chain = np.zeros((self.mdp.num_states,) * 2)
        weight = self.policy[:, :, None] * self.mdp.probability * self.live
        np.add.at(chain, (np.arange(len(chain))[:, None, None], self.mdp.successor), weight)
        now = np.where(self.mdp.terminal, 0.0, self.mdp.start)
        visits = np.zeros_like(now)
        for step in range(self.limit or 1_000):
            now = now @ chain if step else now
            visits += now
        return visits, now if self.limit else np.zeros_like(now)

    def best(self, q: NDArray[np.float64]) -> NDArray[np.float64]:
        """What every state is worth [..., S]: its best action, or the mean of what it does there."""
        return np.asarray((self.policy * q).sum(axis=-1) if self.on_policy else q.max(axis=-1))

"""Rows of an agent's experience: each distinct step once, with its count and the columns that wrong rules use."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

Table = NDArray[np.float64]  # [S, A]
WHOLE = 10_000  # steps of a window that ends only with its episode


@dataclass(frozen=True, eq=False)
class Trace:
    """Steps in columns [T], of observations and actions that are whole numbers."""

    observation: NDArray[np.int64]
    action: NDArray[np.int64]
    reward: NDArray[np.float64]
    next_observation: NDArray[np.int64]
    terminated: NDArray[np.bool_]
    truncated: NDArray[np.bool_]
    reset: NDArray[np.bool_]  # whether the step is the first of an episode
    lane: NDArray[np.int64]

    @classmethod
    def of(cls, rows: Sequence[Sequence[Any]]) -> Trace:
        """The columns of steps.

        >>> Trace.of([(0, 1, 2.0, 1, False, False, True, 0)]).action
        array([1])
        """
        columns = zip(*rows, strict=True) if rows else [()] * len(_KINDS)
        return cls(*(np.array(column, dtype=kind) for column, kind in zip(columns, _KINDS, strict=True)))

    def __len__(self) -> int:
        return len(self.action)

    def __getitem__(self, part: slice | NDArray[np.bool_]) -> Trace:
        return Trace(*(column[part] for column in vars(self).values()))

    def counts(self, shape: tuple[int, int]) -> NDArray[np.int64]:
        """Visits [S, A]: the number of times each action was taken in each state."""
        cells = self.observation * shape[1] + self.action
        return np.bincount(cells, minlength=shape[0] * shape[1]).reshape(shape)


_KINDS = (np.int64, np.int64, np.float64, np.int64, np.bool_, np.bool_, np.bool_, np.int64)


@dataclass(frozen=True, eq=False)
class Rows:
    """Distinct steps in columns [R]; of a window of several steps, `reward` is its discounted sum."""

    state: NDArray[np.int64]  # S, as it was shown
    action: NDArray[np.int64]
    reward: NDArray[np.float64]
    successor: NDArray[np.int64]  # S', as it was shown
    terminated: NDArray[np.int64]
    truncated: NDArray[np.int64]
    begin: NDArray[np.int64]  # first state of the next episode, -1 where the episode goes on
    next_action: NDArray[np.int64]  # A', -1 where the episode ends
    first: NDArray[np.int64]  # 1 for the first step of an episode
    first_visit: NDArray[np.int64]  # 1 where A is taken in S for the first time in an episode
    previous_reward: NDArray[np.float64]  # of the step before, also across episodes
    previous_terminated: NDArray[np.int64]
    so_far: NDArray[np.float64]  # the undiscounted return of the episode, this reward included
    episode: NDArray[np.int64]  # number of the episode, rising
    power: NDArray[np.int64]  # steps in the window
    gamma: NDArray[np.float64]  # the declared discount
    states: NDArray[np.int64]  # number of states
    weight: NDArray[np.float64]  # number of occurrences

    def taken(self, which: NDArray[Any]) -> Rows:
        """Rows selected by a mask [R] or by indices."""
        return Rows(*(column[which] for column in vars(self).values()))

    def distinct(self) -> tuple[Rows, NDArray[np.int64]]:
        """The distinct rows, and the index of each row among them."""
        columns = [column for name, column in vars(self).items() if name not in _NO_KEY]
        codes = _code([column + 1 if column.dtype == np.int64 else _ranks(column) for column in columns])
        return self.taken(np.unique(codes, return_index=True)[1]), codes

    def joined(self, *others: Rows) -> Rows:
        """These rows, and others after them."""
        columns = zip(*(vars(rows).values() for rows in (self, *others)), strict=True)
        return Rows(*(np.concatenate(column) for column in columns))


_OF_THE_LAST = ("successor", "terminated", "truncated", "begin", "next_action")
_NO_KEY = ("episode", "power", "gamma", "states", "weight")  # columns that rules do not depend on, or equal for all


@dataclass(frozen=True, eq=False)
class Experience:
    """An agent's steps on a line: everything that the fixed point of a rule depends on.

    Args:
        trace: the steps of all lanes in the order of time.
        gamma: the declared discount.
        shape: (S, A).
        shown: the agent's final table [S, A]; cells that a rule never learns keep its values.
        acting: the steps that tell the agent's policy; all by default.
    """

    trace: Trace
    gamma: float
    shape: tuple[int, int]
    shown: Table
    acting: Trace | None = None

    @cached_property
    def steps(self) -> Rows:
        """All steps, lane by lane, without the last step of each lane."""
        t = self.trace
        order = np.argsort(t.lane, kind="stable")
        lane, ended = t.lane[order], (t.terminated | t.truncated)[order]
        same = np.append(lane[1:] == lane[:-1], False)[: len(lane)]  # the next row is this lane's next step
        state, reward = t.observation[order], t.reward[order]
        began = np.append(True, lane[1:] != lane[:-1])[: len(lane)]
        before = np.roll(np.arange(len(state)), 1)
        first = t.reset[order].astype(np.int64)
        starts = (first == 1) | began  # an episode that began before the trace counts from its first recorded step
        total = np.cumsum(reward)
        offset = (total - reward)[starts]
        action, episode = t.action[order], np.cumsum(starts)
        visits = _code([episode, state, action])
        rows = Rows(
            state=state,
            action=action,
            reward=reward,
            successor=t.next_observation[order],
            terminated=t.terminated[order].astype(np.int64),
            truncated=t.truncated[order].astype(np.int64),
            begin=np.where(ended, np.roll(state, -1), -1),
            next_action=np.where(ended, -1, np.roll(action, -1)),
            first=first,
            first_visit=np.isin(np.arange(len(state)), np.unique(visits, return_index=True)[1]).astype(np.int64),
            previous_reward=np.where(began, 0.0, reward[before]),
            previous_terminated=np.where(began, 0, t.terminated[order][before]),
            so_far=np.round(total - offset[episode - 1], 9),
            episode=episode,
            power=np.ones(len(state), np.int64),
            gamma=np.full(len(state), self.gamma),
            states=np.full(len(state), self.shape[0]),
            weight=np.ones(len(state)),
        )
        return rows.taken(same)

    @cached_property
    def policy(self) -> Table:
        """Frequencies [S, A] of actions in each state, uniform in states without visits.

        The first action of an episode follows no step, so it counts only in states that nothing else is known of.
        """
        acting = self.trace if self.acting is None else self.acting
        every, later = acting.counts(self.shape), acting[~acting.reset].counts(self.shape)
        counts = np.where(later.sum(axis=1, keepdims=True) > 0, later, every)
        total = counts.sum(axis=1, keepdims=True)
        return np.where(total > 0, counts / np.maximum(total, 1.0), 1.0 / self.shape[1])

    def rows(
        self, steps: int = 1, *, across: bool = False, parts: int = 0, reward: Any = None, constant: float = 0.0
    ) -> Rows:
        """Distinct windows of `steps` steps, cut at the end of an episode unless `across`.

        Args:
            steps: steps in a window.
            across: whether windows run on into the next episode.
            parts: length of the parts into which an episode is cut; 0 for no cut.
            reward: reward function of a rule; by default the recorded reward.
            constant: constant of that function.
        """
        alone, _ = self._alone
        chains, weight = self._chains(steps, across, parts)
        paid = alone.reward if reward is None else reward(alone, constant)
        there, power = chains >= 0, (chains >= 0).sum(axis=0)
        total = (self.gamma ** np.arange(len(chains))[:, None] * np.where(there, paid[chains], 0.0)).sum(axis=0)
        last = chains[power - 1, np.arange(len(power))]
        at = {field: getattr(alone, field)[last] for field in _OF_THE_LAST}
        return replace(alone.taken(chains[0]), reward=np.round(total, 9), power=power, weight=weight, **at)

    @cached_property
    def _alone(self) -> tuple[Rows, NDArray[np.int64]]:
        """The distinct steps, and the index of each step among them."""
        return self.steps.distinct()

    @cached_property
    def prepared(self) -> dict[Any, Any]:
        """Cache of the parts of each rule's targets that do not depend on values."""
        return {}

    @cached_property
    def _kept(self) -> dict[Any, tuple[NDArray[np.int64], NDArray[np.float64]]]:
        return {}

    def _chains(self, steps: int, across: bool, parts: int) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
        """Distinct windows [N, W] of distinct steps, -1 after their end, and their numbers of occurrences."""
        key = steps, across, parts
        if key not in self._kept:
            rows, (_, codes) = self.steps, self._alone
            lanes = np.sort(self.trace.lane)
            lane = lanes[np.append(lanes[1:] == lanes[:-1], False)[: len(lanes)]]
            last, count, first = np.arange(len(codes)), len(codes), rows.first == 1
            begun = np.maximum.accumulate(np.where(first | np.append(True, lane[1:] != lane[:-1])[:count], last, 0))
            ended = (
                np.full(count, False) if across else (rows.begin >= 0) | ((last - begun + 1) % (parts or WHOLE) == 0)
            )
            chains, goes_on = [codes], np.full(count, True)
            for _ in range(1, min(steps, count)):
                following = np.minimum(last + 1, count - 1)
                goes_on = goes_on & (last + 1 < count) & (lane[following] == lane[last]) & ~ended[last]
                if not goes_on.any():
                    break
                last = np.where(goes_on, following, last)
                chains.append(np.where(goes_on, codes[last], -1))
            whole = np.flatnonzero(ended[last] | ((np.array(chains) >= 0).sum(axis=0) == steps))
            code = _code([chain[whole] + 1 for chain in chains])
            _, index, weight = np.unique(code, return_index=True, return_counts=True)
            self._kept[key] = np.array(chains)[:, whole[index]], weight.astype(float)
        return self._kept[key]


def _ranks(column: NDArray[Any]) -> NDArray[np.int64]:
    """Numbers [R] from 0 in the order of the values."""
    return np.unique(column, return_inverse=True)[1].ravel()


def _code(keys: Sequence[NDArray[np.int64]]) -> NDArray[np.int64]:
    """Numbers [R] from 0 for rows of whole numbers from 0: equal rows have equal numbers, without gaps."""
    code, largest = np.zeros(len(keys[0]), np.int64), 0
    for key in keys:
        most = int(key.max(initial=0))
        if (largest + 1) * (most + 1) > np.iinfo(np.int64).max:
            code = _ranks(code)
            largest = int(code.max(initial=0))
        code, largest = code * (most + 1) + key, (largest + 1) * (most + 1) - 1
    return _ranks(code)

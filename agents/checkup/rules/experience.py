"""Rows of what an agent saw: each distinct step once, with how often, and what each wrong rule would make of it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, fields, replace
from functools import cached_property
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

Table = NDArray[np.float64]  # [S, A]
WHOLE = 10_000  # steps of a window that ends with its episode only


@dataclass(frozen=True, eq=False)
class Trace:
    """Steps in columns [T], of observations and actions that are whole numbers."""

    observation: NDArray[np.int64]
    action: NDArray[np.int64]
    reward: NDArray[np.float64]
    next_observation: NDArray[np.int64]
    terminated: NDArray[np.bool_]
    truncated: NDArray[np.bool_]
    reset: NDArray[np.bool_]  # the first of an episode
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
        """How often each action was taken in each state [S, A]."""
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
    begin: NDArray[np.int64]  # the state that the next episode begins in, -1 where this one goes on
    next_action: NDArray[np.int64]  # A', -1 where the episode ends
    first: NDArray[np.int64]  # it is the first of an episode
    previous_reward: NDArray[np.float64]  # of the step before, of the last episode's too
    previous_terminated: NDArray[np.int64]
    so_far: NDArray[np.float64]  # the undiscounted return of the episode, this reward included
    power: NDArray[np.int64]  # steps in the window
    weight: NDArray[np.float64]  # how often


@dataclass(frozen=True, eq=False)
class Experience:
    """What an agent did on a line: everything that the fixed point of a rule depends on.

    Args:
        trace: its steps, all lanes in the order of time.
        gamma: the discount that it was told.
        shape: (S, A).
        shown: the table [S, A] that it ended with; what a rule never learns is as it is there.
    """

    trace: Trace
    gamma: float
    shape: tuple[int, int]
    shown: Table

    @cached_property
    def _steps(self) -> Rows:
        """All steps, lane by lane, without those whose successor in time is unknown."""
        t = self.trace
        order = np.argsort(t.lane, kind="stable")
        lane, ended = t.lane[order], (t.terminated | t.truncated)[order]
        same = np.append(lane[1:] == lane[:-1], False)[: len(lane)]  # the next row is this lane's next step
        state, reward = t.observation[order], t.reward[order]
        began = np.append(True, lane[1:] != lane[:-1])[: len(lane)]
        before = np.roll(np.arange(len(state)), 1)
        first = t.reset[order].astype(np.int64)
        starts = (first == 1) | began  # part of an episode counts from where it is seen
        total = np.cumsum(reward)
        offset = (total - reward)[starts]
        action = t.action[order]
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
            previous_reward=np.where(began, 0.0, reward[before]),
            previous_terminated=np.where(began, 0, t.terminated[order][before]),
            so_far=np.round(total - offset[np.cumsum(starts) - 1], 9),
            power=np.ones(len(state), np.int64),
            weight=np.ones(len(state)),
        )
        return taken(rows, same)

    @cached_property
    def policy(self) -> Table:
        """[S, A] how often each action was taken; evenly where nothing was."""
        counts = np.zeros(self.shape)
        np.add.at(counts, (self.trace.observation, self.trace.action), 1.0)
        total = counts.sum(axis=1, keepdims=True)
        return np.where(total > 0, counts / np.maximum(total, 1.0), 1.0 / self.shape[1])

    def rows(
        self, steps: int = 1, *, across: bool = False, reward: Callable[..., Any] | None = None, constant: float = 0.0
    ) -> Rows:
        """Distinct windows of so many steps, which end with their episode unless they run on into the next.

        Args:
            steps: in a window.
            across: whether it runs on.
            reward: what each step is taken to pay, a word of rules; as it was paid if not given.
            constant: of that word.
        """
        key = steps, across, reward, constant
        if key not in self._kept:
            paid = self._steps if reward is None else replace(self._steps, reward=reward(self._steps, constant))
            self._kept[key] = _distinct(self._windows(paid, steps, across=across) if steps > 1 else paid)
        return self._kept[key]

    @cached_property
    def prepared(self) -> dict[Any, Any]:
        """What fixed points keep of each rule."""
        return {}

    @cached_property
    def _kept(self) -> dict[Any, Rows]:
        return {}

    def _windows(self, rows: Rows, steps: int, *, across: bool) -> Rows:
        lanes = np.sort(self.trace.lane)
        lane = lanes[:-1][lanes[1:] == lanes[:-1]]
        last, count = np.arange(len(rows.state)), len(rows.state)
        total, power = rows.reward.copy(), rows.power.copy()
        for _ in range(1, min(steps, count)):
            following = np.minimum(last + 1, count - 1)
            goes_on = (last + 1 < count) & (lane[following] == lane[last])
            if not across:
                goes_on &= rows.begin[last] < 0
            if not goes_on.any():
                break
            last = np.where(goes_on, following, last)
            total += np.where(goes_on, self.gamma**power * rows.reward[last], 0.0)
            power = power + goes_on
        at = {field: getattr(rows, field)[last] for field in _OF_THE_LAST}
        ended = np.zeros(count, bool) if across else at["begin"] >= 0
        whole = (power == steps) | ended
        return taken(replace(rows, reward=np.round(total, 9), power=power, **at), whole)


_OF_THE_LAST = ("successor", "terminated", "truncated", "begin", "next_action")


def taken(rows: Rows, which: NDArray[np.bool_]) -> Rows:
    """Rows [R] of which [R] is true."""
    return Rows(*(getattr(rows, field.name)[which] for field in fields(Rows)))


def _distinct(rows: Rows) -> Rows:
    """Each distinct row once, with the sum of weights."""
    columns = [getattr(rows, field.name) for field in fields(Rows)][:-1]
    if not len(rows.state):
        return rows
    keys = np.stack([np.unique(column, return_inverse=True)[1].ravel() for column in columns])
    code = np.zeros(len(rows.state), np.int64)
    for key in keys:  # one number for each distinct row
        code = np.unique(code * (int(key.max()) + 1) + key, return_inverse=True)[1].ravel()
    _, index, inverse = np.unique(code, return_index=True, return_inverse=True)
    weight = np.bincount(inverse.ravel(), weights=rows.weight)
    return Rows(*(column[index] for column in [*columns]), weight=weight)  # type: ignore[misc, arg-type]


class Rule(NamedTuple):
    """target = reward + discount * mask * value(successor, choice), learned into `cell`, from `samples`, under `loss`.

    `steps` is the length of the window of rewards, `across` whether it runs on into the next episode, and `constant`
    what the words that have one take: a number, or None if it is to be estimated.
    """

    reward: Callable[..., Any]
    discount: Callable[..., Any]
    mask: Callable[..., Any]
    successor: Callable[..., Any]
    choice: Callable[..., Any]
    cell: Callable[..., Any]
    samples: Callable[..., Any]
    loss: str = "mean"
    steps: int = 1
    across: bool = False
    constant: float | None = 0.0

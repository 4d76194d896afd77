"""A memory of transitions: a ring of arrays, from which batches of n-step returns are drawn."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from agents.core import Transition
from agents.deep.incoming import check_rows
from agents.observations import by_path, from_paths, mapped
from rl_line.system.arrays import reals
from rl_line.system.kinds import instance, spelled
from rl_line.system.numbers import MOST, as_array, real, shown, whole
from rl_line.system.state_files import parts_like

PRIORITY_FLOOR = 1e-3  # added to the size of an error, so that every row may be drawn again
Rows = dict[str, Any]  # arrays [C, ...] by the names of `Transition`; for dictionaries "observation>part"


class Batch(NamedTuple):
    """B transitions of up to n steps each."""

    observation: Any  # [B, ...]
    action: Any  # [B]
    reward: Any  # [B], the discounted sum of n rewards, fewer where the episode ends
    next_observation: Any  # [B, ...], S' after the last reward
    terminated: Any  # [B], S' is terminal
    discount: Any  # [B], of the value of S': gamma to the power of the number of rewards
    weight: Any  # [B], importance weight of the error


def drawn(rows: Rows, index: Any, following: Any, weight: Any, *, gamma: float, n: int, xp: Any = np) -> Batch:
    """The batch of n-step transitions that begin at rows [B].

    Args:
        rows: the memory.
        index: first rows [B].
        following: index [B] -> the row [B] of the same lane one step later, or -1 if there is none yet.
        weight: weight of each error [B].
        gamma: the discount.
        n: rewards in a return; fewer where the episode ends, or is still going on.
        xp: `numpy` or `keras.ops`.
    """

    def ends(at: Any) -> Any:
        return xp.logical_or(xp.take(rows["terminated"], at), xp.take(rows["truncated"], at))

    last, over = index, False
    reward, discount = xp.take(rows["reward"], index), xp.full(index.shape, gamma, dtype="float32")
    for _ in range(n - 1):
        then = following(last)
        over = xp.logical_or(xp.logical_or(over, ends(last)), xp.less(then, 0))
        last = xp.where(over, last, then)
        reward = reward + xp.where(over, 0.0, discount * xp.take(rows["reward"], last))
        discount = xp.where(over, discount, discount * gamma)
    action, terminated = xp.take(rows["action"], index), xp.take(rows["terminated"], last)
    seen, after = (
        mapped(lambda x, at=at: xp.take(x, at, axis=0), from_paths(name, rows))
        for name, at in (("observation", index), ("next_observation", last))
    )
    return Batch(seen, action, reward, after, terminated, discount, weight)


def proportional(priorities: Any, uniforms: Any, size: Any, beta: Any, xp: Any = np) -> tuple[Any, Any]:
    """Rows [B] drawn in proportion to priorities [C], and their importance weights [B] with exponent beta.

    Source: Schaul et al. (2016), proportional variant; weights are divided by the largest of the batch.
    """
    passed = xp.cumsum(priorities)
    index = xp.searchsorted(passed, uniforms * passed[-1], side="right")
    index = xp.minimum(index, xp.sum(xp.where(passed < passed[-1], 1, 0)))  # the last row that has a priority
    weight = (size * xp.take(priorities, index) / passed[-1]) ** -beta
    return index, weight / xp.max(weight)


def as_rows(transition: Transition) -> Rows:
    """A transition, or a batch of them, as rows, with observations split into their parts."""
    rows = {name: getattr(transition, name) for name in ("action", "reward", "terminated", "truncated")}
    for name in ("observation", "next_observation"):
        rows |= by_path(name, getattr(transition, name))
    return rows


@spelled
class ReplayMemory:
    """The last `capacity` transitions of all lanes, oldest overwritten first.

    Args:
        capacity: C.
        example: rows of one transition [1, ...], for shapes and types.
    """

    def __init__(self, capacity: int, example: Rows) -> None:
        capacity = whole(1, MOST, capacity=capacity)
        _check_example(example)
        self.rows: dict[str, NDArray[Any]] = {
            name: np.zeros(
                (capacity, *np.shape(array)[1:]), np.float32 if name == "reward" else np.asarray(array).dtype
            )
            for name, array in example.items()
        }
        self.following = np.full(capacity, -1)  # the row of the same lane one step later
        self.priorities = np.zeros(capacity)
        self.added = 0  # rows ever added
        self.newest: dict[int, int] = {}  # the last row of each lane

    @classmethod
    def for_transition(cls, capacity: int, transition: Transition) -> ReplayMemory:
        """An empty memory for transitions of the shapes and types of this one."""
        rows = as_rows(transition)
        for name, part in rows.items():
            reals(**{name: part})
        one = np.ndim(transition.action) == 0
        return cls(capacity, {name: np.asarray(x)[None] for name, x in rows.items()} if one else rows)

    def __len__(self) -> int:
        return min(self.added, len(self.following))

    def remember(self, transition: Transition, priority: float = 1.0) -> int:
        """Adds a transition, or a batch with one per lane; returns their number.

        Raises:
            ValueError: its parts, shapes or types differ from the first transition's, or a number is not finite.
        """
        rows, lead = as_rows(transition), as_array(transition.action).shape
        check_rows(rows, self.rows, lead)
        if not lead:
            self.add_one(rows, 0, priority)
            return 1
        self.add(rows, range(lead[0]) if transition.lane is None else _lanes(transition.lane, lead), priority)
        return lead[0]

    def add(self, rows: Rows, lanes: Iterable[int], priority: float = 1.0) -> None:
        """Adds a row per lane, and links the lane's last row to it if that row's S' is its observation."""
        for k, lane in enumerate(lanes):
            self.add_one({name: array[k] for name, array in rows.items()}, lane, priority)

    def add_one(self, row: Rows, lane: int = 0, priority: float = 1.0) -> None:
        """Adds one row, as `add` does."""
        at = self.added % len(self.following)
        before = self.newest.get(lane)
        if before is not None and self.added - before < len(self.following):
            self._link(before % len(self.following), at, row)
        for name, value in row.items():
            self.rows[name][at] = value
        self.following[at], self.priorities[at], self.newest[lane] = -1, priority, self.added
        self.added += 1

    def _link(self, before: int, at: int, row: Rows) -> None:
        if self.rows["terminated"][before] or self.rows["truncated"][before]:
            return
        ahead = [name for name in row if name.startswith("next_")]
        if all((self.rows[name][before] == row[name.removeprefix("next_")]).all() for name in ahead):
            self.following[before] = at

    def draw(self, index: NDArray[Any], weight: NDArray[Any], *, gamma: float, n: int) -> Batch:
        """The batch of n-step transitions that begin at rows [B].

        Raises:
            ValueError: a row does not exist, or weights, gamma or n are out of range.
        """
        rows, size = as_array(index), len(self)
        if rows.dtype.kind not in "iu" or (rows.size and not 0 <= rows.min() <= rows.max() < size):
            raise ValueError(f"index={shown(index)}, expected rows from 0 to {size - 1}; pass e.g. index=np.arange(1).")
        weights = as_array(weight)
        if weights.shape != rows.shape or weights.dtype.kind != "f" or not np.isfinite(weights).all():
            weights = reals(rows.shape, weight=weight).astype(np.float32)
        gamma, n = real(0, 1, kind="a discount", gamma=gamma), whole(n=n)
        return drawn(self.rows, rows, self.following.__getitem__, weights, gamma=gamma, n=n)

    def state(self) -> Rows:
        """Arrays for `restored`."""
        rows = {f"row_{name}": array.copy() for name, array in self.rows.items()}
        newest = np.array(list(self.newest.items()), np.int64).reshape(-1, 2)
        links = {"following": self.following.copy(), "priorities": self.priorities.copy()}
        return {**rows, **links, "added": self.added, "newest": newest}

    @classmethod
    def restored(cls, state: Rows) -> ReplayMemory:
        """A memory from its `state()`.

        Raises:
            ValueError: a part is missing, or has another shape or type.
        """
        capacity, lanes = np.size(state.get("following", ())), len(np.atleast_1d(state.get("newest", ())))
        numbers = {"following": np.zeros(capacity, np.int64), "priorities": np.zeros(capacity), "added": 0}
        parts = parts_like(state, {**numbers, "newest": np.zeros((lanes, 2), np.int64)})
        rows = {name.removeprefix("row_"): np.array(x) for name, x in state.items() if name.startswith("row_")}
        for name, array in rows.items():
            if array.shape[:1] != (capacity,) or array.dtype.kind not in "biuf":
                raise ValueError(f"the memory has {name} of {array.dtype} {array.shape}, expected {capacity} rows.")
        memory = cls(capacity, rows)
        memory.rows, memory.following, memory.priorities = rows, parts["following"], parts["priorities"]
        memory.added, memory.newest = int(parts["added"]), {int(k): int(v) for k, v in parts["newest"]}
        return memory


def _check_example(example: Rows) -> None:
    """Raises TypeError or ValueError unless rows are transitions of numbers, as many of each part."""
    advice = "pass agents.deep.replay.as_rows(transition) of a transition with arrays [1, ...]"
    instance("example", example, dict, advice)
    needed = {"action", "reward", "terminated", "truncated", "observation", "next_observation"}
    if missing := needed - {str(name).split(">")[0] for name in example}:
        raise ValueError(f"example={shown(example)} lacks {', '.join(sorted(missing))}, expected rows; {advice}.")
    sizes = {np.shape(reals(**{name: part}))[:1] for name, part in example.items()}
    if len(sizes) != 1 or sizes == {()}:
        raise ValueError(f"example={shown(example)}, expected as many rows, from 1, of every part; {advice}.")


def _lanes(given: Any, lead: tuple[int, ...]) -> list[int]:
    """The lanes of a batch of transitions, as plain numbers."""
    lanes = np.asarray(given)
    if lanes.shape != lead or lanes.dtype.kind not in "iu":
        raise ValueError(f"lane={shown(given)}, expected {lead[0]} whole numbers, one of every action.")
    return lanes.tolist()  # type: ignore[no-any-return]

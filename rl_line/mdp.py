"""A finite Markov decision process as data, and its step function."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from functools import cached_property
from html import escape
from typing import Any, NamedTuple

import gymnasium as gym
import numpy as np
from numpy.typing import ArrayLike, NDArray

from rl_line.mdp_checks import check_mdp, check_probabilities
from rl_line.system.kinds import instance, spelled
from rl_line.system.numbers import as_array, shown, whole
from rl_line.toy_text import toy_text_arrays


class Outcome(NamedTuple):
    """Outcome of one step; every field has the batch shape of the states stepped."""

    next_state: Any  # [...] int
    reward: Any  # [...] float, paid on arrival
    terminated: Any  # [...] bool, the next state is terminal


_MOST_ROWS = 60  # rows of a table in a notebook


@spelled
@dataclass(frozen=True, eq=False)
class TabularMDP:
    """A finite MDP by the K states that can follow each state and action.

    K is 1 for a deterministic MDP; rows with fewer outcomes are padded with probability 0. An
    episode ends on arriving in a terminal state. Rows of terminal states (by convention a
    self-loop without reward) matter only for a loop that steps on, and count in no value.
    The arrays are copied and read-only. Source: Sutton & Barto (2nd ed.), section 3.1.

    Raises:
        ValueError: shapes, probabilities, rewards or start states are invalid.
    """

    successor: NDArray[np.int64]  # [S, A, K]
    probability: NDArray[np.float64]  # [S, A, K], rows sum to 1
    reward: NDArray[np.float64]  # [S, A, K], on arrival
    terminal: NDArray[np.bool_]  # [S]
    start: NDArray[np.float64]  # [S], p(s_0)

    def __post_init__(self) -> None:
        kinds = {"successor": (np.int64, "states as integers"), "terminal": (np.bool_, "True or False")}
        for name in ("successor", "probability", "reward", "terminal", "start"):
            array = _numbers(name, getattr(self, name), *kinds.get(name, (np.float64, "numbers")))
            array.setflags(write=False)
            object.__setattr__(self, name, array)
        check_mdp(self)

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), tuple(getattr(self, field.name) for field in fields(self))  # so that copies are read-only

    def __repr__(self) -> str:
        named = {"start": self.start, "terminal": self.terminal}
        where = {name: np.flatnonzero(part).tolist() for name, part in named.items()}
        told = (f"{name} {part if len(part) < 9 else f'{len(part):,} states'}" for name, part in where.items())
        return f"<{type(self).__name__} of {self.num_states:,} states, {self.num_actions} actions, {', '.join(told)}>"

    def _repr_html_(self) -> str:
        moves = np.argwhere((self.probability > 0) & ~self.terminal[:, None, None])
        rows = [
            f"<tr><td>{s}<td>{a}<td>{self.probability[s, a, k]:g}<td>{self.successor[s, a, k]}"
            f"<td>{self.reward[s, a, k]:g}<td>{'yes' if self.terminal[self.successor[s, a, k]] else ''}"
            for s, a, k in moves[:_MOST_ROWS].tolist()
        ]
        head = "<tr><th>state<th>action<th>probability<th>next state<th>reward<th>ends"
        more = f"<p>and {len(moves) - _MOST_ROWS:,} more outcomes" if len(moves) > _MOST_ROWS else ""
        return f"{escape(repr(self))}<table>{head}{''.join(rows)}</table>{more}"

    @property
    def num_states(self) -> int:
        """S."""
        return self.successor.shape[0]

    @property
    def num_actions(self) -> int:
        """A."""
        return self.successor.shape[1]

    @classmethod
    def from_dense(cls, transition: ArrayLike, reward: ArrayLike, terminal: ArrayLike, start: ArrayLike) -> TabularMDP:
        """The MDP with p(s' | s, a) [S, A, S] and r(s, a, s') [S, A, S]; terminal rows are ignored."""
        dense = _numbers("transition", transition)
        ended = _numbers("terminal", terminal, np.bool_, "True or False")
        if dense.ndim != 3 or dense.shape[0] != dense.shape[2] or ended.shape != dense.shape[:1]:
            raise ValueError(
                f"transition has shape {dense.shape} and terminal {ended.shape}, expected [S, A, S] and [S], "
                "e.g. (4, 2, 4) and (4,)."
            )
        paid = _numbers("reward", reward)
        if paid.shape != dense.shape:
            raise ValueError(f"reward has shape {paid.shape}, expected {dense.shape}, r(s, a, s'), as transition has.")
        dense[ended] = np.eye(1, len(dense))
        check_probabilities(transition=dense)
        width = max(1, int(np.count_nonzero(dense, axis=2).max()))
        successor = np.argsort(dense == 0, axis=2, kind="stable")[:, :, :width]
        return cls(
            successor=successor,
            probability=np.take_along_axis(dense, successor, axis=2),
            reward=np.take_along_axis(paid, successor, axis=2),
            terminal=ended,
            start=_numbers("start", start),
        ).after_end()

    @classmethod
    def from_toy_text(cls, env: gym.Env[Any, Any]) -> TabularMDP:
        """The MDP of an environment with a toy-text table `P` (FrozenLake, CliffWalking, Taxi).

        A state is terminal if a move into it ends the episode. The rows of terminal states in `P`, which no
        episode uses, are replaced by a self-loop without reward.

        Raises:
            ValueError: no table, an incomplete one, or a state that ends the episode after some moves only.
        """
        instance("env", env, gym.Env, 'pass e.g. gymnasium.make("FrozenLake-v1")')
        return cls(*toy_text_arrays(env)).after_end()

    def after_end(self, state: int | None = None) -> TabularMDP:
        """This MDP with other rows for its terminal states: they lead to `state`, or stay, without reward."""
        state = None if state is None else whole(0, self.num_states - 1, state=state)
        ended = np.flatnonzero(self.terminal)
        successor, probability, reward = self.successor.copy(), self.probability.copy(), self.reward.copy()
        successor[ended] = ended[:, None, None] if state is None else state
        probability[ended], reward[ended] = np.eye(1, successor.shape[2]), 0.0
        return replace(self, successor=successor, probability=probability, reward=reward)

    def to_toy_text(self) -> dict[int, dict[int, list[tuple[float, int, float, bool]]]]:
        """`P[s][a] = [(probability, next_state, reward, terminated), ...]`, without impossible moves."""
        tables = (self.probability, self.successor, self.reward, self.terminal[self.successor])
        rows = zip(*(table.tolist() for table in tables), strict=True)
        return {
            s: {
                a: [move for move in zip(*moves, strict=True) if move[0] > 0]
                for a, moves in enumerate(zip(*row, strict=True))
            }
            for s, row in enumerate(rows)
        }

    def step(self, state: Any, action: Any, uniform: Any, xp: Any = np) -> Outcome:
        """Outcomes of actions [...] in states [...], given uniforms [...] in [0, 1).

        With `xp=keras.ops` it can be traced into a compiled program. Uniforms are not used if K is 1.
        """
        if xp is np:  # in int8, state 100 times 2 actions is below 0
            state, action = (np.asarray(x).astype(np.int64, casting="same_kind", copy=False) for x in (state, action))
        return self.outcome(self.branch(state * self.num_actions + action, uniform, xp), xp)

    def branch(self, row: Any, uniform: Any, xp: Any = np) -> Any:
        """Entries [...] of the flat tables [S * A * K], drawn by uniforms for rows `state * A + action` [...]."""
        width = self.successor.shape[2]
        if width == 1:
            return row
        below = xp.take(self.cumulative[:, :-1], row, axis=0)  # [..., K - 1]
        passed = xp.greater_equal(xp.expand_dims(uniform, -1), below)
        return xp.add(row * width, xp.sum(passed, axis=-1))

    def outcome(self, branch: Any, xp: Any = np) -> Outcome:
        """The outcomes at entries [...] of the flat tables."""
        next_state = xp.take(self._flat_successor, branch)
        return Outcome(next_state, xp.take(self._flat_reward, branch), xp.take(self.terminal, next_state))

    def start_state(self, uniform: Any, xp: Any = np) -> Any:
        """Start states [...] for uniforms [...] in [0, 1)."""
        return xp.searchsorted(self._start_cumulative, uniform, side="right")

    @cached_property
    def only_start(self) -> int | None:
        """The start state if there is only one, so that no random number is needed; else None."""
        possible = np.flatnonzero(self.start)
        return int(possible[0]) if len(possible) == 1 else None

    @cached_property
    def cumulative(self) -> NDArray[np.float64]:
        """Cumulative probabilities [S * A, K] of the outcomes; an impossible outcome adds nothing."""
        return _cumulative(self.probability.reshape(-1, self.probability.shape[2]))

    @cached_property
    def _start_cumulative(self) -> NDArray[np.float64]:
        return _cumulative(self.start)[:-1]

    @cached_property
    def _flat_successor(self) -> NDArray[np.int64]:
        return self.successor.ravel()

    @cached_property
    def _flat_reward(self) -> NDArray[np.float64]:
        return self.reward.ravel()


def _numbers(name: str, given: Any, kind: Any = np.float64, expected: str = "numbers") -> NDArray[Any]:
    """A copy of an array of numbers in a type that holds them exactly."""
    array = as_array(given)
    if array.dtype.kind not in "biuf":
        raise ValueError(f"{name} is {shown(given)}, expected an array of {expected}.")
    with np.errstate(invalid="ignore"):
        copy: NDArray[Any] = np.array(array, dtype=kind)
    if kind is not np.float64 and (copy != array).any():
        raise ValueError(f"{name} holds {array[copy != array][0]}, expected {expected}.")
    return copy


def _cumulative(probability: NDArray[np.float64]) -> NDArray[np.float64]:
    """Cumulative sums over the last axis, exactly 1 from the last possible entry on."""
    possible = probability > 0
    possible_later = np.flip(np.logical_or.accumulate(np.flip(possible, -1), axis=-1), -1)
    possible_later = np.concatenate([possible_later[..., 1:], np.zeros_like(possible[..., :1])], axis=-1)
    return np.where(possible_later, np.minimum(np.cumsum(probability, axis=-1), 1.0), 1.0)

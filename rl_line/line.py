"""The line as an MDP: states in a row, with rewards on arrival."""

from __future__ import annotations

import inspect
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rl_line.mdp import TabularMDP
from rl_line.system.kinds import spelled, unknown
from rl_line.system.numbers import as_array, shown

LEFT = 0
RIGHT = 1

#: Keywords of `reward_line`, and so of `gymnasium.make("RewardLine-v0", **PRESETS[name])`.
PRESETS: dict[str, dict[str, Any]] = {
    "course": {"rewards": (0, 2, 0, 9)},
    "treasure_hunt": {"rewards": (0, 0, 0, 0, 0, 1)},
}

#: Gymnasium ids of presets.
IDS: dict[str, str] = {
    "RewardLine-v0": "course",
    "TreasureHunt-v0": "treasure_hunt",
}


@spelled
def reward_line(
    rewards: Sequence[float] = PRESETS["course"]["rewards"],
    *,
    start: int | Sequence[float] = 0,
    terminals: Sequence[int] | None = (-1,),
    slip: float = 0.0,
    step_reward: float = 0.0,
    reward_noise: float = 0.0,
    mirror: bool = False,
) -> TabularMDP:
    """The MDP of a line with one state per reward and the actions `LEFT` and `RIGHT`.

    A move off an end stays in its state, and pays again. A move pays
    `rewards[s'] + step_reward`, plus or minus `reward_noise` with equal probability.

    Args:
        rewards: reward on arriving in each state, at least two.
        start: a state, or a probability for each state.
        terminals: states that end the episode, counted from the end if negative; `()` or None for none.
        slip: probability that a move goes the other way.
        step_reward: added to every move.
        reward_noise: half the distance between the two rewards a move can pay.
        mirror: reverses rewards, start and terminals (the actions stay).

    Raises:
        ValueError, TypeError: an argument is out of range; the message names it.
    """
    paid = _numbers("rewards", rewards, example="rewards=(0, 2, 0, 9)")
    if paid.ndim != 1 or len(paid) < 2:
        raise ValueError(
            f"rewards={shown(rewards)} has shape {paid.shape}, expected one number per state and at least 2; "
            "pass e.g. rewards=(0, 2, 0, 9)."
        )
    num_states = len(paid)
    terminal = _terminal(terminals, num_states)
    first = _start(start, terminal)
    slip = _number("slip", slip, example="slip=0.1")
    if not 0 <= slip <= 1:
        raise ValueError(f"slip={slip!r}, expected a probability from 0 to 1; pass e.g. slip=0.1.")
    step_reward = _number("step_reward", step_reward, example="step_reward=-0.1")
    noise = abs(_number("reward_noise", reward_noise, example="reward_noise=0.5"))
    if not isinstance(mirror, (bool, np.bool_)):
        raise TypeError(f"mirror={mirror!r}, expected True or False; pass e.g. mirror=True.")
    if mirror:
        paid, terminal, first = paid[::-1], terminal[::-1], first[::-1]

    tables = _tables(paid, slip=slip, step_reward=step_reward, noise=noise)
    return TabularMDP(*tables, terminal, first).after_end()


def check_keywords(owner: type, given: Mapping[str, Any]) -> None:
    """Raises TypeError, with the closest known keyword, for an unknown keyword.

    Args:
        owner: a class of environments; its `__init__` has keywords of its own and passes others to `reward_line`.
        given: keywords of a user.
    """
    known = [
        name
        for function in (owner.__init__, reward_line)  # type: ignore[misc]
        for name, parameter in inspect.signature(function).parameters.items()
        if name != "self" and parameter.kind is not parameter.VAR_KEYWORD
    ]
    for name in given:
        if name not in known:
            raise TypeError(unknown(owner, name, known))


def _tables(
    paid: NDArray[np.float64], *, slip: float, step_reward: float, noise: float
) -> tuple[NDArray[Any], NDArray[Any], NDArray[Any]]:
    """Successors, their probabilities and rewards, [S, A, K], of a line that pays `paid` [S] on arrival."""
    state = np.arange(len(paid))
    arrival = np.stack([np.maximum(state - 1, 0), np.minimum(state + 1, len(paid) - 1)], axis=1)  # [S, A]
    # Outcomes of a move: as chosen or slipped, each with more or with less reward.
    ways = [(arrival, 1 - slip), (arrival[:, ::-1], slip)] if slip else [(arrival, 1.0)]
    extras = [(noise, 0.5), (-noise, 0.5)] if noise else [(0.0, 1.0)]
    successor = np.stack([to for to, _ in ways for _ in extras], axis=2)  # [S, A, K]
    extra = np.array([step_reward + extra for _ in ways for extra, _ in extras])
    probability = np.broadcast_to([p * half for _, p in ways for _, half in extras], successor.shape)
    with np.errstate(over="ignore"):
        reward = paid[successor] + extra
    if not np.isfinite(reward).all():
        raise ValueError(
            f"step_reward={step_reward!r} and reward_noise={noise!r} added to rewards from {paid.min():g} to "
            f"{paid.max():g} are too large for a number; pass e.g. step_reward=-0.1."
        )
    return successor, probability, reward


def _number(name: str, value: Any, *, example: str) -> float:
    array = _numbers(name, value, example=example)
    if array.ndim:
        raise TypeError(f"{name}={shown(value)} has shape {array.shape}, expected one number; pass e.g. {example}.")
    return float(array)


def _numbers(name: str, value: Any, *, example: str) -> NDArray[np.float64]:
    array = as_array(value)
    if array.dtype.kind not in "iuf":
        raise TypeError(f"{name}={shown(value)}, expected real numbers; pass e.g. {example}.")
    if not np.isfinite(array).all():
        where = np.argwhere(~np.isfinite(np.atleast_1d(array)))[0].tolist() if array.ndim else ""
        raise ValueError(
            f"{name}={shown(value)} is not finite{f' at {where}' if where else ''}, expected finite numbers; "
            f"pass e.g. {example}."
        )
    return array.astype(np.float64)


def _terminal(terminals: Sequence[int] | None, num_states: int) -> NDArray[np.bool_]:
    """Mask [S] of the listed states."""
    listed = as_array(
        () if terminals is None else sorted(terminals) if isinstance(terminals, (set, frozenset)) else terminals
    )
    if listed.size and (listed.dtype.kind not in "iu" or listed.ndim > 1):
        raise TypeError(f"terminals={shown(terminals)}, expected a sequence of states; pass e.g. terminals=(0, 3).")
    terminal = np.zeros(num_states, dtype=np.bool_)
    for state in listed.ravel().tolist():
        if not -num_states <= state < num_states:
            raise ValueError(
                f"terminals={shown(terminals)} holds {state}, expected states from {-num_states} to {num_states - 1}, "
                "one per reward; pass e.g. terminals=(0, 3)."
            )
        terminal[int(state)] = True
    if terminal.all():
        raise ValueError(f"terminals={shown(terminals)} leaves no state to start in; pass e.g. terminals=(-1,).")
    return terminal


def _start(start: int | Sequence[float], terminal: NDArray[np.bool_]) -> NDArray[np.float64]:
    """Start distribution [S], from one state or from a distribution."""
    num_states = len(terminal)
    given = _numbers("start", start, example="start=0, or start=(0.5, 0.5, 0, 0)")
    if given.ndim == 0:
        if np.asarray(start).dtype.kind not in "iu" or not 0 <= given < num_states:
            raise ValueError(
                f"start={shown(start)}, expected a state from 0 to {num_states - 1} or {num_states} probabilities; "
                "pass e.g. start=0."
            )
        given = np.where(np.arange(num_states) == given, 1.0, 0.0)
    if given.shape != (num_states,):
        raise ValueError(
            f"start={shown(start)} has {given.size} entries, expected {num_states} (one probability per state); "
            "pass e.g. start=0."
        )
    if (given < 0).any() or abs(given.sum() - 1) > 1e-9:
        raise ValueError(
            f"start={shown(start)} sums to {given.sum():g}, expected probabilities from 0 to 1 that sum to 1; "
            "pass e.g. start=(0.5, 0.5, 0, 0)."
        )
    if given[terminal].any():
        raise ValueError(
            f"start={shown(start)} is terminal: the states {np.flatnonzero(terminal).tolist()} end the episode; "
            "start elsewhere, or change terminals, e.g. start=0, terminals=(-1,)."
        )
    return given

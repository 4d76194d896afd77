"""RewardLine-v0 as a Gymnasium environment: one agent on the line, in plain Python numbers."""

from __future__ import annotations

import contextlib
import operator
from collections.abc import Mapping
from functools import cached_property
from typing import Any

import gymnasium as gym
import numpy as np
from gymnasium.error import InvalidAction, ResetNeeded
from numpy.typing import NDArray

from rl_line.drawing.render import Window, ansi, rgb_array
from rl_line.line import LEFT, RIGHT, check_keywords, reward_line
from rl_line.mdp import TabularMDP
from rl_line.system.kinds import instance, one_of
from rl_line.system.numbers import as_array, seed_from, stream, whole

# (upper end of its share of [0, 1), next state, reward, terminated, probability)
Branch = tuple[float, int, float, bool, float]


class RewardLineEnv(gym.Env[int, int]):
    """A line of states with a reward on arriving in each state.

    ## Action space
    `Discrete(2)`: `LEFT = 0`, `RIGHT = 1`. A move off an end stays there, and pays the end's reward again.

    ## Observation space
    `Discrete(S)`: the state, counted from 0. Pictures, tables and reports label the states from 1: 0 is state 1.

    ## Rewards
    By default 0, 2, 0, 9 on arriving in the four states.

    ## Episode
    Starts in state 0, terminates in the last state, and is truncated after 100 steps by `gymnasium.make`.

    Random numbers come from `np_random`, which is independent of an agent's `default_rng(seed)` with the same seed.

    ## Arguments
    The arguments of `rl_line.reward_line` (rewards, start, terminals, slip, step_reward, reward_noise, mirror), and
    `render_mode`, one of None, "ansi", "rgb_array" and "human". `reset(options={"state": s})` starts in s.
    Set `env.unwrapped.q_values` to an array [S, A] to draw it.

    ## Information
    `{"prob": p}` is the probability of the branch taken; `env.unwrapped.P` the toy-text table;
    `env.unwrapped.mdp` the `TabularMDP`; `env.unwrapped.s` the state, which can be set.

    Raises:
        gymnasium.error.InvalidAction: an action that is not the integer 0 or 1.
        gymnasium.error.ResetNeeded: `step` before `reset` or after termination.
    """

    metadata: dict[str, Any] = {"render_modes": ["human", "ansi", "rgb_array"], "render_fps": 4}  # noqa: RUF012

    def __init__(self, *, render_mode: str | None = None, **line: Any) -> None:
        check_keywords(type(self), line)
        one_of("render_mode", render_mode, (None, *self.metadata["render_modes"]))
        self.mdp: TabularMDP = reward_line(**line)
        self.render_mode = render_mode
        self.observation_space: Any = gym.spaces.Discrete(self.mdp.num_states)
        self.action_space: Any = gym.spaces.Discrete(self.mdp.num_actions)
        self.q_values: NDArray[np.float64] | None = None  # [S, A], drawn if given
        self.lastaction: int | None = None
        # [S], made when a state is first left: for a million states they would take gigabytes
        self._branches: list[tuple[list[Branch], ...] | None] = [None] * self.mdp.num_states
        self._state: int | None = None
        self._moves: tuple[list[Branch], ...] | None = None  # None before a state's first move, and at the end
        self._steps = 0
        self._window: Window | None = None

    def reset(self, *, seed: int | None = None, options: Mapping[str, Any] | None = None) -> tuple[int, dict[str, Any]]:
        """Starts an episode; returns its state, and a probability of 1 in info."""
        super().reset(seed=(first := seed_from(seed)))
        if first is not None:
            self._np_random = stream(first, of="line")
        state = start_option(options, self.mdp, shapes=((),))
        if state is None:
            state = self.mdp.only_start
        if state is None:
            state = self.mdp.start_state(self.np_random.random())
        self.s = state = int(state)
        self.lastaction, self._steps = None, 0
        if self.render_mode == "human":
            self.render()
        return state, {"prob": 1.0}

    def step(self, action: int) -> tuple[int, float, bool, bool, dict[str, Any]]:
        """Moves left or right; returns the next state, the reward on arrival, and whether the state is terminal."""
        if type(action) is not int or not 0 <= action < 2:
            action = _checked(action)
        if self._moves is None:
            self._moves = self._first_moves()
        branches = self._moves[action]
        branch = branches[0]
        if len(branches) > 1:
            uniform = self.np_random.random()
            for branch in branches:
                if uniform < branch[0]:
                    break
        _, state, reward, terminated, probability = branch
        self._state, self._moves = state, self._branches[state]
        self.lastaction = action
        self._steps += 1
        if self.render_mode == "human":
            self.render()
        return state, reward, terminated, False, {"prob": probability}

    def render(self) -> Any:
        """A text, an image [H, W, 3] of uint8, or None after drawing it in a window."""
        if self.render_mode is None:
            gym.logger.warn(
                "render() was called without a render mode; pass one to make, "
                'e.g. gymnasium.make("RewardLine-v0", render_mode="ansi").'
            )
            return None
        if self._state is None:
            raise ResetNeeded("render() was called before reset().")
        draw: Any = ansi if self.render_mode == "ansi" else rgb_array
        drawn = draw(self.mdp, self._state, last_action=self.lastaction, step=self._steps, q_values=self.q_values)
        if self.render_mode != "human":
            return drawn
        if self._window is None:
            self._window = Window("RewardLine-v0", fps=self.metadata["render_fps"])
        self._window.show(drawn)
        return None

    def close(self) -> None:
        """Closes the window, if there is one."""
        if self._window is not None:
            self._window.close()
            self._window = None

    def _first_moves(self) -> tuple[list[Branch], ...]:
        """The moves from the current state, on its first use."""
        if self._state is None:
            raise ResetNeeded("step() was called before reset().")
        if self.mdp.terminal[self._state]:
            raise ResetNeeded(
                f"step() was called after the episode ended with observation {self._state}; call reset() first."
            )
        self._branches[self._state] = moves = _branches(self.mdp, self._state)
        return moves

    @property
    def s(self) -> int | None:
        """The state, with its name in toy-text environments; set it to continue from another state."""
        return self._state

    @s.setter
    def s(self, state: int) -> None:
        self._state = state = whole(0, self.mdp.num_states - 1, s=state)
        self._moves = self._branches[state]

    @cached_property
    def P(self) -> dict[int, dict[int, list[tuple[float, int, float, bool]]]]:
        """`P[s][a] = [(probability, next_state, reward, terminated), ...]`, for tools that read toy-text tables."""
        return self.mdp.to_toy_text()

    @property
    def initial_state_distrib(self) -> NDArray[np.float64]:
        """p(s_0) [S], with its name in toy-text environments."""
        return self.mdp.start

    def __getstate__(self) -> dict[str, Any]:
        return {**self.__dict__, "_window": None}  # a window stays with the process that opened it


def start_option(options: Mapping[str, Any] | None, mdp: TabularMDP, *, shapes: tuple[tuple[int, ...], ...]) -> Any:
    """The states, in one of the shapes, of `reset(options={"state": ...})`; None without such options."""
    instance("options", options, (Mapping, type(None)), 'pass e.g. options={"state": 1}')
    if not options:
        return None
    if set(options) != {"state"}:
        raise ValueError(f'options={dict(options)!r}, expected only "state"; pass e.g. options={{"state": 1}}.')
    states = as_array(options["state"])
    inside = states.shape in shapes and states.dtype.kind in "iu"
    if not inside or (states < 0).any() or (states >= mdp.num_states).any() or mdp.terminal[states].any():
        count = " or ".join("a state" if shape == () else f"{shape[0]} states" for shape in shapes)
        raise ValueError(
            f"options={dict(options)!r}, expected {count} from 0 to {mdp.num_states - 1}, not terminal "
            f'({np.flatnonzero(mdp.terminal).tolist()} are); pass e.g. options={{"state": 1}}.'
        )
    return states


def _branches(mdp: TabularMDP, state: int) -> tuple[list[Branch], ...]:
    """The tables [A] of the MDP in a state as plain Python numbers."""
    successor, first = mdp.successor[state], state * mdp.num_actions
    ends = mdp.cumulative[first : first + mdp.num_actions]
    tables = (ends, successor, mdp.reward[state], mdp.terminal[successor], mdp.probability[state])
    rows = zip(*(table.tolist() for table in tables), strict=True)
    return tuple(list(zip(*row, strict=True)) for row in rows)


def _checked(action: Any) -> int:
    """Any kind of integer 0 or 1 as an int; InvalidAction for bools, floats and arrays."""
    number = -1
    if getattr(action, "ndim", 0) == 0 and getattr(action, "dtype", type(action)) not in (bool, np.bool_):
        with contextlib.suppress(TypeError):
            number = operator.index(action)
    if number not in (LEFT, RIGHT):
        kind = type(action).__name__
        raise InvalidAction(f"action={action!r} ({kind}), expected the integer {LEFT} (left) or {RIGHT} (right).")
    return number

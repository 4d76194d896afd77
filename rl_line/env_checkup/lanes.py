"""Steps of environments, single or vectorised, in any autoreset mode, each compared by a judge."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any

import gymnasium as gym
import numpy as np
from gymnasium.vector import AutoresetMode
from gymnasium.vector.utils import iterate

from rl_line.env_checkup.judge import Judge
from rl_line.step_result import autoreset_mode, reset_result, step_result

Choose = Callable[[int, int, int], "int | None"]  # (state, steps of the episode so far, lane) -> action; None to reset
Event = tuple[Any, ...]  # (lane, state, action, reward, next state, terminated, truncated, possible by the table)


class LostError(Exception):
    """An observation showed no state, so that nothing more can be checked."""


class Lanes:
    """The lanes of a vector environment, or a single environment as one lane that never resets itself.

    Args:
        env: the environment.
        judge: compares every start and step with the table.
        state_of: (observation) -> state.
    """

    def __init__(self, env: Any, judge: Judge, state_of: Callable[[Any], int]) -> None:
        self.env = env
        self.judge = judge
        self.single = not isinstance(env, gym.vector.VectorEnv)
        self.count: int = 1 if self.single else env.num_envs
        self.mode = AutoresetMode.DISABLED if self.single else autoreset_mode(env)
        self.steps = 0  # of all lanes together; a reset of all lanes counts as a step
        self.scribble: int | None = None  # value that overwrites returned arrays of observations after reading
        self.writable = False  # whether an observation was a writable array
        self.states = [0] * self.count
        self.elapsed = [0] * self.count
        self.done = [True] * self.count
        self.events: list[Event] | None = None  # recorded events, or None
        self._before = [math.nan] * self.count  # expected rewards of the steps before
        self._state_of = state_of
        self._begun = 0  # episodes
        self._handed: list[tuple[str, Any, Any]] = []  # (name, array, copy) of the last returned arrays

    def reset(self, seed: int | None = None) -> None:
        """Resets all lanes."""
        self.steps += self.count
        observations = self._returned(reset_result(self.env, seed=seed)[0])
        for lane in range(self.count):
            self._start(lane, self._state(observations[lane]))

    def play(self, choose: Choose, steps: int) -> None:
        """Steps all lanes `steps` times; with autoreset, a choice of None becomes action 0."""
        for _ in range(steps):
            if self.mode == AutoresetMode.DISABLED and any(self.done):
                self._reset_done()
            actions = [choose(*now) for now in zip(self.states, self.elapsed, range(self.count), strict=True)]
            if None in actions and self.mode == AutoresetMode.DISABLED:
                self.done = [action is None for action in actions]
            else:
                self._step([action or 0 for action in actions])

    def _step(self, actions: list[int]) -> None:
        self.steps += self.count
        given = actions[0] if self.single else np.array(actions, dtype=self.env.action_space.dtype)
        result = step_result(self.env, self.env.step(given), lanes=None if self.single else self.count)
        observation, *rest, info = result
        observations = self._returned(observation, *rest)
        rewards, terminations, truncations = ([part] if self.single else part.tolist() for part in rest)
        stuck = False
        for lane, action in enumerate(actions):
            reward, flags = float(rewards[lane]), (bool(terminations[lane]), bool(truncations[lane]))
            if self.done[lane] and self.mode == AutoresetMode.NEXT_STEP:
                self._restarted(lane, self._state(observations[lane]), reward, flags)
                continue
            last = observations[lane]
            if any(flags) and self.mode == AutoresetMode.SAME_STEP:
                last = self._final(info, lane)
            if last is not None:
                self._judged(lane, action, reward, self._state(last), flags)
                stuck |= bool(self.judge.mdp.terminal[self.states[lane]]) and not any(flags)
            self.done[lane] = any(flags)
            if any(flags) and self.mode == AutoresetMode.SAME_STEP:
                self._start(lane, self._state(observations[lane]), kind="autoreset-start")
        if stuck:  # a lane is in a terminal state, but its episode goes on
            self.reset()

    def _judged(self, lane: int, action: int, reward: float, arrived: int, flags: tuple[bool, bool]) -> None:
        self.elapsed[lane] += 1
        good = self.judge.step(
            self.states[lane],
            action,
            reward,
            arrived,
            *flags,
            elapsed=self.elapsed[lane],
            before=self._before[lane],
            arrival="terminal-observation" if any(flags) and not self.single else "next-state",
        )
        paid = None if math.isnan(reward) else reward
        self._note(lane, self.states[lane], action, paid, arrived, *flags, good)
        self.states[lane], self._before[lane] = arrived, self.judge.due(self.states[lane], action, arrived)

    def _start(self, lane: int, state: int, kind: str = "start-state") -> None:
        self._begun += 1
        self.judge.fresh = self._begun <= self.count
        self._note(lane, None, None, None, state, False, False, self.judge.start(state, kind))
        self.states[lane], self.elapsed[lane], self.done[lane], self._before[lane] = state, 0, False, math.nan

    def _restarted(self, lane: int, state: int, reward: float, flags: tuple[bool, bool]) -> None:
        """Handles the step that only resets a finished lane."""
        if reward != 0:
            self.judge.accuse("autoreset-reward", f"lane {lane}: the step that resets it paid {reward:g}, expected 0")
        if any(flags):
            got = "terminated={}, truncated={}".format(*flags)
            self.judge.accuse("autoreset-flags", f"lane {lane}: the step that resets it said {got}, expected neither")
        self._start(lane, state, kind="autoreset-start")

    def _final(self, info: dict[str, Any], lane: int) -> Any:
        final = info.get("final_obs")
        if final is None or final[lane] is None:
            message = f'lane {lane}: its episode ended without info["final_obs"], expected its last observation there'
            self.judge.accuse("final-observation", message)
            return None
        return final[lane]

    def _reset_done(self) -> None:
        if self.single or all(self.done):
            self.reset()
            return
        mask = np.array(self.done)
        observations = self._returned(reset_result(self.env, options={"reset_mask": mask})[0])
        for lane in range(self.count):
            state = self._state(observations[lane])
            if mask[lane]:
                self._start(lane, state)
            elif state != self.states[lane]:
                first = self.judge.first
                was, now = self.states[lane] + first, state + first
                message = f"lane {lane} was in state {was}, is in {now} after a reset of other lanes"
                self.judge.accuse("reset-mask", message)
                self.reset()
                return

    def _state(self, observation: Any) -> int:
        try:
            state = int(self._state_of(observation))
        except (TypeError, ValueError) as error:
            self.judge.accuse("observation", f"the observation {observation!r} shows no state: {error}")
            raise LostError from error
        if not 0 <= state < self.judge.mdp.num_states:
            expected = f"0..{self.judge.mdp.num_states - 1}"
            self.judge.accuse("observation", f"the observation {observation!r} is read as {state}, expected {expected}")
            raise LostError
        return state

    def _returned(self, observation: Any, *rest: Any) -> Sequence[Any]:
        """Copies of the observations by lane; accuses if arrays returned before have changed."""
        for name, array, copy in self._handed:
            if not np.array_equal(array, copy):
                message = f"the {name} returned by one call was {copy.tolist()} and {array.tolist()} after the next"
                self.judge.accuse(f"{name}-aliased", message)
        names = ("observation", "reward", "terminated", "truncated")
        pairs = zip(names, (observation, *rest), strict=False)
        self._handed = [(name, part, part.copy()) for name, part in pairs if isinstance(part, np.ndarray)]
        seen = np.array(observation) if isinstance(observation, np.ndarray) else observation
        if isinstance(observation, np.ndarray) and observation.flags.writeable:
            self.writable = True
            if self.scribble is not None:
                observation[...] = self.scribble
                self._handed[0] = ("observation", observation, observation.copy())
        return [seen] if self.single else list(iterate(self.env.observation_space, seen))

    def _note(self, *event: Any) -> None:
        if self.events is not None:
            self.events.append(event)

"""RewardLine-v0 on many lanes at once: the MDP's step function on NumPy arrays, with autoreset."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import gymnasium as gym
import numpy as np
from gymnasium.error import InvalidAction, ResetNeeded
from gymnasium.vector import AutoresetMode
from gymnasium.vector.utils import batch_space
from numpy.typing import NDArray

from rl_line.drawing.render import ansi, rgb_array
from rl_line.env import RewardLineEnv, start_option
from rl_line.line import check_keywords, reward_line
from rl_line.mdp import TabularMDP
from rl_line.system.kinds import instance, one_of
from rl_line.system.numbers import MOST, as_array, as_whole, seed_from, stream, whole


class RewardLineVectorEnv(gym.vector.VectorEnv[NDArray[np.int64], NDArray[np.int64], NDArray[Any]]):
    """The line on `num_envs` lanes, with the semantics of `SyncVectorEnv` over single environments.

    Observations are int64 [N], rewards float64 [N], `terminated` and `truncated` bool [N]; every call
    returns new arrays. `info["prob"]` and `info["_prob"]` are as in the single environment. All lanes
    share one generator, so a seed is one integer, used as in the single environment.

    Args:
        num_envs: N, the number of lanes.
        max_episode_steps: steps after which an episode is truncated; None or -1 for no limit.
            `gymnasium.make_vec` passes the registered 100 by default.
        autoreset_mode: `AutoresetMode` or its value. NEXT_STEP resets a finished lane on the next step
            (and ignores its action), SAME_STEP at once, with the last observation in
            `info["final_obs"]`, and DISABLED never: reset with `options={"reset_mask": mask}`.
        render_mode: None, "ansi" or "rgb_array"; `render()` returns one picture per lane.
        line: the arguments of `rl_line.reward_line`.

    Raises:
        gymnasium.error.InvalidAction: actions that are not N integers 0 or 1.
        gymnasium.error.ResetNeeded: `step` before `reset`, or of a finished lane if autoreset is off.
    """

    def __init__(
        self,
        num_envs: int = 1,
        *,
        max_episode_steps: int | None = None,
        autoreset_mode: AutoresetMode | str = AutoresetMode.NEXT_STEP,
        render_mode: str | None = None,
        **line: Any,
    ) -> None:
        check_keywords(type(self), line)
        num_envs = whole(1, MOST, num_envs=num_envs)
        if max_episode_steps is None or as_whole(max_episode_steps) == -1:
            max_episode_steps = np.iinfo(np.int64).max
        max_episode_steps = whole(1, np.iinfo(np.int64).max, max_episode_steps=max_episode_steps)
        if not isinstance(autoreset_mode, AutoresetMode):
            one_of("autoreset_mode", autoreset_mode, tuple(mode.value for mode in AutoresetMode))
        one_of("render_mode", render_mode, (None, "ansi", "rgb_array"))
        self.mdp: TabularMDP = reward_line(**line)
        self.num_envs = num_envs
        self.max_episode_steps = max_episode_steps
        self.autoreset_mode = AutoresetMode(autoreset_mode)
        self.render_mode = render_mode
        self.metadata = {**RewardLineEnv.metadata, "autoreset_mode": self.autoreset_mode}
        self.single_observation_space = gym.spaces.Discrete(self.mdp.num_states)
        self.single_action_space = gym.spaces.Discrete(self.mdp.num_actions)
        self.observation_space = batch_space(self.single_observation_space, num_envs)
        self.action_space = batch_space(self.single_action_space, num_envs)
        # With only one start state, the table itself leads from a terminal state back to it.
        self._restarts = self.autoreset_mode == AutoresetMode.NEXT_STEP and self.mdp.only_start is not None
        self._table = self.mdp.after_end(self.mdp.only_start) if self._restarts else self.mdp
        self._draws = self._table.successor.shape[2] > 1
        self._row: NDArray[np.int64] | None = None  # [N], state * A
        # [N], steps of the episode, in the narrowest type that can count to the limit and one more
        self._elapsed = np.zeros(num_envs, dtype=np.min_scalar_type(max_episode_steps + 1))
        # [N], lanes whose episode ended on the last step
        self._finished: NDArray[np.bool_] = np.zeros(num_envs, dtype=np.bool_)
        self._last_actions: list[int] = []  # [N], stored if they are rendered
        self._waiting: NDArray[np.int64] = np.zeros(0, dtype=np.int64)  # finished lanes that the table does not restart

    def reset(  # type: ignore[override]
        self, *, seed: int | None = None, options: Mapping[str, Any] | None = None
    ) -> tuple[NDArray[np.int64], dict[str, Any]]:
        """Starts an episode in every lane, or in the lanes of `reset_mask`; returns the states [N]."""
        super().reset(seed=(first := seed_from(seed)))
        if first is not None:
            self._np_random = stream(first, of="line")
        instance("options", options, (Mapping, type(None)), 'pass e.g. options={"state": 1}')
        asked = dict(options or {})
        lanes = self._masked(asked.pop("reset_mask", None))
        states = start_option(asked, self.mdp, shapes=((), (self.num_envs,)))
        if states is None:
            states = self._start_states(self.num_envs)
        if self._row is None:
            if not lanes.all():
                raise ResetNeeded(
                    f"reset() with a mask, before lanes {np.flatnonzero(~lanes).tolist()} were ever reset."
                )
            self._row = np.zeros(self.num_envs, dtype=np.int64)
        state = np.where(lanes, np.asarray(states, dtype=np.int64), self._row // self.mdp.num_actions)
        self._row = state * self.mdp.num_actions
        self._elapsed[lanes] = 0
        self._finished = self._finished & ~lanes
        self._waiting = self._waiting[~lanes[self._waiting]]
        return state, {"prob": np.where(lanes, 1.0, 0.0), "_prob": lanes}

    def step(
        self, actions: NDArray[np.int64]
    ) -> tuple[NDArray[np.int64], NDArray[Any], NDArray[Any], NDArray[Any], dict[str, Any]]:
        """Moves every lane by its action [N]; finished lanes according to `autoreset_mode`."""
        if self._row is None:
            raise ResetNeeded("step() was called before reset().")
        if self.autoreset_mode == AutoresetMode.DISABLED and self._finished.any():
            raise ResetNeeded(
                f"step() was called with the lanes {np.flatnonzero(self._finished).tolist()} finished; "
                'reset them first with reset(options={"reset_mask": terminated | truncated}).'
            )
        checked = self._checked(actions)
        if self.render_mode is not None:
            self._last_actions = checked.tolist()
        self._row += checked
        branch = self._table.branch(self._row, self._uniforms())
        state, reward, terminated = self._table.outcome(branch)
        # A deterministic move has probability 1.
        probability = np.take(self._table.probability, branch) if self._draws else np.ones(self.num_envs)
        self._elapsed += 1
        if self.autoreset_mode == AutoresetMode.NEXT_STEP:
            self._elapsed *= ~self._finished
            waiting = self._waiting
            state[waiting] = self._start_states(len(waiting))
            reward[waiting], terminated[waiting], probability[waiting] = 0.0, False, 1.0
        truncated = self._elapsed >= self.max_episode_steps
        self._finished = terminated | truncated
        info = {"prob": probability, "_prob": np.ones(self.num_envs, dtype=np.bool_)}
        if self.autoreset_mode == AutoresetMode.SAME_STEP and self._finished.any():
            info |= self._start_anew(state, probability)
        elif self.autoreset_mode == AutoresetMode.NEXT_STEP:
            self._waiting = np.flatnonzero(truncated if self._restarts else self._finished)
        np.multiply(state, self.mdp.num_actions, out=self._row)
        return state, reward, terminated, truncated, info

    def render(self) -> tuple[Any, ...] | None:
        """One text or image per lane."""
        if self.render_mode is None:
            gym.logger.warn('render() was called without a render mode; pass e.g. render_mode="rgb_array".')
            return None
        if self._row is None:
            raise ResetNeeded("render() was called before reset().")
        draw = ansi if self.render_mode == "ansi" else rgb_array
        lanes = zip((self._row // self.mdp.num_actions).tolist(), self._elapsed.tolist(), strict=True)
        return tuple(
            draw(self.mdp, state, step=step, last_action=self._last_actions[lane] if step else None)
            for lane, (state, step) in enumerate(lanes)
        )

    def _start_anew(self, state: NDArray[np.int64], probability: NDArray[Any]) -> dict[str, Any]:
        """Resets the finished lanes in place; returns their final observations and info."""
        lanes = np.flatnonzero(self._finished)
        final_obs = np.full(self.num_envs, None, dtype=object)
        final_obs[lanes] = state[lanes]
        final_probability = np.where(self._finished, probability, 0.0)
        state[lanes], probability[lanes] = self._start_states(len(lanes)), 1.0
        self._elapsed[lanes] = 0
        return {
            "final_obs": final_obs,
            "_final_obs": self._finished.copy(),
            "final_info": {"prob": final_probability, "_prob": self._finished.copy()},
            "_final_info": self._finished.copy(),
        }

    def _start_states(self, count: int) -> Any:
        only = self.mdp.only_start
        return self.mdp.start_state(self.np_random.random(count)) if only is None else only

    def _uniforms(self) -> NDArray[np.float64] | None:
        return self.np_random.random(self.num_envs) if self._draws else None

    def _checked(self, actions: Any) -> NDArray[np.int64]:
        given = as_array(actions)
        if given.shape != (self.num_envs,) or given.dtype.kind not in "iu":
            raise InvalidAction(
                f"actions have shape {given.shape} and dtype {given.dtype}, expected {self.num_envs} integers "
                "0 (left) or 1 (right), one per lane."
            )
        if given is not actions and {bool, np.bool_}.intersection(map(type, actions)):  # NumPy casts bools
            raise InvalidAction(f"actions={actions!r} hold a bool, expected integers 0 (left) or 1 (right).")
        # The bitwise or of all actions is 0 or 1 only if each of them is.
        if not 0 <= np.bitwise_or.reduce(given) <= 1:
            lane = np.flatnonzero((given < 0) | (given > 1))[0]
            raise InvalidAction(f"actions[{lane}]={given[lane]}, expected 0 (left) or 1 (right).")
        return given.astype(np.int64, copy=False)

    def _masked(self, mask: Any) -> NDArray[np.bool_]:
        if mask is None:
            return np.ones(self.num_envs, dtype=np.bool_)
        if (
            not isinstance(mask, np.ndarray)
            or mask.shape != (self.num_envs,)
            or mask.dtype != np.bool_
            or not mask.any()
        ):
            raise ValueError(
                f'options["reset_mask"]={mask!r}, expected a bool array of shape ({self.num_envs},) with at '
                "least one True."
            )
        return mask.copy()

"""State of a tabular agent: its table, and the memory of its rule between steps, as arrays."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from agents.saving.agent_files import InFiles
from agents.settings import settings_of
from agents.tabular.tables import check_states
from rl_line.system.arrays import reals
from rl_line.system.state_files import generator_state, parts_like

Memory = dict[str, NDArray[Any]]
First = Callable[[int], Memory]  # number of lanes -> their initial memory, arrays [L, ...]

#: The name of the array [L] of every lane's last S', -1 for a lane that has not begun.
FOLLOWING = "following"


class _Table:
    """The table of an agent: a table that is set becomes finite floats [S, A], as integers would round every update."""

    def __set__(self, agent: TableState, table: Any) -> None:
        values = reals((agent.num_states, agent.num_actions), q=table)
        same = isinstance(table, np.ndarray) and table.dtype == np.float64 and table.flags.writeable
        vars(agent)["q"] = table if same else values


class TableState(InFiles):
    """The state of a tabular agent, to save and to copy."""

    per_lane: ClassVar[bool] = False  # the arrays of `first_memory` have a leading axis of lanes
    num_states: int
    num_actions: int
    policy: Any
    q: NDArray[np.float64] = _Table()  # type: ignore[assignment]
    counts: NDArray[np.int64]
    time: int
    episodes: int
    memory: dict[str, NDArray[Any]]
    masks: Any  # with arrays `allowed` and `known`, or None
    _rng: np.random.Generator

    @property
    def clock(self) -> int:
        """Time of its policy: transitions learned, or episodes if the policy's schedule is `PerEpisode`."""
        return self.episodes if getattr(self.policy, "per_episode", False) else self.time

    def allow(self, observation: Any, mask: Any) -> None:
        """Stores masks [..., A], 1 for each allowed action, of observations [...]; the loop calls it if `masked`.

        Raises:
            ValueError: the mask is invalid, allows no action, or differs from the stored mask of that state.
            TypeError: the agent is not masked.
        """
        if self.masks is None:
            raise TypeError(f"{type(self).__name__} is not masked; make it with masked=True.")
        self._values(observation)  # checks it
        self.masks.tell(observation, mask)

    def _values(self, observation: Any) -> NDArray[np.float64]:
        """Action values [..., A] at observations [...]."""
        if type(observation) is not int or not 0 <= observation < self.num_states:
            check_states(self.q, observation=observation)
        return self.q[observation]

    def first_memory(self, lanes: int) -> dict[str, NDArray[Any]]:
        """Initial arrays that `update` keeps besides q and counts; [L, ...] for each lane if `per_lane`."""
        return {}

    def blank_memory(self, lanes: int) -> dict[str, NDArray[Any]]:
        """The memory of lanes before their first step."""
        return of_lanes(self.first_memory, lanes) if self.per_lane else self.first_memory(lanes)

    def settings(self) -> dict[str, Any]:
        """Constructor arguments of the agent, in a form for JSON."""
        return settings_of(self)

    def state(self) -> dict[str, Any]:
        """Copies of everything that learning changes: arrays and JSON texts."""
        memory = {f"memory_{name}": array.copy() for name, array in self.memory.items()}
        tables = {"q": self.q.copy(), "counts": self.counts.copy(), "time": self.time, "episodes": self.episodes}
        return {**tables, "rng": json.dumps(self._rng.bit_generator.state), **memory, **self._mask_arrays()}

    def _mask_arrays(self) -> dict[str, NDArray[np.bool_]]:
        if self.masks is None:
            return {}
        return {"masks_allowed": self.masks.allowed.copy(), "masks_known": self.masks.known.copy()}

    def restore(self, state: dict[str, Any]) -> None:
        """Restores a `state()` of an agent of the same shape.

        Raises:
            ValueError: a part is missing, or has another shape or type; the agent is then unchanged.
        """
        lanes = np.size(state.get(f"memory_{FOLLOWING}", ()))
        blank = {f"memory_{name}": array for name, array in self.blank_memory(lanes).items()}
        parts = parts_like(
            state, {"q": self.q, "counts": self.counts, "time": 0, "episodes": 0, **blank, **self._mask_arrays()}
        )
        self._rng.bit_generator.state = generator_state(self._rng, state)
        vars(self)["q"], self.counts = parts["q"], parts["counts"]  # unchecked: a saved table may have overflowed
        self.time, self.episodes = int(parts["time"]), int(parts["episodes"])
        if self.masks is not None:
            self.masks.allowed, self.masks.known = parts["masks_allowed"], parts["masks_known"]
        self.memory = {name.removeprefix("memory_"): parts[name] for name in blank}


def of_lanes(first: First, lanes: int) -> Memory:
    """Memory of lanes before their first step."""
    return {**first(lanes), FOLLOWING: np.full(lanes, -1)}


def continued(memory: Memory, first: First, lanes: NDArray[np.int64], observation: NDArray[np.int64]) -> Memory:
    """Memory with room for lanes [K], cleared in those whose observation [K] is not their last S'.

    Such a lane has begun a new episode or run. If a new episode begins in the last S', the kept memory is no error: by
    the Markov property the future is the same.
    """
    needed = 1 + max(lanes.tolist(), default=-1)
    if needed > (number := len(memory[FOLLOWING])):
        more = of_lanes(first, needed - number)
        memory = {name: np.concatenate([array, more[name]]) for name, array in memory.items()}
    moved = lanes[memory[FOLLOWING][lanes] != observation]
    if len(moved):
        for name, array in first(len(moved)).items():
            memory[name][moved] = array
    return memory

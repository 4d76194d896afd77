"""Tables that many lanes read and move at once, written for either array module."""

from __future__ import annotations

from functools import cache
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from agents.core import Transition


class Known(NamedTuple):
    """What G agents know: arrays with a leading axis G, of every agent one block."""

    q: Any  # [G, S, A], by which they act
    counts: Any  # [G, S, A] int, how often each cell was learned
    memory: dict[str, Any]  # [G, ...], whatever else their rule keeps between steps


def rows(table: Any, state: Any, xp: Any = np) -> Any:
    """The rows [G, L, A] of tables [G, S, A] at states [G, L]."""
    groups, num_states, num_actions = table.shape
    if groups == 1:  # as in the Python loop: nothing to shift, and half the time
        return table[0][state] if xp is np else xp.take(table[0], state, axis=0)
    first = (xp.arange(groups) * num_states)[:, None]
    return xp.take(xp.reshape(table, (-1, num_actions)), state + first, axis=0)


def entries(table: Any, state: Any, action: Any, xp: Any = np) -> Any:
    """The entries [G, L] of tables [G, S, A] at states and actions [G, L]."""
    if xp is np and len(table) == 1:  # looked up one by one: in a compiled loop that would be slower
        return table[0][state, action]
    return picked(rows(table, state, xp), action, xp)


def picked(q: Any, action: Any, xp: Any = np) -> Any:
    """The entries [...] of action values [..., A] at actions [...]."""
    if xp is np:
        flat = q.reshape(-1, q.shape[-1])
        return flat[np.arange(len(flat)), action.reshape(-1)].reshape(action.shape)
    taken = xp.equal(action[..., None], xp.arange(q.shape[-1]))
    return xp.sum(xp.where(taken, q, 0.0), axis=-1)


def along(array: Any, index: Any, xp: Any = np) -> Any:
    """The entries [G, K] of arrays [G, N] at indices [G, K]."""
    if array.shape[0] == 1:
        return array[0][index] if xp is np else xp.take(array[0], index, axis=0)
    return xp.take_along_axis(array, index, axis=-1)


def visited(table: Any, state: Any, action: Any, xp: Any = np) -> Any:
    """Whether each lane is in each cell [G, L, S, A] of tables [G, S, A], by states and actions [G, L]."""
    num_states, num_actions = table.shape[-2:]
    if xp is np:
        cells = _cells(num_states, num_actions)
    else:  # made anew: as a constant they make a compiled loop three times as slow
        cells = xp.reshape(xp.arange(num_states * num_actions), (num_states, num_actions))
    return xp.equal((state * num_actions + action)[..., None, None], cells)


@cache
def _cells(num_states: int, num_actions: int) -> NDArray[np.int64]:
    return np.arange(num_states * num_actions).reshape(num_states, num_actions)


def over_lanes(array: Any, xp: Any = np) -> Any:
    """The sum [G, S, A] of an array [G, L, S, A] over lanes."""
    return array[:, 0] if array.shape[1] == 1 else xp.sum(array, axis=1)


def of_agents(setting: Any, xp: Any = np) -> Any:
    """A setting of each agent [G, 1] for arrays [G, L, S, A]; a number is the same for all."""
    return setting if isinstance(setting, float) else xp.reshape(setting, (-1, 1, 1, 1))


def mean_size(error: Any, learned: Any = None, xp: Any = np) -> Any:
    """The mean size of errors [...]: of those that were learned, if that is told, 0 if none was."""
    if learned is None:
        return abs(error[0, 0]) if xp is np and error.size == 1 else xp.mean(xp.abs(error))
    number = xp.sum(xp.where(learned, 1.0, 0.0))
    return xp.sum(xp.where(learned, xp.abs(error), 0.0)) / xp.maximum(number, 1.0)


def blank_memory(agent: Any, lanes: int) -> dict[str, NDArray[Any]]:
    """The memory of an agent in the Python loop; of every lane also where it was left."""
    following = {"following": np.full(lanes, -1)} if agent.per_lane else {}
    return {**agent.first_memory(lanes), **following}


def learn_in_lanes(agent: Any, transition: Transition) -> dict[str, float]:
    """Lets an agent's `update` learn a transition, or a batch of any shape, from NumPy arrays.

    What it remembers of a lane is forgotten where the lane goes on elsewhere than in its last S': a new run has
    begun. If that began in the very same state it makes, by the Markov property, no difference.
    """
    size = np.asarray(transition.action).size
    step = Transition(*[None if part is None else np.asarray(part).reshape(1, size) for part in transition])
    part: Any = ...
    if agent.per_lane:
        lanes = np.arange(size) if step.lane is None else step.lane[0]
        _begin(agent, lanes, step.observation[0])
        part = slice(size) if step.lane is None else lanes
        agent.memory["following"][part] = step.next_observation[0]
    memory = {name: array[part][None] for name, array in agent.memory.items() if name != "following"}
    uniforms = agent._rng.random((1, agent.draws(size)))
    known, error = agent.update(Known(agent.q[None], agent.counts[None], memory), step, agent.time, uniforms)
    agent.q[:], agent.counts[:] = known.q[0], known.counts[0]
    for name, array in known.memory.items():
        agent.memory[name][part] = array[0]
    agent.time += size
    return {"td_error": float(error)}


def _begin(agent: Any, lanes: NDArray[np.int64], observation: NDArray[np.int64]) -> None:
    """Clears the memory of lanes that are new, or not where they were left."""
    number, needed = len(agent.memory["following"]), 1 + max(lanes.tolist())
    if needed > number:
        more = blank_memory(agent, needed - number)
        agent.memory = {name: np.concatenate([array, more[name]]) for name, array in agent.memory.items()}
    moved = lanes[agent.memory["following"][lanes] != observation]
    if len(moved) == 0:
        return
    for name, array in agent.first_memory(len(moved)).items():
        agent.memory[name][moved] = array

"""Tabular agents in the compiled loop: many agents of one class, each with many lanes, learn at once."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial
from typing import Any, NamedTuple

import numpy as np
import tensorflow as tf
from keras import ops
from numpy.typing import NDArray

from agents.compiled.random_numbers import UPDATE, uniforms
from agents.compiled.rollout import Rollout, World, advanced, begun, in_blocks, key_of_program
from agents.compiled.stacking import check_group, fractions, rule_of_all, settings_of_all, stacked, with_fractions
from agents.logs import Row
from agents.settings import counts_episodes
from agents.tabular.agent import TabularAgent
from agents.tabular.tables import Tables, rows
from rl_line.system.tf.programs import kept


class _Carry(NamedTuple):
    """Loop variables for G agents with L lanes each."""

    rollout: Rollout  # lanes [G, L]
    tables: Tables  # [G, S, A]
    errors: Any  # [], sum of mean absolute errors since the last report


def iterate_tabular(
    world: World, group: Sequence[TabularAgent], *, steps: int, every: int
) -> Iterator[tuple[NDArray[np.float32], Row]]:
    """Trains agents in place; yields their tables [G, S, A] and a row every `every` steps.

    Args:
        world: constants of the rollout, with lanes [L] of each agent.
        group: G agents of one class.
        steps: steps of every lane.
        every: steps between two reports.
    """
    check_group(group, (world.mdp.num_states, world.mdp.num_actions))
    (lanes,) = world.shape
    world = world._replace(shape=(len(group), lanes))
    times, episodes = [agent.time for agent in group], [agent.episodes for agent in group]
    clocks = [[float(agent.clock)] for agent in group]
    several = world.key.ndim == 1  # with a key per agent, settings are arguments and one program serves many groups
    rule = rule_of_all(group) if several else settings_of_all(group)
    program = kept(key_of_program(world, (several, rule)), partial(_program, world, group))
    numbers = [tf.constant(part) for part in fractions(stacked(group))] if several else []
    run = partial(program, tf.constant(world.key), tf.constant(clocks), numbers)
    first, done = _Carry(begun(world), _stacked_tables(group, lanes), ops.zeros(())), 0
    for carry, row in in_blocks(run, first, steps=steps, every=every):
        until, finished = int(row["step"]), carry.rollout.episodes.numpy().tolist()
        known = tf.nest.map_structure(lambda tensor: tensor.numpy(), carry.tables)
        for k, agent in enumerate(group):
            agent.q[:], agent.counts[:], agent.time = known.q[k], known.counts[k], times[k] + until * lanes
            agent.episodes = episodes[k] + finished[k]
            # The memory of lanes ends with their episodes: the next run begins new episodes.
            agent.memory = agent.blank_memory(0)
            if not agent.per_lane:
                agent.memory = {name: known.memory[name][k].astype(old.dtype) for name, old in agent.memory.items()}
        yield known.q, {**row, "td_error": float(carry.errors) / (until - done)}
        done = until


def _program(world: World, group: Sequence[TabularAgent]) -> Any:
    """The loop as a program: (keys, clock [G, 1] at the start, settings or none, step to stop at, carry) -> carry."""
    constant, (groups, lanes), draws = stacked(group), world.shape, group[0].draws(world.shape[1])

    def body(world: World, agent: Any, began: Any, carry: _Carry) -> _Carry:
        tables, step = carry.tables, carry.rollout.step
        if counts_episodes(agent.policy):
            time = began + ops.cast(carry.rollout.episodes[:, None], "float32")
        else:
            time = began + ops.cast(step, "float32") * lanes

        def policy(state: Any) -> Any:
            counts = ops.cast(rows(tables.counts, state, ops), "float32")
            return agent.policy(rows(tables.q, state, ops), time, counts, xp=ops)

        rollout, transition = advanced(world, carry.rollout, policy, on_policy=agent.on_policy)
        numbers = uniforms(world.key, step, UPDATE, (groups, draws)) if draws else None
        tables, error = agent.update(tables, transition, time, numbers, xp=ops)
        return _Carry(rollout, tables, carry.errors + error)

    @tf.function(jit_compile=True, autograph=False)  # type: ignore[untyped-decorator]
    def run(key: Any, began: Any, numbers: list[Any], until: Any, carry: _Carry) -> _Carry:
        agent = with_fractions(constant, numbers) if numbers else constant
        carry, step = carry._replace(errors=ops.zeros(())), partial(body, world._replace(key=key), agent, began)
        return _Carry(*tf.while_loop(lambda now, *_: now.step < until, lambda *c: step(_Carry(*c)), carry))

    return run


def _stacked_tables(group: Sequence[TabularAgent], lanes: int) -> Tables:
    memories = [agent.first_memory(lanes) if agent.per_lane else agent.memory for agent in group]
    memory = {name: _tensor([one[name] for one in memories]) for name in memories[0]}
    return Tables(_tensor([agent.q for agent in group]), _tensor([agent.counts for agent in group]), memory)


def _tensor(arrays: list[NDArray[Any]]) -> Any:
    """Arrays stacked; float64 becomes float32, integers and booleans keep their type."""
    array = np.stack(arrays)
    return ops.convert_to_tensor(array.astype(np.float32) if array.dtype == np.float64 else array)

"""A DQN in the compiled loop: environment, network, replay memory and gradient steps as one XLA program."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from typing import Any, NamedTuple

import numpy as np
import tensorflow as tf
from keras import ops

from agents.compiled.random_numbers import UPDATE, uniforms
from agents.compiled.rollout import Rollout, World, advanced, begun, in_blocks, key_of_program
from agents.deep.dqn import DQN
from agents.deep.gradients import move_target
from agents.deep.replay import PRIORITY_FLOOR, ReplayMemory, drawn, proportional
from agents.logs import Row
from agents.settings import counts_episodes, level_at
from rl_line.system.tf.programs import graph_for


class _Carry(NamedTuple):
    """Loop variables for L lanes and a replay memory of C rows; networks are variables of their own."""

    rollout: Rollout  # lanes [L]
    due: Any  # [], number of times that gradient steps are due at this step
    rows: dict[str, Any]  # [C]
    following: Any  # [C]
    priorities: Any  # [C]
    newest: Any  # [L], the row of every lane's last step, -1 at the start of an episode
    largest: Any  # [], largest priority so far
    moved: Any  # [], time of the last gradient steps: the target was moved before them
    losses: Any  # [], sum since the last report
    updates: Any  # [], gradient steps since the last report


class _Past(NamedTuple):
    """Counters before the run."""

    time: Any  # [], transitions learned
    episodes: Any  # [], finished
    place: Any  # [], the next row of the memory
    size: Any  # [], rows in it


def iterate_dqn(world: World, agent: DQN, *, steps: int, every: int) -> Iterator[Row]:
    """Trains a `DQN`, whose network takes states, in place; yields a row every `every` steps."""
    _check(world, agent)
    (lanes,) = world.shape
    memory = agent.memory or ReplayMemory(agent.memory_size, _example(lanes))
    began, added = agent.time, memory.added
    capacity = len(memory.following)
    finished = agent.episodes
    numbers = (began, finished, added % capacity, min(added, capacity))
    past = _Past(*(tf.constant(number, tf.int32) for number in numbers))
    first = _first(world, agent, memory)
    run = partial(_program(world, agent, past, first), tf.constant(world.key), past)
    for carry, row in in_blocks(run, first, steps=steps, every=every):
        updates = int(carry.updates)
        memory.rows = {name: np.array(part) for name, part in carry.rows.items()}
        memory.following, memory.priorities = np.array(carry.following), np.array(carry.priorities, np.float64)
        taken = int(row["step"]) * lanes
        memory.added, memory.newest, agent.memory = added + taken, {}, memory
        agent.time, agent.updates = began + taken, agent.updates + updates
        agent.episodes = finished + int(carry.rollout.episodes)
        agent.target_moved, agent.largest_priority = int(carry.moved), float(carry.largest)
        agent.last_loss = float(carry.losses) / updates if updates else agent.last_loss
        yield {**row, "loss": agent.last_loss}


def _program(world: World, agent: DQN, *example: Any) -> Callable[..., _Carry]:
    """The loop as a program: (key of random numbers, past, step to stop at, carry) -> carry.

    Agents with equal settings share the program, each with its own variables.
    """
    example = (tf.constant(world.key), example[0], tf.constant(0), example[1])
    kinds = [(tensor.dtype, tuple(tensor.shape)) for tensor in tf.nest.flatten(example)]
    key = key_of_program(world, agent.form("compiled", *kinds))

    def trace() -> Any:
        run = partial(_run, world, agent)
        flat = tf.function(
            lambda *flat: tf.nest.flatten(run(*tf.nest.pack_sequence_as(example, flat))),
            jit_compile=True,
            autograph=False,
        )
        return flat.get_concrete_function(*tf.nest.flatten(example))

    graph, captured = graph_for(key, agent.tensors(), trace)

    def run(*arguments: Any) -> _Carry:
        flat = graph.inference_fn.call_flat(*tf.nest.flatten(arguments), *captured)
        carry: _Carry = tf.nest.pack_sequence_as(example[-1], flat)
        return carry

    return run


def _run(world: World, agent: DQN, key: Any, past: _Past, until: Any, carry: _Carry) -> _Carry:
    """Steps of all lanes up to step `until`, with the gradient steps that are due."""
    num_states, (lanes,) = world.mdp.num_states, world.shape
    # Between gradient steps the network is constant: it is evaluated once for all states, if these are fewer.
    once = num_states <= max(lanes, agent.train_every)
    here = world._replace(key=key)
    act, train = _act(here, agent, past), _train(here, agent, past, partial(_every_state_once, num_states))

    def block(*carry: Any) -> _Carry:
        q = agent.model(ops.arange(num_states), training=False) if once else None
        carry = tf.while_loop(
            lambda now, due, *_: ops.logical_and(now.step < until, ops.equal(due, 0)),
            lambda *c: act(_Carry(*c), q),
            carry,
        )
        return train(_Carry(*carry))

    carry = carry._replace(losses=ops.zeros(()), updates=tf.constant(0))
    return _Carry(*tf.while_loop(lambda now, *_: now.step < until, block, carry))


def _act(world: World, agent: DQN, past: _Past) -> Callable[..., _Carry]:
    """One step of all lanes, stored in the memory; from the action values of every state, if given."""
    (lanes,) = world.shape

    def body(carry: _Carry, q: Any) -> _Carry:
        time, capacity = past.time + carry.rollout.step * lanes, carry.following.shape[0]
        moment = past.episodes + carry.rollout.episodes if counts_episodes(agent.policy) else time

        def policy(state: Any) -> Any:
            values = agent.model(state, training=False) if q is None else ops.take(q, state, axis=0)
            return agent.policy(values, ops.cast(moment, "float32"), None, xp=ops)

        rollout, seen = advanced(world, carry.rollout, policy)
        at = ops.mod(past.place + carry.rollout.step * lanes + ops.arange(lanes), capacity)
        before = ops.where(carry.newest < 0, at, carry.newest)  # a first row is linked to itself, then to none
        return carry._replace(
            rollout=rollout,
            due=(time + lanes) // agent.train_every - time // agent.train_every,
            rows={name: _written(rows, at, getattr(seen, name)) for name, rows in carry.rows.items()},
            following=_written(_written(carry.following, before, at), at, -ops.ones_like(at)),
            priorities=_written(carry.priorities, at, ops.ones((lanes,)) * carry.largest**agent.priority),
            newest=ops.where(rollout.elapsed == 0, -1, at),
        )

    return body


def _every_state_once(num_states: int, network: Callable[[Any], Any], states: Any) -> Any:
    """A network's output for states [B], computed once for every state where they are fewer than B."""
    if num_states >= states.shape[0]:
        return network(states)
    return ops.take(network(ops.arange(num_states)), states, axis=0)


def _train(world: World, agent: DQN, past: _Past, values: Callable[..., Any]) -> Callable[[_Carry], _Carry]:
    """The gradient steps that are due."""
    (lanes,) = world.shape
    most = agent.gradient_steps * (1 + (lanes - 1) // agent.train_every)

    def body(carry: _Carry) -> _Carry:
        time, capacity = past.time + carry.rollout.step * lanes, carry.following.shape[0]
        size = ops.cast(ops.minimum(past.size + carry.rollout.step * lanes, capacity), "float32")
        number = ops.where(time > agent.learning_starts, carry.due * agent.gradient_steps, 0)
        moves = ops.cast(time // agent.target_every - carry.moved // agent.target_every, "float32")
        share = 1.0 - (1.0 - agent.tau) ** moves
        draws = uniforms(world.key, carry.rollout.step - 1, UPDATE, (most, agent.batch_size))

        def one(k: Any, priorities: Any, largest: Any, losses: Any) -> tuple[Any, ...]:
            index = ops.cast(ops.minimum(ops.floor(draws[k] * size), size - 1.0), "int32")
            weight = ops.ones((agent.batch_size,))
            if agent.priority:
                beta = level_at(agent.beta, ops.cast(time, "float32"), ops)
                index, weight = proportional(priorities, draws[k], size, beta, ops)
            following = lambda at: ops.take(carry.following, at)  # noqa: E731
            batch = drawn(carry.rows, index, following, weight, gamma=agent.gamma, n=agent.n, xp=ops)
            move_target(agent.target, agent.model.trainable_variables, ops.where(ops.equal(k, 0), share, 0.0))
            error, loss = agent.update(batch, values)
            error = ops.abs(error) + PRIORITY_FLOOR
            if agent.priority:
                priorities = _written(priorities, index, error**agent.priority)
                largest = ops.maximum(largest, ops.max(error))
            return k + 1, priorities, largest, losses + loss

        first = (tf.constant(0), carry.priorities, carry.largest, carry.losses)
        _, priorities, largest, losses = tf.while_loop(lambda k, *_: k < number, one, first)
        return carry._replace(
            due=tf.constant(0),
            priorities=priorities,
            largest=largest,
            losses=losses,
            moved=ops.where(number > 0, time, carry.moved),
            updates=carry.updates + number,
        )

    return body


def _first(world: World, agent: DQN, memory: ReplayMemory) -> _Carry:
    kinds = {name: array.dtype for name, array in _example(1).items()}
    return _Carry(
        rollout=begun(world),
        due=tf.constant(0),
        rows={name: tf.constant(array.astype(kinds[name])) for name, array in memory.rows.items()},
        following=tf.constant(memory.following.astype(np.int32)),
        priorities=tf.constant(memory.priorities.astype(np.float32)),
        newest=-ops.ones(world.shape, dtype="int32"),
        largest=tf.constant(agent.largest_priority),
        moved=tf.constant(agent.target_moved),
        losses=ops.zeros(()),
        updates=tf.constant(0),
    )


def _check(world: World, agent: DQN) -> None:
    (lanes,), num_actions = world.shape, world.mdp.num_actions
    if lanes > agent.memory_size:
        raise ValueError(f"num_envs={lanes}, expected at most memory_size={agent.memory_size}.")
    values = agent.q_values(np.zeros(1, np.int64))
    if values.shape != (1, num_actions):
        raise ValueError(f"the network values {values.shape[-1]} actions, expected the MDP's {num_actions}.")


def _example(lanes: int) -> dict[str, Any]:
    kinds = {"observation": np.int32, "action": np.int32, "reward": np.float32, "next_observation": np.int32}
    return {name: np.zeros(lanes, kind) for name, kind in {**kinds, "terminated": bool, "truncated": bool}.items()}


def _written(array: Any, at: Any, values: Any) -> Any:
    return tf.tensor_scatter_nd_update(array, at[:, None], values)

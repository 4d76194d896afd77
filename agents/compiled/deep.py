"""The loop of `agents.train` with a `DQN` as one XLA program: environment, network, replay memory and update."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from typing import Any, NamedTuple

import numpy as np
import tensorflow as tf
from keras import ops

from agents.compiled.random_numbers import ACTION, OUTCOME, UPDATE, starts, uniforms
from agents.deep.dqn import DQN
from agents.deep.gradients import move_target
from agents.deep.replay import PRIORITY_FLOOR, ReplayMemory, drawn, proportional
from agents.logs import Row
from agents.policies import choose
from rl_line.mdp import TabularMDP


class _Carry(NamedTuple):
    """What one step hands to the next, for L lanes and a memory of C rows; networks are variables."""

    step: Any  # []
    due: Any  # [], how many times gradient steps became due at this step
    state: Any  # [L]
    elapsed: Any  # [L]
    total: Any  # [L], return of the episode so far
    rows: dict[str, Any]  # [C]
    following: Any  # [C]
    priorities: Any  # [C]
    newest: Any  # [L], the row of every lane's last step, -1 at the start of an episode
    largest: Any  # [], largest priority so far
    moved: Any  # [], the time of the last gradient steps that began with a new target
    returns: Any  # [], sum over the episodes finished since the last report
    episodes: Any  # [], their number
    losses: Any  # [], sum since the last report
    updates: Any  # [], gradient steps since the last report


def iterate_dqn(
    mdp: TabularMDP, agent: DQN, *, steps: int, every: int, num_envs: int, limit: int, seed: int
) -> Iterator[tuple[int, Row]]:
    """As `iterate_compiled`, for one `DQN` whose network takes states: a step, and its row."""
    _check(mdp, agent, num_envs)
    act = _act(mdp, agent, num_envs, limit, seed)
    train = _train(agent, num_envs, seed, partial(_every_state_once, mdp.num_states))

    @tf.function(jit_compile=True, autograph=False)  # type: ignore[untyped-decorator]
    def run(until: Any, carry: _Carry) -> _Carry:
        def block(*carry: Any) -> _Carry:
            # Until gradient steps are due, the network stays as it is: it is asked once, if that is fewer rows.
            few = mdp.num_states <= max(num_envs, agent.train_every)
            q = agent.model(ops.arange(mdp.num_states), training=False) if few else None
            carry = tf.while_loop(
                lambda *c: ops.logical_and(c[0] < until, ops.equal(c[1], 0)), lambda *c: act(_Carry(*c), q), carry
            )
            return train(_Carry(*carry))

        return _Carry(*tf.while_loop(lambda step, *_: step < until, block, carry))

    memory = agent.memory or ReplayMemory(agent.memory_size, _example(num_envs))
    carry, began, added = _first(mdp, agent, memory, num_envs, seed), agent.time, memory.added
    while (done := int(carry.step)) < steps:
        zero = ops.zeros(())
        until = min(done + every, steps)
        carry = run(
            tf.constant(until), carry._replace(returns=zero, episodes=zero, losses=zero, updates=tf.constant(0))
        )
        memory.rows = {name: np.array(row) for name, row in carry.rows.items()}
        memory.following, memory.priorities = np.array(carry.following), np.array(carry.priorities, np.float64)
        memory.added, memory.newest, agent.memory = added + until * num_envs, {}, memory
        agent.time, agent.updates = began + until * num_envs, agent.updates + int(carry.updates)
        agent.target_moved, agent.largest_priority = int(carry.moved), float(carry.largest)
        episodes, updates = float(carry.episodes), int(carry.updates)
        agent.last_loss = float(carry.losses) / updates if updates else agent.last_loss
        mean = float(carry.returns) / episodes if episodes else float("nan")
        yield until, {"step": until, "episodes": episodes, "return": mean, "loss": agent.last_loss}


def _act(mdp: TabularMDP, agent: DQN, lanes: int, limit: int, seed: int) -> Callable[..., _Carry]:
    """One step of all lanes, and its rows in the memory, given the values of every state or none."""
    began, added = agent.time, 0 if agent.memory is None else agent.memory.added

    def body(carry: _Carry, q: Any) -> _Carry:
        time, capacity = began + carry.step * lanes, carry.following.shape[0]
        q = agent.model(carry.state, training=False) if q is None else ops.take(q, carry.state, axis=0)
        probabilities = agent.policy(q, ops.cast(time, "float32"), None, xp=ops)
        action = ops.cast(choose(probabilities, uniforms(seed, carry.step, ACTION, (lanes,)), xp=ops), "int32")
        outcome = mdp.step(carry.state, action, uniforms(seed, carry.step, OUTCOME, (lanes,)), xp=ops)
        reward, following = ops.cast(outcome.reward, "float32"), ops.cast(outcome.next_state, "int32")
        elapsed, total = carry.elapsed + 1, carry.total + reward
        truncated = elapsed >= limit  # also where the episode terminates, as Gymnasium has it
        at = ops.mod(added % capacity + carry.step * lanes + ops.arange(lanes), capacity)
        news = {"observation": carry.state, "action": action, "reward": reward, "next_observation": following}
        news |= {"terminated": outcome.terminated, "truncated": truncated}
        rows = {name: _written(carry.rows[name], at, value) for name, value in news.items()}
        before = ops.where(carry.newest < 0, at, carry.newest)  # a first row is linked to itself, then to none
        links = _written(_written(carry.following, before, at), at, -ops.ones_like(at))
        done = ops.logical_or(outcome.terminated, truncated)
        ended = ops.cast(done, "float32")
        return carry._replace(
            step=carry.step + 1,
            due=(time + lanes) // agent.train_every - time // agent.train_every,
            state=ops.where(done, starts(mdp, seed, carry.step + 1, (lanes,)), following),
            elapsed=ops.where(done, 0, elapsed),
            total=total * (1.0 - ended),
            rows=rows,
            following=links,
            priorities=_written(carry.priorities, at, ops.ones((lanes,)) * carry.largest**agent.priority),
            newest=ops.where(done, -1, at),
            returns=carry.returns + ops.sum(total * ended),
            episodes=carry.episodes + ops.sum(ended),
        )

    return body


def _every_state_once(num_states: int, network: Callable[[Any], Any], states: Any) -> Any:
    """What a network says of states [B], asked about every state once where they are fewer than B."""
    if num_states >= states.shape[0]:
        return network(states)
    return ops.take(network(ops.arange(num_states)), states, axis=0)


def _train(agent: DQN, lanes: int, seed: int, values: Callable[..., Any]) -> Callable[[_Carry], _Carry]:
    """The gradient steps that are due."""
    began, added = agent.time, 0 if agent.memory is None else agent.memory.added
    most = agent.gradient_steps * (1 + (lanes - 1) // agent.train_every)

    def body(carry: _Carry) -> _Carry:
        time, capacity = began + carry.step * lanes, carry.following.shape[0]
        size = ops.cast(ops.minimum(added + carry.step * lanes, capacity), "float32")
        number = ops.where(time > agent.learning_starts, carry.due * agent.gradient_steps, 0)
        moves = ops.cast(time // agent.target_every - carry.moved // agent.target_every, "float32")
        share = 1.0 - (1.0 - agent.tau) ** moves
        draws = uniforms(seed, carry.step - 1, UPDATE, (most, agent.batch_size))

        def one(k: Any, priorities: Any, largest: Any, losses: Any) -> tuple[Any, ...]:
            index = ops.cast(ops.minimum(ops.floor(draws[k] * size), size - 1.0), "int32")
            weight = ops.ones((agent.batch_size,))
            if agent.priority:
                beta = agent.beta(ops.cast(time, "float32"), ops) if callable(agent.beta) else agent.beta
                index, weight = proportional(priorities, draws[k], size, beta, ops)
            following = lambda at: ops.take(carry.following, at)  # noqa: E731
            batch = drawn(carry.rows, index, following, weight, gamma=agent.gamma, n=agent.n, xp=ops)
            move_target(agent, ops.where(ops.equal(k, 0), share, 0.0))
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


def _first(mdp: TabularMDP, agent: DQN, memory: ReplayMemory, lanes: int, seed: int) -> _Carry:
    kinds = {name: array.dtype for name, array in _example(1).items()}
    rows = {name: tf.constant(array.astype(kinds[name])) for name, array in memory.rows.items()}
    number, none, nothing = tf.constant(0), ops.zeros(()), ops.zeros((lanes,), dtype="int32")
    start = ops.broadcast_to(starts(mdp, seed, 0, (lanes,)), (lanes,))
    links = tf.constant(memory.following.astype(np.int32))
    priorities = tf.constant(memory.priorities.astype(np.float32))
    largest, moved = tf.constant(agent.largest_priority), tf.constant(agent.target_moved)
    totals = ops.zeros((lanes,))
    return _Carry(
        number, number, start, nothing, totals, rows, links, priorities, nothing - 1, largest, moved, none, none, none,
        number,
    )  # fmt: skip


def _check(mdp: TabularMDP, agent: DQN, lanes: int) -> None:
    if lanes > agent.memory_size:
        raise ValueError(f"num_envs={lanes}, expected at most memory_size={agent.memory_size}.")
    values = agent.q_values(np.zeros(1, np.int64))
    if values.shape != (1, mdp.num_actions):
        raise ValueError(f"the network values {values.shape[-1]} actions, expected the MDP's {mdp.num_actions}.")


def _example(lanes: int) -> dict[str, Any]:
    kinds = {"observation": np.int32, "action": np.int32, "reward": np.float32, "next_observation": np.int32}
    return {name: np.zeros(lanes, kind) for name, kind in {**kinds, "terminated": bool, "truncated": bool}.items()}


def _written(array: Any, at: Any, values: Any) -> Any:
    return tf.tensor_scatter_nd_update(array, at[:, None], values)

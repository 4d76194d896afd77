"""The loop of `agents.train` as one XLA program: environment, policy and update, for many lanes and many agents."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from dataclasses import fields, is_dataclass
from typing import Any, NamedTuple

import numpy as np

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")  # no notes on how TensorFlow was built, unless asked for
import tensorflow as tf
from keras import ops
from numpy.typing import NDArray
from tqdm import tqdm

from agents.epsilon import choose
from agents.loop import Row
from agents.tabular import TabularAgent
from rl_line.mdp import TabularMDP

# What a random number is for: part of its key, with the seed and the step.
ACTION, NEXT_ACTION, OUTCOME, START = range(4)


class Progress(NamedTuple):
    """Where a run stands after `step` steps of every lane: tables [G, S, A], and means since the last report."""

    step: int
    q: NDArray[np.float32]
    row: Row


class _Carry(NamedTuple):
    """What one step hands to the next; G agents with L lanes each."""

    step: Any  # []
    q: Any  # [G, S, A]
    counts: Any  # [G, S, A]
    state: Any  # [G, L]
    action: Any  # [G, L], chosen already by on-policy agents
    elapsed: Any  # [G, L]
    total: Any  # [G, L], return of the episode so far
    returns: Any  # [], sum over the episodes finished since the last report
    episodes: Any  # [], their number
    errors: Any  # [], sum of absolute errors since the last report


def train_compiled(
    mdp: TabularMDP,
    agents: TabularAgent | Sequence[TabularAgent],
    *,
    steps: int,
    num_envs: int = 1,
    max_episode_steps: int | None = 100,
    seed: int = 0,
    every: int | None = None,
) -> list[Row]:
    """Trains one agent, or many independent ones at once, on an MDP; their tables are updated in place.

    All agents are of one class, and may differ in gamma, alpha, the numbers of their policy and their first values.
    The lanes of one agent share its table, whose cells move by the mean of their errors. Every
    random number is drawn by (seed, step, purpose), so the results do not depend on `every`.

    Args:
        mdp: for example `env.unwrapped.mdp`, or `TabularMDP.from_toy_text(env)`.
        agents: one or several.
        steps: steps of every lane.
        num_envs: lanes of every agent.
        max_episode_steps: truncates after so many steps; None for no limit.
        seed: of all random numbers.
        every: steps between two rows; a hundredth of them all if not given.

    Returns:
        Rows of `step`, `episodes` (finished since the last row), their mean `return` (nan if none), and `td_error`.

    Raises:
        TypeError: an agent that overrides `learn` has no compiled form.
        ValueError: agents of different classes, shapes or policies.
    """
    settings: dict[str, Any] = {"num_envs": num_envs, "max_episode_steps": max_episode_steps, "seed": seed}
    rows = []
    with tqdm(total=steps, unit="step", disable=None) as bar:
        for progress in iterate_compiled(mdp, agents, steps=steps, every=every or max(1, steps // 100), **settings):
            bar.update(progress.step - bar.n)
            rows.append(progress.row)
    return rows


def iterate_compiled(
    mdp: TabularMDP,
    agents: TabularAgent | Sequence[TabularAgent],
    *,
    steps: int,
    every: int,
    num_envs: int = 1,
    max_episode_steps: int | None = 100,
    seed: int = 0,
) -> Iterator[Progress]:
    """As `train_compiled`, telling where it stands after every so many steps."""
    group = [agents] if isinstance(agents, TabularAgent) else list(agents)
    _check(mdp, group, steps, every, num_envs)
    body = _step_of(mdp, group, num_envs, max_episode_steps or np.iinfo(np.int32).max, seed)
    carry = _first(mdp, group, num_envs, seed)

    @tf.function(jit_compile=True, autograph=False)  # type: ignore[untyped-decorator]
    def run(until: Any, carry: _Carry) -> _Carry:
        return _Carry(*tf.while_loop(lambda step, *_: step < until, lambda *c: body(_Carry(*c)), carry))

    times = [agent.time for agent in group]
    while (done := int(carry.step)) < steps:
        zero = ops.zeros(())
        until = min(done + every, steps)
        carry = run(tf.constant(until, tf.int32), carry._replace(returns=zero, episodes=zero, errors=zero))
        q, counts = carry.q.numpy(), carry.counts.numpy()
        for k, agent in enumerate(group):
            agent.q[:], agent.counts[:], agent.time = q[k], counts[k], times[k] + until * num_envs
        episodes, updates = float(carry.episodes), (until - done) * num_envs * len(group)
        mean = float(carry.returns) / episodes if episodes else float("nan")
        row = {"step": until, "episodes": episodes, "return": mean, "td_error": float(carry.errors) / updates}
        yield Progress(until, q, row)


def uniforms(seed: int, step: Any, purpose: int, shape: Sequence[int]) -> Any:
    """The numbers [...] in [0, 1) for one purpose at one step of a compiled run."""
    who = tf.constant(np.uint32((4 * seed + purpose) % 2**32).astype(np.int32))
    return _uniforms(tf.stack([who, tf.cast(step, tf.int32)]), tuple(shape))


@tf.function(jit_compile=True, autograph=False)  # type: ignore[untyped-decorator]
def _uniforms(key: Any, shape: tuple[int, ...]) -> Any:
    return tf.random.stateless_uniform(shape, key, alg="threefry")


def _step_of(mdp: TabularMDP, group: list[TabularAgent], lanes: int, limit: int, seed: int) -> Callable[..., Any]:
    """One step of all lanes of all agents, as a function of the carry."""
    agent = group[0]
    shape, (num_states, num_actions) = (len(group), lanes), agent.q.shape
    first_row = ops.arange(len(group), dtype="int32")[:, None] * num_states
    cells = ops.arange(num_states * num_actions, dtype="int32")
    gamma = np.array([[one.gamma] for one in group], np.float32)
    alpha = 0.0 if callable(agent.alpha) else np.array([[[one.alpha]] for one in group], np.float32)
    policy = _stacked([one.policy for one in group])
    began = np.array([[one.time] for one in group], np.float32)

    def rows(table: Any, state: Any) -> Any:
        return ops.take(ops.reshape(table, (-1, num_actions)), state + first_row, axis=0)

    def chosen(values: Any, state: Any, carry: _Carry, time: Any, purpose: int) -> Any:
        probabilities = policy(values, time, ops.cast(rows(carry.counts, state), "float32"), xp=ops)
        return ops.cast(choose(probabilities, uniforms(seed, carry.step, purpose, shape), xp=ops), "int32")

    def body(carry: _Carry) -> _Carry:
        time = began + ops.cast(carry.step, "float32") * lanes
        q, state = rows(carry.q, carry.state), carry.state
        action = chosen(q, state, carry, time, ACTION)
        if agent.on_policy:
            action = ops.where(carry.elapsed == 0, action, carry.action)
        outcome = mdp.step(state, action, uniforms(seed, carry.step, OUTCOME, shape), xp=ops)
        reward, following = ops.cast(outcome.reward, "float32"), ops.cast(outcome.next_state, "int32")
        q_next = rows(carry.q, following)
        next_action = chosen(q_next, following, carry, time, NEXT_ACTION) if agent.on_policy else action
        counts_next = ops.cast(rows(carry.counts, following), "float32")
        value = agent.bootstrap(q_next, next_action, lambda q: policy(q, time, counts_next, xp=ops), xp=ops)
        alive = 1.0 - ops.cast(outcome.terminated, "float32")
        taken = ops.sum(ops.where(ops.equal(action[..., None], ops.arange(num_actions)), q, 0.0), axis=-1)
        error = reward + gamma * alive * value - taken

        hit = ops.cast(ops.equal((state * num_actions + action)[..., None], cells), "float32")  # [G, L, S * A]
        times = ops.reshape(ops.sum(hit, axis=1), (-1, num_states, num_actions))
        summed = ops.reshape(ops.sum(hit * error[..., None], axis=1), (-1, num_states, num_actions))
        counts = carry.counts + ops.cast(times, "int64")
        size = (
            agent.step_size(ops.cast(ops.maximum(counts, 1), "float32"), times, xp=ops)
            if callable(agent.alpha)
            else alpha
        )

        elapsed, total = carry.elapsed + 1, carry.total + reward
        done = ops.logical_or(outcome.terminated, elapsed >= limit)
        ended = ops.cast(done, "float32")
        return _Carry(
            carry.step + 1,
            carry.q + size * summed / ops.maximum(times, 1.0),
            counts,
            ops.where(done, _starts(mdp, seed, carry.step + 1, shape), following),
            next_action,
            ops.where(done, 0, elapsed),
            total * (1.0 - ended),
            carry.returns + ops.sum(total * ended),
            carry.episodes + ops.sum(ended),
            carry.errors + ops.sum(ops.abs(error)),
        )

    return body


def _first(mdp: TabularMDP, group: list[TabularAgent], lanes: int, seed: int) -> _Carry:
    shape = (len(group), lanes)
    step, nothing, none = tf.constant(0, tf.int32), ops.zeros(shape, dtype="int32"), ops.zeros(())
    tables = ops.convert_to_tensor(np.stack([one.q for one in group]), dtype="float32")
    counts = ops.convert_to_tensor(np.stack([one.counts for one in group]), dtype="int64")
    starts = ops.broadcast_to(_starts(mdp, seed, 0, shape), shape)
    return _Carry(step, tables, counts, starts, nothing, nothing, ops.zeros(shape), none, none, none)


def _starts(mdp: TabularMDP, seed: int, step: Any, shape: Sequence[int]) -> Any:
    if mdp.only_start is not None:
        return ops.convert_to_tensor(mdp.only_start, dtype="int32")
    flat = ops.cast(ops.reshape(uniforms(seed, step, START, shape), (-1,)), "float64")
    return ops.reshape(ops.cast(mdp.start_state(flat, xp=ops), "int32"), shape)


def _stacked(settings: Sequence[Any]) -> Any:
    """Settings of one class as one, its numbers arrays [G, 1]."""
    first = settings[0]
    if len({type(one) for one in settings}) > 1:
        raise ValueError(
            f"policies {sorted({type(s).__name__ for s in settings})}, expected all agents to have one kind."
        )
    if is_dataclass(first):
        parts = {f.name: _stacked([getattr(one, f.name) for one in settings]) for f in fields(first)}
        made: Any = type(first)
        return made(**parts)
    if callable(first):
        if any(one is not first for one in settings):
            raise ValueError(f"policies {settings!r}, expected one function for all agents.")
        return first
    return np.array(settings, np.float32)[:, None]


def _check(mdp: TabularMDP, group: list[TabularAgent], steps: int, every: int, num_envs: int) -> None:
    if not group:
        raise ValueError("no agents, expected at least one; pass e.g. QLearning(4, 2).")
    for name, number in [("steps", steps), ("every", every), ("num_envs", num_envs)]:
        if not 1 <= number < 2**31:
            raise ValueError(f"{name}={number!r}, expected from 1 to {2**31 - 1:,}; pass e.g. {name}=1000.")
    kind = type(group[0])
    if kind.learn is not TabularAgent.learn or kind.move is not TabularAgent.move:
        raise TypeError(f"{kind.__name__} overrides `learn` and has no compiled form; use agents.train.")
    for agent in group:
        if type(agent) is not kind or agent.q.shape != (mdp.num_states, mdp.num_actions):
            raise ValueError(
                f"{type(agent).__name__} with a table {agent.q.shape}, expected {kind.__name__} with "
                f"{(mdp.num_states, mdp.num_actions)}, as the first agent and the MDP have."
            )
        kinds = [one.alpha if callable(one.alpha) else None for one in (agent, group[0])]
        if kinds[0] is not kinds[1]:
            raise ValueError("step sizes of different kinds, expected numbers, or one function, for all agents.")

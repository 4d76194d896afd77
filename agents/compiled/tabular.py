"""The loop of `agents.train` as one XLA program: environment, policy and update, for many lanes and many agents."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any, NamedTuple

import numpy as np
import tensorflow as tf
from keras import ops
from numpy.typing import NDArray
from tqdm import tqdm

from agents.compiled.deep import iterate_dqn
from agents.compiled.random_numbers import ACTION, NEXT_ACTION, OUTCOME, UPDATE, starts, uniforms
from agents.compiled.stacking import check_group, stacked
from agents.core import Transition
from agents.deep.dqn import DQN
from agents.logs import Row
from agents.policies import choose
from agents.tabular.agent import TabularAgent
from agents.tabular.tables import Tables, rows
from rl_line.mdp import TabularMDP


class Progress(NamedTuple):
    """Where a run stands after `step` steps of every lane: tables [G, S, A], and means since the last report."""

    step: int
    q: NDArray[np.float32]
    row: Row


class _Carry(NamedTuple):
    """What one step hands to the next; G agents with L lanes each."""

    step: Any  # []
    known: Tables  # tables [G, S, A], and what else the rule keeps
    state: Any  # [G, L]
    action: Any  # [G, L], chosen already by on-policy agents
    elapsed: Any  # [G, L]
    total: Any  # [G, L], return of the episode so far
    returns: Any  # [], sum over the episodes finished since the last report
    episodes: Any  # [], their number
    errors: Any  # [], sum of absolute errors since the last report


def train_compiled(
    mdp: TabularMDP,
    agents: TabularAgent | DQN | Sequence[TabularAgent],
    *,
    steps: int,
    num_envs: int = 1,
    max_episode_steps: int | None = 100,
    seed: int = 0,
    every: int | None = None,
) -> list[Row]:
    """Trains a tabular agent, many independent ones at once, or a `DQN`, on an MDP; they learn in place.

    Tabular agents are of one class, and may differ in gamma, alpha, other fractions (as lambda), the numbers of
    their policy and their first values. The lanes of one agent share its table, whose cells move by the mean of
    their errors. Random numbers are drawn by (seed, step, purpose), so the results do not depend on `every`.

    Args:
        mdp: for example `env.unwrapped.mdp`, or `TabularMDP.from_toy_text(env)`.
        agents: one or several.
        steps: steps of every lane.
        num_envs: lanes of every agent.
        max_episode_steps: truncates after so many steps; None for no limit.
        seed: of all random numbers.
        every: steps between two rows; a hundredth of them all if not given.

    Returns:
        Rows of `step`, `episodes` (finished since the last row), their mean `return` (nan if none), and `td_error`, or
        of a `DQN` `loss`.

    Raises:
        TypeError: no `TabularMDP`, or an agent without a compiled form, as one that overrides `learn`, not `update`.
        ValueError: one agent several times, or agents of different classes, shapes or policies.
    """
    settings: dict[str, Any] = {"num_envs": num_envs, "max_episode_steps": max_episode_steps, "seed": seed}
    rows = []
    every = max(1, steps // 100) if every is None else every
    with tqdm(total=steps, unit="step", disable=None) as bar:
        for progress in iterate_compiled(mdp, agents, steps=steps, every=every, **settings):
            bar.update(progress.step - bar.n)
            rows.append(progress.row)
    return rows


def iterate_compiled(
    mdp: TabularMDP,
    agents: TabularAgent | DQN | Sequence[TabularAgent],
    *,
    steps: int,
    every: int,
    num_envs: int = 1,
    max_episode_steps: int | None = 100,
    seed: int = 0,
) -> Iterator[Progress]:
    """As `train_compiled`, telling where it stands after every so many steps."""
    limit = np.iinfo(np.int32).max if max_episode_steps is None else max_episode_steps
    if not isinstance(mdp, TabularMDP):
        raise TypeError(
            f"mdp={mdp!r}, expected a TabularMDP; pass e.g. env.unwrapped.mdp, or TabularMDP.from_toy_text(env)."
        )
    _check(steps=steps, every=every, num_envs=num_envs, max_episode_steps=limit)
    if not isinstance(seed, (int, np.integer)):
        raise ValueError(f"seed={seed!r}, expected an integer; pass e.g. seed=0.")
    if isinstance(agents, DQN):
        states = np.arange(mdp.num_states)
        run_of: dict[str, Any] = {"num_envs": num_envs, "limit": limit, "seed": seed}
        for until, row in iterate_dqn(mdp, agents, steps=steps, every=every, **run_of):
            yield Progress(until, agents.q_values(states)[None], row)
        return
    group = list(agents) if isinstance(agents, Iterable) else [agents]
    check_group(group, (mdp.num_states, mdp.num_actions))
    body = _step_of(mdp, group, num_envs, limit, seed)
    carry = _first(mdp, group, num_envs, seed)

    @tf.function(jit_compile=True, autograph=False)  # type: ignore[untyped-decorator]
    def run(until: Any, carry: _Carry) -> _Carry:
        return _Carry(*tf.while_loop(lambda step, *_: step < until, lambda *c: body(_Carry(*c)), carry))

    times = [agent.time for agent in group]
    while (done := int(carry.step)) < steps:
        zero = ops.zeros(())
        until = min(done + every, steps)
        carry = run(tf.constant(until, tf.int32), carry._replace(returns=zero, episodes=zero, errors=zero))
        known = tf.nest.map_structure(lambda tensor: tensor.numpy(), carry.known)
        for k, agent in enumerate(group):
            agent.q[:], agent.counts[:], agent.time = known.q[k], known.counts[k], times[k] + until * num_envs
            # What was kept of lanes ends with their episodes: the next run begins new ones.
            agent.memory = agent.blank_memory(0)
            if not agent.per_lane:
                agent.memory = {name: known.memory[name][k].astype(old.dtype) for name, old in agent.memory.items()}
        episodes = float(carry.episodes)
        mean = float(carry.returns) / episodes if episodes else float("nan")
        row = {"step": until, "episodes": episodes, "return": mean, "td_error": float(carry.errors) / (until - done)}
        yield Progress(until, known.q, row)


def _step_of(mdp: TabularMDP, group: list[TabularAgent], lanes: int, limit: int, seed: int) -> Callable[..., Any]:
    """One step of all lanes of all agents, as a function of the carry."""
    agent, shape, draws = stacked(group), (len(group), lanes), group[0].draws(lanes)
    began = np.array([[one.time] for one in group], np.float32)

    def chosen(known: Tables, state: Any, step: Any, time: Any, purpose: int) -> Any:
        counts = ops.cast(rows(known.counts, state, ops), "float32")
        probabilities = agent.policy(rows(known.q, state, ops), time, counts, xp=ops)
        return ops.cast(choose(probabilities, uniforms(seed, step, purpose, shape), xp=ops), "int32")

    def body(carry: _Carry) -> _Carry:
        time = began + ops.cast(carry.step, "float32") * lanes
        known, state = carry.known, carry.state
        action = chosen(known, state, carry.step, time, ACTION)
        if agent.on_policy:
            action = ops.where(carry.elapsed == 0, action, carry.action)
        outcome = mdp.step(state, action, uniforms(seed, carry.step, OUTCOME, shape), xp=ops)
        reward, following = ops.cast(outcome.reward, "float32"), ops.cast(outcome.next_state, "int32")
        next_action = chosen(known, following, carry.step, time, NEXT_ACTION) if agent.on_policy else action
        elapsed, total = carry.elapsed + 1, carry.total + reward
        truncated = ops.logical_and(elapsed >= limit, ops.logical_not(outcome.terminated))
        transition = Transition(state, action, reward, following, outcome.terminated, truncated, next_action)
        numbers = uniforms(seed, carry.step, UPDATE, (len(group), draws)) if draws else None
        known, error = agent.update(known, transition, time, numbers, xp=ops)

        done = ops.logical_or(outcome.terminated, truncated)
        ended = ops.cast(done, "float32")
        return _Carry(
            carry.step + 1,
            known,
            ops.where(done, starts(mdp, seed, carry.step + 1, shape), following),
            next_action,
            ops.where(done, 0, elapsed),
            total * (1.0 - ended),
            carry.returns + ops.sum(total * ended),
            carry.episodes + ops.sum(ended),
            carry.errors + error,
        )

    return body


def _first(mdp: TabularMDP, group: list[TabularAgent], lanes: int, seed: int) -> _Carry:
    shape = (len(group), lanes)
    step, nothing, none = tf.constant(0, tf.int32), ops.zeros(shape, dtype="int32"), ops.zeros(())
    first = ops.broadcast_to(starts(mdp, seed, 0, shape), shape)
    memories = [one.first_memory(lanes) if one.per_lane else one.memory for one in group]
    memory = {name: _tensor(np.stack([one[name] for one in memories])) for name in memories[0]}
    known = Tables(
        _tensor(np.stack([one.q for one in group])), _tensor(np.stack([one.counts for one in group])), memory
    )
    return _Carry(step, known, first, nothing, nothing, ops.zeros(shape), none, none, none)


def _tensor(array: NDArray[Any]) -> Any:
    """Fractions become float32; whole numbers and truths stay what they are."""
    return ops.convert_to_tensor(array.astype(np.float32) if array.dtype == np.float64 else array)


def _check(**numbers: Any) -> None:
    for name, number in numbers.items():
        if isinstance(number, bool) or not isinstance(number, (int, np.integer)) or not 1 <= number < 2**31:
            raise ValueError(f"{name}={number!r}, expected an integer from 1 to {2**31 - 1:,}; pass e.g. {name}=1000.")

"""The compiled rollout: act, step, reset and count, on any shape of lanes, for a table or a network alike."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import fields
from typing import Any, NamedTuple, TypeVar

import numpy as np
import tensorflow as tf
from keras import ops

from agents.compiled.random_numbers import ACTION, NEXT_ACTION, OUTCOME, starts, uniforms
from agents.core import Transition
from agents.logs import Row
from agents.policies import choose
from rl_line.mdp import TabularMDP


class Rollout(NamedTuple):
    """Lanes of any shape [...] between two steps."""

    step: Any  # [], steps of every lane so far
    state: Any  # [...]
    action: Any  # [...], chosen one step ahead by on-policy agents
    elapsed: Any  # [...], steps of the episode so far
    total: Any  # [...], return of the episode so far
    returns: Any  # [], sum over the episodes finished since the last report
    episodes: Any  # [...] without the lanes, finished in this run; a counter per lane would be slow


class World(NamedTuple):
    """Constants of a rollout."""

    mdp: TabularMDP
    shape: tuple[int, ...]  # of the lanes
    limit: int  # steps after which an episode is truncated
    key: Any  # of the random numbers, by `key_of`


def begun(world: World) -> Rollout:
    """The rollout before its first step, every lane in a start state."""
    first = ops.broadcast_to(starts(world.mdp, world.key, 0, world.shape), world.shape)
    nothing, none = ops.zeros(world.shape, dtype="int32"), ops.zeros(world.shape[:-1], dtype="int32")
    return Rollout(tf.constant(0, tf.int32), first, nothing, nothing, ops.zeros(world.shape), ops.zeros(()), none)


def advanced(
    world: World, rollout: Rollout, policy: Callable[[Any], Any], *, on_policy: bool = False
) -> tuple[Rollout, Transition]:
    """The rollout one step later, and the transition [...] of every lane.

    Args:
        world: the constants.
        rollout: the lanes before the step.
        policy: states [...] -> probabilities of actions [..., A].
        on_policy: whether A' is chosen at this step and taken at the next.
    """
    mdp, step, state = world.mdp, rollout.step, rollout.state

    def chosen(at: Any, purpose: int) -> Any:
        drawn = uniforms(world.key, step, purpose, world.shape)
        return ops.cast(choose(policy(at), drawn, xp=ops), "int32")

    action = chosen(state, ACTION)
    if on_policy:
        action = ops.where(rollout.elapsed == 0, action, rollout.action)
    outcome = mdp.step(state, action, uniforms(world.key, step, OUTCOME, world.shape), xp=ops)
    reward, following = ops.cast(outcome.reward, "float32"), ops.cast(outcome.next_state, "int32")
    next_action = chosen(following, NEXT_ACTION) if on_policy else action
    elapsed, total = rollout.elapsed + 1, rollout.total + reward
    truncated = elapsed >= world.limit  # also where the episode terminates, as in Gymnasium
    done = ops.logical_or(outcome.terminated, truncated)
    ended = ops.cast(done, "float32")
    later = Rollout(
        step=step + 1,
        state=ops.where(done, starts(mdp, world.key, step + 1, world.shape), following),
        action=next_action,
        elapsed=ops.where(done, 0, elapsed),
        total=total * (1.0 - ended),
        returns=rollout.returns + ops.sum(total * ended),
        episodes=rollout.episodes + ops.sum(ops.cast(done, "int32"), axis=-1),
    )
    return later, Transition(state, action, reward, following, outcome.terminated, truncated, next_action)


Carry = TypeVar("Carry", bound=Any)  # a NamedTuple whose field `rollout` is a `Rollout`


def in_blocks(
    run: Callable[[Any, Carry], Carry], carry: Carry, *, steps: int, every: int
) -> Iterator[tuple[Carry, Row]]:
    """The carry and a row, every `every` steps and after the last step.

    A row has `step`, `episodes` finished since the row before, and their mean `return`, nan if none. `run` takes the
    step to stop at and a carry.
    """
    before = 0
    while (done := int(carry.rollout.step)) < steps:
        rollout = carry.rollout._replace(returns=ops.zeros(()))
        carry = run(tf.constant(min(done + every, steps), tf.int32), carry._replace(rollout=rollout))
        after = int(np.sum(carry.rollout.episodes))
        episodes, before = float(after - before), after
        mean = float(carry.rollout.returns) / episodes if episodes else float("nan")
        yield carry, {"step": int(carry.rollout.step), "episodes": episodes, "return": mean}


def key_of_program(world: World, settings: Any) -> tuple[Any, ...]:
    """Key of a program by its constants: MDP, lanes, time limit and settings; seeds and counters are arguments."""
    tables = b"".join(getattr(world.mdp, part.name).tobytes() for part in fields(world.mdp))
    return hashlib.sha256(tables).digest(), world.mdp.successor.shape, world.shape, world.limit, settings

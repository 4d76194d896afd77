"""Checks of the inputs of a DQN: settings, observations and transitions."""

from __future__ import annotations

from typing import Any

import gymnasium as gym
import keras
import numpy as np

from agents.core import Transition
from agents.deep.incoming import LARGEST, check_part
from agents.deep.networks import OneHot
from agents.observations import by_path
from agents.policies import UCB
from agents.settings import check_policy, make_level, make_real, make_whole
from rl_line.system.arrays import reals
from rl_line.system.kinds import function, instance
from rl_line.system.numbers import seed_from

Bounds = dict[str, tuple[Any, Any]]  # least and largest whole numbers in an observation, by `by_path`


def bounds_in(space: gym.Space[Any], name: str = "observation") -> Bounds:
    """Bounds of the whole numbers in the observations of a space.

    >>> bounds_in(gym.spaces.Discrete(4, start=1))
    {'observation': (1, 4)}
    """
    if isinstance(space, gym.spaces.Dict):
        return {path: one for key, part in space.items() for path, one in bounds_in(part, f"{name}>{key}").items()}
    if isinstance(space, gym.spaces.Discrete):
        return {name: (int(space.start), int(space.start + space.n) - 1)}
    if isinstance(space, gym.spaces.MultiDiscrete):
        return {name: (space.start.tolist(), (space.start + space.nvec - 1).tolist())}
    return {name: (0, 1)} if isinstance(space, gym.spaces.MultiBinary) else {}


def bounds_of(model: keras.Model) -> Bounds:
    """Bounds of the whole numbers that the one-hot layers of a network encode."""
    layers = [one for one in getattr(model, "operations", ()) if isinstance(one, OneHot)]
    known = {id(one.input): one for one in layers if len(one._inbound_nodes) == 1}
    parts = by_path("observation", model.input) if known else {}
    bounds = {}
    for name, x in parts.items():
        if id(x) in known:
            low, high = (np.reshape(ends, x.shape[1:]).tolist() for ends in (known[id(x)].starts, known[id(x)].ends))
            bounds[name] = (low, high)
    return bounds


def check_observation(bounds: Bounds, **given: Any) -> None:
    """Raises ValueError if the one observation, given by name, is no number, not finite or out of bounds."""
    ((name, observation),) = given.items()
    if not isinstance(observation, dict):
        check_part(name, observation, bounds.get("observation"))
        return
    for path, part in by_path("observation", observation).items():
        check_part(path.replace("observation", name, 1), part, bounds.get(path))


def check_step(transition: Transition, num_actions: int, bounds: Bounds) -> None:
    """Raises ValueError unless a transition has finite numbers within bounds, as many of each part as actions."""
    action, reward = transition.action, transition.reward
    if bounds:  # the memory checks that the other parts are finite
        check_observation(bounds, observation=transition.observation)
        check_observation(bounds, next_observation=transition.next_observation)
    plain = type(action) is int and type(reward) is float and abs(reward) <= LARGEST and 0 <= action < num_actions
    if plain and type(transition.terminated) is type(transition.truncated) is bool:
        return
    check_part("action", action, (0, num_actions - 1))
    shape = np.shape(action)
    for name in ("reward", "terminated", "truncated"):
        reals(shape, largest=LARGEST, **{name: getattr(transition, name)})


def check_settings(agent: Any) -> None:
    """Converts a DQN's counts to int; raises ValueError or TypeError for a setting that is out of range."""
    instance("model", agent.model, keras.Model, "pass one of its own, or let DQN.for_env(env) build it")
    make_whole(agent, "n", "batch_size", "memory_size", "train_every", "gradient_steps", "target_every")
    make_whole(agent, "learning_starts", least=0)
    if agent.clip_norm is not None:
        make_real(agent, "clip_norm", low=0, above=True)
    make_real(agent, "gamma", low=0, high=1, kind="a discount")
    make_real(agent, "tau", "priority", low=0, high=1)
    make_level(agent, "beta", low=0, high=1)
    agent.seed = seed_from(agent.seed)
    function("pass e.g. loss=agents.deep.gradients.huber", loss=agent.loss)
    check_policy(agent.policy)
    if isinstance(agent.policy, UCB):
        raise TypeError(f"policy={agent.policy!r} needs counts, which a network lacks; pass EpsilonGreedy(0.1).")


def as_optimizer(given: Any) -> keras.optimizers.Optimizer:
    """A Keras optimizer, also from its name; Adam(0.001) for None."""
    try:
        return keras.optimizers.Adam(1e-3) if given is None else keras.optimizers.get(given)
    except Exception as error:  # Keras raises many kinds
        raise ValueError(
            f"optimizer={given!r:.200}, expected a Keras optimizer or the name of one; pass e.g. "
            "optimizer=keras.optimizers.Adam(1e-3)."
        ) from error

"""Agents of one class as one agent, whose settings are arrays."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from copy import copy
from dataclasses import Field, fields, is_dataclass
from typing import Any

import numpy as np

from agents.tabular.agent import TabularAgent
from rl_line.system.tf.programs import attributes


def stacked(group: Sequence[TabularAgent]) -> Any:
    """An agent with the settings of G agents: alpha [G, 1, 1] or a function, other float settings [G, 1]."""
    agent: Any = copy(group[0])
    for name, values in _settings(group):
        if name == "policy":
            agent.policy = _stacked(values)
        elif _is_fraction(agent, name):
            shape = (-1, 1, 1) if name == "alpha" else (-1, 1)
            setattr(agent, name, np.reshape(np.array(values, np.float32), shape))
    return agent


def fractions(agent: Any) -> list[Any]:
    """The arrays among the settings of a stacked agent, its policy's last, as arguments of a program."""
    return [getattr(agent, name) for name in _fractions(agent)] + _leaves(agent.policy)


def with_fractions(agent: Any, given: Sequence[Any]) -> Any:
    """The stacked agent with other arrays, or with tensors, in place of its arrays."""
    agent, rest = copy(agent), list(given)
    for name in _fractions(agent):
        setattr(agent, name, rest.pop(0))
    agent.policy = _with_leaves(agent.policy, rest)
    return agent


def check_group(group: Sequence[TabularAgent], shape: tuple[int, int]) -> None:
    """Raises an error unless these are distinct agents of one class and table shape that differ in floats only."""
    if not group:
        raise ValueError("no agents, expected at least one; pass e.g. QLearning(4, 2).")
    for agent in group:
        if not isinstance(agent, TabularAgent):
            raise TypeError(
                f"{agent!r} has no compiled form, expected tabular agents, or one DQN; pass e.g. QLearning(4, 2), or "
                "use agents.train."
            )
    if len({id(agent) for agent in group}) < len(group):
        raise ValueError(
            "one agent several times, expected distinct agents; pass e.g. [QLearning(4, 2) for _ in range(1000)]."
        )
    kind = type(group[0])
    for name in ("learn", "act", "action_probabilities"):
        if getattr(kind, name) is not getattr(TabularAgent, name):
            raise TypeError(
                f"{kind.__name__} overrides `{name}` and has no compiled form; override `update` and pass a policy, or "
                "use agents.train."
            )
    for agent in group:
        if agent.masked:
            raise TypeError(
                f"{kind.__name__} with masked=True has no compiled form, as an MDP gives no action masks; use "
                "agents.train, or make it without masked=True."
            )
        if type(agent) is not kind or agent.q.shape != shape:
            raise ValueError(
                f"{type(agent).__name__} with a table {agent.q.shape}, expected {kind.__name__} with {shape}, as the "
                "first agent and the MDP have."
            )
    for name, values in _settings(group):
        kinds = [value if callable(value) else None for value in values]
        if name == "alpha" and any(one is not kinds[0] for one in kinds):
            raise ValueError("step sizes of different kinds, expected numbers, or one function, for all agents.")
        if name != "policy" and not isinstance(_defaults(group[0])[name], float) and len(set(values)) > 1:
            raise ValueError(f"{name} of {sorted(set(values))}, expected one value for all agents.")


def settings_of_all(group: Sequence[TabularAgent]) -> tuple[Any, ...]:
    """Everything that a compiled rule may depend on: the settings, other attributes and class of every agent.

    Settings are constants of the program: as arguments they make one lane twelve times as slow.
    """
    return attributes(group, _CHANGING)


def rule_of_all(group: Sequence[TabularAgent]) -> tuple[Any, ...]:
    """Everything that a compiled rule may depend on, except float settings, which are arguments of the program."""
    agents = [with_fractions(agent, [None] * len(fractions(agent))) for agent in group]
    for agent in agents:
        agent.policy = _form(agent.policy)
    return attributes(agents, _CHANGING)


_CHANGING = {
    "q",
    "counts",
    "time",
    "episodes",
    "memory",
    "initial_value",
    "seed",
    "_rng",
}  # changed by learning, or read before the first run


def _settings(group: Sequence[TabularAgent]) -> Iterator[tuple[str, list[Any]]]:
    """The settings that a rule reads, with their value for each agent."""
    for name in _defaults(group[0]):
        if name not in ("num_states", "num_actions", "initial_value", "seed"):
            yield name, [getattr(agent, name) for agent in group]


def _fractions(agent: Any) -> list[str]:
    """The names of an agent's float settings."""
    return [name for name, _ in _settings([agent]) if name != "policy" and _is_fraction(agent, name)]


def _is_fraction(agent: Any, name: str) -> bool:
    return isinstance(_defaults(agent)[name], float) and not callable(getattr(agent, name))


def _leaves(setting: Any) -> list[Any]:
    """The numbers, or arrays, within a policy."""
    if is_dataclass(setting):
        return [leaf for part in fields(setting) for leaf in _leaves(getattr(setting, part.name))]
    return [] if callable(setting) else [setting]


def _with_leaves(setting: Any, rest: list[Any]) -> Any:
    """The policy with its numbers replaced by the first entries of a list, which are removed from it."""
    if is_dataclass(setting):
        made = copy(setting)
        for part in fields(setting):  # without `__init__`, which cannot check tensors
            object.__setattr__(made, part.name, _with_leaves(getattr(setting, part.name), rest))
        return made
    return setting if callable(setting) else rest.pop(0)


def _form(setting: Any) -> Any:
    """A policy without its numbers, as a key."""
    if is_dataclass(setting):
        return type(setting), tuple(_form(getattr(setting, part.name)) for part in fields(setting))
    return setting if callable(setting) else None


def _defaults(agent: TabularAgent) -> dict[str, Any]:
    settings: tuple[Field[Any], ...] = fields(agent)
    return {setting.name: setting.default for setting in settings if setting.init}


def _stacked(settings: Sequence[Any]) -> Any:
    """One setting of the class of G settings, with arrays [G, 1] for numbers."""
    first = settings[0]
    if len({type(one) for one in settings}) > 1:
        raise ValueError(
            f"policies {sorted({type(s).__name__ for s in settings})}, expected all agents to have one kind."
        )
    if is_dataclass(first):
        parts = {f.name: _stacked([getattr(one, f.name) for one in settings]) for f in fields(first)}
        made = copy(first)
        for name, part in parts.items():  # without `__init__`, which cannot check arrays
            object.__setattr__(made, name, part)
        return made
    if callable(first):
        if any(one is not first for one in settings):
            raise ValueError(f"policies {settings!r}, expected one function for all agents.")
        return first
    return np.array(settings, np.float32)[:, None]

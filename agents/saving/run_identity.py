"""Identity of a run: its agent and everything its training function uses, so that no other run resumes its file."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from functools import partial
from inspect import getattr_static
from types import FunctionType, MethodType
from typing import Any

import gymnasium as gym
import numpy as np

from agents.saving.code import attributes, defaults, literals, outline, variables
from rl_line.known import known_mdp
from rl_line.mdp import TabularMDP
from rl_line.system.identity import described, differences, name_of


def identity(agent: Any, train: Any, *, every: int, seed: int) -> dict[str, Any]:
    """A run in a form for JSON, equal in every process and, except "code", in every version of Python."""
    kind = described(agent if is_dataclass(agent) else {"name": name_of(type(agent)), "settings": agent.settings()})
    uses = _Uses(agent)
    return {"agent": kind, "every": every, "seed": seed, "train": uses.of(train), "code": uses.code}


def told_apart(there: dict[str, Any], here: dict[str, Any]) -> str:
    """Differences of two identities; differences of code only without others and within one version of Python.

    >>> told_apart({"seed": 0, "code": {"python": "3.10", "train": "a"}}, {"seed": 0, "code": {"python": "3.9"}})
    ''
    """
    parts = [{name: part for name, part in run.items() if name != "code"} for run in (there, here)]
    codes = [run.get("code", {}) for run in (there, here)]
    same = codes[0].get("python") == codes[1].get("python")
    return differences(*parts) or (differences(*({"code": code} for code in codes)) if same else "")


class _Uses:
    """Environments, functions of this package, and plain settings that a function uses.

    Settings are numbers and texts of the function itself, and of functions that lead to a call of this package, at any
    depth; not of other functions, which e.g. print. Things that change during the run are no settings: the agent,
    variables that the function assigns, lists and arrays.
    """

    def __init__(self, agent: Any) -> None:
        self.agent, self.seen = agent, dict[int, bool]()
        self.worlds, self.functions = list[Any](), set[str]()
        self.code = {"python": "{}.{}".format(*sys.version_info)}  # outlines of functions, by name

    def of(self, train: Any) -> dict[str, Any]:
        """Everything found in a function, with the plain settings by their names there."""
        settings: dict[str, Any] = {}
        self.look(train, "", settings)
        found = {"functions": sorted(self.functions), "environments": self.worlds}
        return {**found, **{f"{name}_" if name in found else name: part for name, part in settings.items()}}

    def look(self, value: Any, name: str, settings: dict[str, Any]) -> bool:
        """Collects a value and its parts; True if it leads to a function of this package."""
        if _plain(value):
            settings[name] = described(value)
            return False
        if value is self.agent or id(value) in self.seen:
            return self.seen.get(id(value), False)
        self.seen[id(value)] = False
        if isinstance(value, gym.Env | gym.vector.VectorEnv | TabularMDP):
            self.worlds.append(_world(value))
        elif isinstance(value, FunctionType) and value.__module__.split(".")[0] == "agents":
            self.functions.add(name_of(value))
            self.seen[id(value)] = True
        else:
            inner: dict[str, Any] = {}
            led = [self.look(part, f"{name}.{key}".strip("."), inner) for key, part in _parts(value)]
            self.seen[id(value)] = any(led)
            if self.seen[id(value)] or not name or not isinstance(value, FunctionType):
                settings.update(inner)
                if isinstance(value, FunctionType):
                    self.code[name or "train"] = outline(value)
        return self.seen[id(value)]


def _parts(value: Any) -> Iterator[tuple[str, Any]]:
    """Parts of a function, an object or a dataclass, by name; callables alone have an empty name."""
    if isinstance(value, partial):
        yield "", value.func
        yield from ((f"[{k}]", part) for k, part in enumerate(value.args))
        yield from value.keywords.items()
    elif isinstance(value, MethodType):
        yield from (("", value.__self__), ("", value.__func__))
    elif isinstance(value, FunctionType):
        outside = variables(value)
        yield from {**defaults(value), **outside}.items()
        for module in outside.values():
            if getattr(module, "__name__", "") == "agents":
                yield from ((key, getattr(module, key)) for key in sorted(attributes(value) & set(module.__all__)))
        yield "literals", tuple(literals(value))
    else:
        if is_dataclass(value):
            yield from ((field.name, getattr(value, field.name, None)) for field in fields(value) if field.init)
        called = getattr_static(type(value), "__call__", None)
        if isinstance(called, FunctionType):
            yield "", called


def _plain(value: Any) -> bool:
    """True for numbers, texts and classes, and for tuples of them and dictionaries of them by name."""
    if isinstance(value, tuple):
        return bool(value) and all(map(_plain, value))
    if isinstance(value, dict):
        return bool(value) and all(isinstance(key, str) and _plain(part) for key, part in value.items())
    return value is None or isinstance(value, bool | int | float | str | np.generic | type)


def _world(env: Any) -> Any:
    """An environment by its wrappers, its arguments and its MDP; an MDP by its numbers."""
    if isinstance(env, TabularMDP):
        return described(env)
    spec = getattr(env, "spec", None)
    made = None if spec is None else {"limit": spec.max_episode_steps, **spec.kwargs}
    return {"env": str(env), "made": described(made), "mdp": described(known_mdp(env))}

"""Settings of agents: their ranges, their values at a time, and a form that JSON can hold."""

from __future__ import annotations

import inspect
import warnings
from collections.abc import Callable, Mapping
from dataclasses import fields, is_dataclass
from functools import partial
from typing import Any
from weakref import WeakKeyDictionary

import numpy as np

from rl_line.system.kinds import function
from rl_line.system.numbers import MOST, real, whole

#: Why no agent has an argument epsilon, but only `for_env`.
NO_EPSILON = {"epsilon": "it is a part of the policy; pass policy=EpsilonGreedy(0.1), or for_env(env, epsilon=0.1)"}
_MENTIONED: list[str] = []  # warnings already given in this process
_ENDS = (0.0, 1e12)  # times at which a schedule is tried
_FORMS: WeakKeyDictionary[Any, str] = WeakKeyDictionary()  # of the schedules seen so far


def make_whole(agent: Any, *names: str, least: int = 1, most: int | None = MOST) -> None:
    """Converts settings of an agent, e.g. 1e4, to int; raises ValueError unless they are whole and in range."""
    for name in names:
        setattr(agent, name, whole(least, most, **{name: getattr(agent, name)}))


def make_real(owner: Any, *names: str, **bounds: Any) -> None:
    """Converts settings that are no ints to float, also on frozen dataclasses; raises ValueError as `real` does.

    A setting of 16 or 32 bits would round every product with it to that precision.
    """
    for name in names:
        value = getattr(owner, name)
        number = real(**bounds, **{name: value})
        object.__setattr__(owner, name, value if type(value) is int else number)


def make_level(
    owner: Any, *names: str, times: tuple[float, float] = _ENDS, episodes: bool = False, **bounds: Any
) -> None:
    """Converts settings to float, as `make_real`; checks schedules at two times.

    Raises:
        TypeError: a schedule per episode, unless `episodes` allows one.
    """
    for name in names:
        level = getattr(owner, name)
        if not callable(level):
            make_real(owner, name, **bounds)
            continue
        if counts_episodes(level) and not episodes:
            raise TypeError(f"{name}={level!r} counts episodes, which only a policy can; pass {level.schedule!r}.")
        for time in times:
            real(**bounds, **{name: level_at(level, time)})


def generator(seed: int | None) -> np.random.Generator:
    """An agent's own generator, independent of an environment with the same seed.

    Gymnasium gives an environment `default_rng(seed)`. With the same generator, exploration would correlate with
    outcomes, and the learned values would be biased.

    >>> generator(0).random() == np.random.default_rng(0).random()
    False
    """
    return np.random.default_rng(None if seed is None else np.random.SeedSequence(seed, spawn_key=(1,)))


class DefaultGamma(UserWarning):
    """Warning that gamma was left at the line's default in another environment."""


def mention_gamma(env: Any, agent: Any, settings: Mapping[str, Any]) -> Any:
    """The agent; warns once per process if its gamma was left at the default in an environment that is not the line."""
    if "gamma" not in settings and not _is_line(env) and not _MENTIONED:
        _MENTIONED.append("gamma")
        text = f"gamma is left at {agent.gamma:g}, which is meant for the line; for {env} pass e.g. gamma=0.99."
        warnings.warn(text, DefaultGamma, stacklevel=3)
    return agent


def check_policy(policy: Any) -> None:
    """Raises TypeError unless the policy can be called with action values, time and counts."""
    function("pass e.g. policy=EpsilonGreedy(0.1)", count=3, policy=policy)


def settings_of(agent: Any) -> dict[str, Any]:
    """Constructor arguments of a dataclass, by field name, in a form for JSON."""
    return {field.name: _as_json(getattr(agent, field.name)) for field in fields(agent) if field.init}


def level_at(level: Any, time: Any, xp: Any = np) -> Any:
    """The number at times [...]: `level` itself, or its value as a function of the time, or of the time and `xp`.

    Raises:
        TypeError: a function of other arguments.
        ValueError: the function fails, e.g. in a compiled loop because it does not use `xp`.

    >>> level_at(0.1, 5), level_at(lambda time: 1 / (1 + time), 4)
    (0.1, 0.2)
    """
    if not callable(level):
        return level
    try:
        form = _FORMS.get(level) or _FORMS.setdefault(level, _form(level))
    except TypeError:  # not hashable, or without weak references
        form = _form(level)
    try:
        if form == "time":
            return level(time)
        return level(time, xp) if form == "both" else level(time, xp=xp)
    except Exception as error:  # of any kind: a user's function may raise anything
        reason = f"{type(error).__name__}: {error}".splitlines()[0]
        how = "a number for every time from 0" if xp is np and np.ndim(time) == 0 else "a function of arrays"
        raise ValueError(
            f"{_name(level)} fails at time {time!r:.60} ({reason}), expected {how}; "
            "pass e.g. lambda t, xp: xp.maximum(0.1, 1 - t / 1000)."
        ) from error


def counts_episodes(level: Any) -> bool:
    """True if the time of a schedule is the number of finished episodes."""
    return bool(getattr(level, "per_episode", False))


def ended(transition: Any) -> int:
    """Number of episodes that end with a transition, or with a batch of them."""
    return int(np.sum(np.logical_or(transition.terminated, transition.truncated)))


def _as_json(setting: Any) -> Any:
    if is_dataclass(setting):
        return {"name": type(setting).__name__} | {f.name: _as_json(getattr(setting, f.name)) for f in fields(setting)}
    if isinstance(setting, np.generic):
        return setting.item()
    if isinstance(setting, partial):
        return {**setting.keywords, "name": _as_json(setting.func), "arguments": list(setting.args)}
    return getattr(setting, "__name__", type(setting).__name__) if callable(setting) else setting


def _is_line(env: Any) -> bool:
    """True if an environment, or the first one of a vector, is made by rl_line."""
    inner = getattr(env, "unwrapped", env)
    one = (getattr(inner, "envs", None) or [inner])[0]
    entry = getattr(getattr(env, "spec", None), "entry_point", "")
    return f"{type(getattr(one, 'unwrapped', one)).__module__} {entry}".count("rl_line") > 0


def _form(schedule: Callable[..., Any]) -> str:
    """Form of a call of a schedule: with "time" alone, with "both" arguments, or with `xp` as a "keyword"."""
    try:
        parameters = list(inspect.signature(schedule).parameters.values())
    except ValueError:  # built in, without a signature
        return "time"
    placed = [p for p in parameters if p.kind in (p.POSITIONAL_ONLY, p.POSITIONAL_OR_KEYWORD)]
    keywords = [p.name for p in parameters if p.kind is p.KEYWORD_ONLY and p.default is p.empty]
    needed = sum(p.default is p.empty for p in placed)
    rest = any(p.kind is p.VAR_POSITIONAL for p in parameters)
    if needed > 2 or set(keywords) - {"xp"} or not (placed or rest):
        raise TypeError(
            f"{_name(schedule)}{inspect.signature(schedule)} is no schedule, expected a function of the time, or of "
            "the time and the array module; pass e.g. lambda t, xp: xp.maximum(0.1, 1 - t / 1000)."
        )
    if any(p.name == "xp" and p.kind is p.KEYWORD_ONLY for p in parameters):
        return "keyword"
    # A second argument with a default is no array module, unless its name is xp.
    return "both" if needed == 2 or any(p.name == "xp" for p in placed[1:2]) else "time"


def _name(schedule: Any) -> str:
    return getattr(schedule, "__name__", None) or f"{schedule!r:.200}"

"""Settings of agents: their ranges, with one clear error for what is outside, and a form that JSON can hold."""

from __future__ import annotations

from dataclasses import fields, is_dataclass
from functools import partial
from typing import Any

import numpy as np


def check_fraction(expected: str = "a number", **setting: Any) -> None:
    """Raises ValueError unless the number, or every number of the array, is from 0 to 1."""
    for name, value in setting.items():
        if not np.all((np.asarray(value) >= 0) & (np.asarray(value) <= 1)):
            raise ValueError(f"{name}={value!r}, expected {expected} from 0 to 1; pass e.g. {name}=0.8.")


def check_count(least: int = 1, **setting: Any) -> None:
    """Raises ValueError unless the number is at least `least`."""
    for name, value in setting.items():
        if not value >= least:
            raise ValueError(f"{name}={value!r}, expected at least {least}; pass e.g. {name}={least + 4}.")


def check_level(**setting: Any) -> None:
    """Raises ValueError unless the number, or every number of the array, is finite and at least 0."""
    for name, value in setting.items():
        if not np.all((np.asarray(value) >= 0) & np.isfinite(value)):
            raise ValueError(f"{name}={value!r}, expected a finite number of at least 0; pass e.g. {name}=0.1.")


def check_positive(**setting: Any) -> None:
    """Raises ValueError unless the number, or every number of the array, is above 0."""
    for name, value in setting.items():
        if not np.all(np.asarray(value) > 0):
            raise ValueError(f"{name}={value!r}, expected more than 0; pass e.g. {name}=1000.")


def check_policy(policy: Any) -> None:
    """Raises TypeError unless the policy can be called."""
    if not callable(policy):
        raise TypeError(f"policy={policy!r}, expected a policy; pass e.g. policy=EpsilonGreedy(0.1).")


def settings_of(agent: Any) -> dict[str, Any]:
    """Arguments that a dataclass was made with, by the names of its fields, as JSON can hold them."""
    return {field.name: _as_json(getattr(agent, field.name)) for field in fields(agent) if field.init}


def _as_json(setting: Any) -> Any:
    if is_dataclass(setting):
        return {"name": type(setting).__name__} | {f.name: _as_json(getattr(setting, f.name)) for f in fields(setting)}
    if isinstance(setting, np.generic):
        return setting.item()
    if isinstance(setting, partial):
        return {**setting.keywords, "name": _as_json(setting.func), "arguments": list(setting.args)}
    return getattr(setting, "__name__", type(setting).__name__) if callable(setting) else setting

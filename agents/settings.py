"""The settings of agents, as JSON can hold them."""

from __future__ import annotations

from dataclasses import fields, is_dataclass
from functools import partial
from typing import Any

import numpy as np


def settings_of(agent: Any) -> dict[str, Any]:
    """What a dataclass was made with, by the names of its fields."""
    return {field.name: _as_json(getattr(agent, field.name)) for field in fields(agent) if field.init}


def _as_json(setting: Any) -> Any:
    if is_dataclass(setting):
        return {"name": type(setting).__name__} | {f.name: _as_json(getattr(setting, f.name)) for f in fields(setting)}
    if isinstance(setting, np.generic):
        return setting.item()
    if isinstance(setting, partial):
        return {**setting.keywords, "name": _as_json(setting.func), "arguments": list(setting.args)}
    return getattr(setting, "__name__", type(setting).__name__) if callable(setting) else setting

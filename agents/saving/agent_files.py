"""Agents in files: their class and settings as JSON, their state as arrays; nothing in a file is executed."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from importlib import import_module
from pathlib import Path
from typing import Any, ClassVar, TypeVar

import numpy as np

from rl_line.system import state_files
from rl_line.system.identity import name_of
from rl_line.system.kinds import spelled
from rl_line.system.state_files import State

Self = TypeVar("Self", bound="InFiles")


class InFiles:
    """Base of agents that are saved to an .npz file and loaded from it: dataclasses with `state()` and `restore()`."""

    rebuilt: ClassVar[tuple[Any, ...]] = ()  # classes and functions allowed in settings

    def save(self, path: str | Path) -> None:
        """Writes the agent to an .npz file; an existing file becomes the previous one."""
        save(path, self)

    @classmethod
    def load(cls: type[Self], path: str | Path, **settings: Any) -> Self:
        """The agent of a file, with its settings and everything it learned.

        Args:
            path: a file written by `save`.
            settings: replace the settings of the file; needed for functions of your own, which no file holds.

        Raises:
            FileNotFoundError: there is no such file.
            ValueError: the file is broken or of another class, or a function has to be passed.
        """
        state = state_files.load(path, stacklevel=3)
        kind, encoded = _kind(path, state)
        if not issubclass(kind, cls):
            raise ValueError(f"{path} holds a {kind.__name__}, expected a {cls.__name__}; pass it to agents.load.")
        agent = kind._decoded(path, encoded, settings)
        agent.restore(state)
        return agent  # type: ignore[no-any-return]

    def _encoded(self) -> dict[str, Any]:
        """The settings in a form for JSON."""
        return {field.name: _as_json(getattr(self, field.name)) for field in fields(self) if field.init}  # type: ignore[arg-type]

    @classmethod
    def _decoded(cls, path: str | Path, encoded: Mapping[str, Any], settings: Mapping[str, Any]) -> Any:
        """An agent with these settings."""
        known = {name_of(part): part for part in cls.rebuilt}
        return cls(
            **{name: _from_json(path, name, part, known) for name, part in encoded.items() if name not in settings},
            **settings,
        )


@spelled
def save(path: str | Path, state: Any) -> None:
    """Writes an agent, or a state of arrays, numbers and texts by name, to an .npz file.

    An existing file becomes the previous one, `name.previous.npz`, which `load` reads if the last file is broken.

    Raises:
        ValueError: a part of the state is an object.
    """
    if isinstance(state, InFiles):
        described = {"class": type(state).__name__, "settings": state._encoded()}
        state = {**state.state(), "agent": json.dumps(described)}  # type: ignore[attr-defined]
    elif not isinstance(state, Mapping):
        raise TypeError(
            f"a {type(state).__name__} is no state, expected an agent of this package, or arrays by name; "
            "pass the path first, e.g. agents.save('agent.npz', agent)."
        )
    state_files.save(path, state)


def load(path: str | Path, **settings: Any) -> Any:
    """The agent of a file, rebuilt from its settings; for a file that holds only a state, the state.

    Args:
        path: a file written by `save`; if it is broken or missing, the previous file is read, with a warning.
        settings: settings of the agent that replace the settings of the file.

    Raises:
        FileNotFoundError: neither file exists.
        ValueError: both files are broken, or the class of the agent is not imported.
    """
    state = state_files.load(path, stacklevel=3)
    if "agent" not in state:
        return state
    return _kind(path, state)[0].load(path, **settings)


def _kind(path: str | Path, state: State) -> tuple[type[InFiles], dict[str, Any]]:
    """The class and the settings of an agent in a file."""
    try:
        described = json.loads(str(state["agent"]))
        name, encoded = str(described["class"]), dict(described["settings"])
    except (KeyError, TypeError, ValueError) as error:
        raise ValueError(
            f"{path} holds {', '.join(state) or 'nothing'}, expected an agent; pass a file of `agent.save(path)`."
        ) from error
    if name in getattr(import_module("agents"), "__all__", ()):  # loads a network only if it is asked for
        getattr(import_module("agents"), name)
    kinds = {kind.__name__: kind for kind in _below(InFiles)}
    if name not in kinds:
        raise ValueError(f"{path} holds a {name}, expected a class that is imported; import its module first.")
    return kinds[name], encoded


def _below(kind: type[InFiles]) -> list[type[InFiles]]:
    return [below for one in kind.__subclasses__() for below in (one, *_below(one))]


def _as_json(setting: Any) -> Any:
    if is_dataclass(setting) and not isinstance(setting, type):
        return {"name": name_of(type(setting))} | {f.name: _as_json(getattr(setting, f.name)) for f in fields(setting)}
    if isinstance(setting, np.generic):
        return setting.item()
    if setting is None or isinstance(setting, bool | int | float | str):
        return setting
    return {"name": name_of(setting if hasattr(setting, "__qualname__") else type(setting))}


def _from_json(path: str | Path, name: str, setting: Any, known: Mapping[str, Any]) -> Any:
    if not isinstance(setting, dict):
        return setting
    kind, parts = str(setting.get("name")), {key: part for key, part in setting.items() if key != "name"}
    if kind not in known:
        raise ValueError(f"{path} was saved with {name}={kind}, which no file holds; pass it as {name}=...")
    made = {key: _from_json(path, name, part, known) for key, part in parts.items()}
    return known[kind](**made) if isinstance(known[kind], type) else known[kind]

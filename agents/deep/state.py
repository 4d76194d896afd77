"""State of an agent with a network and a replay memory: as arrays, in files and in copies."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import fields
from pathlib import Path
from typing import Any

import keras
import numpy as np
import tensorflow as tf
from numpy.typing import NDArray

from agents.deep.replay import ReplayMemory
from agents.saving.agent_files import InFiles
from agents.settings import settings_of
from rl_line.system.state_files import generator_state, parts_like
from rl_line.system.tf.programs import attributes, form_of

_BUILT = (
    "flat_optimizer",
    "target",
    "_values",
    "_move",
    "_train",
    "_itself",
    "memory",
)  # built from the network and its optimizer
_NUMBERS = {"time": 0, "episodes": 0, "updates": 0, "target_moved": 0, "largest_priority": 0.0, "last_loss": 0.0}
_CHECKED = ("bounds", "num_actions")  # of observations and actions
#: Not in the key of graphs; the form of the networks is a separate part.
_NOT_IN_GRAPHS = {*_BUILT, *_NUMBERS, *_CHECKED, "model", "optimizer", "seed", "memory_size", "_rng"}


class NetworkState(InFiles):
    """The state of an agent with a network, to save, copy and restore."""

    model: keras.Model
    optimizer: Any
    flat_optimizer: Any
    target: list[Any]
    memory: ReplayMemory | None
    bounds: Any
    _values: Any
    _itself: object
    _rng: np.random.Generator

    def __repr__(self) -> str:
        own = (part for part in fields(self) if part.init and part.name not in ("model", "optimizer"))  # type: ignore[arg-type]
        changed = (
            f"{part.name}={getattr(self, part.name)!r}" for part in own if getattr(self, part.name) != part.default
        )
        model = f"{type(self.model).__name__} of {self.model.count_params():,} weights"
        told = ", ".join([model, type(self.optimizer).__name__, *changed])
        return f"<{type(self).__name__}: {told}; {self.time:,} transitions learned>"  # type: ignore[attr-defined]

    def _build(self, axes: int) -> None:
        raise NotImplementedError(f"{type(self).__name__} makes no variables and graphs for its network.")

    def settings(self) -> dict[str, Any]:
        """Constructor arguments of the agent, in a form for JSON; the optimizer as its Keras settings."""
        model = f"{type(self.model).__name__} of {self.model.count_params()} weights"
        optimizer = {**self.optimizer.get_config(), "name": type(self.optimizer).__name__}
        return settings_of(self) | {"model": model, "optimizer": optimizer}

    def state(self) -> dict[str, Any]:
        """Copies of everything that learning changes: arrays and JSON texts."""
        rows = {} if self.memory is None else {f"memory_{name}": x for name, x in self.memory.state().items()}
        numbers = {name: getattr(self, name) for name in _NUMBERS}
        return {**_arrays(self._variables()), **rows, **numbers, "rng": json.dumps(self._rng.bit_generator.state)}

    def restore(self, state: dict[str, Any]) -> None:
        """Restores a `state()` of an agent with a network and an optimizer of the same shapes.

        Raises:
            ValueError: a part is missing, or has another shape or type; the agent is then unchanged.
        """
        variables = self._variables()
        parts = parts_like(state, {**_arrays(variables), **_NUMBERS})
        rows = {name.removeprefix("memory_"): array for name, array in state.items() if name.startswith("memory_")}
        memory = ReplayMemory.restored(rows) if rows else None
        self._rng.bit_generator.state = generator_state(self._rng, state)
        self.memory = memory
        for name, variable in variables.items():
            variable.assign(parts[name])
        for name in _NUMBERS:
            setattr(self, name, parts[name].item())
        self._values.copied(None, 0)

    def _variables(self) -> dict[str, Any]:
        parts = {"weight": self.model.weights, "target": self.target, "optimizer": self.optimizer.variables}
        return {f"{name}_{k}": variable for name, part in parts.items() for k, variable in enumerate(part)}

    def tensors(self) -> list[Any]:
        """TensorFlow variables of everything that the agent's graphs read and write."""
        vector = getattr(self.flat_optimizer, "vector", None)
        parts = [*self.model.variables, *self.optimizer.variables, *([] if vector is None else [vector])]
        return [*(variable.value for variable in parts), *self.target]

    def form(self, *purpose: Any) -> Any:
        """Key of all other inputs of the agent's graphs, for `graph_for`; agents with equal settings share it."""
        networks = form_of(self.model, self.optimizer) or self._itself
        return purpose, networks, attributes([self], _NOT_IN_GRAPHS)

    def __getstate__(self) -> dict[str, Any]:
        # Graphs and variables belong to one network: a copy builds its own.
        _serialized(self.model)
        kept = {name: part for name, part in self.__dict__.items() if name not in _BUILT}
        optimizer = (type(self.optimizer), self.optimizer.get_config())
        return {**kept, "optimizer": optimizer, "built": (self._values.axes, self.state())}

    def __setstate__(self, kept: dict[str, Any]) -> None:
        (kind, config), (axes, state) = kept.pop("optimizer"), kept.pop("built")
        self.__dict__.update(kept)
        self.optimizer = kind.from_config(config)
        self._build(axes)
        self.restore(state)

    def _encoded(self) -> dict[str, Any]:
        optimizer = keras.saving.serialize_keras_object(self.optimizer)
        own = {"model": _serialized(self.model), "optimizer": optimizer, "axes": self._values.axes}
        return super()._encoded() | own | {"bounds": self.bounds}

    @classmethod
    def _decoded(cls, path: str | Path, encoded: Mapping[str, Any], settings: Mapping[str, Any]) -> Any:
        made = {}
        for name in ("model", "optimizer"):
            if name in settings:
                continue
            try:  # in safe mode, which refuses code
                made[name] = keras.saving.deserialize_keras_object(encoded[name])
            except Exception as error:  # of many kinds
                raise ValueError(
                    f"{path} has a {name} that cannot be made again ({str(error).splitlines()[0]}); pass {name}=..."
                ) from error
        rest = {name: part for name, part in encoded.items() if name not in ("model", "optimizer", "axes", "bounds")}
        agent = super()._decoded(path, rest, {**made, **settings})
        agent._values.axes, agent.bounds = encoded["axes"], encoded.get("bounds", agent.bounds)
        return agent


def _arrays(variables: dict[str, Any]) -> dict[str, NDArray[Any]]:
    """Copies of variables of Keras and TensorFlow."""
    return {name: np.array(tf.convert_to_tensor(variable)) for name, variable in variables.items()}


def _serialized(model: keras.Model) -> dict[str, Any]:
    """The configuration of a network, from which Keras can rebuild it."""
    try:
        return keras.saving.serialize_keras_object(model)  # type: ignore[no-any-return]
    except Exception as error:  # of any kind: a layer's `get_config` may raise anything
        raise TypeError(
            f"the network {type(model).__name__} of this DQN cannot be copied or saved whole, as it has no "
            "configuration for Keras; give its class a `get_config`, or make a second agent in the same way and "
            "`restore` this one's `state()`."
        ) from error

"""State of a network with its replay memory, as arrays that can be saved."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import keras
import numpy as np
import tensorflow as tf

from agents.deep.replay import ReplayMemory


def state_of(variables: Mapping[str, Any], memory: ReplayMemory | None) -> dict[str, Any]:
    """Copies of the variables by name, and of the memory's arrays by `memory_` and their name."""
    arrays = {name: np.array(tf.convert_to_tensor(variable)) for name, variable in variables.items()}
    rows = {} if memory is None else {f"memory_{name}": array for name, array in memory.state().items()}
    return {**arrays, **rows}


def restored(state: Mapping[str, Any], variables: Mapping[str, Any]) -> ReplayMemory | None:
    """The memory of a `state_of`, after its variables were assigned.

    Raises:
        ValueError: a variable is missing or has another shape; nothing is assigned then.
    """
    for name, variable in variables.items():
        shape = np.asarray(state.get(name)).shape
        if name not in state or shape != tuple(variable.shape):
            raise ValueError(f"the state has {name} of shape {shape}, expected {tuple(variable.shape)}.")
    rows = {name.removeprefix("memory_"): array for name, array in state.items() if name.startswith("memory_")}
    memory = ReplayMemory.restored(rows) if rows else None
    for name, variable in variables.items():
        variable.assign(state[name])
    return memory


def check_copied(model: keras.Model) -> None:
    """Raises TypeError unless Keras can make the network anew from its configuration, as every copy is made."""
    try:
        keras.saving.serialize_keras_object(model)
    except Exception as error:  # of whatever a layer's `get_config` raises
        raise TypeError(
            f"the network {type(model).__name__} of this DQN cannot be copied, as Keras cannot write down how it was "
            "made; give its class a `get_config`, or make a second agent in the same way and `restore` this one's "
            "`state()`."
        ) from error

"""Parts of Keras by their names: losses, optimizers, initial weights."""

from __future__ import annotations

from types import ModuleType
from typing import Any


def of_keras(module: ModuleType, **given: Any) -> Any:
    """The one argument given, as an object of a Keras module or by its name there.

    Args:
        module: a module with a function `get`, e.g. `keras.losses`.
        given: the object or its name, by the name of the argument.

    Raises:
        ValueError: the module has no such object.
    """
    ((name, value),) = given.items()
    try:
        found = module.get(value)
        if not callable(found) and not hasattr(found, "get_config"):
            raise TypeError(f"it is a {type(found).__name__}")
    except Exception as error:  # Keras raises many kinds
        kind = module.__name__.rpartition(".")[2]
        reason = str(error).partition(".")[0]
        raise ValueError(f"{name}={value!r:.200}, expected one of keras.{kind} or its name ({reason}).") from error
    return found

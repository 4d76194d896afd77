"""Descriptions of values that are equal in every process, to identify the run of a file."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import fields, is_dataclass
from functools import partial
from types import CodeType, FunctionType
from typing import Any

import numpy as np
from numpy.typing import NDArray

_KINDS = ("class_name", "module", "registered_name")  # names of an object's class in Keras
_MOST_TOLD = 3  # differences in one message


def described(value: Any, inside: tuple[int, ...] = ()) -> Any:
    """A value in a form for JSON: arrays and code as digests, objects as their class and parts.

    Args:
        value: any setting.
        inside: ids of the enclosing objects, which are not described again.

    >>> described({"gamma": 0.5, "kind": int})
    {'gamma': 0.5, 'kind': 'builtins.int'}
    """
    if value is None or isinstance(value, bool | int | float | str):
        return value
    if isinstance(value, np.generic):
        return value.item()
    if isinstance(value, np.ndarray):
        return f"{value.dtype} {list(value.shape)} {digest(value)}"
    if id(value) in inside:
        return "itself"
    inside = (*inside, id(value))
    if isinstance(value, Mapping):
        return {str(key): described(part, inside) for key, part in value.items()}
    if isinstance(value, list | tuple):
        return [described(part, inside) for part in value]
    if isinstance(value, type):
        return name_of(value)
    return {**_parts(value, inside), "name": name_of(value if isinstance(value, FunctionType) else type(value))}


def starts(model: Any) -> list[Any]:
    """Initializers of a Keras model's weights, in the order of its layers; empty without a configuration.

    `described` leaves them out, so that networks with different random weights are equal.
    """

    def found(part: Any) -> Iterator[Any]:
        if isinstance(part, Mapping):
            for key, each in part.items():
                yield from [described(each)] if key.endswith("initializer") else found(each)
        elif isinstance(part, list | tuple):
            for each in part:
                yield from found(each)

    try:
        return list(found(model.get_config()))
    except Exception:  # a model in Python code has no configuration
        return []


def digest(array: NDArray[Any]) -> str:
    """Digest of the numbers of an array."""
    return hashlib.sha256(np.ascontiguousarray(array).tobytes()).hexdigest()[:16]


def name_of(value: Any) -> str:
    """Module and name of a class or function."""
    return f"{value.__module__}.{value.__qualname__}"


def differences(there: Any, here: Any) -> str:
    """Differences of two descriptions, as 'name: ... in the file, ... here'; empty if they are equal.

    >>> differences({"agent": {"gamma": 0.8}}, {"agent": {"gamma": 0.5}})
    'agent.gamma: 0.8 in the file, 0.5 here'
    """
    told = list(_differences(json.loads(json.dumps(there)), json.loads(json.dumps(here)), ""))
    more = f"; and {len(told) - _MOST_TOLD} more" if len(told) > _MOST_TOLD else ""
    return "; ".join(told[:_MOST_TOLD]) + more


def _differences(there: Any, here: Any, name: str) -> Iterator[str]:
    if isinstance(there, dict) and isinstance(here, dict):
        for key in dict.fromkeys([*there, *here]):
            yield from _differences(there.get(key), here.get(key), f"{name}.{key}" if name else key)
    elif isinstance(there, list) and isinstance(here, list) and len(there) == len(here):
        for k, parts in enumerate(zip(there, here, strict=True)):
            yield from _differences(*parts, f"{name}[{k}]")
    elif there != here:
        yield f"{name}: {_short(there)} in the file, {_short(here)} here"


def _short(part: Any) -> str:
    text = f"{len(part)} parts" if isinstance(part, list | dict) else json.dumps(part)
    return text if len(text) <= 80 else f"{text[:77]}..."


def _parts(value: Any, inside: tuple[int, ...]) -> dict[str, Any]:
    """Parts of an object or function."""
    if isinstance(value, partial):
        return {"of": described(value.func, inside), "with": described([value.args, value.keywords], inside)}
    if isinstance(value, FunctionType):
        made = [value.__defaults__, value.__kwdefaults__, [cell.cell_contents for cell in value.__closure__ or ()]]
        return {"code": _code(value.__code__), "with": described(made, inside)}
    if is_dataclass(value):
        return {field.name: described(getattr(value, field.name), inside) for field in fields(value) if field.init}
    if callable(getattr(value, "get_config", None)) and hasattr(value, "variables"):  # a layer or an optimizer
        return _keras_parts(value)
    return {key: described(part, inside) for key, part in getattr(value, "__dict__", {}).items()}


def _keras_parts(value: Any) -> dict[str, Any]:
    """The configuration of a Keras object with variables, without names and initializers, as these may differ."""
    weights = [[str(w.dtype), *w.shape] for w in getattr(value, "weights", ())]
    try:
        config = value.get_config()
    except Exception:  # a model in Python code has no configuration, or of any code in it
        return {"weights": weights}
    names: dict[str, str] = {}

    def renamed(part: Any) -> Any:
        if isinstance(part, Mapping):
            own = part["config"].get("name") if isinstance(part.get("config"), Mapping) else None
            if isinstance(own, str) and not str(part.get("class_name")).endswith("Policy"):  # of numbers, "float32"
                names.setdefault(own, f"part {len(names)}")
            return {
                key: each if key in _KINDS else renamed(each)
                for key, each in part.items()
                if not key.endswith("initializer") and key != "shared_object_id"
            }
        if isinstance(part, list | tuple):
            return [renamed(each) for each in part]
        return names.get(part, part) if isinstance(part, str) else part

    return {"config": described(renamed({**config, "name": None})), "weights": weights}


def _code(code: CodeType) -> str:
    """Digest of a function's instructions, names and constants, without its file and lines."""
    constants = [
        _code(part) if isinstance(part, CodeType) else repr(sorted(map(repr, part)) if _unordered(part) else part)
        for part in code.co_consts
    ]
    whole = repr((code.co_code, code.co_names, code.co_varnames, constants))
    return hashlib.sha256(whole.encode()).hexdigest()[:16]


def _unordered(part: Any) -> bool:
    return isinstance(part, frozenset)

"""TensorFlow programs, each traced and compiled once for all equal objects.

TensorFlow never frees compiled programs. So a program is cached by everything it depends on, and called with the
variables of each object: captured variables of a graph are inputs like any other.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from typing import Any

from rl_line.system.identity import described

_MOST_KEPT = 64
_PROGRAMS: dict[Hashable, Any] = {}  # cache by key, the last used program at the end
_OURS = {"keras", "rl_line", "agents", "sequence_tasks"}  # packages whose classes are fully described by their settings


def kept(key: Hashable, make: Callable[[], Any]) -> Any:
    """The cached program of a key, or a new one."""
    _PROGRAMS[key] = program = _PROGRAMS.pop(key, None) or make()
    while len(_PROGRAMS) > _MOST_KEPT:
        del _PROGRAMS[next(iter(_PROGRAMS))]
    return program


def graph_for(key: Hashable, variables: Sequence[Any], trace: Callable[[], Any]) -> tuple[Any, list[Any]]:
    """The graph of a key, and its captured tensors for given variables.

    Args:
        key: everything the graph depends on, except its arguments and variables; None if unknown.
        variables: TensorFlow variables, in the same order for the same key.
        trace: gives a `ConcreteFunction` that captures some of these variables.
    """
    handles = [variable.handle for variable in variables]
    places = {id(handle): place for place, handle in enumerate(handles)}

    def make() -> tuple[Any, list[Any]]:
        graph = trace()
        return graph, [places.get(id(tensor), tensor) for tensor in graph.captured_inputs]

    graph, captured = make() if key is None else kept(key, make)
    if not all(isinstance(place, int) for place in captured):  # it captures other tensors, so it cannot be shared
        _PROGRAMS.pop(key, None)
    return graph, [handles[place] if isinstance(place, int) else place for place in captured]


def form_of(*parts: Any) -> str | None:
    """Key of Keras models, optimizers and losses: everything that graphs depend on except the variables' numbers.

    None if some code is not of Keras or of these packages, as settings do not describe such code.
    """
    objects = [part for part in parts if not isinstance(part, str)]
    if not all(_is_plain(layer) for part in objects for layer in layers_of(part)):
        return None
    told = described(list(parts))
    whole = all("config" in said for part, said in zip(parts, told, strict=True) if hasattr(part, "variables"))
    return json.dumps(told, sort_keys=True) if whole and all(map(_is_ours, _objects(told))) else None


def layers_of(model: Any) -> Iterator[Any]:
    """A Keras model or layer, and all layers in it, also in inner models and wrappers."""
    waiting, seen = [model], set[int]()
    while waiting:
        layer = waiting.pop()
        if id(layer) in seen:
            continue
        seen.add(id(layer))
        yield layer
        for name in ("layers", "_layers"):  # of models, and of other layers
            inner = getattr(layer, name, ())
            waiting += inner if isinstance(inner, (list, tuple)) else ()


def attributes(objects: Sequence[Any], leave_out: set[str]) -> tuple[Any, ...]:
    """The attributes of objects of one class, except some, and the attributes of the class, as a key.

    Methods of a class are included, as they may be changed.
    """
    own = [{name: value for name, value in vars(each).items() if name not in leave_out} for each in objects]
    shared = [{**vars(kind)} for kind in type(objects[0]).__mro__]
    for part in shared:
        part.pop("__slotnames__", None)  # added by the first copy of an object
    return tuple(tuple((name, _comparable(part[name])) for name in sorted(part)) for part in (*own, *shared))


class _Same:
    """Wrapper of an object without a hash: equal only to the same object."""

    def __init__(self, value: Any) -> None:
        self.value = value

    def __hash__(self) -> int:
        return id(self.value)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Same) and other.value is self.value


def _comparable(value: Any) -> Any:
    try:
        hash(value)
    except TypeError:
        return _Same(value)
    return value


def _objects(told: Any) -> Iterator[Mapping[str, Any]]:
    """The objects in a description, in the form of Keras."""
    if isinstance(told, Mapping) and "class_name" in told:
        yield told
    for part in told.values() if isinstance(told, Mapping) else told if isinstance(told, list) else ():
        yield from _objects(part)


def _is_ours(written: Mapping[str, Any]) -> bool:
    name, module = str(written["class_name"]), written.get("module") or written.get("registered_name")
    if module is None:  # a tensor, a tuple
        return name.startswith("__") and name != "__lambda__"
    return name != "function" and _root(module.split(">")[0]) in _OURS


def _root(module: str) -> str:
    return module.split(".")[0]


def _is_plain(part: Any) -> bool:
    """True if an object's class, and all functions among its attributes, are of known packages."""
    own = [getattr(value, "__module__", None) for value in vars(part).values() if callable(value)]
    return all(_root(str(module)) in _OURS for module in (type(part).__module__, *own))

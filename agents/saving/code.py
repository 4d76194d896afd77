"""Contents of a function's code: names and literals, equal in all versions of Python, and their order in this one."""

from __future__ import annotations

import dis
import hashlib
from collections.abc import Iterator
from types import CodeType, FunctionType
from typing import Any

_LITERAL = {"LOAD_CONST", "LOAD_SMALL_INT", "RETURN_CONST", "KW_NAMES"}
_GLOBAL = {"LOAD_GLOBAL", "LOAD_NAME"}
_ATTRIBUTE = {"LOAD_ATTR", "LOAD_METHOD"}
_OPERATIONS = ("BINARY_", "INPLACE_", "UNARY_", "COMPARE_", "CONTAINS_", "IS_OP", "POP_JUMP", "JUMP_IF")
_ASSIGNED = {"STORE_DEREF", "STORE_GLOBAL"}


def literals(function: FunctionType) -> list[Any]:
    """Numbers and texts written in a function and its inner functions, each once, with names of keyword arguments.

    >>> literals(lambda x: x.run(steps=10) + (0.5 if x else -1))
    [-1, 0.5, 10, 'steps']
    """
    found = set[tuple[str, Any]]()
    for code in _nested(function.__code__):
        loaded = [(step.opname, _constant(code, step)) for step in dis.get_instructions(code)]
        following = [name for name, _ in loaded[1:]] + [""]
        for (name, value), after in zip(loaded, following, strict=True):
            # Python 3.10 also loads the name of an inner function.
            if name in _LITERAL and not (after == "MAKE_FUNCTION" and isinstance(value, str)):
                found |= {(type(part).__name__, part) for part in _flat(value)}
    return [part for _, part in sorted(found, key=lambda pair: (isinstance(pair[1], str), pair[1], pair[0]))]


def outline(function: FunctionType) -> str:
    """Digest of literals in their order, and of operations and conditions between them, for one version of Python.

    It leaves out names of variables, the form of calls, docstrings, lines and files.

    >>> outline(lambda x: x + 1 - 2) == outline(lambda y: y + 1 - 2)
    True
    >>> outline(lambda x: x + 1 - 2) == outline(lambda x: x + 2 - 1)
    False
    """
    return hashlib.sha256(repr(_in_order(function.__code__)).encode()).hexdigest()[:16]


def variables(function: FunctionType) -> dict[str, Any]:
    """Global and closed-over variables of a function by name, except variables that it assigns."""
    code, closed = function.__code__, dict[str, Any]()
    for name, cell in zip(code.co_freevars, function.__closure__ or (), strict=True):
        try:
            closed[name] = cell.cell_contents
        except ValueError:  # nothing was assigned yet
            continue
    known = {
        name: function.__globals__[name] for name in sorted(_named(function, _GLOBAL) & function.__globals__.keys())
    }
    return {name: value for name, value in {**known, **closed}.items() if name not in _named(function, _ASSIGNED)}


def attributes(function: FunctionType) -> set[str]:
    """Names of all attributes that a function reads."""
    return _named(function, _ATTRIBUTE)


def defaults(function: FunctionType) -> dict[str, Any]:
    """Default values of a function's arguments, by name."""
    code, given = function.__code__, function.__defaults__ or ()
    names = code.co_varnames[code.co_argcount - len(given) : code.co_argcount]
    return {**dict(zip(names, given, strict=True)), **(function.__kwdefaults__ or {})}


def _named(function: FunctionType, instructions: set[str]) -> set[str]:
    """Names in instructions of a kind."""
    codes = _nested(function.__code__)
    return {step.argval for code in codes for step in dis.get_instructions(code) if step.opname in instructions}


def _in_order(code: CodeType) -> list[Any]:
    """Literals, operations and conditions of a code object, with its inner functions in their place."""
    steps = list(dis.get_instructions(code))
    found: list[Any] = []
    for step, after in zip(steps, [*(step.opname for step in steps[1:]), ""], strict=True):
        value = _constant(code, step)
        if isinstance(value, CodeType):
            found.append(_in_order(value))
        elif step.opname in _LITERAL and not (after == "MAKE_FUNCTION" and isinstance(value, str)):
            parts = [(type(part).__name__, part) for part in _flat(value)]
            found += sorted(parts, key=repr) if isinstance(value, frozenset) else parts
        elif step.opname.startswith(_OPERATIONS):
            found.append((step.opname, step.argrepr if step.opcode not in (*dis.hasjrel, *dis.hasjabs) else ""))
    return found


def _constant(code: CodeType, step: dis.Instruction) -> Any:
    """The constant that an instruction loads; Python 3.11 gives no value for names of keyword arguments."""
    return code.co_consts[step.arg or 0] if step.opname == "KW_NAMES" else step.argval


def _nested(code: CodeType) -> Iterator[CodeType]:
    """A code object, and the code objects of its inner functions."""
    yield code
    for part in code.co_consts:
        if isinstance(part, CodeType):
            yield from _nested(part)


def _flat(value: Any) -> Iterator[bool | int | float | str]:
    """Numbers and texts in a constant, also in tuples and sets."""
    if isinstance(value, bool | int | float | str):
        yield value
    elif isinstance(value, tuple | frozenset):
        for part in value:
            yield from _flat(part)

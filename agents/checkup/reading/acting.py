"""Greedy actions of any library's agent in every state; imports no library."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from contextlib import nullcontext
from typing import Any

import numpy as np
from numpy.typing import NDArray

from agents.checkup.reading.forms import COLUMN, ONE_ROW, ROW, STATE
from agents.checkup.reading.parts import part
from agents.checkup.reading.tables import Shape, as_array, is_table


def actions(agent: Any, q: NDArray[np.float64] | None, shape: Shape) -> tuple[NDArray[np.int64] | None, str]:
    """Actions in every state, from the values where the agent raises an error; and its errors."""
    name, keywords = acting(agent)
    done: dict[int, int] = {}
    failed: list[str] = []
    for form in (STATE, ROW, COLUMN, ONE_ROW) if name else ():
        answers, said = {}, ""
        for state, given in enumerate(form.make(np.arange(shape[0]), shape[0])):
            try:
                answer = _done(agent, name, keywords, state if form is STATE else given)
                answers[state] = _action(answer, shape[1])
            except Exception as error:  # other people's code, which may not know states without visits
                said = said or f"{name}({form.name}) in state {state + 1}: {short(error)}"
        failed = [said] if len(answers) > len(done) else [*failed, said]
        done = max(done, answers, key=len)
        if not said:
            break
    if q is None and not done:
        return None, "; ".join(failed)
    chosen = np.zeros(shape[0], np.int64) if q is None else best(q)
    chosen[list(done)] = list(done.values())
    return chosen, "; ".join(filter(None, failed))


def acting(agent: Any) -> tuple[str, dict[str, Any]]:
    """The method that gives the action for one observation, with keywords to switch off exploration; "" if none."""
    gives_values = hasattr(agent, "trainable_variables") or is_table(agent)  # `predict` of Keras and MushroomRL
    for name, keywords in ("act", {"explore": False}), ("predict", {"deterministic": True}):
        method = part(agent, name)
        for told in (keywords, {}) if callable(method) and not (name == "predict" and gives_values) else ():
            if _takes(method, told):
                return name, told
    return "", {}


def unfit(agent: Any) -> list[str]:
    """Methods named `act` or `predict` that do not take one observation."""
    methods = {name: part(agent, name) for name in ("act", "predict") if callable(part(agent, name))}
    return [
        f"{name}{inspect.signature(method)}: takes more than one observation"
        for name, method in methods.items()
        if not _takes(method, {})
    ]


def _takes(method: Callable[..., Any], keywords: dict[str, Any]) -> bool:
    try:
        inspect.signature(method).bind(0, **keywords)
    except TypeError:
        return False
    except ValueError:  # it has no known signature
        return not keywords
    return True


def _done(agent: Any, name: str, keywords: dict[str, Any], observation: Any) -> Any:
    mode: Any = agent.eval_mode() if callable(part(agent, "eval_mode")) else None  # PFRL
    with mode if hasattr(mode, "__enter__") else nullcontext():
        try:
            return getattr(agent, name)(observation, **keywords)
        except TypeError:
            return getattr(agent, name)(observation)


def _action(given: Any, num_actions: int) -> int:
    """The action, out of a tuple, array or tensor."""
    array = as_array(given[0] if isinstance(given, tuple) else given)
    if array.size != 1 or array.item() not in range(num_actions):
        raise TypeError(f"the agent acts with {given!r}, expected one action from 0 to {num_actions - 1}.")
    return int(array.item())


def best(q: NDArray[Any]) -> NDArray[np.int64]:
    """The best actions [S] of values, which may be nan in states without visits."""
    return np.where(np.isnan(q), -np.inf, q).argmax(axis=1)


def short(error: Exception) -> str:
    """The type of an error and the first line of its message."""
    return f"{type(error).__name__}: {str(error).strip().partition(chr(10))[0][:120]}"

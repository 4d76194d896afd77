"""Reads any library's agent: its action values and its greedy actions in every state; imports no library."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator
from contextlib import nullcontext
from functools import partial
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from agents.checkup.training.tables import as_array, is_table, says_preferences, says_values
from agents.checkup.training.targets import part, target_network
from agents.checkup.training.ways import COLUMN, ONE_ROW, ROW, STATE, WAYS, Form, Way

Values = Callable[[NDArray[np.int64]], NDArray[np.float64]]  # states [B] -> action values [B, A]


class Learned(NamedTuple):
    """Learned values and greedy actions; an actor, whose exact return `agents.evaluate` gives."""

    q: NDArray[np.float64] | None  # [S, A], if the agent shows values
    greedy: NDArray[np.int64]  # [S], actions without exploration
    values: Values | None  # its action values for any batch of states
    num_actions: int = 2
    sure: bool = True  # whether they surely are action values, not a policy's preferences
    failed: str = ""  # error of asking for actions; `greedy` is then of the highest values
    way: str = ""  # the call that gave the values

    @property
    def question(self) -> str:
        """Question to the agent's author if its numbers may be values or a policy's preferences; else empty."""
        if self.sure or self.q is None:
            return ""
        return (
            f"{self.way} gives numbers for each action; are they action values, a policy's preferences (logits), or a "
            "dueling network's advantages? "
            "Return an object that shows values as q_values(observations), or its actions alone as act(observation)."
        )

    def act(self, observation: Any, *, explore: bool = False) -> Any:
        """The greedy action; there is no exploration."""
        return self.greedy[observation]

    def action_probabilities(self, observation: Any, *, explore: bool = False) -> NDArray[np.float64]:
        """The greedy action as probabilities [..., A], for exact returns."""
        return np.eye(self.num_actions)[self.greedy[observation]]


def read(agent: Any, *, num_states: int, num_actions: int) -> Learned:
    """Learned values and greedy actions of an agent for `Discrete` observations.

    Values come from the first of `agents.checkup.training.ways.WAYS` that fits. Actions come from `act(state)` or
    `predict(state)`, else from the values. Numbers surely are action values in a table, with a name of their own
    or of the agent that says so, or beside a target network. From a policy only the actions are read.

    Raises:
        TypeError: the agent shows neither; the message lists the attempts.
    """
    seen = shown(agent, num_states=num_states, num_actions=num_actions)
    if seen.table is not None and seen.table.ndim == 1:
        return Learned(None, seen.table.astype(np.int64), None, num_actions, way=seen.way)
    q = None if seen.table is None else seen.table.astype(np.float64)
    greedy, failed = _actions(agent, q, (num_states, num_actions))
    if greedy is None:
        raise TypeError(_unreadable(agent, (num_states, num_actions), [*seen.tried, failed, *_unfit(agent)]))
    return Learned(q, greedy, seen.values, num_actions, seen.sure, failed, seen.way)


class Shown(NamedTuple):
    """Numbers that an agent shows, and the way in which they were read."""

    values: Values | None
    table: NDArray[Any] | None  # values [S, A], or actions [S] from one number or a distribution per state
    sure: bool  # whether they surely are action values
    tried: list[str]  # all ways that did not fit, each with its error
    way: str = ""  # the way that fitted


def shown(agent: Any, *, num_states: int, num_actions: int) -> Shown:
    """Numbers that an agent shows in every state, in the first way that fits.

    Equal values in all states may be what a look-up answers to unknown inputs, so other inputs are tried.
    """
    states, shape, acts = np.arange(num_states), (num_states, num_actions), acting(agent)[0] != ""
    said: dict[str, list[str]] = {way.name: [] for way in WAYS}
    alike: tuple[str, Shown] | None = None
    for way, name, found, form in _candidates(agent, said):
        if alike and alike[0] != f"{way.name} {name}":
            break
        asked = f"{name}({form.name})"
        try:
            table = way.table(found, form, states, shape)
        except Exception as error:  # other people's code: whatever it raises, the next form is tried
            said[way.name].append(f"{asked}: {_short(error)}")
            continue
        gave, called = f"gave shape {table.shape}", says_values(name)
        if table.shape == shape and table.dtype.kind in "iuf":
            if called or not (_of_a_policy(table) or says_preferences(name)):
                sure = (called or _has_values(agent, way)) and not way.beside_a_value(found, form, states, shape)
                read_so = Shown(partial(_values, way, found, form, shape), table, sure, _summary(said), asked)
                if (table != table[0]).any():
                    return read_so
                alike = alike or (f"{way.name} {name}", read_so)
                continue
            table, gave = _best(table), "gave what a policy prefers"
        if table.shape == (num_states,) and table.dtype.kind in "iu" and not acts and not alike:
            return Shown(None, table, False, _summary(said), asked)
        said[way.name].append(f"{asked}: {gave}")
    return alike[1] if alike else Shown(None, None, False, _summary(said))


def _has_values(agent: Any, way: Way) -> bool:
    """True for what surely has action values, by the way it is read, its class, or a target network."""
    return way.sure or says_values(type(agent).__name__) or target_network(agent) is not None  # e.g. a DQNAgent


def _candidates(agent: Any, said: dict[str, list[str]]) -> Iterator[tuple[Way, str, Any, Form]]:
    """Every part of an agent that may show values, with every input form."""
    for way in WAYS:
        try:
            for name, found in way.find(agent):
                for form in way.forms:
                    yield way, name, found, form
        except Exception as error:  # other people's code
            said[way.name].append(_short(error))


def _short(error: Exception) -> str:
    """The type of an error and the first line of its message."""
    return f"{type(error).__name__}: {str(error).strip().partition(chr(10))[0][:120]}"


def _summary(said: dict[str, list[str]]) -> list[str]:
    return [f"{name}: {'; '.join(words) or 'not found'}" for name, words in said.items()]


def _values(way: Way, found: Any, form: Form, shape: tuple[int, int], states: NDArray[Any]) -> NDArray[np.float64]:
    return way.table(found, form, np.asarray(states), shape).astype(np.float64)


def _of_a_policy(table: NDArray[Any]) -> bool:
    """True where all rows are probabilities or their logarithms, as in a policy; rows of values hardly ever are."""
    rows = table[np.isfinite(table).all(axis=1)]
    odds = rows if (rows >= 0).all() else np.exp(np.minimum(rows, 1.0))
    return len(rows) > 0 and bool(np.allclose(odds.sum(axis=1), 1.0, atol=1e-4))


def _best(q: NDArray[Any]) -> NDArray[np.int64]:
    """The best actions [S] of values, which may be nan in states without visits."""
    return np.where(np.isnan(q), -np.inf, q).argmax(axis=1)


def _actions(agent: Any, q: NDArray[np.float64] | None, shape: tuple[int, int]) -> tuple[NDArray[np.int64] | None, str]:
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
                said = said or f"{name}({form.name}) in state {state + 1}: {_short(error)}"
        failed = [said] if len(answers) > len(done) else [*failed, said]
        done = max(done, answers, key=len)
        if not said:
            break
    if q is None and not done:
        return None, "; ".join(failed)
    actions = np.zeros(shape[0], np.int64) if q is None else _best(q)
    actions[list(done)] = list(done.values())
    return actions, "; ".join(filter(None, failed))


def acting(agent: Any) -> tuple[str, dict[str, Any]]:
    """The method that gives the action for one observation, with keywords to switch off exploration; "" if none."""
    gives_values = hasattr(agent, "trainable_variables") or is_table(agent)  # `predict` of Keras and MushroomRL
    for name, keywords in ("act", {"explore": False}), ("predict", {"deterministic": True}):
        method = part(agent, name)
        for told in (keywords, {}) if callable(method) and not (name == "predict" and gives_values) else ():
            if _takes(method, told):
                return name, told
    return "", {}


def _unfit(agent: Any) -> list[str]:
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


def _unreadable(agent: Any, shape: tuple[int, int], tried: list[str]) -> str:
    if agent is None:
        return "train returned None, expected the trained agent; does it `return` it?"
    has = ", ".join(name for name in dir(agent) if not name.startswith("_"))
    return "\n  ".join(
        [
            f"{type(agent).__name__} shows neither actions nor values; expected act(observation), "
            "predict(observation), a table q, q_values(observations), or a network or call that gives "
            f"{list(shape)}. Tried, in this order:",
            *filter(None, tried),
            f"It has: {has[:300]}.",
        ]
    )

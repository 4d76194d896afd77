"""Reads any library's agent: its action values and its greedy actions in every state; imports no library."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from agents.checkup.reading.acting import acting, actions, best, short, unfit
from agents.checkup.reading.forms import Form
from agents.checkup.reading.tables import Shape, is_table, says_actor, says_preferences, says_values
from agents.checkup.reading.targets import target_network
from agents.checkup.reading.unreadable import unreadable
from agents.checkup.reading.ways import WAYS, Way

MOST_MEMBERS = 8  # largest number of members of a tuple that are looked at

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
    guessed: bool = False  # whether that call may want its states in another form
    whole: bool = False  # whether they are of a type of whole numbers

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

    Values come from the first of `agents.checkup.reading.ways.WAYS` that fits. Actions come from `act(state)` or
    `predict(state)`, else from the values. Numbers surely are action values in a table, with a name of their own
    or of the agent that says so, or beside a target network. From a policy only the actions are read.

    Raises:
        TypeError: the agent shows neither, and the message lists the attempts; or it is a tuple of several agents.
    """
    shape = num_states, num_actions
    agent = member(agent, shape)
    seen = shown(agent, num_states=num_states, num_actions=num_actions)
    if seen.table is not None and seen.table.ndim == 1:
        return Learned(None, seen.table.astype(np.int64), None, num_actions, way=seen.way)
    q = None if seen.table is None else seen.table.astype(np.float64)
    whole = seen.table is not None and seen.table.dtype.kind in "iu"
    greedy, failed = actions(agent, q, shape)
    if greedy is None:
        raise TypeError(unreadable(agent, shape, [*seen.tried, failed, *unfit(agent)]))
    return Learned(q, greedy, seen.values, num_actions, seen.sure, failed, seen.way, seen.guessed, whole)


def member(agent: Any, shape: Shape) -> Any:
    """The agent; of a tuple that is none, the one member that can be read, or a list of two tables.

    Raises:
        TypeError: no member can be read, or several.
    """
    if (
        not isinstance(agent, (tuple, list))
        or shown(agent, num_states=shape[0], num_actions=shape[1]).table is not None
    ):
        return agent
    seen = [(one, shown(one, num_states=shape[0], num_actions=shape[1]).table) for one in agent[:MOST_MEMBERS]]
    valued = [one for one, table in seen if table is not None and table.ndim == 2 and not _counts(table)]
    acts = [one for one, table in seen if table is not None or acting(one)[0]]
    if len(valued) == 2 and all(map(is_table, valued)):
        return valued
    for found in valued, acts:
        if len(found) == 1:
            return found[0]
    kinds = ", ".join(type(one).__name__ for one in agent[:MOST_MEMBERS])
    raise TypeError(
        f"train returned a {type(agent).__name__} of {len(agent)} ({kinds}), of which "
        f"{len(valued) or len(acts) or 'none'} can be read, expected one; return its first, if that is the agent."
    )


def _counts(table: NDArray[Any]) -> bool:
    """True for counts, as of visits: whole numbers, none below zero."""
    return bool((table >= 0).all() and (table == np.floor(table)).all() and table.any())


class Shown(NamedTuple):
    """Numbers that an agent shows, and the way in which they were read."""

    values: Values | None
    table: NDArray[Any] | None  # values [S, A], or actions [S] from one number or a distribution per state
    sure: bool  # whether they surely are action values
    tried: list[str]  # the ways that did not fit, each with its errors
    way: str = ""  # the way that fitted
    guessed: bool = False  # whether it is a call with one of several forms of input


def shown(agent: Any, *, num_states: int, num_actions: int) -> Shown:
    """Numbers that an agent shows in every state, in the first way that fits.

    Equal values in all states may be what a look-up answers to unknown inputs, so other inputs are tried.
    """
    shape, acts = (num_states, num_actions), acting(agent)[0] != ""
    said: dict[str, list[str]] = {way.name: [] for way in WAYS}
    alike: tuple[str, Shown] | None = None
    for way, name, found, form in _candidates(agent, said):
        if alike and alike[0] != f"{way.name} {name}":
            break
        asked = f"{name}({form.name})"
        try:
            table = _table(way, name, found, form, shape)
        except Exception as error:  # other people's code: whatever it raises, the next form is tried
            said[way.name].append(f"{asked}: {short(error)}")
            continue
        gave = f"gave shape {table.shape}"
        if table.shape == shape and table.dtype.kind in "iuf":
            if not _prefers(agent, way, name, table):
                sure = _sure(agent, way, name) and not way.beside_a_value(found, form, np.arange(num_states), shape)
                values, guessed = partial(_values, way, found, form, shape), len(way.forms) > 1
                read_so = Shown(values, table, sure, _summary(said), asked, guessed)
                if (table != table[0]).any():
                    return read_so
                alike = alike or (f"{way.name} {name}", read_so)
                continue
            table, gave = best(table), "gave what a policy prefers"
        if _are_actions(table, shape) and not acts and not alike:
            return Shown(None, table, False, _summary(said), asked)
        said[way.name].append(f"{asked}: {gave}")
    return alike[1] if alike else Shown(None, None, False, _summary(said))


def _table(way: Way, name: str, found: Any, form: Form, shape: Shape) -> NDArray[Any]:
    """Output for all states; of a function for one state, that makes probabilities of all it gets, one at a time."""
    states = np.arange(shape[0])
    table = way.table(found, form, states, shape)
    if way.sure or form.each or says_values(name) or table.shape != shape:
        return table
    try:
        alone = way.table(found, form.alone, states, shape)
    except Exception:  # other people's code, which wants a batch
        return table
    return alone if alone.shape == shape and _of_a_policy(alone) and not np.allclose(alone, table) else table


def _prefers(agent: Any, way: Way, name: str, table: NDArray[Any]) -> bool:
    """True for the preferences of a policy, by their numbers, their name, or the class that holds them."""
    if says_actor(type(agent).__name__) and not way.promised and target_network(agent) is None:
        return True
    return not says_values(name) and (_of_a_policy(table) or says_preferences(name))


def _sure(agent: Any, way: Way, name: str) -> bool:
    """True for what surely has action values, by its way or name, its agent's class, or a target network."""
    of_values = way.sure or says_values(name) or says_values(type(agent).__name__)  # e.g. a DQNAgent
    return of_values or target_network(agent) is not None


def _are_actions(table: NDArray[Any], shape: Shape) -> bool:
    return table.shape == shape[:1] and table.dtype.kind in "iu" and bool(np.isin(table, range(shape[1])).all())


def _candidates(agent: Any, said: dict[str, list[str]]) -> Iterator[tuple[Way, str, Any, Form]]:
    """Every part of an agent that may show values, with every input form, once for each call."""
    asked: dict[tuple[int, Any, str], Any] = {}  # keeps the parts, so that no other has the identity of one
    for way in WAYS:
        try:
            for name, found in way.find(agent):
                for form in way.forms:
                    call = id(found), way.ask, form.name
                    if call not in asked:
                        asked[call] = found
                        yield way, name, found, form
        except Exception as error:  # other people's code
            said[way.name].append(short(error))


def _summary(said: dict[str, list[str]]) -> list[str]:
    return [f"{name}: {'; '.join(words)}" for name, words in said.items() if words]


def _values(way: Way, found: Any, form: Form, shape: Shape, states: NDArray[Any]) -> NDArray[np.float64]:
    return way.table(found, form, np.asarray(states), shape).astype(np.float64)


def _of_a_policy(table: NDArray[Any]) -> bool:
    """True where all rows are probabilities or their logarithms, as in a policy; rows of values hardly ever are."""
    rows = table[np.isfinite(table).all(axis=1)]
    odds = rows if (rows >= 0).all() else np.exp(np.minimum(rows, 1.0))
    return len(rows) > 0 and bool(np.allclose(odds.sum(axis=1), 1.0, atol=1e-4))

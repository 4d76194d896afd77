"""Arrays from any output of an agent: arrays, tensors, several outputs, and tables by label; imports no library."""

from __future__ import annotations

import re
from collections.abc import Callable, Hashable, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

Shape = tuple[int, int]  # (S, A)


def says_values(name: str) -> bool:
    """True where a name claims action values: one of its words begins with q, or it has a capital Q.

    >>> says_values("q_eval"), says_values("QNetwork"), says_values("policy_net"), says_values("Sequential")
    (True, True, False, False)
    """
    return re.search(r"Q|(^|_)q|dqn", name) is not None


def says_preferences(name: str) -> bool:
    """True where a name claims a policy; `policy_net` does not, as in PyTorch's tutorial it gives action values.

    >>> says_preferences("actor"), says_preferences("PolicyNetwork"), says_preferences("policy_net")
    (True, True, False)
    """
    return re.search(r"[aA]ctor|Policy|policy$|^pi$", name) is not None and not says_values(name)


def says_actor(name: str) -> bool:
    """True where the name of a class claims a policy of its own, which holds preferences under any name.

    >>> says_actor("Actor"), says_actor("PolicyNetwork"), says_actor("ActorCritic"), says_actor("GreedyPolicy")
    (True, True, False, False)
    """
    return re.search(r"Actor(?!.*Critic)|^Policy$|PolicyN|PolicyGradient", name) is not None


def as_array(output: Any) -> NDArray[Any]:
    """An array from an array, a tensor, PFRL's action values, or a distribution of PyTorch."""
    for name in ("q_values", "probs"):
        inner = getattr(output, name, None)
        output = output if inner is None or callable(inner) else inner
    array = np.asarray(output.detach().cpu().numpy() if hasattr(output, "detach") else output)
    return array.astype(np.float64) if array.dtype.kind == "O" else array


def of_shape(output: Any, expected: tuple[int, ...]) -> NDArray[Any]:
    """The array of an output; of several, the one with the expected shape, or a name that claims action values.

    >>> of_shape((np.array([[3.0]]), np.array([[1.0, 2.0]])), (1, 2))
    array([[1., 2.]])

    Raises:
        ValueError: several outputs have the expected shape, or none has it.
    """
    heads = heads_of(output, expected)
    if heads is None:
        return as_array(_row(output, expected[-1]) if isinstance(output, Mapping) else output)
    fitting = [name for name, head in heads.items() if head.shape == expected]
    called = [name for name in fitting if says_values(str(name))] or fitting
    if len(called) == 1:
        return heads[called[0]]
    first = next(iter(heads.values()), np.empty(0))
    if not fitting and first.shape == expected[:-1]:
        return first  # actions, and further outputs
    shapes = ", ".join(f"{name}: {head.shape}" for name, head in heads.items())
    which = "which are action values? Show them by a method q_values(observations)" if fitting else "none fits"
    raise ValueError(f"gave outputs of shapes {shapes}; {which}")


def heads_of(output: Any, expected: tuple[int, ...]) -> dict[Any, NDArray[Any]] | None:
    """The arrays of several outputs by name or place; None for a single one.

    Single are lists of the expected shape, and for one state dictionaries by action.
    """
    whole = _perhaps(output) if isinstance(output, list) else None
    if whole is not None and whole.shape in (expected, expected[:-1]):
        return None
    if isinstance(output, Mapping) and len(expected) == 1 and _by_action(output, expected[0]):
        return None
    if isinstance(output, Mapping) or hasattr(output, "_asdict"):
        named = dict(output if isinstance(output, Mapping) else output._asdict())
    elif isinstance(output, (list, tuple)):
        named = dict(enumerate(output))
    else:
        return None
    return {name: array for name, head in named.items() if (array := _perhaps(head)) is not None}


def _by_action(output: Mapping[Any, Any], num_actions: int) -> bool:
    """True for a number of each action."""
    numbers = all((array := _perhaps(number)) is not None and array.size == 1 for number in output.values())
    return numbers and {*map(str, output)} <= {*map(str, range(num_actions))}


def _perhaps(output: Any) -> NDArray[Any] | None:
    """The array of an output, or None if it has no numbers."""
    try:
        array = as_array(output)
    except Exception:  # other people's objects
        return None
    return array if array.dtype.kind in "iuf" else None


def entries(table: Any, states: NDArray[Any], shape: Shape) -> NDArray[Any]:
    """The rows [B, A] of a table; of several tables, e.g. of Double Q-learning, their mean."""
    if hasattr(table, "to_dict"):  # pandas, by its labels
        table = table.to_dict("index") if hasattr(table, "columns") else table.to_dict()
    if isinstance(table, Mapping):
        rows, expected = _by_label(table, states, shape), (len(states), shape[1])
        if rows.shape not in (expected, expected[:1]):
            raise _another(rows, expected)
        return rows
    if hasattr(table, "table"):  # MushroomRL
        return entries(table.table, states, shape)
    if hasattr(table, "__len__") and not _has(table, "__array__") and any(map(_is_labelled, table)):
        return np.mean([entries(one, states, shape) for one in table], axis=0)
    array = as_array(table)
    mean = array.mean(axis=0) if array.ndim == 3 else array
    if mean.ndim not in (1, 2) or len(mean) < shape[0] or mean.shape[1:] not in ((), shape[1:]):
        raise _another(array, shape)
    return mean[states]


def _another(given: NDArray[Any], expected: Shape) -> ValueError:
    return ValueError(f"has shape {given.shape}, expected {expected}; was it trained in the environment it was given?")


def is_table(given: Any) -> bool:
    """True for tables: an array or a tensor, lists of numbers, a mapping, an object with `to_dict` or `table`."""
    if isinstance(given, list):
        return any(map(_is_labelled, given)) or ((array := _perhaps(given)) is not None and array.ndim > 1)
    return (_has(given, "__array__") and not callable(given)) or _is_labelled(given)


def _is_labelled(given: Any) -> bool:
    return isinstance(given, Mapping) or _has(given, "to_dict", "table")


def _has(given: Any, *names: str) -> bool:
    return not isinstance(given, type) and any(hasattr(given, name) for name in names)


#: Labels of a state out of a number of states; the last is a one-hot row.
_LABELS: tuple[Callable[[int, int], Hashable], ...] = (
    lambda s, n: s,
    lambda s, n: str(s),
    lambda s, n: (s,),
    lambda s, n: f"[{s}]",
    lambda s, n: tuple(float(s == k) for k in range(n)),
)


def _by_label(table: Mapping[Any, Any], states: NDArray[Any], shape: Shape) -> NDArray[Any]:
    """Entries of a table by state, by (state, action), or by state and then action, with the labels that fit most."""
    num_states, num_actions = shape
    every, actions = range(num_states), range(num_actions)

    def paired(label: Hashable) -> bool:
        return any((label, action) in table for action in actions)

    def known(labels: list[Hashable]) -> int:
        return sum(label in table or paired(label) for label in labels)

    labels = max(([label(s, num_states) for s in every] for label in _LABELS), key=known)
    heads = {key[0] if isinstance(key, tuple) and len(key) == 2 else key for key in table}
    strangers = [key for key in heads if isinstance(key, (int, np.integer)) and key not in every]
    if strangers or not known(labels):
        raise KeyError(
            f"labels {(strangers or list(table))[:3]} are no states from 0 to {num_states - 1}, nor pairs of state and "
            "action"
        )
    pairs = any(map(paired, labels))
    rows = [
        {a: _get(table, (labels[s], a), 0.0) for a in actions} if pairs else _get(table, labels[s], {})
        for s in states.tolist()
    ]
    alone = [not isinstance(row, Mapping) and not _has(row, "to_dict") and as_array(row).ndim == 0 for row in rows]
    if any(alone):  # an action for each state
        return np.array([row if one else 0 for row, one in zip(rows, alone, strict=True)])
    return np.array([_row(row, num_actions) for row in rows], dtype=np.float64)


def _get(table: Mapping[Any, Any], label: Hashable, otherwise: Any) -> Any:
    """An entry, or the table's default for a missing one, without adding it."""
    if label in table:
        return table[label]
    default = getattr(table, "default_factory", None)
    return otherwise if default is None else default()


def _row(row: Any, num_actions: int) -> Any:
    row = row.to_dict() if hasattr(row, "to_dict") else row
    if not isinstance(row, Mapping):
        return as_array(row)
    names: list[Any] = [a if a in row else str(a) for a in range(num_actions)]
    strangers = [key for key in row if key not in names]
    if strangers:
        raise KeyError(f"labels {strangers[:3]} are no actions from 0 to {num_actions - 1}")
    return [_get(row, name, 0.0) for name in names]

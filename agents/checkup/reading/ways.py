"""Ways in which agents of any library show values: one table, tried in order; imports none of the libraries."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from agents.checkup.reading.forms import ALL, COLUMN, PAIR, ROW, ROWS, STATES, Form
from agents.checkup.reading.parts import (
    METHODS,
    ONLINE,
    POLICIES,
    TABLES,
    Found,
    held,
    is_called,
    is_data,
    is_network,
    itself,
    names_of,
    of_flax,
    of_rllib,
    of_skrl,
    only,
    only_network,
    part,
    two_tables,
    with_predict,
    with_tensors,
)
from agents.checkup.reading.tables import Shape, as_array, entries, heads_of, is_table, of_shape, says_values

#: Names that claim action values first; some tables are called, as an embedding is.
_NETWORKS = sorted(dict.fromkeys([*ONLINE, "qnet", *TABLES]), key=lambda name: not says_values(name))


class Way(NamedTuple):
    """One way to read values: the parts of an agent to search, the call, and the forms of its input."""

    name: str
    find: Callable[[Any], Found]
    ask: Callable[[Any, Any, Shape], Any]  # (the part, the batch, (S, A)) -> its output
    forms: tuple[Form, ...]
    sure: bool = False  # whether the output surely is action values
    promised: bool = False  # whether it is so whatever holds it

    def table(self, found: Any, form: Form, states: NDArray[np.int64], shape: Shape) -> NDArray[Any]:
        """Output for states [B]: values [B, A], actions [B], or an array of another shape."""
        batch, expected = form.make(states, shape[0]), (len(states), shape[1])
        if form.each:
            return np.array([of_shape(self.ask(found, one, shape), expected[1:]) for one in batch])
        table = of_shape(self.ask(found, batch, shape), expected)
        return table[None] if table.shape == expected[1:] and len(states) == 1 else table  # MushroomRL, for one state

    def beside_a_value(self, found: Any, form: Form, states: NDArray[np.int64], shape: Shape) -> bool:
        """True for an output without a name beside one number for each state, as in a dueling network or a policy's."""
        batch = form.make(states, shape[0])
        expected = shape[1:] if form.each else (len(states), shape[1])
        heads = heads_of(self.ask(found, batch[0] if form.each else batch, shape), expected) or {}
        numbers = 1 if form.each else len(states)
        return any(head.size == numbers for head in heads.values()) and not any(
            says_values(str(name)) for name in heads
        )


def _of_values(agent: Any) -> Found:
    """A table called values; those of pandas are only its numbers, without their labels."""
    return held(() if hasattr(agent, "to_dict") else ("values",), is_data)(agent)


def _only_table(agent: Any) -> Found:
    return only(agent, filter(says_values, names_of(agent)), is_table)


# --- calls ---


def _called(network: Any, batch: Any, _: Shape) -> Any:
    """Output of a network; several outputs of a Keras model as a dictionary by name."""
    with _evaluated(network):
        output, names = network(_tensor(network, batch)), part(network, "output_names")
    return dict(zip(names, output, strict=True)) if names and isinstance(output, list) else output


def _by_action(method: Any, state: Any, shape: Shape) -> list[Any]:
    """Values of one state, asked for one action at a time."""
    return [as_array(method(state, action)).item() for action in range(shape[1])]


def _predicted(model: Any, batch: Any, _: Shape) -> Any:
    return model.predict(batch)


def _applied(pair: Any, batch: Any, _: Shape) -> Any:
    return pair[0](pair[1], batch)


def _mean(tables: Any, states: Any, shape: Shape) -> Any:
    return np.mean([entries(table, states, shape) for table in tables], axis=0)


def _from_tensors(pair: Any, batch: Any, _: Shape) -> Any:
    """Values of a network with its library's tensors; for quantiles [B, N, A], their mean."""
    values = as_array(pair[0](pair[1](batch)[0]))
    return values.mean(axis=1) if values.ndim == 3 else values


def _of_module(pair: Any, batch: Any, _: Shape) -> Any:
    """The values, or else the actions, of an RLlib module for rows; for logits, the most probable actions."""
    module, name = pair
    output = getattr(module, name)({"obs": _tensor(module, batch)})
    for key in ("qf_preds", "actions"):
        if key in output:
            return output[key]
    return as_array(output["action_dist_inputs"]).argmax(axis=-1)


def _computed(found: Any, batch: Any, _: Shape) -> Any:
    """Output of a skrl model for states prepared by its agent's preprocessor."""
    model, role, prepare = found
    given = prepare(_tensor(model, batch))
    with _evaluated(model):
        return model.compute({"states": given, "observations": given}, role)


def _tensor(network: Any, batch: Any) -> Any:
    """The batch as a tensor of the network's library; unchanged if the network has no such parameters."""
    parameters = part(network, "parameters")
    parameter: Any = next(iter(parameters()), None) if callable(parameters) else None
    if not hasattr(parameter, "new_tensor"):
        return batch
    given = parameter.new_tensor(batch.tolist())
    return given if batch.dtype.kind == "f" else given.long()


@contextmanager
def _evaluated(network: Any) -> Iterator[None]:
    """Evaluation mode for a network, as it may drop out units in training mode."""
    was_training, switch = part(network, "training"), part(network, "eval")
    if not was_training or not callable(switch):
        yield
        return
    switch()
    try:
        yield
    finally:
        network.train(was_training)


WAYS: tuple[Way, ...] = (
    Way("a table q", held(TABLES, is_data), entries, (STATES,), True),
    Way("two tables (q1 and q2, ...)", two_tables, _mean, (STATES,), True),
    Way("a method q_values", held(METHODS, is_called), _called, ALL, True, promised=True),
    Way("a method of state and action", held((*METHODS, *TABLES), is_called), _by_action, (PAIR, ROW), True, True),
    Way("itself a table", itself(is_table), entries, (STATES,), True),
    Way("a table of values", _of_values, entries, (STATES,), True),
    Way("a network of Stable-Baselines3", with_tensors, _from_tensors, (STATES, ROWS), True),
    Way("a module of RLlib", of_rllib, _of_module, (ROWS, STATES)),
    Way("a model of skrl", of_skrl, _computed, (ROWS, STATES, COLUMN)),
    Way("a module of Flax and its parameters", of_flax, _applied, ALL),
    Way("itself a network", itself(is_network), _called, ALL),
    Way("a network", held(_NETWORKS, is_called), _called, ALL),
    Way("a policy", held(POLICIES, is_network), _called, ALL),
    Way("a table of a policy", held(("pi", "policy"), is_table), entries, (STATES,)),
    Way("predict(observations)", with_predict, _predicted, (COLUMN, ROWS, STATES)),
    Way("called", itself(is_called), _called, ALL),
    Way("the only table q...", _only_table, entries, (STATES,), True),
    Way("the only network", only_network, _called, ALL),
)

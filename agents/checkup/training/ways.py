"""Ways in which agents of any library show values: one table, tried in order; imports none of the libraries."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from agents.checkup.training.tables import Shape, as_array, entries, heads_of, is_table, of_shape, says_values
from agents.checkup.training.targets import PAIRS, holders, part

Found = Iterator[tuple[str, Any]]  # the name of a part that may show values, and the part


class Form(NamedTuple):
    """A form of input for states."""

    name: str
    make: Callable[[NDArray[np.int64], int], NDArray[Any]]  # (states [B], S) -> the batch
    each: bool = False  # whether states are given one at a time


class Way(NamedTuple):
    """One way to read values: the parts of an agent to search, the call, and the forms of its input."""

    name: str
    find: Callable[[Any], Found]
    ask: Callable[[Any, Any, Shape], Any]  # (the part, the batch, (S, A)) -> its output
    forms: tuple[Form, ...]
    sure: bool = False  # whether the output surely is action values

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


# --- forms ---


def _rows(states: NDArray[np.int64], num_states: int) -> NDArray[np.float32]:
    return np.eye(num_states, dtype=np.float32)[states]


ROWS = Form("one-hot rows", _rows)
STATES = Form("states", lambda states, _: states)
COLUMN = Form("a column of states", lambda states, _: states[:, None])
FLOATS = Form("a column of floats", lambda states, _: states[:, None].astype(np.float32))
ROW = Form("one row at a time", _rows, each=True)
ONE_ROW = Form("a batch of one row at a time", lambda states, size: _rows(states, size)[:, None], each=True)
STATE = Form("one state at a time", lambda states, _: states, each=True)
ALL = (ROWS, STATES, COLUMN, FLOATS, ROW, STATE)

# --- where values may be ---

_TABLES = ("q", "Q", "q_table", "Q_table", "qtable", "q_values", "Q_values")
_ONLINE = dict.fromkeys([*(online for online, _ in PAIRS), "qnet", "q_online", "q_local", "dqn"])
_NETWORKS = sorted(_ONLINE, key=lambda name: not says_values(name))  # names that claim action values first
_POLICIES = ("actor", "actor_net", "pi", "policy")


def _held(names: Iterable[str], fits: Callable[[Any], bool]) -> Callable[[Any], Found]:
    def find(agent: Any) -> Found:
        for name in names:
            for holder in holders(agent):
                if (found := part(holder, name)) is not None and fits(found):
                    yield name, found

    return find


def _itself(fits: Callable[[Any], bool]) -> Callable[[Any], Found]:
    def find(agent: Any) -> Found:
        if fits(agent):
            yield getattr(agent, "__name__", type(agent).__name__), agent

    return find


def _two_tables(agent: Any) -> Found:
    """Tables of Double Q-learning: attributes whose names differ in their last letter."""
    for name in list(getattr(agent, "__dict__", {})):
        other = name[:-1] + {"0": "1", "1": "2", "a": "b", "A": "B"}.get(name[-1], "")
        pair = part(agent, name), part(agent, other)
        if name[0] in "qQ" and len(other) == len(name) and pair[1] is not None and not any(map(callable, pair)):
            yield f"{name} and {other}", pair


def _with_tensors(agent: Any) -> Found:
    for holder in holders(agent):
        for name in ("q_net", "quantile_net"):
            network, to_tensor = part(holder, name), part(holder, "obs_to_tensor")
            if network is not None and to_tensor is not None:
                yield name, (network, to_tensor)


def _rllib(agent: Any) -> Found:
    module = agent.get_module() if callable(part(agent, "get_module")) else None
    for name in ("compute_q_values", "forward_inference"):
        if callable(part(module, name)):
            yield name, (module, name)


def _skrl(agent: Any) -> Found:
    prepare = part(agent, "_observation_preprocessor") or part(agent, "_state_preprocessor") or (lambda rows: rows)
    for name, model in [*_held(("q_network", "policy"), callable)(agent), *_itself(callable)(agent)]:
        if callable(part(model, "compute")):
            yield name, (model, name, prepare)


def _flax(agent: Any) -> Found:
    if isinstance(agent, tuple) and len(agent) == 2 and hasattr(agent[0], "apply"):
        yield type(agent[0]).__name__, (agent[0].apply, agent[1])
    if callable(part(agent, "apply_fn")):
        yield "apply_fn", (agent.apply_fn, agent.params)


def _with_predict(agent: Any) -> Found:
    policy = part(agent, "policy")
    given = [("policy.get_q", policy.get_q())] if callable(part(policy, "get_q")) else []
    named = _held((*_TABLES, *_NETWORKS), lambda found: True)(agent)
    for name, model in [*named, *given, *_itself(lambda _: True)(agent)]:
        if callable(part(model, "predict")):
            yield name, model


def _is_network(agent: Any) -> bool:
    """True for a network; a function named as a policy may explore, and is not called."""
    return callable(agent) and any(hasattr(agent, name) for name in ("parameters", "trainable_variables"))


# --- calls ---


def _called(network: Any, batch: Any, _: Shape) -> Any:
    """Output of a network; several outputs of a Keras model as a dictionary by name."""
    with _evaluated(network):
        output, names = network(_tensor(network, batch)), part(network, "output_names")
    return dict(zip(names, output, strict=True)) if names and isinstance(output, list) else output


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
    Way(f"a table ({', '.join(_TABLES)})", _held(_TABLES, lambda found: not callable(found)), entries, (STATES,), True),
    Way("two tables (q1 and q2, ...)", _two_tables, _mean, (STATES,), True),
    Way("a method q_values", _held(("q_values",), callable), _called, ALL),
    Way("itself a table", _itself(is_table), entries, (STATES,), True),
    Way("a network of Stable-Baselines3", _with_tensors, _from_tensors, (STATES, ROWS), True),
    Way("a module of RLlib", _rllib, _of_module, (ROWS, STATES)),
    Way("a model of skrl", _skrl, _computed, (ROWS, STATES, COLUMN)),
    Way("a module of Flax and its parameters", _flax, _applied, ALL),
    Way("itself a network", _itself(_is_network), _called, ALL),
    Way(f"a network ({', '.join(_NETWORKS)})", _held(_NETWORKS, callable), _called, ALL),
    Way(f"a policy ({', '.join(_POLICIES)})", _held(_POLICIES, _is_network), _called, ALL),
    Way("a table of a policy (pi, policy)", _held(_POLICIES[2:], is_table), entries, (STATES,)),
    Way("predict(observations)", _with_predict, _predicted, (COLUMN, ROWS, STATES)),
    Way("called", _itself(callable), _called, ALL),
)

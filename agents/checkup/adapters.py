"""Reads any library's agent: its action values, and what it does, in every state; imports none of them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import partial
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from agents.checkup.targets import target_network

Values = Callable[[NDArray[np.int64]], NDArray[np.float64]]  # states [B] -> action values [B, A]


class Learned(NamedTuple):
    """What an agent has learned; an actor, which `agents.evaluate` judges exactly."""

    q: NDArray[np.float64] | None  # [S, A], where it shows them
    greedy: NDArray[np.int64]  # [S], what it does when it does not explore
    values: Values | None  # its action values, of any batch of states
    num_actions: int = 2
    sure: bool = True  # it calls them action values; else they may be a policy's preferences
    failed: str = ""  # why it could not be asked for actions, which are then those of the highest values

    def act(self, observation: Any, *, explore: bool = False) -> Any:
        """What it does; it never explores."""
        return self.greedy[observation]

    def action_probabilities(self, observation: Any, *, explore: bool = False) -> NDArray[np.float64]:
        """The same as probabilities [..., A], with which exact returns are computed."""
        return np.eye(self.num_actions)[self.greedy[observation]]


def read(agent: Any, *, num_states: int, num_actions: int) -> Learned:
    """What an agent for `Discrete` observations has learned.

    Values come from a table `q`, a method `q_values(states)`, a Stable-Baselines3 or Tianshou policy, the module of an
    RLlib algorithm, a pair of a Flax module and its parameters, or a network that is called with states or their
    one-hot rows. What it does comes from `act(state)` or `predict(state)`, else from the values.

    Raises:
        TypeError: it shows neither; the message says what was tried.
    """
    values, table, sure, tried = shown(agent, num_states=num_states, num_actions=num_actions)
    if table is not None and table.ndim == 1:
        return Learned(None, table.astype(np.int64), None, num_actions)
    q, act = None if table is None else table.astype(np.float64), _acting(agent)
    shapes: dict[str, Any] = {"state": range(num_states), "one-hot": np.eye(num_states, dtype=np.float32)}
    for name, inputs in shapes.items() if act is not None else ():
        try:
            return Learned(q, np.array([_action(act(given)) for given in inputs]), values, num_actions, sure)  # type: ignore[misc]
        except Exception as error:  # other people's code: whatever it raises, the next way is tried
            tried.append(f"act or predict({name}): {type(error).__name__}: {error}")
    if q is None:
        raise TypeError(_unreadable(agent, num_states, num_actions, tried))
    return Learned(q, q.argmax(axis=1), values, num_actions, sure, "" if act is None else "; ".join(tried[-2:]))


def _unreadable(agent: Any, num_states: int, num_actions: int, tried: list[str]) -> str:
    if agent is None:
        return "train returned None, expected the trained agent; does it `return` it?"
    has = ", ".join(name for name in dir(agent) if not name.startswith("_"))
    return (
        f"{type(agent).__name__} shows neither actions nor values; expected act(observation), predict(observation), "
        f"a table q, q_values(observations), or a network or call that gives [{num_states}, {num_actions}]. "
        f"Tried: {'; '.join(tried) or 'nothing fits'}. It has: {has[:300]}."
    )


class Shown(NamedTuple):
    """What an agent shows, and how."""

    values: Values | None
    table: NDArray[Any] | None  # values [S, A], or of what gives one number or a distribution a state, actions [S]
    sure: bool  # values, by their name
    tried: list[str]  # ways that did not fit


def shown(agent: Any, *, num_states: int, num_actions: int) -> Shown:
    """What an agent shows in every state, in the surest way that fits."""
    states = np.arange(num_states)
    tried: list[str] = []
    for name, candidate in _candidates(agent, num_states, num_actions):
        try:
            output = candidate(states)
            table = _array(output)
        except Exception as error:  # other people's code: whatever it raises, the next way is tried
            tried.append(f"{name}: {type(error).__name__}: {error}")
            continue
        alone = _acting(agent) is None and not isinstance(output, tuple)  # two heads are a policy's and its critic's
        called, gave = name.split("(")[0] in _SURE, f"gave shape {table.shape}"
        if table.shape == (num_states, num_actions) and table.dtype.kind in "iuf":
            if called or not _distributions(table):
                sure = called or alone or target_network(agent) is not None
                return Shown(_as_values(candidate), table, sure, tried)
            table, gave = table.argmax(axis=1), "gave probabilities"
        if table.shape == (num_states,) and table.dtype.kind in "iu" and _acting(agent) is None:
            return Shown(None, table, False, tried)
        tried.append(f"{name}: {gave}")
    return Shown(None, None, False, tried)


def _distributions(table: NDArray[Any]) -> bool:
    """Whether all rows are probabilities, as a policy's and hardly those of values."""
    return bool((table >= 0).all() and np.allclose(table.sum(axis=1), 1.0, atol=1e-4))


_SURE = {"q", "Q", "q_table", "q_values", "q_net", "quantile_net", "q_network", "qnetwork_local", "compute_q_values"}


def _candidates(
    agent: Any, num_states: int, num_actions: int
) -> Iterator[tuple[str, Callable[[NDArray[np.int64]], Any]]]:
    """Ways in which the agent may show its values, the surest first."""
    one_hot = np.eye(num_states, dtype=np.float32)
    for name in ("q", "Q", "q_table", "q_values"):
        table = getattr(agent, name, None)
        if table is not None and not callable(table):
            yield name, partial(_entries, table, num_actions)
    if isinstance(agent, (np.ndarray, Mapping)):
        yield "q", partial(_entries, agent, num_actions)
    if callable(getattr(agent, "q_values", None)):
        yield "q_values(states)", agent.q_values
        yield "q_values(one-hot)", lambda states: agent.q_values(one_hot[states])
    policy = getattr(agent, "policy", None)
    for holder in (agent, policy):
        to_tensor = getattr(holder, "obs_to_tensor", None)
        if to_tensor is None:
            continue
        for name in ("q_net", "quantile_net"):
            net = getattr(holder, name, None)
            if net is not None:
                yield name, partial(_from_tensor, net, to_tensor)
    if callable(getattr(agent, "get_module", None)):
        module = agent.get_module()
        if callable(getattr(module, "compute_q_values", None)):
            yield "compute_q_values(one-hot)", lambda states: _of_module(module, "compute_q_values", one_hot[states])
        if callable(getattr(module, "forward_inference", None)):
            yield "forward_inference(one-hot)", lambda states: _of_module(module, "forward_inference", one_hot[states])
    if isinstance(agent, tuple) and len(agent) == 2 and hasattr(agent[0], "apply"):
        yield "apply(parameters, one-hot)", lambda states: agent[0].apply(agent[1], one_hot[states])
        yield "apply(parameters, states)", lambda states: agent[0].apply(agent[1], states)
    for name, network in _networks(agent, policy):
        yield f"{name}(one-hot)", partial(_called, network, rows=one_hot)
        yield f"{name}(states)", partial(_called, network)


def _entries(table: Any, num_actions: int, states: NDArray[np.int64]) -> Any:
    """The rows of a table; of a dictionary what it has by state, by (state, action), or by state and then action."""
    if not isinstance(table, Mapping):
        return _array(table)[states]
    if not any(state in table or (state, 0) in table for state in states.tolist()):
        raise KeyError(f"no key is a state from 0 or a pair of state and action: {list(table)[:3]}")
    rows = [table.get(state, {a: table.get((state, a), 0.0) for a in range(num_actions)}) for state in states.tolist()]
    return np.array(
        [[row.get(a, 0.0) for a in range(num_actions)] if isinstance(row, Mapping) else _array(row) for row in rows],
        dtype=np.float64,
    )


def _of_module(module: Any, name: str, rows: NDArray[np.float32]) -> Any:
    """The values, or else the actions, that RLlib's module gives for rows; of logits the actions they favour."""
    given = next(iter(module.parameters())).new_tensor(rows.tolist())
    output = getattr(module, name)({"obs": given})
    for key in ("qf_preds", "actions"):
        if key in output:
            return output[key]
    return _array(output["action_dist_inputs"]).argmax(axis=-1)


def _networks(agent: Any, policy: Any) -> Iterator[tuple[str, Any]]:
    """What may be a network: the agent itself, or what it holds under a usual name."""
    for holder in (agent, policy):
        for name in ("q_network", "q_net", "policy_net", "model", "network", "qnetwork_local"):
            network = getattr(holder, name, None)
            if callable(network):
                yield name, network
    if callable(agent):
        yield "call", agent


def _called(network: Any, states: NDArray[np.int64], *, rows: NDArray[np.float32] | None = None) -> Any:
    """The network's output for states, or for their rows, as a tensor where it takes one, and not in training mode."""
    batch: NDArray[Any] = states if rows is None else rows[states]
    if not callable(getattr(network, "parameters", None)):
        return network(batch)
    parameter = next(iter(network.parameters()))
    given = parameter.new_tensor(batch.tolist())  # a tensor, without the library's name
    was_training = getattr(network, "training", False)
    network.eval()
    try:
        return network(given if batch.dtype.kind == "f" else given.long())
    finally:
        network.train(was_training)


def _from_tensor(network: Any, to_tensor: Callable[[Any], Any], states: NDArray[np.int64]) -> NDArray[Any]:
    """Values by a network of a library's own, of quantiles [B, N, A] their mean."""
    values = _array(network(to_tensor(states)[0]))
    return values.mean(axis=1) if values.ndim == 3 else values


def _as_values(candidate: Callable[[NDArray[np.int64]], Any]) -> Values:
    return lambda states: _array(candidate(np.asarray(states))).astype(np.float64)


def _array(output: Any) -> NDArray[Any]:
    """An array of a tensor, an array or the first of several outputs."""
    if isinstance(output, tuple):
        output = output[0]
    return np.asarray(output.detach().cpu().numpy() if hasattr(output, "detach") else output)


def _acting(agent: Any) -> Callable[[int], Any] | None:
    """What it does in a state, without exploration where that can be said."""
    if callable(getattr(agent, "act", None)):
        return _without_exploration(agent.act, "explore", False)
    is_network = hasattr(agent, "trainable_variables")  # Keras predicts values, not actions
    if callable(getattr(agent, "predict", None)) and not is_network:
        return _without_exploration(agent.predict, "deterministic", True)
    return None


def _without_exploration(act: Callable[..., Any], keyword: str, value: bool) -> Callable[[int], Any]:
    def action(state: int) -> Any:
        try:
            return act(state, **{keyword: value})
        except TypeError:
            return act(state)

    return action


def _action(given: Any) -> int:
    """The action in whatever it was wrapped."""
    array = _array(given)
    if array.size != 1:
        raise TypeError(f"the agent acts with {given!r}, expected one action.")
    return int(array.reshape(()))

"""Parts of an agent that may show values, by the names and the forms used in libraries; imports none of them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

Found = Iterator[tuple[str, Any]]  # the name of a part that may show values, and the part

#: Names of networks that learn, in libraries and public code.
ONLINE: tuple[str, ...] = (
    *("q_net", "q_network", "quantile_net", "q_function", "q_model", "q_eval", "q_online", "q_local"),
    *("qnetwork_local", "dqn", "policy_dqn", "policy_net", "eval_net", "online_net", "online_network"),
    *("online_model", "online", "local_model", "main_network", "main_model", "approximator", "network", "model"),
    *("brain", "nn", "q"),
)

TABLES = ("q", "q_table", "q_values", "qs", "qsa", "q_matrix")
METHODS = ("q_values", "get_q_values", "q_value", "get_q_value", "get_q")
POLICIES = ("actor", "actor_net", "actor_critic", "pi", "policy")

#: Words in names of tables and networks beside the learned one.
_OTHERS = "count|visit|target|old|prev|next|last|trace|elig|mem|buf|replay|queue|quant|hist|updat|delta|err|loss|init"


def named(agent: Any, names: Iterable[str]) -> Iterator[tuple[str, Any]]:
    """The parts of an agent and of its holders with these names, in any spelling, in the order of the names."""
    spelled = [(holder, _spellings(holder)) for holder in holders(agent)]
    for name in names:
        for holder, spellings in spelled:
            for spelling in dict.fromkeys((name, *spellings.get(plain(name), ()))):
                if (held := part(holder, spelling)) is not None:
                    yield spelling, held


def plain(name: str) -> str:
    """A name without its case and underscores.

    >>> plain("_Q_table"), plain("qTable")
    ('qtable', 'qtable')
    """
    return name.replace("_", "").lower()


def _spellings(holder: Any) -> dict[str, list[str]]:
    """The names of all parts by their plain forms."""
    found: dict[str, list[str]] = {}
    for name in names_of(holder):
        found.setdefault(plain(name), []).append(name)
    return found


def names_of(holder: Any) -> list[str]:
    """The names of all attributes, or the entries of a dictionary that are names; without those of Python."""
    try:
        names = list(holder) if isinstance(holder, Mapping) else dir(holder)
    except Exception:  # other people's objects
        return []
    return [name for name in names if isinstance(name, str) and not name.startswith("__")]


def holders(agent: Any) -> list[Any]:
    """Objects that may hold networks and tables: the agent, its policy, its algorithm, its models by name."""
    return [agent, *(held for name in ("policy", "algorithm", "models") if (held := part(agent, name)) is not None)]


def part(holder: Any, name: str) -> Any:
    """The attribute of that name, or the entry of a dictionary; None if it is missing or raises an error."""
    try:
        return holder.get(name) if isinstance(holder, Mapping) else getattr(holder, name, None)
    except Exception:  # other people's properties
        return None


def weights(network: Any) -> list[Any]:
    """The weights of a network of any library, or of a list of them."""
    if isinstance(network, (list, tuple)):
        return list(network)
    listed = getattr(network, "parameters", None)
    return list(listed()) if callable(listed) else list(getattr(network, "weights", []))


# --- searches ---


def held(names: Iterable[str], fits: Callable[[Any], bool]) -> Callable[[Any], Found]:
    """A search for parts with these names, in any spelling, that fit."""
    return lambda agent: ((name, found) for name, found in named(agent, names) if fits(found))


def itself(fits: Callable[[Any], bool]) -> Callable[[Any], Found]:
    """A search that finds the agent itself, if it fits."""

    def find(agent: Any) -> Found:
        if fits(agent):
            yield getattr(agent, "__name__", type(agent).__name__), agent

    return find


def is_called(found: Any) -> bool:
    """True for functions, methods and networks; a class makes an object of what it is called with."""
    return callable(found) and not isinstance(found, type)


def is_data(found: Any) -> bool:
    """True for what is no function, method or network."""
    return not callable(found)


def is_network(found: Any) -> bool:
    """True for a network; a function named as a policy may explore, and is not called."""
    return is_called(found) and any(hasattr(found, name) for name in ("parameters", "trainable_variables"))


def two_tables(agent: Any) -> Found:
    """Tables of Double Q-learning: attributes whose names differ in their last letter."""
    for name in _own(agent):
        other = name[:-1] + {"0": "1", "1": "2", "a": "b", "A": "B"}.get(name[-1], "")
        pair = part(agent, name), part(agent, other)
        if name.lstrip("_")[:1] in ("q", "Q") and len(other) == len(name) and all(map(_is_held, pair)):
            yield f"{name} and {other}", pair


def _is_held(found: Any) -> bool:
    return found is not None and is_data(found)


def only_network(agent: Any) -> Found:
    """The only network of an agent that is none itself, and is not called a target."""
    names = [] if is_network(agent) else _own(agent)
    yield from only(agent, names, lambda found: is_network(found) and weights(found))


def _own(agent: Any) -> list[str]:
    """The names of an agent's own attributes, or of a dictionary's entries, without those of its class."""
    return names_of(agent if isinstance(agent, Mapping) else getattr(agent, "__dict__", {}))


def only(agent: Any, names: Iterable[str], fits: Callable[[Any], Any]) -> Found:
    """The one part that fits and is not called by another word, such as a target; maybe under several names.

    Raises:
        LookupError: there are several.
    """
    named_so = {name: part(agent, name) for name in names if not re.search(_OTHERS, name, re.IGNORECASE)}
    parts = {id(found): (name, found) for name, found in named_so.items() if found is not None and fits(found)}
    if len(parts) > 1:
        several = [name for name, _ in parts.values()]
        raise LookupError(f"{' and '.join(several)}; return the one that was learned, e.g. {several[0]}")
    yield from parts.values()


# --- libraries ---


def with_tensors(agent: Any) -> Found:
    """Networks of Stable-Baselines3, each with its function from arrays to tensors."""
    to_tensor = dict(named(agent, ("obs_to_tensor",))).get("obs_to_tensor")
    for name, network in named(agent, ("q_net", "quantile_net")):
        if to_tensor is not None:
            yield name, (network, to_tensor)


def of_rllib(agent: Any) -> Found:
    """Calls of an RLlib module."""
    module = agent.get_module() if callable(part(agent, "get_module")) else None
    for name in ("compute_q_values", "forward_inference"):
        if callable(part(module, name)):
            yield name, (module, name)


def of_skrl(agent: Any) -> Found:
    """Models of skrl, with their roles and their agent's preprocessor."""
    prepare = part(agent, "_observation_preprocessor") or part(agent, "_state_preprocessor") or (lambda rows: rows)
    for name, model in [*held(("q_network", "policy"), is_called)(agent), *itself(is_called)(agent)]:
        if callable(part(model, "compute")):
            yield name, (model, name, prepare)


def of_flax(agent: Any) -> Found:
    """Modules of Flax with their parameters."""
    if isinstance(agent, tuple) and len(agent) == 2 and hasattr(agent[0], "apply"):
        yield type(agent[0]).__name__, (agent[0].apply, agent[1])
    if callable(part(agent, "apply_fn")):
        yield "apply_fn", (agent.apply_fn, agent.params)


def with_predict(agent: Any) -> Found:
    """Regressors, as MushroomRL's."""
    policy = part(agent, "policy")
    given = [("policy.get_q", policy.get_q())] if callable(part(policy, "get_q")) else []
    parts = named(agent, dict.fromkeys((*TABLES, *ONLINE)))
    for name, model in [*parts, *given, *itself(lambda _: True)(agent)]:
        if callable(part(model, "predict")):
            yield name, model

"""The network and the target network of an agent, by the names used in libraries."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


def target_network(agent: Any) -> tuple[Any, Any] | None:
    """The network and the target network of an agent that shows both, by the names used in libraries.

    Two objects may hold them, as Tianshou's policy and its algorithm do.
    """
    for pair in PAIRS:
        found = [
            next((held for holder in holders(agent) if (held := part(holder, name)) is not None), None) for name in pair
        ]
        if found[0] is not None and found[1] is not None:
            return found[0], found[1]
    return None


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


PAIRS = (
    ("q_net", "q_net_target"),  # Stable-Baselines3
    ("quantile_net", "quantile_net_target"),  # its contrib
    ("model", "model_old"),  # Tianshou
    ("q_network", "target_network"),  # CleanRL
    ("qnetwork", "target_network"),
    ("q_network", "target_q_network"),  # skrl
    ("approximator", "target_approximator"),  # MushroomRL
    ("q_function", "target_q_function"),
    ("model", "target_model"),  # PFRL
    ("policy_net", "target_net"),  # PyTorch's tutorial
    ("eval_net", "target_net"),
    ("q_eval", "q_next"),
    ("q_eval", "q_target"),
    ("q_net", "target_q_net"),
    ("q_network", "q_target"),
    ("q", "q_target"),
    ("Q", "Q_target"),
    ("online_net", "target_net"),
    ("online_network", "target_network"),
    ("online_model", "target_model"),
    ("online", "target"),
    ("network", "target_network"),
    ("model", "target"),  # our own
    ("qnetwork_local", "qnetwork_target"),
)

"""The network and the target network that an agent shows, by the names that libraries give them."""

from __future__ import annotations

from typing import Any


def target_network(agent: Any) -> tuple[Any, Any] | None:
    """The network and the target network of an agent that shows both, by the names libraries give them."""
    for holder in (agent, getattr(agent, "policy", None), getattr(agent, "algorithm", None)):
        for online, target in _PAIRS:
            found = getattr(holder, online, None), getattr(holder, target, None)
            if found[0] is not None and found[1] is not None:
                return found
    return None


def weights(network: Any) -> list[Any]:
    """The weights of a network of any library, or of a list of them."""
    if isinstance(network, (list, tuple)):
        return list(network)
    listed = getattr(network, "parameters", None)
    return list(listed()) if callable(listed) else list(getattr(network, "weights", []))


_PAIRS = (
    ("q_net", "q_net_target"),  # Stable-Baselines3
    ("quantile_net", "quantile_net_target"),  # its contrib
    ("model", "model_old"),  # Tianshou
    ("q_network", "target_network"),  # CleanRL
    ("policy_net", "target_net"),  # PyTorch's tutorial
    ("model", "target_model"),
    ("model", "target"),  # our own
    ("qnetwork_local", "qnetwork_target"),
)

"""The network and the target network of an agent, by the names used in libraries."""

from __future__ import annotations

from itertools import chain
from typing import Any

import numpy as np

from agents.checkup.reading.parts import ONLINE, named, plain

_GENERAL = [f"target_{q}{kind}" for q in ("", "q_") for kind in ("net", "network", "model", "approximator", "function")]
_GENERAL += ["target_dqn", "q_target", "q_next", "qnetwork_target"]  # as beside policy_net, q_eval, qnetwork_local
_OWN = {"model": ("model_old", "target"), "online": ("target",)}

#: Names of their targets.
TARGETS = {name: (f"{name}_target", f"target_{name}", *_OWN.get(name, ()), *_GENERAL) for name in ONLINE}


def target_network(agent: Any) -> tuple[Any, Any] | None:
    """The network and the target network of an agent that shows both, by the names used in libraries.

    Two objects may hold them, as Tianshou's policy and its algorithm do.
    """
    held: dict[str, Any] = {}
    for spelling, found in named(agent, dict.fromkeys([*ONLINE, *chain.from_iterable(TARGETS.values())])):
        if _learns(found):
            held.setdefault(plain(spelling), found)
    for name, targets in TARGETS.items():
        target = next((held[plain(other)] for other in targets if plain(other) in held), None)
        if plain(name) in held and target is not None:
            return held[plain(name)], target
    return None


def _learns(held: Any) -> bool:
    """True for networks, tables and lists of weights; numbers and rows of numbers are targets of another kind."""
    return not isinstance(held, (bool, int, float, str, np.generic)) and getattr(held, "ndim", 2) >= 2

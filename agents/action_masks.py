"""Action masks as environments give them: in `info["action_mask"]`, with every reset and step."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from agents.observations import mapped


def tell(
    env: Any, actor: Any, observation: Any, info: Mapping[str, Any], lanes: NDArray[np.bool_] | None = None
) -> None:
    """Gives a masked actor the mask of an observation, or the masks of the lanes selected in `lanes` [N].

    Raises:
        ValueError: the environment gives no mask.
    """
    if "action_mask" not in info:
        raise ValueError(
            f"{env} gives no action_mask with info {sorted(info)}, expected one with every reset and step, as "
            f"{type(actor).__name__} is masked; make the agent without masked=True."
        )
    mask = info["action_mask"]
    if lanes is None or np.ndim(mask) == 0:
        actor.allow(observation, mask)
    elif lanes.any():
        mask = np.asarray(mask)  # `allow` refuses a mask of another length
        actor.allow(mapped(lambda part: part[lanes], observation), mask[lanes] if len(mask) == len(lanes) else mask)


def tell_lanes(
    env: Any, actor: Any, following: Any, final: Any, info: Mapping[str, Any], terminated: Any, reset: Any
) -> None:
    """Gives a masked actor the masks of all observations of a step from which it may act or bootstrap.

    Args:
        env: a vector environment.
        actor: any actor.
        following: observation of every lane after the step.
        final: S' of every lane.
        info: info of the step.
        terminated: [N], True where S' is terminal and needs no mask.
        reset: [N], True where the lane was reset at this step, so that S' has its own info; None without such resets.
    """
    if not getattr(actor, "masked", False):
        return
    tell(env, actor, following, info, ~terminated if reset is None else np.ones_like(terminated))
    if reset is not None and (cut := reset & ~terminated).any():
        tell(env, actor, final, info.get("final_info", {}), cut)

"""Checks of the results of `reset` and `step`, and of the autoreset mode, each with one clear error."""

from __future__ import annotations

from collections.abc import Mapping
from types import NoneType
from typing import Any

import numpy as np
from gymnasium.vector import AutoresetMode

from rl_line.system.kinds import takes
from rl_line.system.numbers import shown


def reset_result(env: Any, **options: Any) -> tuple[Any, Any]:
    """Observation and info of a reset.

    Args:
        env: the environment.
        options: arguments of its `reset`, e.g. `seed`.

    Raises:
        TypeError: its `reset` does not take these arguments.
        ValueError: `reset` does not return observation and info.
    """
    try:
        returned = env.reset(**options)
    except TypeError as error:
        if takes(getattr(env, "unwrapped", env).reset, **options):
            raise
        raise TypeError(
            f"reset of {env} does not take {', '.join(options)} ({error}), expected reset(*, seed=None, options=None) "
            "as in Gymnasium; give it these arguments."
        ) from error
    if not (isinstance(returned, tuple) and len(returned) == 2 and isinstance(returned[1], Mapping | NoneType)):
        raise ValueError(
            f"reset of {env} returned {shown(returned)}, expected observation and info; an old environment "
            "returns the observation alone: return observation, {}."
        )
    return returned


def step_result(env: Any, returned: Any, *, lanes: int | None = None) -> tuple[Any, Any, Any, Any, Any]:
    """The five parts of a step: observation, reward, terminated, truncated and info.

    Args:
        env: the environment, for the error.
        returned: return value of its `step`.
        lanes: number of lanes of a vector environment; None for a single one.

    Raises:
        ValueError: there are not five parts, or the reward is no number, or not one number per lane.

    >>> step_result("an env", (0, 2.0, False, False, {}))
    (0, 2.0, False, False, {})
    """
    if not isinstance(returned, tuple) or len(returned) != 5:
        has = f"{len(returned)} values" if isinstance(returned, tuple | list) else f"a {type(returned).__name__}"
        raise ValueError(
            f"step of {env} returned {has}, expected observation, reward, terminated, truncated, info; an old "
            "environment's `done` has to be split into terminated and truncated."
        )
    reward, wanted = returned[1], "a number" if lanes is None else f"an array of {lanes} numbers"
    array = np.asarray(reward)
    if array.shape != (() if lanes is None else (lanes,)) or array.dtype.kind not in "biuf":
        raise ValueError(
            f"step of {env} paid a reward of {shown(reward)}, expected {wanted}; return e.g. float(reward)."
        )
    return returned


def autoreset_mode(env: Any) -> AutoresetMode:
    """Mode in which a vector environment resets its lanes; ValueError if it declares none."""
    mode = (env.metadata or {}).get("autoreset_mode")
    try:
        return AutoresetMode(mode)
    except ValueError:
        raise ValueError(
            f'{env} does not say when it resets its lanes ({mode!r}), expected metadata["autoreset_mode"]; '
            "set it to gymnasium.vector.AutoresetMode.NEXT_STEP, SAME_STEP or DISABLED."
        ) from None

"""Figures of many agents or discounts at once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import ArrayLike

from rl_line import dp
from rl_line.known import Known, as_mdp
from rl_line.system.arrays import reals, same_length
from rl_line.system.axes import legend_below, line_style, new_axes
from rl_line.system.extras import brought_by
from rl_line.system.kinds import instance, spelled
from rl_line.system.numbers import LARGEST, real

with brought_by("plot"):
    from matplotlib.axes import Axes

_FLOOR = 1e-16  # of errors, as a log scale has no zero
_MARKERS = "os^D"  # of states beyond the number of colours
_MOST_INSIDE = 8  # entries of a legend within the axes


@spelled
def error_bands(steps: Sequence[float], errors: Mapping[str, ArrayLike], *, ax: Axes | None = None) -> Axes:
    """The largest error of tables over the steps of learning: by name, the median of n agents [T, n] and a band.

    The band holds the agents from 10 % to 90 %. The scale is logarithmic, and the legend stands under the axes.
    """
    ax = ax or new_axes()
    instance("errors", errors, Mapping, 'pass e.g. {"alpha 0.1": errors}')
    if not errors:
        raise ValueError('errors={}, expected the errors of one agent at least; pass e.g. {"alpha 0.1": errors}.')
    x = reals((None,), largest=LARGEST, steps=steps)
    for k, (name, given) in enumerate(errors.items()):
        y = np.maximum(reals((None, None), largest=LARGEST, **{f"errors of {name}": given}), _FLOOR)
        same_length(steps=x, errors=y)
        low, median, high = np.quantile(y, (0.1, 0.5, 0.9), axis=1)
        (drawn,) = ax.plot(x, median, line_style(k), label=name)
        ax.fill_between(x, low, high, color=drawn.get_color(), alpha=0.2, linewidth=0)
    ax.set(yscale="log", xlabel="steps", ylabel="largest error of Q  (reward units)")
    ax.grid(alpha=0.3)
    legend_below(ax, title="median, and a band from 10 % to 90 % of the agents", ncols=3)
    return ax


@spelled
def values_over_gamma(mdp: Known, learned: Mapping[float, ArrayLike], *, ax: Axes | None = None) -> Axes:
    """The exact value of every state for every discount, dashed, and learned values: tables [S, A] by discount."""
    mdp, ax = as_mdp(mdp), ax or new_axes()
    instance("learned", learned, Mapping, "pass e.g. {0.8: agent.q}")
    gammas = [real(0, 1, kind="a discount", below=True, gamma=gamma) for gamma in learned]
    shape = (mdp.num_states, mdp.num_actions)
    tables = [
        reals(shape, largest=LARGEST, **{f"the table of gamma {gamma:g}": table}) for gamma, table in learned.items()
    ]
    at = np.unique([*np.linspace(0.0, max(gammas, default=0.9), 100), *gammas])
    exact = np.array([dp.policy_iteration(mdp, gamma).v for gamma in at])
    for k, state in enumerate(np.flatnonzero(~mdp.terminal)):
        (curve,) = ax.plot(at, exact[:, state], "--", linewidth=1, label=f"state {state + 1}, exact")
        best = [table[state].max() for table in tables]
        marker = _MARKERS[k // 10 % len(_MARKERS)]
        ax.plot(gammas, best, marker, color=curve.get_color(), label=f"state {state + 1}, learned")
    ax.set(xlabel="gamma (discount)", ylabel="value of the best action  (reward units)")
    ax.grid(alpha=0.3)
    if len(ax.get_lines()) <= _MOST_INSIDE:
        ax.legend()
    else:
        legend_below(ax, ncols=4, fontsize="small")
    return ax

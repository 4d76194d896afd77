"""Figures of learning and of its exact answers; each takes data and returns the `Axes`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from agents.logs import Row
from rl_line import dp
from rl_line.drawing.actions import action_names, first_state
from rl_line.known import Known, as_mdp
from rl_line.system import replaced
from rl_line.system.arrays import reals, same_length
from rl_line.system.axes import legend_below, new_axes
from rl_line.system.extras import brought_by
from rl_line.system.kinds import as_path, instance, spelled, with_methods
from rl_line.system.numbers import LARGEST, MOST, real, whole

with brought_by("plot"):
    from matplotlib.artist import Artist
    from matplotlib.axes import Axes
    from matplotlib.patches import Patch

_MOST_POINTS = 2_000  # of a curve; a figure has no more pixel columns
_MOST_STATES = 13  # largest number of states whose labels have room beside a small axis
_WIDTH = 0.6  # inches of a label of a discount with a gap beside it
_COLOURS = {"left": "#d97706", "right": "#2563eb", "tied": "#9ca3af"}


def error_curve(steps: Sequence[float], errors: Sequence[float], *, ax: Axes | None = None, **line: Any) -> Axes:
    """The largest error of a table of action values over the steps of learning, on a log scale."""
    ax = ax or new_axes()
    x, y = reals((None,), largest=LARGEST, steps=steps), reals((None,), largest=LARGEST, errors=errors)
    same_length(steps=x, errors=y)
    seen = {"color": _COLOURS["right"], "marker": "o" if len(x) == 1 else None}  # one point has no line
    ax.plot(x, np.maximum(y, 1e-16), **{**seen, **line})
    ax.set(yscale="log", xlabel="steps", ylabel="largest error of Q  (reward units)")
    if len(x) == 1:
        ax.set_xticks(x)
    ax.grid(alpha=0.3)
    return ax


@spelled
def policy_over_gamma(mdp: Known, *, gamma: float | None = None, ax: Axes | None = None) -> Axes:
    """The optimal action in every state for every discount; changes dashed, `gamma` marked."""
    problem, mdp = mdp, as_mdp(mdp)
    gamma = None if gamma is None else real(0, 1, kind="a discount", gamma=gamma)
    names, first = action_names(problem, mdp.num_actions), first_state(problem, mdp.num_actions)
    others = [f"C{k}" for k in range(2, 10)]
    colours = {name: _COLOURS.get(name, others[k % len(others)]) for k, name in enumerate(names)}
    colours["tied"] = _COLOURS["tied"]
    ax = ax or new_axes()
    changes = dp.critical_gammas(mdp)
    edges = np.concatenate([[0.0], changes, [1.0]])
    for low, high in pairwise(edges):
        best = dp.optimal_actions(mdp, (low + high) / 2)
        for state in np.flatnonzero(~mdp.terminal):
            name = "tied" if best[state].sum() > 1 else names[int(best[state].argmax())]
            ax.barh(state + first, high - low, left=low, height=0.6, color=colours[name])
    for change in changes:
        ax.axvline(change, color="black", linestyle="--", linewidth=1)
    if len(changes) <= 4:
        width = _WIDTH * ax.figure.dpi / ax.bbox.width
        ax.secondary_xaxis("top").set_xticks(changes, _in_rows(changes, width))
    states = np.flatnonzero(~mdp.terminal) + first
    labelled = states[(states - first) % (1 + mdp.num_states // _MOST_STATES) == 0]
    ax.set(xlim=(0, 1), xlabel="gamma (discount)", ylabel="state", yticks=labelled)
    ax.set_ylim(states.max() + 0.5, states.min() - 0.5)
    handles: list[Artist] = [Patch(color=colour, label=name) for name, colour in colours.items()]
    if gamma is not None:
        handles.append(ax.axvline(gamma, color="black", linewidth=1.5, label=f"gamma {gamma:g}"))
    legend_below(ax, handles=handles, title="best action", ncols=4, columnspacing=1, handlelength=1.5)
    return ax


@spelled
def learning_curve(
    runs: Sequence[Row] | Mapping[str, Any],
    *,
    window: int | None = None,
    optimum: float | None = None,
    ax: Axes | None = None,
) -> Axes:
    """Return per episode over the steps of training: the mean of several runs, shaded from lowest to highest.

    Args:
        runs: rows of `agents.train`; or by name, the rows of a run or a list of runs, one per seed.
        window: episodes of the moving mean; by default a twentieth of the shortest run.
        optimum: a return to compare with, dashed.
        ax: where to draw.

    Raises:
        ValueError: a run has no episode.
    """
    ax = ax or new_axes()
    window = None if window is None else whole(1, MOST, window=window)
    optimum = None if optimum is None else real(-LARGEST, LARGEST, optimum=optimum)
    named = {name: _runs(name, given) for name, given in (runs if isinstance(runs, Mapping) else {"": runs}).items()}
    for name, seeds in named.items():
        width = window or max(1, min(map(len, seeds)) // 20)
        smoothed = [_moving_mean(run, width) for run in seeds]
        # Curves are compared at steps that all of them have reached.
        first, last = max(steps[0] for steps, _ in smoothed), min(steps[-1] for steps, _ in smoothed)
        at = np.unique(np.concatenate([steps for steps, _ in smoothed]))
        at = at[(at >= first) & (at <= max(first, last))]
        at = at[:: 1 + len(at) // _MOST_POINTS]
        curves = np.stack([np.interp(at, *one) for one in smoothed])
        (drawn,) = ax.plot(at, curves.mean(axis=0), label=name or None)
        if len(curves) > 1:
            ax.fill_between(at, curves.min(axis=0), curves.max(axis=0), color=drawn.get_color(), alpha=0.15, lw=0)
    if optimum is not None:
        ax.axhline(optimum, color="black", linestyle="--", linewidth=1, label=f"optimum: {optimum:.4g}")
    ax.set(xlabel="steps", ylabel="return per episode  (reward units, moving mean)")
    ax.grid(alpha=0.3)
    if any(named) or optimum is not None:
        ax.legend()
    return ax


def _runs(name: str, given: Any) -> list[Sequence[Row]]:
    """The runs of all seeds, checked to have an episode each."""
    one = (
        isinstance(given, (str, bytes)) or not isinstance(given, Sequence) or not given or isinstance(given[0], Mapping)
    )
    seeds: list[Any] = [given] if one else list(given)
    for run in seeds:
        if not isinstance(run, Sequence) or not all(isinstance(row, Mapping) for row in run):
            raise TypeError(
                f"runs of {name or 'the agent'} hold {run!r:.200}, expected rows; pass the rows of agents.train."
            )
        if not run:
            raise ValueError(f"runs of {name or 'the agent'} have no episode that ended, expected some; train longer.")
        if not all({"step", "return"} <= row.keys() for row in run):
            raise ValueError(
                f"a row has {', '.join(map(str, run[0]))}, expected step and return; pass rows of agents.train."
            )
        for part in ("step", "return"):
            reals((None,), largest=LARGEST, **{f"{part} of {name or 'the agent'}": [row[part] for row in run]})
    return seeds


def _moving_mean(run: Sequence[Row], width: int) -> tuple[NDArray[Any], NDArray[Any]]:
    """Last steps of episodes, and the mean return of the `width` episodes up to each; of fewer at first."""
    returns = np.array([row["return"] for row in run], dtype=np.float64)
    total = np.concatenate([[0.0], np.cumsum(returns)])
    end = np.arange(1, len(returns) + 1)
    begin = np.maximum(end - width, 0)
    return np.array([row["step"] for row in run]), (total[end] - total[begin]) / (end - begin)


def over_epsilon(
    epsilons: Sequence[float],
    runs: ArrayLike,
    *,
    ylabel: str,
    label: str | None = None,
    band: str | None = None,
    optimum: float | None = None,
    ax: Axes | None = None,
    **line: Any,
) -> Axes:
    """The mean of runs [n, E] with each epsilon [E], shaded from the lowest to the highest; the optimum dashed.

    The legend names the mean by `label`, and the shade by `band`, where they are given.
    """
    ax = ax or new_axes()
    instance("label", label, (str, type(None)), 'pass e.g. label="Sarsa"')
    instance("band", band, (str, type(None)), 'pass e.g. band="lowest to highest of 10 seeds"')
    x, y = reals((None,), largest=LARGEST, epsilons=epsilons), reals((None, None), largest=LARGEST, runs=runs)
    same_length(epsilons=x, runs=y.T)
    optimum = None if optimum is None else real(-LARGEST, LARGEST, optimum=optimum)
    (drawn,) = ax.plot(x, y.mean(axis=0), marker="o", markersize=4, label=label, **line)
    ax.fill_between(x, y.min(axis=0), y.max(axis=0), color=drawn.get_color(), alpha=0.15, linewidth=0, label=band)
    if optimum is not None:
        ax.axhline(
            optimum, color="black", linestyle="--", linewidth=1, zorder=3, label=f"optimum, exact: {optimum:.4g}"
        )
    ax.set(xlabel="epsilon  (probability to explore)", ylabel=ylabel)
    ax.grid(alpha=0.3)
    if band:
        legend_below(ax)  # as bands leave no room
    elif label or optimum is not None:
        ax.legend()
    return ax


@spelled
def save(figure: Any, path: str | Path) -> Path:
    """Writes a figure and missing folders; an existing file is replaced only by a complete new one."""
    path = as_path(path)
    with_methods("figure", figure, "savefig", advice="pass the .figure of a plot's Axes")
    with replaced(path) as beside:
        figure.savefig(beside, dpi=120, format=path.suffix.removeprefix(".") or "png")
    return path


def _in_rows(places: NDArray[np.float64], width: float) -> list[str]:
    """Labels of increasing places, each in the lowest row whose last label is at least `width` away."""
    rows, labels = list[float](), list[str]()
    for place in places.tolist():
        row = next((k for k, last in enumerate(rows) if place - last >= width), len(rows))
        rows[row : row + 1] = [place]
        labels.append(f"{place:.4f}" + row * "\n")
    return labels

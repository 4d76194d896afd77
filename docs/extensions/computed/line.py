"""Tables and figures of the page on the line, from the exact solver."""

from __future__ import annotations

import io

import numpy as np
from matplotlib.figure import Figure

from agents.plots import policy_over_gamma
from extensions.computed.bugs import markdown
from rl_line import dp, reward_line


def exact(*gammas: str) -> str:
    """Q* of the line, a row for each state, with each discount."""
    mdp = reward_line()
    tables = [dp.policy_iteration(mdp, float(gamma)).q for gamma in gammas]
    heads = ["state", *(f"{gamma}: {action}" for gamma in gammas for action in ("left", "right"))]
    rows = [
        [state + 1, *(f"{value:.3f}" for q in tables for value in q[state])] for state in np.flatnonzero(~mdp.terminal)
    ]
    return markdown(heads, rows)


def best_actions() -> str:
    """A figure of the best action in every state, for every discount."""
    figure = Figure(figsize=(6, 3.2), layout="constrained")
    policy_over_gamma(reward_line(), gamma=0.8, ax=figure.subplots())
    return _svg(figure, "The best action in each state for every discount: right everywhere below 0.8819")


def over_gamma() -> str:
    """A figure of what shuttling for ever and walking to the end are worth in state 3, over the discount."""
    gamma = np.linspace(0, 0.95, 200)
    figure = Figure(figsize=(6, 3.2), layout="constrained")
    ax = figure.subplots()
    ax.plot(gamma, 2 / (1 - gamma**2), label="back and forth over the 2 for ever", color="#d97706")
    ax.axhline(9, label="to the end: 9, at once", color="#2563eb")
    (change,) = dp.critical_gammas(reward_line())
    ax.axvline(change, color="black", linestyle="--", linewidth=1, label=f"{change:.4f}")
    ax.set(xlabel="gamma (discount)", ylabel="worth in state 3 (reward units)", ylim=(0, 20))
    ax.legend()
    return _svg(figure, "Worth in state 3 over gamma: shuttling overtakes the 9 at 0.8819")


def _svg(figure: Figure, label: str) -> str:
    """The figure inside the page, without an address."""
    file = io.StringIO()
    figure.savefig(file, format="svg", metadata={"Date": None, "Creator": None})
    drawn = file.getvalue()
    return f'<figure role="img" aria-label="{label}">{drawn[drawn.index("<svg") :]}</figure>'

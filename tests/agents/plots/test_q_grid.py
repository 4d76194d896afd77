"""Maps of action values are legible: numbers fit their cells, and the colour bar its map."""

import gymnasium as gym
import numpy as np
import pytest
from matplotlib.figure import Figure

from agents.plots import q_grid
from rl_line import dp
from rl_line.system.axes import new_axes


def lake(*rows):
    return gym.make("FrozenLake-v1", desc=list(rows), is_slippery=False)


def drawn(env, q, **where):
    axes = q_grid(env, q, **where)
    axes.get_figure(root=True).draw_without_rendering()
    return axes


@pytest.mark.parametrize(
    "env", [lake("S" + 10 * "F" + "G"), lake("SF", *["FF"] * 6, "FG"), gym.make("CliffWalking-v1")]
)
@pytest.mark.parametrize("scale", [1.0, -12345.678, 1e-9])
@pytest.mark.parametrize("ax", [lambda: None, lambda: Figure(figsize=(8, 3)).subplots(1, 2)[0], new_axes])
def test_every_number_stays_in_its_cell(env, scale, ax):
    q = scale * np.linspace(0.5, 1, env.observation_space.n)[:, None] * np.ones(env.action_space.n)
    axes = drawn(env, q, ax=ax())
    for text in axes.texts:
        (left, bottom), (right, top) = axes.transData.inverted().transform(text.get_window_extent())
        column, row = text.get_position()
        assert column - 0.5 < left < right < column + 0.5
        assert row - 0.5 < top < bottom < row + 0.5, "rows are counted downwards"


@pytest.mark.parametrize(
    "env", [lake("S" + 21 * "F" + "G"), lake("SF", *["FF"] * 6, "FG"), gym.make("CliffWalking-v1"), lake("SFF", "HFG")]
)
def test_the_colour_bar_is_as_tall_as_the_map_and_within_the_figure(env):
    axes = drawn(env, dp.policy_iteration(env, 0.9).q)
    (bar,) = axes.child_axes
    mapped, beside = axes.get_window_extent(), bar.get_window_extent()
    assert (beside.y0, beside.y1) == pytest.approx((mapped.y0, mapped.y1))
    assert mapped.x1 < beside.x0
    shown, whole = bar.get_tightbbox(), axes.figure.bbox
    assert 0 <= shown.x0 < shown.x1 <= whole.x1
    assert 0 <= shown.y0 < shown.y1 <= whole.y1

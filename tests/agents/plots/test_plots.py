"""Figures show the numbers they are given, and label them."""

from itertools import combinations

import gymnasium as gym
import numpy as np
import pytest
from matplotlib.colors import to_hex
from matplotlib.transforms import Bbox
from PIL import Image

from agents import EpsilonGreedy, QLearning
from agents.animation import captioned, save_gif
from agents.plots import episode_path, error_curve, over_epsilon, policy_over_gamma, visited_states
from rl_line import LEFT, RIGHT, RewardLineEnv, reward_line
from rl_line.system.axes import new_axes


def bars(axes):
    return {
        (round(bar.get_y() + bar.get_height() / 2), round(bar.get_x(), 4)): to_hex(bar.get_facecolor())
        for bar in axes.patches
    }


def test_the_error_curve_shows_its_data_on_a_labelled_log_scale():
    axes = error_curve([1, 2, 3], [1.0, 0.1, 0.0])
    (line,) = axes.get_lines()
    assert line.get_xdata().tolist() == [1, 2, 3]
    assert line.get_ydata()[:2].tolist() == [1.0, 0.1]
    assert axes.get_yscale() == "log"
    assert axes.get_xlabel()
    assert axes.get_ylabel()


def test_states_are_labelled_from_1_on_a_line_and_elsewhere_as_the_environment_numbers_them():
    walk = gym.make("FrozenLake-v1", desc=["SFG"], is_slippery=False)
    # In 0 and 1, right leads on to the end, 2.
    assert policy_over_gamma(walk).get_yticks().tolist() == [0, 1]
    assert policy_over_gamma(gym.make("RewardLine-v0")).get_yticks().tolist() == [1, 2, 3]


def test_an_error_before_the_first_step_is_a_point():
    (line,) = error_curve([0], [9.0]).get_lines()
    assert line.get_marker() == "o"


def test_the_policy_changes_colour_at_the_critical_discount():
    drawn = bars(axes := policy_over_gamma(reward_line(), gamma=0.8))
    change = round(np.sqrt(7) / 3, 4)
    assert set(drawn) == {(state, x) for state in (1, 2, 3) for x in (0.0, change)}
    right = drawn[1, 0.0]
    assert [drawn[s, 0.0] for s in (1, 2, 3)] == [right] * 3
    assert drawn[1, change] == right
    assert len({drawn[2, change], drawn[3, change], right}) == 3, "a tie and left have colours of their own"
    assert axes.get_xlabel()
    assert axes.get_ylabel()
    assert any(line.get_xdata()[0] == pytest.approx(np.sqrt(7) / 3) for line in axes.get_lines())


@pytest.mark.parametrize("gamma", [0.0, 0.3, 0.6, np.sqrt(7) / 3, 1.0])
def test_the_legend_names_gamma_and_hides_nothing(gamma):
    axes = policy_over_gamma(reward_line(), gamma=gamma)
    axes.figure.draw_without_rendering()
    legend = axes.get_legend()
    assert [text.get_text() for text in legend.get_texts()] == ["left", "right", "tied", f"gamma {gamma:g}"]
    place, axis = legend.get_window_extent(), axes.xaxis.get_tightbbox()
    assert 0 <= place.y0 < place.y1 <= axis.y0, "it stands under the axis, in the figure"
    assert 0 <= place.x0 < place.x1 <= axes.figure.bbox.x1
    assert any(set(line.get_xdata()) == {gamma} and line.get_linestyle() == "-" for line in axes.get_lines())


@pytest.mark.parametrize(
    ("problem", "labels"),
    [
        (reward_line((7, 2, 0, 2, 3, 7)), ["0.5902", "0.6154"]),
        (reward_line((0, 7, 0, 6, 7, 1, 8)), ["0.1404", "0.1429"]),
        (reward_line((5, 0, 1, 3, 1, 3, 7)), ["0.5113", "0.5871", "0.6490", "0.6845"]),
        (reward_line(range(19)), ["0.1058"]),
        (gym.make("FrozenLake-v1"), ["0.8088", "0.9783"]),
        (gym.make("CliffWalking-v1"), []),
    ],
)
def test_labels_of_discounts_and_states_do_not_overlap(problem, labels):
    axes = policy_over_gamma(problem, gamma=0.7, ax=new_axes(figsize=(6, 3.6)))
    axes.figure.draw_without_rendering()
    above = [text for top in axes.child_axes for text in top.get_xticklabels()]
    assert [text.get_text().strip() for text in above] == labels
    beside = axes.get_yticklabels()
    assert len(beside) > 1
    below = [axes.xaxis.get_tightbbox(), axes.get_legend().get_window_extent()]
    for boxes in ([_ink(text) for text in above], [text.get_window_extent() for text in beside], below):
        assert not any(one.overlaps(other) for one, other in combinations(boxes, 2))
    legend = below[1]
    assert 0 <= legend.x0 < legend.x1 <= axes.figure.bbox.x1
    assert legend.y0 >= 0


def _ink(text):
    """The box of a label without the empty rows under it."""
    box, rows = text.get_window_extent(), text.get_text().count("\n") + 1
    return Bbox([[box.x0, box.y1 - box.height / rows], [box.x1, box.y1]])


def test_runs_over_epsilon_show_mean_lowest_highest_and_the_optimum():
    axes = over_epsilon(
        [0.0, 0.5], [[1.0, 2.0], [3.0, 6.0]], ylabel="value", label="greedy", band="lowest to highest", optimum=7.0
    )
    mean, dashed = axes.get_lines()
    assert mean.get_xdata().tolist() == [0.0, 0.5]
    assert mean.get_ydata().tolist() == [2.0, 4.0]
    assert dashed.get_linestyle() == "--"
    assert set(dashed.get_ydata()) == {7.0}
    (band,) = axes.collections
    corners = {tuple(corner) for corner in band.get_paths()[0].vertices.tolist()}
    assert corners == {(0.0, 1.0), (0.0, 3.0), (0.5, 2.0), (0.5, 6.0)}
    assert [text.get_text() for text in axes.get_legend().get_texts()] == [
        "greedy",
        "lowest to highest",
        "optimum, exact: 7",
    ]
    assert "epsilon" in axes.get_xlabel()
    assert axes.get_ylabel() == "value"


@pytest.mark.parametrize(
    ("states", "rewards"),
    [([0, 1, 2, 3], ["+2", "+0", "+9"]), ([2, 1, 0, 0, 1], ["+2", "+0", "+0", "+2"]), ([0], [])],
    ids=["to the end", "back, and into the wall", "no step"],
)
def test_an_episode_is_drawn_with_its_rewards_below_the_dashed_end(states, rewards):
    axes = episode_path(reward_line(), states)
    path, end = axes.get_lines()
    assert path.get_xdata().tolist() == list(range(len(states)))
    assert path.get_ydata().tolist() == [state + 1 for state in states]
    assert (end.get_linestyle(), set(end.get_ydata())) == ("--", {4})
    assert [text.get_text() for text in axes.texts] == [*rewards, "end"]
    assert axes.get_xlabel()
    assert axes.get_ylabel()


@pytest.mark.parametrize(("at_3", "states"), [(RIGHT, [0, 1, 2, 3]), (LEFT, [0, 1, 2, 1, 2, 1])])
def test_states_are_visited_until_the_episode_ends_or_enough_are_seen(at_3, states):
    agent = QLearning(4, 2, policy=EpsilonGreedy(1.0), seed=0)
    agent.q[[0, 1, 2], [RIGHT, RIGHT, at_3]] = 1
    assert visited_states(RewardLineEnv(), agent, steps=5, seed=0) == states, "it does not explore"


def test_rewards_of_bumps_stand_clear_of_the_next_move():
    labels = episode_path(reward_line(terminals=()), [0, 0, 1, 2, 3, 3, 2]).texts
    heights = [label.xyann[1] for label in labels]
    assert heights[0] < 0 < heights[4], "below before a move up, above before a move down"


def test_a_long_episode_is_drawn_without_labels():
    for steps, labels in [(30, 30), (31, 0)]:
        axes = episode_path(reward_line(), [0, *[1, 0] * 20][: steps + 1])
        assert len(axes.texts) == labels + 1  # and "end"
        assert ("reward" in axes.get_ylabel()) == (labels > 0)


def test_captions_stand_under_images_of_one_size():
    frames = [np.full((10, 30, 3), 200, np.uint8), np.full((20, 30, 3), 200, np.uint8)]
    short, long = captioned(frames, ["a", "two lines that are\nwider than the image"])
    assert short.size == long.size
    assert short.width > 30
    for image, frame in [(short, frames[0]), (long, frames[1])]:
        pixels = np.asarray(image)
        assert (pixels == 200).all(axis=2).sum() >= frame.shape[0] * 30
        assert pixels[21:].min() < 100, "there is text below"
        assert pixels[:, -5:].min() == 255, "and it is not cut off"
        assert pixels[-5:].min() == 255


def test_captions_need_images():
    with pytest.raises(ValueError, match="frames is empty, expected at least one image"):
        captioned([], [])


def test_a_gif_shows_every_image_for_its_time_and_goes_round(tmp_path):
    images = [Image.new("RGB", (8, 8), colour) for colour in ("red", "green", "blue")]
    path = save_gif(images, tmp_path / "new folder" / "colours.gif", seconds=0.25)
    with Image.open(path) as gif:
        assert (gif.n_frames, gif.info["duration"], gif.info["loop"]) == (3, 250, 0)
    assert [file.name for file in path.parent.iterdir()] == ["colours.gif"], "nothing is left beside it"


def test_a_gif_is_named_so(tmp_path):
    with pytest.raises(ValueError, match=r"expected the name of a GIF; pass e\.g\. 'colours\.gif'"):
        save_gif([Image.new("RGB", (8, 8))], tmp_path / "colours.png")

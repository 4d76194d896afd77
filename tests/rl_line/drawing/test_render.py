"""Pictures of the line: as text, as images, in a window and as a film."""

import copy
import gc
import sys
from itertools import pairwise

import gymnasium as gym
import numpy as np
import pytest
from gymnasium.error import DependencyNotInstalled, ResetNeeded

from rl_line import LEFT, RIGHT, reward_line
from rl_line.drawing import render, sprites
from rl_line.env import RewardLineEnv

Q = np.array([[6.208, 7.76], [6.208, 7.2], [7.76, 9], [0, 0]])  # the course's line at gamma 0.8


def lines(*text):
    return "\n".join(text)


def frames(env, actions):
    """The picture after reset and after every action."""
    env.reset()
    yield env.render()
    for action in actions:
        env.step(action)
        yield env.render()


def test_the_text_shows_agent_rewards_last_action_and_step():
    env = gym.make("RewardLine-v0", render_mode="ansi")
    assert list(frames(env, [RIGHT, LEFT])) == [
        lines(
            "step 0, last action: none yet",
            "state         1       2       3      (4)",
            "agent         A",
            "reward        0       2       0       9",
        ),
        lines(
            "step 1, last action: right",
            "state         1       2       3      (4)",
            "agent                 A",
            "reward        0       2       0       9",
        ),
        lines(
            "step 2, last action: left",
            "state         1       2       3      (4)",
            "agent         A",
            "reward        0       2       0       9",
        ),
    ]


def test_the_text_shows_the_values_and_the_better_action():
    assert render.ansi(reward_line(), 3, last_action=RIGHT, step=3, q_values=Q) == lines(
        "step 3, last action: right",
        "state         1       2       3      (4)",
        "agent                                 A",
        "reward        0       2       0       9",
        "Q left     6.21    6.21    7.76",
        "Q right    7.76*   7.20*   9.00*",
        "best          >       >       >",
    )


def test_the_text_shows_a_tie_as_a_tie():
    q_values = [[1, 1], [0.1 + 0.2, 0.3], [2, 1], [0, 0]]
    assert render.ansi(reward_line(), 0, q_values=q_values).splitlines()[-3:] == [
        "Q left     1.00*   0.30*   2.00*",
        "Q right    1.00*   0.30*   1.00",
        "best          <>      <>      <",
    ]


def test_the_environment_draws_the_values_it_is_given():
    env = RewardLineEnv(render_mode="ansi")
    env.q_values = Q
    env.reset()
    assert env.render() == render.ansi(env.mdp, 0, q_values=Q)


def test_a_long_line_is_shown_around_the_agent():
    mdp = reward_line(range(100, 130))
    assert render.ansi(mdp, 0).splitlines()[1:] == [
        "state         1       2       3       4       5       6       7       8       9      10      11      12  ...",
        "agent         A                                                                                          ...",
        "reward      100     101     102     103     104     105     106     107     108     109     110     111  ...",
    ]
    for state in range(30):
        _, states, agent, rewards = render.ansi(mdp, state).splitlines()
        column = agent.index("A") + 1
        assert states[:column].split()[-1].strip("(") == str(state + 1)
        assert rewards[:column].split()[-1] == str(100 + state)
        assert len(states) < 120
        assert (" ... " in states[:20], states.endswith("...")) == (state > 6, state < 24)


@pytest.mark.parametrize("length", [2, 3, 4, 12, 20])
@pytest.mark.parametrize("q_values", [False, True])
def test_images_keep_one_even_size(length, q_values):
    env = gym.make("RewardLine-v0", rewards=range(length), render_mode="rgb_array")
    if q_values:
        env.unwrapped.q_values = np.random.default_rng(0).normal(size=(length, 2))
    seen = list(frames(env, [LEFT] + [RIGHT] * (length - 1)))
    assert {(frame.dtype.name, frame.ndim, frame.shape) for frame in seen} == {("uint8", 3, seen[0].shape)}
    height, width, channels = seen[0].shape
    assert (height % 2, width % 2, channels) == (0, 0, 3)
    assert all((one != other).any() for one, other in pairwise(seen))


def test_an_image_shows_state_rewards_action_step_and_values():
    mdp = reward_line()
    tie = Q.copy()
    tie[1] = 1
    pictures = [
        render.rgb_array(mdp, 0),
        render.rgb_array(mdp, 1),
        render.rgb_array(mdp, 3),
        render.rgb_array(mdp, 0, step=1),
        render.rgb_array(mdp, 0, last_action=LEFT),
        render.rgb_array(mdp, 0, last_action=RIGHT),
        render.rgb_array(reward_line((0, 1, 0, 9)), 0),
        render.rgb_array(reward_line(terminals=()), 0),
        render.rgb_array(mdp, 0, q_values=Q),
        render.rgb_array(mdp, 0, q_values=Q[:, ::-1]),
        render.rgb_array(mdp, 0, q_values=tie),
    ]
    assert len({(picture.shape, picture.tobytes()) for picture in pictures}) == len(pictures)


LONG = reward_line((-123456.789, 1e-9, 12345.678, -0.001234, 1e20))
LONG_Q = [[-123456.789, 1e20], [1e6, 12345.678], [-99999.99, -1e-9], [-116.987, 116.987], [0, 0]]


def test_long_numbers_lose_digits_before_they_touch_each_other():
    *_, rewards, left, right, _ = (line.split() for line in render.ansi(LONG, 0, q_values=LONG_Q).splitlines())
    assert rewards == ["reward", "-123457", "1e-9", "12346", "-0.0012", "1e20"]
    assert left == ["Q", "left", "-123457", "1000000*", "-100000", "-116.99"]
    assert right == ["Q", "right", "1e20*", "12345.7", "0.00*", "116.99*"]
    picture = render.rgb_array(LONG, 0, q_values=LONG_Q)
    below, edges = picture[120:], range(16, picture.shape[1] - 16, 96)
    assert (below[:, edges[1:]] == 255).all()
    for edge in edges[:4]:
        for row in (below[30:50], below[50:70]):  # a gap between "left" or "right" and the number
            blank = (row[:, edge + 30 : edge + 54] > 250).all(axis=(0, 2))
            assert (blank[:-2] & blank[1:-1] & blank[2:]).any()


@pytest.mark.parametrize(
    ("number", "text"),
    [
        (1234567, "1234567"),
        (-123456, "-123456"),
        (-1234567, "-1.23e6"),
        (12345678, "1.235e7"),
        (1e-5, "1e-5"),
        (-0.25, "-0.25"),
        (1 / 3, "0.3333"),
    ],
)
def test_numbers_are_shown_in_full_or_rounded_to_at_least_three_digits(number, text):
    line = reward_line((0, number, 0, 0))
    assert render.ansi(line, 0).splitlines()[-1].split() == ["reward", "0", text, "0", "0"]
    if abs(number) > 1:
        values = render.ansi(line, 0, q_values=[[0, number], [0, 0], [0, 0], [0, 0]]).splitlines()
        assert values[5].split()[2].rstrip("*") == text


def test_an_image_of_a_part_of_a_line_says_on_which_sides_it_goes_on():
    line, middle = reward_line(range(15)), slice(60, 96)
    for state, sides in [(0, (False, True)), (7, (True, True)), (14, (True, False))]:
        picture = render.rgb_array(line, state)
        margins = picture[middle, :19], picture[middle, -19:]
        assert tuple(bool((margin < 200).any()) for margin in margins) == sides
    whole = render.rgb_array(reward_line(range(12)), 0)
    assert (whole[middle, :19] > 250).all()
    assert (whole[middle, -19:] > 250).all()
    assert (whole[:30] != render.rgb_array(line, 0)[:30]).any(), "the states are counted above"


def test_new_values_do_not_draw_the_line_anew():
    before = render.rgb_array(reward_line(), 0, q_values=Q)
    drawn = sprites.line_image.cache_info().misses
    after = render.rgb_array(reward_line(), 0, q_values=Q + 1)
    assert sprites.line_image.cache_info().misses == drawn
    assert np.argwhere((before != after).any(axis=(1, 2))).min() >= 150  # below the rewards


def test_the_agent_is_drawn_in_its_own_cell():
    one, other = (render.rgb_array(reward_line(), state) for state in (0, 2))
    columns = np.flatnonzero((one != other).any(axis=(0, 2)))
    quarter = one.shape[1] / 4
    assert set((columns // quarter).tolist()) == {0, 2}


def test_frames_belong_to_the_caller():
    env = gym.make("RewardLine-v0", render_mode="rgb_array")
    env.unwrapped.q_values = Q
    env.reset()
    first = env.render()
    kept = first.copy()
    env.step(RIGHT)
    env.render()
    assert (first == kept).all()
    first[:] = 0
    env.reset()
    assert (env.render() == kept).all()


@pytest.mark.filterwarnings("ignore::ResourceWarning")
def test_a_film_of_an_episode_can_be_played(tmp_path):
    video = pytest.importorskip("moviepy.video.io.ffmpeg_reader")
    env = gym.make("RewardLine-v0", render_mode="rgb_array")
    size = next(frames(env, ())).shape
    env = gym.wrappers.RecordVideo(
        env, str(tmp_path / "film"), episode_trigger=lambda episode: True, disable_logger=True
    )
    env.reset()
    for action in (RIGHT, RIGHT, RIGHT):
        env.step(action)
    env.close()
    (film,) = tmp_path.glob("film/*.mp4")
    reader = video.FFMPEG_VideoReader(str(film))
    played = [reader.lastread, *(reader.read_frame() for _ in range(3))]
    reader.close()
    assert reader.n_frames == 4
    assert all(frame.shape == size for frame in played)
    assert np.abs(played[0].astype(int) - played[-1]).max() > 100  # the agent has moved
    # moviepy leaves pipes open; they are to be found here, not in whichever test runs when they are collected.
    del reader, env
    gc.collect()


def test_the_window_shows_the_image(monkeypatch):
    monkeypatch.setenv("SDL_VIDEODRIVER", "dummy")
    pygame = pytest.importorskip("pygame")
    env = gym.make("RewardLine-v0", render_mode="human").unwrapped
    env.metadata = {**env.metadata, "render_fps": 1000}
    env.reset()
    for step, action in enumerate((None, RIGHT, RIGHT)):
        if action is not None:
            env.step(action)
        shown = pygame.surfarray.array3d(pygame.display.get_surface()).swapaxes(0, 1)
        assert (shown == render.rgb_array(env.mdp, env.s, last_action=action, step=step)).all()
    assert env.render() is None
    assert copy.deepcopy(env).s == 2  # a copy leaves the window with the original
    env.close()
    assert not pygame.display.get_init()
    env.close()


@pytest.mark.parametrize(("module", "name", "mode"), [("PIL", "Pillow", "rgb_array"), ("pygame", "pygame", "human")])
def test_what_is_missing_is_named_with_how_to_get_it(module, name, mode, monkeypatch):
    monkeypatch.setitem(sys.modules, module, None)
    monkeypatch.setenv("SDL_VIDEODRIVER", "dummy")
    env = RewardLineEnv(render_mode=mode, rewards=(0, 1, len(name) + 0.125))  # a line not drawn before
    with pytest.raises(DependencyNotInstalled, match=rf"{name} is not installed.*pip install .*rl-line\[render\]"):
        next(frames(env, ()))


def test_text_needs_neither_pillow_nor_pygame(monkeypatch):
    for module in ("PIL", "pygame"):
        monkeypatch.setitem(sys.modules, module, None)
    assert next(frames(RewardLineEnv(render_mode="ansi"), ())).startswith("step 0")


@pytest.mark.parametrize("mode", ["ansi", "rgb_array"])
def test_there_is_no_picture_before_reset(mode):
    for env in (RewardLineEnv(render_mode=mode), gym.make("RewardLine-v0", render_mode=mode)):
        with pytest.raises(ResetNeeded, match="reset"):
            env.render()


@pytest.mark.parametrize("make", [RewardLineEnv, lambda: gym.make_vec("RewardLine-v0", num_envs=2)])
def test_without_a_mode_render_warns_and_returns_nothing(make):
    env = make()
    env.reset()
    with pytest.warns(UserWarning, match="render_mode="):
        assert env.render() is None

"""Objects are short where an interpreter shows them, and as they are printed in a notebook."""

import io
import struct
import sys
import types

import gymnasium as gym
import numpy as np
import pytest

import agents
import sequence_tasks
from agents import plots
from rl_line import dp, q_table, reward_line
from rl_line.system.notebooks import InNotebook, Text, bar


class Told(InNotebook):
    def __str__(self):
        return "a < b\nc"


def test_texts_are_shown_as_they_are_printed():
    table = q_table(exact=[[0.0, 0.5], [0, 0]])
    assert repr(table) == str(table) == "\n".join(table.splitlines())
    assert table._repr_html_() == f"<pre>{table}</pre>"
    assert Text("a < b")._repr_html_() == Told()._repr_html_().replace("\nc", "") == "<pre>a &lt; b</pre>"


LONG = np.arange(1_000_000) % 10
SHOWN = {
    "MDP": (lambda: reward_line(LONG), "<TabularMDP of 1,000,000 states, 2 actions, start [0], terminal"),
    "series": (lambda: sequence_tasks.Series("long", LONG, season=10), "<Series 'long': 1,000,000 values, season 10>"),
    "task": (
        lambda: sequence_tasks.SequenceTask(sequence_tasks.Series("long", LONG), length=3, train=100, validation=20),
        "length 3, horizon 1, targets 'ahead'; values: train 100, validation 20, test 999,880>",
    ),
    "windows": (
        lambda: sequence_tasks.windows(LONG.astype(float), length=5),
        "<Windows: inputs [999995, 5, 1], targets [999995, 1], float64>",
    ),
    "DQN": (
        lambda: agents.DQN.for_env("RewardLine-v0", gamma=0.5, n=3),
        "Adam, gamma=0.5, n=3; 0 transitions learned>",
    ),
}


@pytest.mark.parametrize(("make", "told"), SHOWN.values(), ids=SHOWN)
def test_a_million_values_are_told_in_a_line(make, told):
    text = repr(make())
    assert told in text
    assert len(text) < 200
    assert "\n" not in text


def test_a_small_mdp_is_a_table_of_its_moves():
    page = reward_line((0, 2, 0, 9))._repr_html_()
    assert page.count("<tr>") == 1 + 3 * 2, "a header, and two moves of each state that is not terminal"
    assert "<tr><td>2<td>1<td>1<td>3<td>9<td>yes" in page
    long = reward_line(LONG[:1000])._repr_html_()
    assert long.count("<tr>") == 61
    assert "and 1,938 more outcomes" in long, "two moves of 999 states, less 60"


def test_an_evaluation_says_whether_it_is_exact():
    env = gym.make("RewardLine-v0")
    agent = agents.QLearning.for_env(env, gamma=0.8)
    agent.q = dp.policy_iteration(env.unwrapped.mdp, 0.8).q
    assert str(agents.evaluate(env, agent)) == "11 (exact)"
    sampled = agents.evaluate(env, agent, exact=False, episodes=2)
    assert str(sampled) == "11 (95 % interval 11 to 11, from 2 episodes)"
    assert sampled._repr_html_() == f"<pre>{sampled}</pre>"


def test_figures_are_the_pictures_of_their_axes():
    for axes in (plots.error_curve([1, 2], [1.0, 0.5]), sequence_tasks.plots.losses([{"step": 1, "loss": 1.0}])):
        picture = axes._repr_png_()
        assert picture.startswith(b"\x89PNG")
        size = struct.unpack(">II", picture[16:24])
        assert size == tuple(int(100 * inches) for inches in axes.figure.get_size_inches())


def test_a_bar_is_drawn_where_somebody_sees_it(monkeypatch):
    with bar(total=2, file=io.StringIO()) as nobody:
        assert nobody.disable
    monkeypatch.setitem(sys.modules, "ipykernel", types.ModuleType("ipykernel"))
    screen = io.StringIO()
    with bar(total=2, file=screen, unit="step") as shown:
        shown.update(2)
    assert "2/2" in screen.getvalue()

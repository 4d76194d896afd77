"""Whether an agent is right: bugs as one line, the tables that they lead to, and Python that is typed into a page."""

import importlib.util
from functools import partial
from pathlib import Path

import gymnasium
import numpy as np
import pytest

from agents import checkup
from rl_line import dp, reward_line
from rl_line.course import plain, typed
from rl_line.course.three_lines import BUGS, leads_to, train
from rl_line.line import PRESETS

PATH = Path(__file__).parents[2] / "examples" / "course" / "10_checkup.py"
LINE = reward_line()


def optimal(gamma=0.8, rewards=PRESETS["course"]["rewards"]):
    return dp.policy_iteration(reward_line(rewards), gamma).q[:3]


#: Tables of states 1 to 3 with gamma 0.8, from tables of 5 and without a time limit to speak of.
BY_HAND = {
    "none": optimal(),
    "truncation-as-termination": optimal(),
    "epsilon-inverted": optimal(),
    "argmin-policy": optimal(),
    "wrong-gamma": optimal(gamma=0.95),
    "terminal-reward-overridden": optimal(rewards=(0, 2, 0, -10)),
    "reward-clipped": optimal(rewards=(0, 1, 0, 1)),
    # The end pays 9 and 0.8 x 5 more.
    "terminal-bootstrap": optimal(rewards=(0, 2, 0, 13)),
    "done-inverted": [[0, 2], [0, 0], [2, 13]],
    "gamma-zero": [[0, 2], [0, 0], [2, 9]],
    # V(1) = 2 + 0.64 V(3), V(3) = 9 + 0.8 V(1): V(1) = 7.76 / 0.488.
    "episodes-stitched": optimal(rewards=(0, 2, 0, 9 + 0.8 * 7.76 / 0.488)),
    # The worst that follows state 2 is worth 2 in state 3; of state 2 and state 1, 0.
    "min-for-max": [[0, 2], [0, 1.6], [2, 9]],
    # m1 = 5, m2 = 5, m3 = 7.5 are the means.
    "mean-for-max": [[4, 6], [4, 6], [6, 9]],
    # Each state goes on from itself: V = r / (1 - 0.8), but for state 3, whose left is 2 + 0.8 x 10.
    "observation-aliased": [[8, 10], [0, 0], [10, 9]],
    # The largest of all is V(1) = 2 + 0.8 V(1) = 10.
    "max-over-wrong-axis": [[8, 10], [8, 8], [10, 9]],
    # The 2 is paid on leaving state 2: V(2) = 2 + 0.8 V(1), V(1) = 0.8 V(2).
    "reward-shifted": [[0.8 * 1.6 / 0.36, 1.6 / 0.36], [2 / 0.36, 2 / 0.36], [1.6 / 0.36, 0]],
}


@pytest.mark.parametrize("bug", BUGS)
def test_a_bug_leads_to_the_table_worked_by_hand(bug):
    found = leads_to(LINE, gamma=0.8, limit=30, start=5.0, **BUGS[bug])
    assert found[:3] == pytest.approx(np.array(BY_HAND[bug]), abs=1e-3)


@pytest.mark.parametrize("bug", BUGS)
def test_an_agent_learns_the_table_to_which_its_bug_leads(bug):
    env = gymnasium.make("RewardLine-v0", max_episode_steps=30)
    agent = train(env, gamma=0.8, steps=20_000, seed=0, start=5.0, **BUGS[bug])
    expected = leads_to(LINE, gamma=0.8, limit=30, start=5.0, **BUGS[bug])
    assert agent.q == pytest.approx(expected, abs=0.3 if bug == "argmin-policy" else 0.05)


def test_a_cut_counts_as_often_as_it_comes():
    # Evenly at random with limit 3, a second step right from 2 is cut in none of its visits, a third one always:
    # Q(3, left) is always learned where it is cut, so that it is 2, and nothing follows.
    found = leads_to(LINE, gamma=0.9, limit=3, epsilon=1.0, **BUGS["truncation-as-termination"])
    assert found[:3] == pytest.approx(np.array([[3.810, 5.645], [3.387, 5.4], [2, 9]]), abs=1e-3)


@pytest.mark.parametrize("bug", ["none", "min-for-max", "epsilon-inverted", "argmin-policy"])
def test_the_checkup_names_the_bug(bug):
    report = checkup(partial(train, **BUGS[bug]), budget=20, epsilon=0.3)
    assert report.suspects == ([] if bug == "none" else [bug])
    assert (report.verdict == "pass") == (bug == "none")


def test_the_plainest_agent_is_right():
    assert checkup(plain.train, budget=20, epsilon=0.3).verdict == "pass"


@pytest.mark.parametrize(
    ("source", "said"),
    [
        ("def train(env:\n", "line 1: SyntaxError"),
        ("x = 1\ny = z\n", "line 2: NameError: name 'z' is not defined"),
        ("x = 1\n", "there is no function train"),
        ("def train(env, **settings):\n    return env.nothing\n", "line 2: AttributeError"),
        ("raise SystemExit('no')", "line 1: SystemExit: no"),
        ("def train(env):\n    return 1\n", "unexpected keyword argument"),
    ],
)
def test_a_mistake_is_told_in_one_line(source, said):
    with pytest.raises(typed.TypedError, match=r"^[^\n]*$") as told, typed.mistakes("en"):
        checkup(typed.function(source, "train", "en"), budget=5)
    assert said in str(told.value)


def test_a_loop_that_never_ends_is_ended():
    said = r"linha \d: ainda rodava depois de 0.2 segundos"
    with pytest.raises(typed.TypedError, match=said), typed.mistakes("pt", seconds=0.2):
        typed.function("while True:\n    pass\n", "train", "pt")


def test_the_table_of_the_lesson_can_be_any_bug():
    spec = importlib.util.spec_from_file_location("lesson_10", PATH)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    _, defined = module.app.run(defs={"lang": "en"})
    assert set(defined["bug"].options.values()) == set(BUGS)
    assert defined["agent"].q[2, 1] == pytest.approx(13), "it goes on from the end, which is worth 5"

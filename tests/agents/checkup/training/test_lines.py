"""Lines behave as their table says, and cut episodes off at their limit."""

import warnings

import numpy as np
import pytest
from gymnasium.error import ResetNeeded
from gymnasium.vector import AutoresetMode
from support.checkup_cases import A, B, C

from agents.checkup.rules.experience import Trace
from agents.checkup.training.lines import LINES, SHOWN_THE_END, Line, probe, probe_lanes
from rl_line.dp import policy_iteration

#: Three steps to the right end it at its limit, where it looks like state 2.
T = Line("T", (-1, -2, 1.5, 8.5), (1, 0, 0, 0), 0.8, 3, end_shown_as=1)


def test_a_probe_tells_its_time_limit_to_agents_that_ask():
    assert probe(B).spec.max_episode_steps == B.limit == 2


@pytest.mark.parametrize("make", [probe, lambda line: probe_lanes(line, AutoresetMode.NEXT_STEP)])
def test_a_probe_has_nothing_to_draw_for_trainers_that_ask(make):
    env = make(B)
    env.reset(seed=3)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # that it has no render mode
        assert env.render() is None


def test_a_probe_shows_the_end_as_another_state_and_cuts_at_its_limit():
    env = probe(T)
    env.reset(seed=3)
    seen = [env.step(1)[:4] for _ in range(3)]
    assert seen == [(1, -2.0, False, False), (2, 1.5, False, False), (1, 8.5, True, True)]
    with pytest.raises(ResetNeeded):
        env.step(1)
    assert (env.resets, env.after_end, [step.reset for step in env.steps]) == ([3], 1, [True, False, False])
    assert Trace.of(env.rows).counts((4, 2))[:3].tolist() == [[0, 1], [0, 1], [0, 1]]


def test_episodes_begin_where_the_line_says():
    env, begun = probe(C), set()
    for seed in range(30):
        begun.add(env.reset(seed=seed)[0])
    assert begun == {1, 2}


def test_lanes_do_not_count_steps_that_only_reset():
    line = Line("L", (0, 2, 0, 9), (1, 0, 0, 0), 0.8, 100)
    env = probe_lanes(line, AutoresetMode.NEXT_STEP, lanes=2)
    env.reset()
    for _ in range(4):
        env.step(np.array([1, 0]))
    assert Trace.of(env.rows).counts((4, 2)).tolist() == [[4, 1], [0, 1], [0, 1], [0, 0]], (
        "the first lane's fourth step only resets it"
    )


@pytest.mark.parametrize("line", LINES, ids=lambda line: line.id)
def test_a_line_and_its_mirror_image_differ_in_nothing_else(line):
    exact = [policy_iteration(one.mdp, one.gamma).q[~one.mdp.terminal] for one in (line, line.mirrored)]
    np.testing.assert_allclose(exact[0], exact[1][::-1, ::-1])
    np.testing.assert_array_equal(line.mdp.start, line.mirrored.mdp.start[::-1])
    assert line.mirrored.shown.tolist() == (len(line.shown) - 1 - line.shown[::-1]).tolist()


def test_the_values_of_the_first_line_are_by_hand():
    # It goes to and fro between 1 and 2: v1 = 0.7 v2, v2 = -1.5 + 0.7 v1, so v1 = -1.05 / 0.51 and v2 = -1.5 / 0.51.
    # 3 left: 0.7 v2, right: -3; 1 left: -1.5 + 0.7 v1; 2 right: -2 + 0.7 v3.
    v1, v2 = -1.05 / 0.51, -1.5 / 0.51
    expected = [(-1.5 + 0.7 * v1, v1), (v2, -2 + 0.7 * 0.7 * v2), (0.7 * v2, -3)]
    assert policy_iteration(A.mdp, A.gamma).q[:3] == pytest.approx(np.array(expected))


def test_the_line_that_tells_has_its_other_action_where_the_end_looks_like():
    # Left for ever is worth 1 / (1 - 0.8) from the first two states; right is worth 9 in the third.
    q = policy_iteration(SHOWN_THE_END.mdp, SHOWN_THE_END.gamma).q[:3]
    assert q.max(axis=1) == pytest.approx([5, 5, 9])
    assert q.argmax(axis=1).tolist() == [0, 0, 1]

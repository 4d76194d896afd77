"""Slow learners that show only actions are told from bugs."""

from functools import partial

import numpy as np
import pytest
from mutants.registry import own
from policy_cases import COURSE, SOME, Growing, acting, behaviour_of, hidden

import agents
from agents import sample_average
from agents.checkup import SUSPECTED, UNCLEAR, checkup
from agents.checkup.conduct import explanations
from agents.checkup.evidence import judge
from agents.checkup.fingerprints import FINGERPRINTS
from agents.checkup.naming import Suspect
from agents.checkup.policies import ask_policy
from agents.checkup.probes import SETTINGS, Setting
from agents.checkup.slowness import FORGETTING, STEP_SIZES, TURN, TURNING, TurningLine, forgets, growing, seems_slow
from agents.checkup.telling import right
from agents.checkup.trainings import Trainer
from agents.policies import EpsilonGreedy


def counts_of(times):
    return np.array([[times, times]] * 3 + [[0, 0]])


def test_values_grow_to_what_is_right_by_their_targets():
    problem = COURSE.problem(acting=np.array([[0, 1]] * 3 + [[1, 0]], dtype=float))  # always right
    times = 1_000
    q = growing(problem, counts_of(times), 1)
    # In state 3 right pays 9 and ends: what is not yet learned of it shrinks with every try, as exp(-a k).
    np.testing.assert_allclose(q[:, 2, 1], 9 * (1 - np.exp(-STEP_SIZES * times)))
    np.testing.assert_allclose(q[-1, :3], right(problem)[:3], rtol=1e-3)
    # At first only what is paid within the window is learned: 2 for one step right from state 1, of three steps
    # 2 + 0.8 x 0 + 0.64 x 9 = 7.76; left, back in state 1, 0 + 0.8 x 2 + 0.64 x 0 = 1.6.
    one, three = (growing(problem, counts_of(times), n)[0, 0] / (STEP_SIZES[0] * times) for n in (1, 3))
    np.testing.assert_allclose(one, [0, 2], atol=1e-3)
    np.testing.assert_allclose(three, [1.6, 7.76], rtol=1e-3)


def test_under_hubers_loss_a_value_moves_by_no_more_than_its_step_size():
    problem = COURSE.problem(acting=np.array([[0, 1]] * 3 + [[1, 0]], dtype=float))
    q = growing(problem, counts_of(100), 1, huber=True)[:, 2, 1]
    far = STEP_SIZES * 100 < 8  # 9 is more than 1 away
    np.testing.assert_allclose(q[far], STEP_SIZES[far] * 100)
    assert q[-1] == pytest.approx(9)


def test_a_window_ends_where_it_is_cut_off():
    always_right = np.array([[0, 1]] * 3 + [[1, 0]], dtype=float)
    cut = Setting("Y", "the course's line", {"start": (1, 0, 0, 0)}, limit=2).problem(acting=always_right)
    q = growing(cut, counts_of(50), 3)[0] / (STEP_SIZES[0] * 50)
    # The second step, in state 2, is always the last: right pays 0, and nothing more is seen, though 0.8 x 9 follows.
    assert q[1, 1] == pytest.approx(0, abs=1e-3)
    assert q[0, 1] == pytest.approx(2 + 0.8 * 0, abs=1e-3)


@pytest.mark.parametrize(
    ("alpha", "initial", "forgotten"),
    [
        (0.1, 0, True),
        (0.05, 0, True),
        (1e-3, 0, False),
        (sample_average, 0, False),
        (2e-4, 5, False),
        (1e-3, -5, False),
    ],
)
def test_only_who_learns_fast_enough_forgets(alpha, initial, forgotten):
    trainer = Trainer(partial(own, alpha=alpha, initial_value=initial, policy=EpsilonGreedy(0.3)), 60.0)
    assert forgets(trainer, seed=0) is forgotten
    assert trainer.longest == 0  # what it took there says nothing of other lines


def test_who_has_no_time_to_forget_does_not():
    trainer = Trainer(partial(own, alpha=0.1, policy=EpsilonGreedy(0.3)), 60.0, seconds_per_step=1.0)
    assert not forgets(trainer, seed=0)


def test_rewards_turn():
    env = TurningLine(TURNING)
    env.reset(seed=0)
    rewards = []
    for _ in range(FORGETTING):
        _, reward, terminated, truncated, _ = env.step(0)  # left: from states 1 and 2 into state 1, from 3 into 2
        rewards.append(round(reward, 6))
        if terminated or truncated:
            env.reset()
    assert set(rewards[:TURN]) == {0.0, -9.0}
    assert set(rewards[TURN:]) == {0.0, 0.09}


@pytest.mark.parametrize("bug", SOME)
def test_a_bug_does_otherwise_than_values_that_grow(bug):
    seen = acting(FINGERPRINTS[bug][0])
    assert not seems_slow(seen, explanations(seen)[0])


def test_who_is_sure_where_a_bug_has_no_preference_is_slow():
    # Left or right of state 2 of P1, and of state 1 of P2, nothing is paid: who looks no move ahead takes either.
    no_future = FINGERPRINTS["gamma-zero"][0]
    at_rest, growing_slowly = acting(no_future), acting(lambda p: no_future(p) + 0.01 * right(p))
    assert [seen[k].done[0][2 - 1 - k] for seen in (at_rest, growing_slowly) for k in (0, 1)] == [0, 0, 1, 1]
    for seen, slow in ((at_rest, False), (growing_slowly, True)):
        named = explanations(seen)
        assert named[0].bug == "gamma-zero"
        assert seems_slow(seen, named[0]) is slow


SLOW = [agents.ExpectedSarsa, agents.NStepQ, agents.SarsaLambda, agents.QLambda, agents.MonteCarlo, agents.DynaQ]


@pytest.mark.parametrize("kind", [SLOW[0], *(pytest.param(kind, marks=pytest.mark.slow) for kind in SLOW[1:])])
def test_no_kind_of_slow_learner_is_accused(kind, seconds_per_step):
    seconds_per_step[0] = 3e-4
    train = hidden(partial(own, kind=kind, alpha=1e-5, policy=EpsilonGreedy(0.1)))
    assert checkup(train, learns="on-policy", seeds=(4104, 4204, 4304)).verdict == UNCLEAR


#: What only one kind of growth explains of somebody who does the worse thing 19 times in 20, and so learns it sooner.
SLOWLY = {
    # Left pays 2, right 100: by squares 19 x 2 < 100, but under Huber's loss each visit moves either as far.
    "Huber's loss": (Setting("H", "", {"rewards": (2, 100, 0), "start": (1, 0, 0)}, gamma=0.01, limit=1), [0, 1, 0]),
    # Right in state 1 pays nothing at once, and about a tenth of what left does within three steps.
    "several steps": (Setting("N", "", {"rewards": (0.5, 0, 0.05), "start": (0.5, 0.5, 0)}), [1, 1, 0]),
}


@pytest.mark.parametrize("kind", SLOWLY)
def test_slow_growth_of_each_kind_is_known(kind):
    assert seems_slow([behaviour_of(*SLOWLY[kind])], Suspect("gamma-zero", 0.0))


@pytest.mark.parametrize(
    ("slow", "forgotten", "verdict"), [(False, False, SUSPECTED), (True, False, UNCLEAR), (True, True, SUSPECTED)]
)
def test_who_seems_slow_is_accused_only_if_it_forgets(monkeypatch, slow, forgotten, verdict):
    monkeypatch.setitem(ask_policy.__globals__, "seems_slow", lambda *_: slow)
    monkeypatch.setitem(ask_policy.__globals__, "forgets", lambda *_, **__: forgotten)
    trainer = Growing({0: 0.5, 1: 0.5}, 5)
    first = judge(SETTINGS[0], [trainer.run(SETTINGS[0], 0, 1_000)], learns="optimal")
    (check, *_), named, _ = ask_policy(trainer, first, seeds=(0, 1))
    assert (check.verdict, bool(named)) == (verdict, verdict == SUSPECTED), check.evidence

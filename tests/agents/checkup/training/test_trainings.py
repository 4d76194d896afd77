"""Somebody's training is run, counted, stopped from inside where it would not end, and blamed by name."""

from contextlib import suppress
from types import SimpleNamespace

import numpy as np
import pytest
from gymnasium.error import ResetNeeded
from support.checkup_cases import COURSE, RIGHT_AGENT, A, explore

from agents.checkup.training import trainings
from agents.checkup.training.trainings import EXCESS, OutOfTimeError, Trainer


def test_steps_are_counted_over_all_trainings():
    trainer = Trainer(RIGHT_AGENT, 60.0, most=5_000)
    run = trainer.run(A, seed=3, steps=2_000)
    assert (run.seed, run.steps, len(run.trace), run.resets[0], trainer.steps) == (3, 2_000, 2_000, 3, 2_000)
    assert trainer.affords(3_000)
    assert not trainer.affords(3_001)


def test_another_training_may_hide_its_values():
    run = Trainer(RIGHT_AGENT, 60.0, by_actions=True).run(A, seed=0, steps=200)
    assert (run.learned.q, run.learned.values) == (None, None)
    assert run.learned.greedy.shape == (4,)


def ends_never(env, *, gamma, steps, seed):
    while True:
        explore(env, 100, seed)


def swallows_all(env, *, gamma, steps, seed):
    """Catches every exception in its loop, as some do to go on whatever happens."""
    while True:
        with suppress(Exception):
            explore(env, 100, seed)


@pytest.mark.parametrize("train", [ends_never, swallows_all])
def test_a_training_that_never_ends_is_stopped_from_inside(train):
    trainer = Trainer(train, float("inf"))
    with pytest.raises(OutOfTimeError, match=rf"stopped after {EXCESS * 50 + 1_000} steps: .* s a step"):
        trainer.run(A, seed=0, steps=50)
    assert trainer.steps == EXCESS * 50 + 1_000


def test_a_training_that_never_ends_is_told_of_its_steps():
    with pytest.raises(OutOfTimeError, match=r"more steps than the 50 it was given; let it `yield` its agent"):
        Trainer(ends_never, float("inf")).run(A, seed=0, steps=50)


def test_a_training_returns_its_agent_beside_what_it_noted():
    agent = SimpleNamespace(q=np.zeros((4, 2)))
    run = Trainer(lambda env, *, gamma, steps, seed: (agent, [1.0, 2.0]), 60.0).run(A, seed=0, steps=50)
    assert run.agent is agent


def test_a_training_that_is_too_slow_is_stopped_when_the_time_is_over(monkeypatch):
    now = [0.0]
    monkeypatch.setattr(trainings.time, "perf_counter", lambda: now[0])

    def slow(env, *, gamma, steps, seed):
        env.reset(seed=seed)
        for _ in range(steps):
            now[0] += 12.0
            *_, ended, cut, _ = env.step(0)
            if ended or cut:
                env.reset()

    trainer = Trainer(slow, 60.0)
    with pytest.raises(OutOfTimeError, match=r"the time was over \(1[2-5] s a step\)"):
        trainer.run(A, seed=0, steps=1_000)
    assert trainer.steps == 5


def test_a_training_of_episodes_may_take_more_steps_than_asked():
    def episodes(env, *, gamma, steps, seed):
        explore(env, 3 * steps, seed)
        return SimpleNamespace(q=np.zeros((4, 2)))

    assert len(Trainer(episodes, 60.0).run(A, seed=0, steps=100).trace) == 300


def by_episodes(env, *, gamma, steps, seed, ends=False):
    """Yields its agent at first and after every episode, and trains for ever."""
    rng, agent = np.random.default_rng(seed), SimpleNamespace(q=np.zeros((4, 2)))
    yield agent
    while True:
        state, done = env.reset(seed=seed)[0], False
        while not done:
            action = int(rng.integers(2))
            following, _, ended, cut, _ = env.step(action)
            agent.q[state, action] += 1  # counts its steps
            state, done = following, ended or cut
        yield agent
        if ends:
            return


def test_a_generator_is_stopped_after_its_steps():
    run = Trainer(by_episodes, 60.0).run(COURSE, seed=0, steps=500)
    assert len(run.trace) == 500
    assert run.learned.q.sum() in (499, 500), "the agent is as it was then"


def test_a_generator_that_ends_by_itself_is_read():
    def once(env, **how):
        yield from by_episodes(env, ends=True, **how)

    run = Trainer(once, 60.0).run(COURSE, seed=0, steps=500)
    assert 0 < len(run.trace) < 500


def test_a_generator_that_yields_nothing_is_told_to_return_its_agent():
    def nothing(env, *, gamma, steps, seed):
        explore(env, steps, seed)
        yield from ()

    with pytest.raises(TypeError, match="train returned None"):
        Trainer(nothing, 60.0).run(A, seed=0, steps=50)


def test_a_training_that_fails_tells_on_which_line():
    def fails(env, *, gamma, steps, seed):
        raise ZeroDivisionError("a bug of its own")

    with pytest.raises(
        RuntimeError, match=r"train raised ZeroDivisionError on line A, of 4 states, .*: a bug of its own"
    ):
        Trainer(fails, 60.0).run(A, seed=0, steps=50)


def test_a_step_after_the_end_says_where():
    def goes_on(env, *, gamma, steps, seed):
        env.reset(seed=seed)
        for _ in range(steps):
            env.step(1)

    with pytest.raises(ResetNeeded, match=r"In step \d it acts in state 4, where the episode had terminated\."):
        Trainer(goes_on, 60.0).run(A, seed=0, steps=50)
    with pytest.raises(ResetNeeded, match="It was never reset"):
        Trainer(lambda env, **how: env.step(1), 60.0).run(A, seed=0, steps=50)

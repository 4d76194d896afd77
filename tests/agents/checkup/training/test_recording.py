"""Recording environments record all steps and resets, and change nothing."""

import multiprocessing
import pickle
from copy import deepcopy

import gymnasium as gym
import numpy as np
import pytest
from gymnasium.error import ResetNeeded
from gymnasium.vector import AutoresetMode

from agents import QLearning, interact, train
from agents.checkup.training.recording import Recording, RecordingLanes, Step

LEFT, RIGHT = 0, 1


def line(limit=100, **settings):
    return gym.make("rl_line:RewardLine-v0", max_episode_steps=limit, **settings)


def lanes(mode, limit=100, **settings):
    return RecordingLanes(
        gym.make_vec("rl_line:RewardLine-v0", 2, max_episode_steps=limit, autoreset_mode=mode, **settings)
    )


def test_an_episode_is_written_down_as_by_hand():
    env = Recording(line())
    env.reset(seed=5)
    for action in (RIGHT, LEFT, RIGHT, RIGHT, RIGHT):
        env.step(action)
    env.reset()
    env.step(LEFT)
    assert env.steps == [
        Step(0, RIGHT, 2.0, 1, False, False, True),
        Step(1, LEFT, 0.0, 0, False, False, False),
        Step(0, RIGHT, 2.0, 1, False, False, False),
        Step(1, RIGHT, 0.0, 2, False, False, False),
        Step(2, RIGHT, 9.0, 3, True, False, False),
        Step(0, LEFT, 0.0, 0, False, False, True),
    ]
    assert env.resets == [5, None]
    assert env.after_end == 0


def test_truncation_is_no_end():
    env = Recording(line(limit=2))
    env.reset()
    env.step(LEFT)
    env.step(LEFT)
    assert [(step.terminated, step.truncated) for step in env.steps] == [(False, False), (False, True)]


def test_steps_after_the_end_are_counted():
    env = Recording(line(limit=1).unwrapped)
    with pytest.raises(ResetNeeded):
        env.step(RIGHT)
    env.reset()
    for _ in range(3):
        env.step(RIGHT)
    for _ in range(2):
        with pytest.raises(ResetNeeded):
            env.step(RIGHT)
    assert (env.after_end, len(env.steps)) == (3, 3)
    cut = Recording(line(limit=1))
    cut.reset()
    cut.step(LEFT)
    cut.step(LEFT)  # a time limit stops nobody
    assert (cut.after_end, len(cut.steps)) == (1, 1)


def test_what_a_learner_learns_from_is_what_was_recorded():
    seen = {}
    for wrap in (lambda env: env, Recording):
        env = wrap(line(limit=7, slip=0.3))
        agent = QLearning(4, 2, seed=1)
        seen[wrap] = [tuple(t)[:6] for t in interact(env, agent, steps=200, seed=2)]
    plain, recorded = seen.values()
    assert plain == recorded
    assert plain == [tuple(step)[:6] for step in env.steps]
    assert env.resets == [2] + [None] * (len(env.resets) - 1)
    assert sum(step.reset for step in env.steps) == len(env.resets) - (
        env.steps[-1].terminated or env.steps[-1].truncated
    )


@pytest.mark.parametrize("mode", AutoresetMode)
def test_lanes_are_written_down_as_by_hand(mode):
    env = lanes(mode)
    env.reset(seed=5)
    for actions in ([RIGHT, LEFT], [RIGHT, LEFT], [RIGHT, RIGHT]):
        env.step(np.array(actions))
    if mode == AutoresetMode.NEXT_STEP:
        env.step(np.array([RIGHT, RIGHT]))  # resets lane 0, whose action counts for nothing
    if mode == AutoresetMode.DISABLED:
        env.reset(options={"reset_mask": np.array([True, False])})
    env.step(np.array([LEFT, LEFT]))
    first = [step[:7] for step in env.steps if step.lane == 0]
    assert first == [
        (0, RIGHT, 2.0, 1, False, False, True),
        (1, RIGHT, 0.0, 2, False, False, False),
        (2, RIGHT, 9.0, 3, True, False, False),
        (0, LEFT, 0.0, 0, False, False, True),
    ]
    second = [(step.observation, step.action, step.next_observation, step.reset) for step in env.steps if step.lane]
    extra = [(1, RIGHT, 2, False), (2, LEFT, 1, False)] if mode == AutoresetMode.NEXT_STEP else [(1, LEFT, 0, False)]
    assert second == [(0, LEFT, 0, True), (0, LEFT, 0, False), (0, RIGHT, 1, False), *extra]
    assert env.resets == ([5, None] if mode == AutoresetMode.DISABLED else [5])
    assert env.after_end == 0


def test_finished_lanes_that_are_stepped_are_counted():
    env = lanes(AutoresetMode.DISABLED, limit=1)
    env.reset()
    env.step(np.array([LEFT, LEFT]))
    with pytest.raises(ResetNeeded):
        env.step(np.array([LEFT, LEFT]))
    assert (env.after_end, len(env.steps)) == (2, 2)


@pytest.mark.parametrize("mode", AutoresetMode)
def test_what_a_learner_learns_from_in_lanes_is_what_was_recorded(mode):
    env = lanes(mode, limit=7, slip=0.3)
    batches = list(interact(env, QLearning(4, 2, seed=1), steps=100, seed=2))
    rows = [row for batch in batches for row in zip(*(part.tolist() for part in batch[:6]), strict=True)]
    assert rows == [step[:6] for step in env.steps]
    assert {step.lane for step in env.steps} == {0, 1}


@pytest.mark.parametrize("many", [False, True])
def test_an_agent_that_writes_into_observations_is_seen(many):
    env = lanes(AutoresetMode.NEXT_STEP) if many else Recording(gym.wrappers.FlattenObservation(line()))
    observation, _ = env.reset()
    kept = env.step(np.array([RIGHT, RIGHT]) if many else RIGHT)[0]
    assert env.mutated == []
    kept[...] = 0
    ((now, then),) = env.mutated
    assert now is kept
    assert np.array_equal(then, [1, 1] if many else [0, 1, 0, 0])
    assert np.array_equal(np.stack([step.next_observation for step in env.steps]), [1, 1] if many else [[0, 1, 0, 0]])
    observation[...] = 1
    assert len(env.mutated) == 2
    env.step(np.array([RIGHT, RIGHT]) if many else RIGHT)
    shown = [step.observation for step in env.steps]
    assert np.array_equal(shown[-1], 1 if many else [0, 1, 0, 0]), "the record keeps what was shown"


def test_an_environment_that_changes_its_own_arrays_is_not_the_agents_fault():
    env = Recording(gym.wrappers.TransformObservation(line(), _InOneArray(), gym.spaces.Box(0, 9, (1,), np.int64)))
    env.reset()
    for action in (RIGHT, RIGHT, RIGHT):
        env.step(action)
    assert env.mutated == []
    assert [int(step.observation[0]) for step in env.steps] == [0, 1, 2]


class _InOneArray:
    def __init__(self):
        self.array = np.zeros(1, np.int64)

    def __call__(self, observation):
        self.array[0] = observation
        return self.array


def test_training_is_the_same_with_a_record():
    tables = []
    for wrap in (lambda env: env, Recording):
        agent = QLearning(4, 2, seed=3)
        train(wrap(line()), agent, steps=500, seed=4)
        tables.append(agent.q)
    assert np.array_equal(*tables)


MODES = (AutoresetMode.NEXT_STEP, AutoresetMode.SAME_STEP)


@pytest.mark.parametrize("made", [lambda: Recording(line()), *(lambda mode=mode: lanes(mode) for mode in MODES)])
def test_an_environment_pickled_in_this_process_is_still_recorded(made):
    env = made()
    again = pickle.loads(pickle.dumps(env))
    assert again is env


def test_a_deep_copy_is_another_environment_pickled_or_not():
    env = Recording(line())
    env.reset(seed=5)
    copied = deepcopy(env)
    copied.step(RIGHT)
    assert (len(env.rows), len(copied.rows), copied.resets) == (0, 1, [5])
    assert pickle.loads(pickle.dumps(copied)) is copied


def _steps_in_a_worker(pickled):
    env = pickle.loads(pickled)
    env.reset(seed=5)
    env.step(RIGHT)
    return env.rows


@pytest.mark.parametrize("start", ["fork", "spawn"])
def test_a_worker_steps_a_copy_of_which_nothing_is_recorded_here(start):
    if start not in multiprocessing.get_all_start_methods():
        pytest.skip(f"no {start} here")
    env = Recording(line())
    with multiprocessing.get_context(start).Pool(1) as pool:
        assert pool.apply(_steps_in_a_worker, (pickle.dumps(env),)) == [(0, RIGHT, 2.0, 1, False, False, True, 0)]
    assert env.rows == []


def test_a_recorded_environment_of_long_ago_is_not_found_for_a_new_one():
    env = Recording(line())
    pickled = pickle.dumps(env)
    del env
    other = Recording(line())
    assert pickle.loads(pickled) is not other

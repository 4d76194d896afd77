"""RewardLine-v0 as others use it: made by name, checked, copied, rebuilt, in this process or another."""

import copy
import inspect
import json
import os
import pickle
import subprocess
import sys
import warnings
from pathlib import Path

import gymnasium as gym
import numpy as np
import pytest
from gymnasium.envs.registration import EnvSpec
from gymnasium.utils.env_checker import check_env
from hypothesis import given, settings
from hypothesis import strategies as st

import rl_line
from rl_line import LEFT, PRESETS
from rl_line.env import RewardLineEnv

NOISY = {"rewards": [1, 2, 3, 4], "start": [0.25, 0.75, 0, 0], "slip": 0.25, "reward_noise": 1, "step_reward": -1}


def trajectory(seed):
    """Sixty steps of a noisy line, as numbers."""
    import gymnasium

    env = gymnasium.make("rl_line:RewardLine-v0", slip=0.25, reward_noise=1, start=(0.5, 0.25, 0.25, 0))
    seen = [env.reset(seed=seed)[0]]
    for t in range(60):
        observation, reward, terminated, truncated, info = env.step(t * t % 3 % 2)
        seen += [observation, reward, terminated, info["prob"]]
        if terminated or truncated:
            seen.append(env.reset()[0])
    return seen


def go_on(env):
    """Forty more steps of an episode under way, with everything that they return."""
    seen = []
    for t in range(40):
        step = env.step(t % 2)
        seen += [step, env.reset()] if step[2] or step[3] else [step]
    return seen


def run_python(code, folder):
    root = str(Path(rl_line.__file__).parents[1])
    environment = {**os.environ, "PYTHONPATH": root, "PYTHONHASHSEED": "1"}
    done = subprocess.run([sys.executable, "-c", code], cwd=folder, env=environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.mark.parametrize("code", ["import rl_line; ID = 'RewardLine-v0'", "ID = 'rl_line:RewardLine-v0'"])
def test_a_fresh_process_makes_it_by_name(code, tmp_path):
    code += "; import gymnasium as gym; e = gym.make(ID); print(e.observation_space.n, e.spec.max_episode_steps)"
    assert run_python(code, tmp_path) == "4 100\n"


def test_the_same_seed_gives_the_same_trajectory_in_another_process(tmp_path):
    code = inspect.getsource(trajectory) + "\nimport json; print(json.dumps(trajectory(7)))"
    assert json.loads(run_python(code, tmp_path)) == trajectory(7)
    assert trajectory(7) != trajectory(8)


def test_the_episode_is_truncated_after_a_hundred_steps():
    env = gym.make("RewardLine-v0")
    env.reset()
    ends = [env.step(LEFT)[2:4] for _ in range(100)]
    assert ends == [(False, False)] * 99 + [(False, True)]


@pytest.mark.parametrize("keywords", [*PRESETS.values(), NOISY], ids=[*PRESETS, "noisy"])
def test_gymnasium_finds_nothing_wrong(keywords, monkeypatch):
    monkeypatch.setenv("SDL_VIDEODRIVER", "dummy")
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        check_env(gym.make("RewardLine-v0", **keywords).unwrapped)


@st.composite
def lines(draw):
    """Keywords of a random line."""
    number = st.floats(-100, 100)
    rewards = draw(st.lists(number, min_size=2, max_size=9))
    states = range(len(rewards))
    terminals = draw(st.sets(st.sampled_from(states), max_size=len(rewards) - 1))
    free = [float(s not in terminals) for s in states]
    return {
        "rewards": rewards,
        "terminals": sorted(terminals),
        "start": draw(st.sampled_from([free.index(1), (np.array(free) / sum(free)).tolist()])),
        "slip": draw(st.sampled_from([0, 1]) | st.floats(0, 1)),
        "step_reward": draw(number),
        "reward_noise": draw(st.just(0) | number),
        "mirror": draw(st.booleans()),
    }


@settings(max_examples=40, deadline=None, derandomize=True)
@given(lines())
def test_gymnasium_finds_nothing_wrong_with_random_lines(keywords):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        check_env(gym.make("RewardLine-v0", **keywords).unwrapped, skip_render_check=True)


@pytest.mark.parametrize("copied", [copy.deepcopy, lambda env: pickle.loads(pickle.dumps(env))], ids=["copy", "pickle"])
def test_a_copy_in_mid_episode_goes_on_identically(copied):
    env = gym.make("RewardLine-v0", max_episode_steps=30, **NOISY)
    env.reset(seed=3, options={"state": 1})
    env.step(LEFT)
    twin = copied(env)
    assert twin.unwrapped.s == env.unwrapped.s
    assert twin.unwrapped.P == env.unwrapped.P
    for name in ("successor", "probability", "reward", "terminal", "start"):  # the env would not see them change
        assert not getattr(twin.unwrapped.mdp, name).flags.writeable
    assert go_on(twin) == go_on(env)


@pytest.mark.parametrize("rebuilt", [lambda spec: spec, lambda spec: EnvSpec.from_json(spec.to_json())])
def test_the_spec_rebuilds_the_environment(rebuilt):
    keywords = {**NOISY, "rewards": (1, 2, 3, 4), "terminals": (-1,), "mirror": True}
    env = gym.make("RewardLine-v0", max_episode_steps=17, render_mode="ansi", **keywords)
    twin = gym.make(rebuilt(env.spec))
    assert (twin.spec.max_episode_steps, twin.render_mode) == (17, "ansi")
    assert twin.unwrapped.P == env.unwrapped.P
    assert twin.unwrapped.initial_state_distrib.tolist() == [0, 0, 0.75, 0.25]
    assert (twin.reset(seed=5), go_on(twin)) == (env.reset(seed=5), go_on(env))


def test_everything_returned_is_a_plain_python_value():
    env = RewardLineEnv(**NOISY)
    observation, info = env.reset(seed=0)
    assert (type(observation), type(info["prob"])) == (int, float)
    for step in [step for step in go_on(env) if len(step) == 5]:
        assert [type(value) for value in step] == [int, float, bool, bool, dict]
        assert type(step[4]["prob"]) is float

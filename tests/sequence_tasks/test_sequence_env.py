"""Sequence tasks as environments: the same data and the same errors as the data sets."""

import copy
import pickle
import re
import runpy
import subprocess
import sys
import tracemalloc
import warnings
from pathlib import Path

import gymnasium as gym
import numpy as np
import pytest
from gymnasium.envs.registration import EnvSpec
from gymnasium.error import InvalidAction, ResetNeeded
from gymnasium.utils.env_checker import check_env
from support.pictures import assert_shows

import agents
import sequence_tasks
from sequence_tasks import Chain, Differences, Log, SequenceEnv, SequenceTask, Series, Standardise, as_series
from sequence_tasks.evaluation import naive
from sequence_tasks.series import TASKS

IDS = sorted(TASKS)
SHIPPED = {"AirPassengers-v0", "CO2-v0", "MackeyGlass-v0", "NextDigit-v0", "NextInteger-v0", "SeriesWindow-v0"}
SHIPPED |= {"Sunspots-v0"}
SETTINGS = {
    "plain": {},
    "fed back": {"feedback": True},
    "every": {"targets": "every", "length": 4},
    "path": {"targets": "path", "horizon": 3},
    "further": {"horizon": 2},
    "anywhere": {"random_start": True},
    "test": {"part": "test"},
    "validation": {"part": "validation"},
}


def episode(env, predict):
    """Observations, rewards and infos of one episode."""
    observation, info = env.reset()
    seen = [(observation, 0.0, info)]
    done = False
    while not done:
        observation, reward, terminated, truncated, info = env.step(predict(seen[-1][0]))
        done = terminated or truncated
        seen.append((observation, reward, info))
    return zip(*seen, strict=True)


def test_every_name_is_registered():
    assert sorted(name for name, spec in gym.registry.items() if str(spec.entry_point).startswith("sequence")) == IDS
    assert set(IDS) >= SHIPPED


@pytest.mark.parametrize("settings", SETTINGS)
@pytest.mark.parametrize("name", IDS)
def test_gymnasium_finds_nothing_wrong(name, settings):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        check_env(gym.make(name, **SETTINGS[settings]).unwrapped)


@pytest.mark.parametrize("name", IDS)
def test_the_spec_rebuilds_the_environment(name):
    env = gym.make(name, part="test")
    twin = gym.make(EnvSpec.from_json(env.spec.to_json()))
    np.testing.assert_array_equal(twin.reset()[0], env.reset()[0])


@pytest.mark.parametrize("name", [name for name in IDS if name != "NextDigit-v0"])
@pytest.mark.parametrize("targets", ["ahead", "every", "path"])
def test_minus_the_mean_reward_is_the_mean_absolute_error_of_the_data_set(name, targets):
    settings = {"targets": targets, "horizon": 2 if targets == "path" else 1, "part": "test"}
    env = gym.make(name, **settings)
    shape = env.action_space.shape
    bound = np.float32(env.unwrapped.task.bound)

    def predict(window):
        """Any function of the window, [L, F] -> the targets' shape."""
        return (0.5 * np.resize(window[::-1] ** 2 + window[-1], shape)).astype(np.float32)

    _, rewards, _ = episode(env, predict)
    data = env.unwrapped.task.windows("test")
    predicted = np.stack([predict(window / bound) * bound for window in data.inputs])
    assert len(rewards) - 1 == len(data.inputs)
    assert -np.mean(rewards[1:]) == pytest.approx(np.abs(predicted - data.targets).mean(dtype=np.float64), rel=1e-6)


def test_observations_are_the_windows_and_infos_tell_the_target_afterwards():
    task = SequenceTask(as_series("air_passengers"), 13, train=72, validation=24)
    env = SequenceEnv(task, part="test")
    observations, rewards, infos = episode(env, lambda window: window[-1])
    data, bound = task.windows("test"), np.float32(task.bound)
    np.testing.assert_array_equal(np.stack(observations[:-1]) * bound, data.inputs)
    np.testing.assert_array_equal(observations[-1] * bound, as_series("air_passengers").values[-13:])
    assert infos[0] == {}
    np.testing.assert_array_equal(np.stack([info["target"] for info in infos[1:]]) * bound, data.targets)
    assert [info["time"] for info in infos[1:]] == list(range(96, 144))
    assert rewards[1] == -abs(315 - 306)  # January 1957 after December 1956


def test_a_value_at_a_time_is_a_window_of_one():
    env = gym.make("NextInteger-v0", length=1, transform=Chain(), part="test")
    observations, rewards, _ = episode(env, lambda window: window[0] + np.float32(1 / 256))
    assert env.unwrapped.task.bound == 256, "60 is the largest of the train part"
    assert [observation.item() * 256 for observation in observations] == list(range(80, 101))
    assert set(rewards) == {0}


def test_predictions_are_fed_back():
    # What is seen last, and one more: from 80 on exactly right, from then on by memory.
    right = gym.make("NextInteger-v0", length=2, transform=Chain(), part="test", feedback=True)
    observations, rewards, _ = episode(right, lambda window: window[-1] + np.float32(1 / 256))
    assert set(rewards) == {0}
    # Half as much each time: 80, then 40, 20, 10 where 81, 82, 83 are true.
    wrong = gym.make("NextInteger-v0", length=2, transform=Chain(), part="test", feedback=True)
    for _ in range(2):  # a second episode starts from the true values again
        observations, rewards, _ = episode(wrong, lambda window: window[-1] / 2)
        assert [(256 * window[:, 0]).tolist() for window in observations[:4]] == [
            [79, 80],
            [80, 40],
            [40, 20],
            [20, 10],
        ]
        assert rewards[1:4] == (-41, -62, -73)
    later, _ = wrong.reset(options={"window": 2})
    assert (256 * later[:, 0]).tolist() == [81, 82], "what was true, not what an earlier episode said"


def test_the_fed_back_error_is_that_of_the_recursive_forecast():
    series = as_series("air_passengers")
    task = SequenceTask(series, 13, train=96, validation=0)
    forecaster = naive.autoregression(13)(series[:96])
    env = SequenceEnv(task, part="test", feedback=True)
    bound = np.float32(task.bound)

    def predict(window):
        return np.float32([forecaster.constant + forecaster.weights @ (bound * window[:, 0])]) / bound

    _, rewards, _ = episode(env, predict)
    forecast = forecaster(series.values, [96], 48)[0]
    assert -np.mean(rewards[1:]) == pytest.approx(np.abs(forecast - series.values[96:, 0]).mean(), rel=1e-5)


@pytest.mark.parametrize("length", [1, 3])
def test_the_next_symbol_is_guessed_right_or_wrong(length):
    env = gym.make("NextDigit-v0", length=length, part="test")
    _, rewards, infos = episode(env, lambda seen: (np.ravel(seen)[-1] + 1) % 10)
    assert set(rewards) == {0}
    _, rewards, infos = episode(env, lambda seen: 7)
    assert [float(reward) for reward in rewards[1:]] == [-1.0 if info["target"] != 7 else 0.0 for info in infos[1:]]
    assert -np.mean(rewards[1:]) == 0.9


def test_a_table_learns_the_next_symbol():
    env = gym.make("NextDigit-v0")
    learner = agents.QLearning.for_env(env, gamma=0.0, seed=0)
    agents.train(env, learner, steps=3000, seed=0)
    assert learner.q.argmax(axis=1).tolist() == [(digit + 1) % 10 for digit in range(10)]
    tested = gym.make("NextDigit-v0", part="test")
    assert agents.evaluate(tested, learner, episodes=2).value == 0


class Persistence:
    """An actor that predicts the last value, of one window or of many."""

    def act(self, observation, *, explore=False):
        return observation[..., -1, :]


#: of persistence on the test part, as published, in standard deviations of the train part
PERSISTENCE = 40.04 / as_series("air_passengers").values[:72].std()


def test_the_agents_loop_runs_on_amounts():
    env = gym.make("AirPassengers-v0", part="test")
    transitions = list(agents.interact(env, Persistence(), steps=48))
    assert [transition.terminated for transition in transitions] == [False] * 47 + [True]
    assert np.mean([transition.reward for transition in transitions]) == pytest.approx(-PERSISTENCE, abs=1e-4)


class LeastMeanSquares(Persistence):
    """A learner that corrects its weights towards what the next window shows to have come."""

    on_policy = False

    def __init__(self, length):
        self.weights = np.zeros(length, np.float32)

    def act(self, observation, *, explore=False):
        return observation[..., 0] @ self.weights[:, None]

    def learn(self, transition):
        error = transition.next_observation[-1] - transition.action
        window = transition.observation[:, 0]
        self.weights += 0.5 * error * window / (window @ window + 1e-6)
        return {"loss": float(error[0] ** 2)}


def test_a_learner_is_trained_on_amounts():
    env = gym.make("SeriesWindow-v0", length=4)  # two sines: the next value is a sum of four
    learner = LeastMeanSquares(4)
    rows = agents.train(env, learner, episodes=20)
    assert [row["length"] for row in rows] == [596] * 20  # 600 train values, less the first window
    assert rows[-1]["return"] / 596 > -0.05
    assert rows[0]["return"] < 2 * rows[-1]["return"]


@pytest.mark.parametrize("mode", ["NextStep", "SameStep"])
def test_vector_environments_run_on_all_lanes(mode):
    env = gym.make_vec("AirPassengers-v0", num_envs=2, part="test", vector_kwargs={"autoreset_mode": mode})
    observation, _ = env.reset()
    rewards = []
    for _ in range(48):
        observation, reward, terminated, _, _ = env.step(observation[:, -1])
        rewards.append(reward)
    assert terminated.all()
    assert np.mean(rewards, axis=0) == pytest.approx([-PERSISTENCE] * 2, abs=1e-4)


def test_tables_learn_on_lanes_too():
    env = gym.make_vec("NextDigit-v0", num_envs=3)
    learner = agents.QLearning.for_env(env, gamma=0.0, seed=0)
    agents.train(env, learner, steps=2000, seed=0)
    assert learner.q.argmax(axis=1).tolist() == [(digit + 1) % 10 for digit in range(10)]


def test_observations_and_targets_are_copies():
    env = gym.make("NextInteger-v0")
    first, _ = env.reset()
    kept = first.copy()
    second, _, _, _, info = env.step(np.float32([0.5]))
    second[:] = 9
    info["target"][:] = 9
    np.testing.assert_array_equal(first, kept)
    np.testing.assert_array_equal(env.reset()[0], kept)
    assert env.step(np.float32([0.5]))[0].max() < 1


def test_an_episode_starts_where_it_is_asked_to():
    env = gym.make("NextInteger-v0", transform=Chain())
    assert env.reset(options={"window": 5})[0][:, 0] * 256 == pytest.approx([5, 6, 7])
    for options in ({"window": 58}, {"window": -1}, {"window": 2.5}, {"window": float("nan")}, {"state": 1}):
        with pytest.raises(ValueError, match='expected only "window" from 0 to 57'):
            env.reset(options=options)


def test_lanes_that_start_anywhere_see_different_windows():
    envs = gym.make_vec("MackeyGlass-v0", num_envs=4, random_start=True)
    first, _ = envs.reset(seed=3)
    again, _ = envs.reset(seed=3)
    np.testing.assert_array_equal(first, again)
    assert len({window.tobytes() for window in first}) == 4
    known = {window.tobytes() for window in envs.envs[0].unwrapped.data.inputs / np.float32(16)}
    assert {window.tobytes() for window in first} <= known
    env = gym.make("NextInteger-v0", transform=Chain(), random_start=True, length=1)
    starts = {round(256 * float(env.reset(seed=seed)[0][0, 0])) for seed in range(1000)}
    assert starts == set(range(60)), "every window of 0 to 60, and none else"


@pytest.mark.parametrize("copied", [copy.deepcopy, lambda env: pickle.loads(pickle.dumps(env))], ids=["copy", "pickle"])
def test_a_copy_in_mid_episode_goes_on_identically(copied):
    env = gym.make("Sunspots-v0", feedback=True).unwrapped
    env.reset()
    env.step(np.float32([0.25]))
    twin = copied(env)
    for one, other in zip(env.step(np.float32([0.5])), twin.step(np.float32([0.5])), strict=True):
        np.testing.assert_equal(other, one)


@pytest.mark.parametrize("action", [2.0, np.float32([1.5]), np.float32([[0.1]]), np.float32([np.nan])])
def test_what_is_no_prediction_is_refused(action):
    env = gym.make("NextInteger-v0").unwrapped
    env.reset()
    with pytest.raises(InvalidAction, match="expected one in Box"):
        env.step(action)


@pytest.mark.parametrize("action", [10, -1, 1.0, [1]])
def test_what_is_no_symbol_is_refused(action):
    env = gym.make("NextDigit-v0").unwrapped
    env.reset()
    with pytest.raises(InvalidAction, match="expected one in Discrete"):
        env.step(action)


def test_a_step_needs_a_reset_before_and_after():
    env = SequenceEnv(SequenceTask(Series("few", np.arange(9) / 9), 2))
    with pytest.raises(ResetNeeded):
        env.step(np.float32([0]))
    list(episode(env, lambda window: window[-1]))
    with pytest.raises(ResetNeeded):
        env.step(np.float32([0]))


def test_settings_that_make_no_environment_are_named():
    with pytest.raises(ValueError, match=r"feedback=True with targets='path', horizon=2 and 1 features"):
        gym.make("CO2-v0", feedback=True, targets="path", horizon=2)
    with pytest.raises(
        ValueError, match=r"the test part has \[81.\] in the network's units.*larger bound, e.g. bound=320"
    ):
        gym.make("NextInteger-v0", transform=Chain(), bound=80.0, part="test")
    with pytest.raises(KeyError, match="No series 'sine'"):
        gym.make("SeriesWindow-v0", series="sine")


def test_ones_own_series_and_task_are_environments(tmp_path):
    values = np.exp(np.arange(40.0) / 10)
    env = gym.make("SeriesWindow-v0", series=values, transform=Chain(Log(), Differences(), Standardise()), length=3)
    assert env.unwrapped.task.bound * env.reset()[0] == pytest.approx(0, abs=1e-12), "equal growth every time"
    path = tmp_path / "mine.csv"
    path.write_text("value\n" + "\n".join(map(str, range(40))), encoding="utf-8")
    read = gym.make("SeriesWindow-v0", series=str(path), transform=Chain(), length=2).unwrapped
    assert read.data.targets[:, 0].tolist() == list(range(2, 24))
    task = SequenceTask(Series("mine", values), 4)
    assert gym.make("SeriesWindow-v0", series=task).unwrapped.task is task


def test_a_fresh_process_makes_one_by_name_without_heavy_libraries():
    code = (
        "import gymnasium as gym, sys; env = gym.make('sequence_tasks:AirPassengers-v0'); env.reset();"
        "print(env.step(env.action_space.sample())[2], *(name.split('.')[0] for name in sys.modules))"
    )
    root = Path(sequence_tasks.__file__).parents[1]
    done = subprocess.run([sys.executable, "-c", code], cwd=root, capture_output=True, text=True, check=True)
    ended, *loaded = done.stdout.split()
    assert ended == "False"
    assert not {"tensorflow", "keras", "scipy", "pandas", "matplotlib"} & set(loaded)


def test_the_example_prints_the_published_errors(tmp_path, capsys):
    example = Path(sequence_tasks.__file__).parents[1] / "examples" / "15_sequence_env.py"
    figure = tmp_path / "new" / "figure.png"
    runpy.run_path(str(example))["main"](figure=figure)
    printed = capsys.readouterr().out
    assert_shows(figure, "#d97706", "#2563eb")
    pairs = re.findall(r"mean reward -(\S+), error of the data set (\S+),", printed)
    assert len(pairs) == 2
    for reward, error in pairs:
        assert float(reward) == pytest.approx(float(error), abs=2e-6)
    # AR(13) of logarithms: 14.05 one step ahead, 29.7 over all 48 months.
    one_step, recursive = map(float, re.findall(r"squared error (\S+) thousand", printed))
    assert one_step == pytest.approx(14.05, abs=0.0051)
    assert recursive == pytest.approx(29.7, abs=0.051)


@pytest.mark.parametrize("targets", ["ahead", "every", "path"])
def test_an_env_of_a_million_values_takes_a_few_times_their_memory(targets):
    series = Series("long", np.arange(1_000_000) % 7.0)
    tracemalloc.start()
    try:
        task = SequenceTask(series, 200, horizon=200, targets=targets)
        env = SequenceEnv(task)
        shown, _ = env.reset(options={"window": 50_000})
        *_, info = env.step(np.zeros(env.action_space.shape, np.float32))
        _, most = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert most < 5 * series.values.nbytes, "and not [n, 200], which is 960 MB"
    assert (shown[:3, 0] * task.bound).tolist() == [50_000 % 7, 50_001 % 7, 50_002 % 7]
    assert info["time"] == 50_399  # 200 further than the window's last, 50,199

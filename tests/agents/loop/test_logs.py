"""Rows come back from CSV and from TensorBoard's files as they went in."""

import copy
import csv
import json
import os
import pickle
import sys
import tracemalloc

import gymnasium as gym
import numpy as np
import pytest

from agents import EpsilonGreedy, QLearning, resumable, train, write_csv
from agents.logs import Rows
from rl_line.system import scalars

LINE = "rl_line:RewardLine-v0"


def from_csv(path):
    with path.open(newline="", encoding="utf-8") as file:
        return list(csv.reader(file))


def from_events(folder):
    """Values by name and step."""
    import tensorflow as tf
    from tensorboardX.proto.event_pb2 import Event

    values = {}
    for file in folder.iterdir():
        for record in tf.data.TFRecordDataset(str(file)):
            event = Event.FromString(record.numpy())
            for value in event.summary.value:
                assert (value.tag, event.step) not in values
                values[value.tag, event.step] = value.simple_value
    return values


def two_kinds():
    """Three episodes, of which the first logs another name than the others; and what they are as dictionaries."""
    rows = Rows()
    rows.add(3, 2.0, 3, {})
    rows.add(np.int64(5), np.float64(-0.5), 2, {"loss": np.float32(0.25)})
    rows.add(9, 11.0, 4, {"loss": 1})
    plain = [
        {"step": 3, "episode": 1, "return": 2.0, "length": 3},
        {"step": 5, "episode": 2, "return": -0.5, "length": 2, "loss": 0.25},
        {"step": 9, "episode": 3, "return": 11.0, "length": 4, "loss": 1.0},
    ]
    return rows, plain


def test_rows_are_what_a_list_of_them_is():
    rows, plain = two_kinds()
    assert rows == plain
    assert list(rows) == plain
    assert [rows[k] for k in (0, 1, 2, -1, -3)] == [plain[k] for k in (0, 1, 2, -1, -3)]
    assert rows[1:] == plain[1:]
    assert rows[::-2] == plain[::-2]
    assert rows != plain[:2]
    assert rows != [*plain[:2], plain[0]]
    assert (len(rows), bool(rows), bool(Rows())) == (3, True, False)
    assert json.loads(json.dumps(list(rows))) == plain
    assert [type(value) for value in rows[1].values()] == [int, int, float, int, float]
    assert pickle.loads(pickle.dumps(rows)) == copy.deepcopy(rows) == plain
    with pytest.raises(IndexError):
        rows[3]


def test_rows_take_a_fraction_of_the_memory_of_dictionaries():
    def kept(add):
        tracemalloc.start()
        add()
        size, _ = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        return size

    rows, plain = Rows(), []
    ours = kept(lambda: [rows.add(k + 1000, k / 7, k + 1000, {"td_error": k / 3}) for k in range(10_000)] and None)
    theirs = kept(lambda: plain.extend(rows))
    assert ours < theirs / 5
    assert ours / 10_000 < 50, "five numbers of eight bytes"


@pytest.mark.parametrize("logged", [None, {"loss": "low"}, {"loss": [1.0, 2.0]}, 3])
def test_what_is_logged_must_be_numbers_by_name(logged):
    class Talking(QLearning):
        def learn(self, transition):
            return logged

    with pytest.raises(TypeError, match=r"learn gave .*, expected numbers by name; give e\.g\. \{\}"):
        train(LINE, Talking(4, 2, seed=0), episodes=1)


def trained(**settings):
    return train(gym.make(LINE, slip=0.2), QLearning(4, 2, seed=0), seed=0, **settings)


def test_rows_of_different_names_share_one_line_of_all_names(tmp_path):
    rows = [{"step": 1, "return": 0.1}, {"step": 2, "loss": 1e-17}, {"loss": float("nan"), "step": 3}]
    write_csv(rows, tmp_path / "new" / "rows.csv")
    expected = [["step", "return", "loss"], ["1", "0.1", ""], ["2", "", "1e-17"], ["3", "", "nan"]]
    assert from_csv(tmp_path / "new" / "rows.csv") == expected
    assert os.listdir(tmp_path / "new") == ["rows.csv"]


def test_numbers_come_back_from_csv_as_they_were(tmp_path):
    rows = trained(episodes=20)
    write_csv(rows, str(tmp_path / "rows.csv"))
    names, *lines = from_csv(tmp_path / "rows.csv")
    assert [dict(zip(names, map(float, line), strict=True)) for line in lines] == rows


def test_no_rows_are_a_file_without_names(tmp_path):
    write_csv([], tmp_path / "rows.csv")
    assert from_csv(tmp_path / "rows.csv") == [[]]


@pytest.mark.parametrize("there", [False, True])
def test_a_csv_is_written_whole_or_not_at_all(there, tmp_path):
    class Unwritable:
        def __str__(self):
            raise RuntimeError("half way")

    path = tmp_path / "rows.csv"
    if there:
        write_csv([{"step": 1}], path)
    with pytest.raises(RuntimeError, match="half way"):
        write_csv([{"step": 2}] * 5_000 + [{"step": Unwritable()}], path)
    assert os.listdir(tmp_path) == ["rows.csv"] * there
    if there:
        assert from_csv(path) == [["step"], ["1"]]


def test_the_rows_of_training_are_scalars_at_their_steps(tmp_path):
    rows = trained(episodes=12, logdir=tmp_path / "new" / "run")
    expected = {(name, row["step"]): row[name] for row in rows for name in row if name != "step"}
    events = from_events(tmp_path / "new" / "run")
    assert {name for name, _ in events} == {"episode", "return", "length", "td_error"}
    assert events == {key: np.float32(value) for key, value in expected.items()}


def test_the_steps_of_a_run_in_stretches_are_counted_on(tmp_path):
    env, agent = gym.make(LINE, slip=0.2), QLearning(4, 2, policy=EpsilonGreedy(1.0), seed=0)
    rows = resumable(
        agent,
        lambda steps, seed: train(env, agent, steps=steps, seed=seed),
        steps=90,
        every=30,
        path=tmp_path / "run.npz",
        logdir=tmp_path / "logs",
    )
    values = from_events(tmp_path / "logs")
    assert [values["return", row["step"]] for row in rows] == [row["return"] for row in rows]
    assert rows[-1]["step"] > 60


def test_logging_changes_nothing(tmp_path):
    assert trained(steps=100, logdir=str(tmp_path / "run")) == trained(steps=100)


def test_what_was_logged_before_an_interruption_is_there(tmp_path):
    class Interrupted(QLearning):
        def learn(self, transition):
            if self.time == 60:
                raise KeyboardInterrupt
            return super().learn(transition)

    with pytest.raises(KeyboardInterrupt):
        train(gym.make(LINE), Interrupted(4, 2, policy=EpsilonGreedy(1.0), seed=0), steps=100, seed=0, logdir=tmp_path)
    rows = train(gym.make(LINE), QLearning(4, 2, policy=EpsilonGreedy(1.0), seed=0), steps=60, seed=0)
    assert len(rows) > 0
    expected = {("return", row["step"]): row["return"] for row in rows}
    assert {key: value for key, value in from_events(tmp_path).items() if key[0] == "return"} == expected


def test_scalars_are_written_as_they_come(tmp_path):
    with scalars(tmp_path) as log:
        log({"step": np.int64(7), "loss": np.float32(0.5), "return": 3})
        log({"loss": 0.25, "step": 9})
    assert from_events(tmp_path) == {("loss", 7): 0.5, ("return", 7): 3.0, ("loss", 9): 0.25}


def test_without_a_folder_tensorboardx_is_not_needed(monkeypatch, tmp_path):
    monkeypatch.setitem(sys.modules, "tensorboardX", None)  # importing it fails
    monkeypatch.chdir(tmp_path)
    assert len(trained(episodes=2)) == 2
    assert os.listdir(tmp_path) == []


def test_a_missing_tensorboardx_is_named_with_a_way_out(monkeypatch, tmp_path):
    monkeypatch.setitem(sys.modules, "tensorboardX", None)
    agent = QLearning(4, 2, seed=0)
    with pytest.raises(
        ModuleNotFoundError, match=r"needs tensorboardX; pip install 'rl-line\[keras\]', or pass logdir"
    ):
        train(gym.make(LINE), agent, episodes=2, logdir=tmp_path / "run")
    assert agent.time == 0
    assert os.listdir(tmp_path) == []

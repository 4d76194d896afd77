"""Processes give the rows of the serial run; if one dies, no row is lost or doubled, and no process is left."""

import json
import multiprocessing
import os
import signal
import subprocess
import sys
import time
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from pathlib import Path

import pytest
from small_trials import by_hand, drawn, killing, noted, raising

from agents.sweeps import grid, process_map, read_rows, sweep
from agents.sweeps.executors.ordered import WorkerDiedError

HERE = Path(__file__).parent
ROOT = HERE.parents[2]


def test_processes_change_no_bit():
    settings = grid(a=[0.1, 0.2, 0.7], seed=range(4))
    assert sweep(drawn, settings, map=process_map(2)) == sweep(drawn, settings)


def test_an_executor_of_the_standard_library_changes_no_bit():
    settings = grid(a=[0.1, 0.2], seed=range(2))
    with ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn")) as pool:
        assert sweep(drawn, settings, map=pool.map) == sweep(drawn, settings)


def test_errors_of_processes_are_those_of_the_serial_run():
    settings = grid(a=[0, 2, 3, 4])
    assert sweep(raising, settings, map=process_map(2)) == sweep(raising, settings)


def test_a_map_gives_results_in_order_and_raises_as_the_builtin_does():
    results = process_map(2)(partial(divmod, 7), [2, 3, 0, 5])
    assert (next(results), next(results)) == ((3, 1), (2, 1))
    with pytest.raises(ZeroDivisionError):
        list(results)


@pytest.mark.parametrize("workers", [1, 2])
def test_a_task_whose_process_dies_once_runs_again(tmp_path, workers):
    settings = grid(a=range(8), folder=[str(tmp_path)], times=[1])
    rows = sweep(killing, settings, map=process_map(workers))
    assert [row["square"] for row in rows] == [0, 1, 4, 9, 16, 25, 36, 49]


def test_a_task_whose_process_always_dies_is_lost_alone(tmp_path):
    settings = grid(a=range(8), folder=[str(tmp_path)], times=[99])
    rows = sweep(killing, settings, map=process_map(2))
    assert [row.get("square") for row in rows] == [0, 1, None, 9, 16, 25, 36, 49]
    assert rows[2]["error"] == "WorkerDiedError: its process died 3 times; is there memory enough?"
    with pytest.raises(WorkerDiedError):
        list(process_map(1)(os._exit, [1]))


def test_processes_have_one_thread_each_and_this_one_keeps_its_own(monkeypatch):
    monkeypatch.delenv("OMP_NUM_THREADS", raising=False)
    monkeypatch.setenv("MKL_NUM_THREADS", "2")
    assert list(process_map(1)(os.getenv, ["OMP_NUM_THREADS", "MKL_NUM_THREADS"])) == ["1", "2"]
    assert os.environ["MKL_NUM_THREADS"] == "2"
    assert "OMP_NUM_THREADS" not in os.environ


@pytest.mark.parametrize("trial", [lambda a: {}, partial(by_hand, seed=lambda: 0)])
def test_a_function_that_cannot_be_sent_is_told(trial):
    with pytest.raises(TypeError, match=r"cannot be sent to another process .* a function of a module"):
        sweep(trial, grid(a=[1]), map=process_map(1))


def test_a_wrong_number_of_workers_is_told():
    with pytest.raises(ValueError, match="workers=0, expected a whole number"):
        process_map(0)


def python(*arguments):
    """A Python process beside the trials."""
    return subprocess.Popen(
        [sys.executable, *arguments], cwd=HERE, env={**os.environ, "PYTHONPATH": str(ROOT)}, text=True,
        stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),  # which a job in the background ignores
    )  # fmt: skip


UNGUARDED = "from agents.sweeps import *\ndef trial(a): return {}\nsweep(trial, grid(a=[1]), map=process_map(1))"


def test_a_trial_that_is_typed_in_is_told():
    with python("-c", UNGUARDED) as one:
        _, told = one.communicate(timeout=60)
    assert "it was typed in and has no file" in told


def test_a_program_without_its_guard_is_told(tmp_path):
    program = tmp_path / "program.py"
    program.write_text(UNGUARDED)
    with python(program) as one:
        _, told = one.communicate(timeout=60)
    assert "processes end before they begin" in told.splitlines()[-1]
    assert "if __name__ == '__main__':" in told.splitlines()[-1]


def alive(pid):
    """True if a process runs, or is about to."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


def until(condition, seconds=60):
    """Waits for a condition; fails if it does not come."""
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.02)


NOTED = """
from agents.sweeps import *; from small_trials import noted
rows = sweep(noted, grid(a=range(60), folder=[{runs!r}], seconds=[0.03]), map=process_map(2), out={out!r})
"""


def children(pid):
    return [int(one) for one in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


@pytest.mark.skipif(sys.platform != "linux", reason="asks /proc")
@pytest.mark.parametrize("with_signal", [signal.SIGKILL, signal.SIGTERM, signal.SIGINT])
def test_a_killed_sweep_leaves_no_process_and_goes_on_to_the_rows_of_the_serial_run(tmp_path, with_signal):
    runs, out = tmp_path / "runs", tmp_path / "out"
    runs.mkdir()
    with python("-c", NOTED.format(runs=str(runs), out=str(out))) as driver:
        until(lambda: (out / "rows.jsonl").exists() and (out / "rows.jsonl").read_bytes().count(b"\n") >= 7)
        workers = children(driver.pid)
        os.kill(driver.pid, with_signal)
        _, told = driver.communicate(timeout=60)
    assert driver.returncode == -with_signal
    assert ("KeyboardInterrupt" in told) == (with_signal == signal.SIGINT)
    assert len(workers) >= 3  # two, and Python's own that frees what they share
    until(lambda: not any(map(alive, workers)), seconds=5)
    finished = {row["a"] for row in read_rows(out)}
    assert 7 <= len(finished) < 60
    rows = sweep(noted, grid(a=range(60), folder=[str(runs)], seconds=[0.03]), out=out)  # by another executor
    assert [(row["a"], row["square"]) for row in rows] == [(a, a * a) for a in range(60)]
    indices = [json.loads(line)["index"] for line in (out / "rows.jsonl").read_text().splitlines()]
    assert sorted(indices) == list(range(60))
    names = [int(path.name.split("_")[0]) for path in runs.iterdir()]
    assert all(names.count(a) == 1 for a in finished)

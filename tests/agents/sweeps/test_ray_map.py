"""Ray gives the rows of the serial run, also where a node or the driver is killed: `./run ray`."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

import pytest
from small_trials import by_hand, drawn, killing, noted

from agents.sweeps import grid, ray_map, read_rows, sweep
from agents.sweeps.executors.ordered import Ordered

HERE = Path(__file__).parent
ROOT = HERE.parents[2]


@pytest.mark.parametrize(
    ("settings", "told"),
    [
        ({"address": "auto"}, "address='auto', expected \"local\" or host:port"),
        ({"address": ""}, "address='', expected \"local\" or host:port"),
        ({"address": "ray://head:10001"}, "expected \"local\" or host:port"),
        ({"address": "head"}, "expected \"local\" or host:port"),
        ({"address": None}, "address is a NoneType, expected a str"),
        ({"address": "head:6379", "cores": 2}, "cores=2 for head:6379, expected None"),
        ({"cores": 0}, "cores=0, expected a whole number"),
    ],
)  # fmt: skip
def test_a_wrong_address_is_told(settings, told):
    with pytest.raises((TypeError, ValueError), match=told):
        ray_map(**settings)


def test_ray_is_asked_for_by_the_name_of_its_extra(monkeypatch):
    monkeypatch.setitem(sys.modules, "ray", None)
    with pytest.raises(ModuleNotFoundError, match=r"pip install 'rl-line\[ray\]'"):
        sweep(by_hand, grid(a=[1]), map=ray_map())


@pytest.fixture(scope="module")
def token(tmp_path_factory):
    """A token of the tests' own, told before Ray is imported, as it looks for it then."""
    with pytest.MonkeyPatch.context() as patch:
        path = tmp_path_factory.mktemp("ray") / "token"
        path.write_text("0" * 64)
        patch.setenv("RAY_AUTH_MODE", "token")
        patch.setenv("RAY_AUTH_TOKEN_PATH", str(path))
        pytest.importorskip("ray")
        yield path


@pytest.fixture(scope="module")
def nodes(token):
    """Three nodes of one core each on this machine; a node that a test kills is followed by another."""
    from ray.cluster_utils import Cluster

    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PYTHONPATH", os.pathsep.join([str(ROOT), str(HERE)]))
        cluster = Cluster(initialize_head=True, head_node_args={"num_cpus": 1, "include_dashboard": False})
        cluster.add_node(num_cpus=1)
        cluster.add_node(num_cpus=1)
        cluster.wait_for_nodes()
        yield cluster
        cluster.shutdown()


class KillingANode(Ordered):
    """A map over three nodes, the last of which is killed after so many results."""

    def __init__(self, cluster, after):
        self.cluster, self.after = cluster, after

    def as_completed(self, function, items):
        for count, result in enumerate(ray_map(self.cluster.address).as_completed(function, items)):
            if count == self.after:
                self.cluster.remove_node(list(self.cluster.worker_nodes)[-1], allow_graceful=False)
            yield result
        assert count > self.after
        self.cluster.add_node(num_cpus=1)
        self.cluster.wait_for_nodes()


def test_a_cluster_changes_no_bit(nodes):
    settings = grid(a=[0.1, 0.2, 0.7], seed=range(40))
    assert sweep(drawn, settings, map=ray_map(nodes.address)) == sweep(drawn, settings)


def test_a_lambda_and_errors_reach_a_cluster(nodes):
    rows = sweep(lambda a: {"half": 1 / a}, grid(a=[0, 2]), map=ray_map(nodes.address))
    assert rows == [{"a": 0, "error": "ZeroDivisionError: division by zero"}, {"a": 2, "half": 0.5}]
    with pytest.raises(ZeroDivisionError):
        list(ray_map(nodes.address)(lambda a: 1 / a, [1, 0]))


def test_a_trial_whose_process_always_dies_is_lost_alone(nodes, tmp_path):
    numbers = [*range(10, 150), 2, *range(200, 240)]  # 2 kills, when tasks have many trials already
    settings = grid(a=numbers, folder=[str(tmp_path)], times=[99])
    rows = sweep(killing, settings, map=ray_map(nodes.address))
    assert [row.get("square") for row in rows] == [None if a == 2 else a * a for a in numbers]
    assert rows[140]["error"].startswith("WorkerDiedError: its processes died")


@pytest.mark.parametrize(
    ("trials", "seconds"), [(90, 0.1), pytest.param(2_000, 0.05, marks=pytest.mark.slow)], ids=["small", "large"]
)
def test_a_killed_node_loses_and_doubles_nothing(nodes, tmp_path, trials, seconds):
    runs = tmp_path / "runs"
    runs.mkdir()
    settings = grid(a=range(trials), folder=[str(runs)], seconds=[seconds])
    rows = sweep(noted, settings, map=KillingANode(nodes, trials // 3), out=tmp_path / "out")
    assert rows == [{**setting, "square": setting["a"] ** 2} for setting in settings]
    lines = (tmp_path / "out" / "rows.jsonl").read_text().splitlines()
    assert sorted(json.loads(line)["index"] for line in lines) == list(range(trials))
    assert len(list(runs.iterdir())) >= trials


def test_what_a_node_cannot_import_is_told(nodes, tmp_path, monkeypatch):
    (tmp_path / "only_here.py").write_text("def trial(a):\n    return {}\n")
    monkeypatch.syspath_prepend(tmp_path)
    with pytest.raises(RuntimeError, match=r"cannot load .*No module named 'only_here'.* install them on every node"):
        sweep(__import__("only_here").trial, grid(a=[1]), map=ray_map(nodes.address))


@pytest.mark.usefixtures("token")
def test_an_address_where_nothing_answers_is_told():
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    with pytest.raises(ConnectionError, match=rf"no Ray at 127.0.0.1:{port} .*ray start --head --port={port}"):
        sweep(by_hand, grid(a=[1]), map=ray_map(f"127.0.0.1:{port}"))


def python(program, **environment):
    """A Python process beside the trials."""
    return subprocess.Popen(
        [sys.executable, "-c", program], cwd=HERE, env={**os.environ, "PYTHONPATH": str(ROOT), **environment},
        text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE, start_new_session=True,
    )  # fmt: skip


def test_a_driver_without_the_token_is_told_of_it(nodes, tmp_path):
    program = (
        "from agents.sweeps import *; from small_trials import by_hand\n"
        f"sweep(by_hand, grid(a=[1]), map=ray_map({nodes.address!r}))"
    )
    (tmp_path / "token").write_text("1" * 64)
    with python(program, RAY_AUTH_TOKEN_PATH=str(tmp_path / "token")) as one:
        _, told = one.communicate(timeout=120)
    assert "RAY_AUTH_MODE=token on every node and here" in told.splitlines()[-1]


LOCAL = """
from agents.sweeps import *; from small_trials import noted
print("begun", flush=True)
sweep(noted, grid(a=range(120), folder=[{runs!r}], seconds=[0.05]), map=ray_map(cores=2), out={out!r})
"""


def workers():
    """Processes in which Ray runs tasks of `ray_map`."""
    found = set()
    for told in Path("/proc").glob("[0-9]*/cmdline"):
        with suppress(FileNotFoundError, ProcessLookupError):
            if told.read_bytes().startswith(b"ray::_batch"):
                found.add(told.parent.name)
    return found


@pytest.mark.skipif(sys.platform != "linux", reason="asks /proc")
@pytest.mark.usefixtures("token")
def test_a_killed_driver_leaves_no_worker_and_goes_on(tmp_path):
    runs, out, before, started = tmp_path / "runs", tmp_path / "out", workers(), set()
    runs.mkdir()
    with python(LOCAL.format(runs=str(runs), out=str(out))) as driver:
        log, end = out / "rows.jsonl", time.monotonic() + 120
        while not log.exists() or log.read_bytes().count(b"\n") < 20:
            assert time.monotonic() < end
            assert driver.poll() is None, driver.communicate()
            time.sleep(0.05)
            started |= workers() - before  # one between two tasks has another name
        os.kill(driver.pid, signal.SIGKILL)
    assert 1 <= len(started) <= 2
    end = time.monotonic() + 20
    while workers() & started:
        assert time.monotonic() < end
        time.sleep(0.1)
    finished = {row["a"] for row in read_rows(out)}
    assert 20 <= len(finished) < 120
    rows = sweep(noted, grid(a=range(120), folder=[str(runs)], seconds=[0.05]), out=out)
    assert [row["square"] for row in rows] == [a * a for a in range(120)]
    names = [int(path.name.split("_")[0]) for path in runs.iterdir()]
    assert all(names.count(a) == 1 for a in finished)

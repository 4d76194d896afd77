"""Executor on a Ray cluster, or on Ray on this machine alone; Ray is imported by its first use."""

from __future__ import annotations

import math
import os
import re
import socket
import sys
import time
from collections import deque
from collections.abc import Callable, Generator, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from importlib import import_module
from typing import Any

from agents.sweeps.executors.ordered import Ordered, WorkerDiedError
from rl_line.system.extras import brought_by
from rl_line.system.kinds import instance
from rl_line.system.numbers import shown, whole

_SECONDS = 1.0  # duration of a task: hundreds of times its overhead
_WINDOW = 3  # tasks for each core that run or wait
_LARGEST = 500  # trials in one task, so that its result stays small
_LOOK = 5.0  # seconds between two checks of the number of cores, which changes with the nodes
_TIMEOUT = 10.0  # seconds for a head node to answer
_QUIET = {"RAY_USAGE_STATS_ENABLED": "0", "RAY_ACCEL_ENV_VAR_OVERRIDE_ON_ZERO": "0"}


def ray_map(address: str = "local", *, cores: int | None = None) -> RayMap:
    """A map over the cores of a Ray cluster, for `sweep(..., map=ray_map("10.0.0.1:6379"))`.

    Short trials share a task, so that a task lasts about a second. Tasks of a lost node run again elsewhere.
    An existing connection to Ray is kept.

    Args:
        address: "local" for this machine alone, or host:port of the head of a cluster.
        cores: number of cores of this machine to use; None for all cores.
    """
    instance("address", address, str, 'pass e.g. "local", or "10.0.0.1:6379"')
    if address != "local" and not re.fullmatch(r"[^\s/:]+:\d{1,5}|\[[0-9a-fA-F:]+\]:\d{1,5}", address):
        raise ValueError(f'address={shown(address)}, expected "local" or host:port; pass e.g. "10.0.0.1:6379".')
    if address != "local" and cores is not None:
        raise ValueError(f"cores={cores!r} for {address}, expected None, as a cluster knows its cores; leave it out.")
    return RayMap(address, None if cores is None else whole(1, 1_000, cores=cores))


@dataclass(frozen=True)
class RayMap(Ordered):
    """The map made by `ray_map`."""

    address: str
    cores: int | None

    def as_completed(
        self, function: Callable[[Any], Any], items: Iterable[Any]
    ) -> Generator[tuple[int, Any], None, None]:
        """Places and results of items as their tasks finish, or errors in place of results."""
        with _connected(self.address, self.cores) as ray:
            sent = ray.put(function)
            _check_importable(ray, sent, function)
            yield from _Run(ray, sent, deque(enumerate(items))).results()


@dataclass
class _Run:
    """Tasks of one map."""

    ray: Any
    function: Any  # by reference
    waiting: deque[tuple[int, Any]]
    running: dict[Any, list[tuple[int, Any]]] = field(default_factory=dict)  # by reference
    alone: deque[tuple[int, Any]] = field(default_factory=deque)  # trials of a lost task, repeated one by one
    seconds: float = math.inf  # of a trial, averaged over the last tasks

    def results(self) -> Iterator[tuple[int, Any]]:
        """Places and results as their tasks finish."""
        remote = self.ray.remote(num_cpus=1, max_retries=3)(_batch)
        cores, looked = 1, -math.inf
        while True:
            if time.monotonic() - looked > _LOOK:
                cores, looked = max(1, int(self.ray.cluster_resources().get("CPU", 1))), time.monotonic()
            while (self.waiting or self.alone) and len(self.running) < _WINDOW * cores:
                batch = self._batch(cores)
                self.running[remote.remote(self.function, [item for _, item in batch])] = batch
            if not self.running:
                return
            for reference in self.ray.wait(list(self.running), num_returns=1, timeout=_LOOK)[0]:
                yield from self._finished(reference)

    def _batch(self, cores: int) -> list[tuple[int, Any]]:
        """The next trials: one while durations are unknown, fewer near the end, so that no core waits for another."""
        if self.alone:
            return [self.alone.popleft()]
        lasting = min(_LARGEST, int(_SECONDS / self.seconds)) if self.seconds else _LARGEST
        size = max(1, min(lasting, len(self.waiting) // (2 * cores)))
        return [self.waiting.popleft() for _ in range(size)]

    def _finished(self, reference: Any) -> Iterator[tuple[int, Any]]:
        """Results of one task."""
        batch = self.running.pop(reference)
        places = [place for place, _ in batch]
        try:
            seconds, results = self.ray.get(reference)
        except self.ray.exceptions.RayTaskError as error:
            yield from ((place, error) for place in places)
        except self.ray.exceptions.RayError as error:
            if len(batch) > 1:
                self.alone.extend(batch)
            else:
                yield places[0], WorkerDiedError(f"its processes died, {type(error).__name__}; is there memory enough?")
        else:
            each = seconds / len(batch)
            self.seconds = each if self.seconds == math.inf else (self.seconds + each) / 2
            yield from zip(places, results, strict=True)


def _batch(function: Callable[[Any], Any], items: list[Any]) -> tuple[float, list[Any]]:
    """Seconds and results of several items, or errors in place of results."""
    start, results = time.perf_counter(), list[Any]()
    for item in items:
        try:
            results.append(function(item))
        except Exception as error:  # raised by the caller
            results.append(error)
    return time.perf_counter() - start, results


def _check_importable(ray: Any, sent: Any, function: Any) -> None:
    """Raises RuntimeError for a function that a node cannot load."""
    try:
        ray.get(ray.remote(num_cpus=1, max_retries=3)(_batch).remote(sent, []))
    except ray.exceptions.RayTaskError as error:
        reason = next((line for line in reversed(f"{error}".splitlines()) if "Error" in line), f"{error}")
        raise RuntimeError(
            f"a node of Ray cannot load {shown(function)} ({reason}), expected the modules of the trial there; install "
            "them on every node, or set PYTHONPATH where its Ray is started."
        ) from error


@contextmanager
def _connected(address: str, cores: int | None) -> Iterator[Any]:
    """The package `ray`, connected to a cluster; an existing connection is kept."""
    with brought_by("ray"):
        ray = import_module("ray")
    if ray.is_initialized():
        yield ray
        return
    for name, value in _QUIET.items():
        os.environ.setdefault(name, value)
    settings: dict[str, Any] = {"include_dashboard": False, "log_to_driver": False, "logging_level": "error"}
    if address == "local":
        with _same_modules():
            ray.init(address="local", num_cpus=cores, **settings)
    else:
        _join(ray, address, settings)
    try:
        yield ray
    finally:
        ray.shutdown()


@contextmanager
def _same_modules() -> Iterator[None]:
    """Context in which new processes import from the same folders as this one."""
    before = os.environ.get("PYTHONPATH")
    os.environ["PYTHONPATH"] = os.pathsep.join(os.path.abspath(folder) for folder in sys.path)
    try:
        yield
    finally:
        del os.environ["PYTHONPATH"]
        if before is not None:
            os.environ["PYTHONPATH"] = before


def _join(ray: Any, address: str, settings: dict[str, Any]) -> None:
    """Connects to the cluster at an address; ConnectionError with advice if this fails."""
    host, _, port = address.rpartition(":")
    try:
        socket.create_connection((host.strip("[]"), int(port)), timeout=_TIMEOUT).close()
    except OSError as error:
        raise ConnectionError(
            f"no Ray at {address} ({error}), expected the head of a cluster; start one there by "
            f"`ray start --head --port={port}`, or pass its address."
        ) from error
    try:
        ray.init(address=address, **settings)
    except Exception as error:  # of several kinds, by the version of Ray
        reason = f"{error}".strip().splitlines()
        raise ConnectionError(
            f"Ray at {address} refused the connection ({reason[0] if reason else type(error).__name__}), expected "
            "the version of Ray and the token of its nodes; set RAY_AUTH_MODE=token on every node and here, and "
            "copy the head's file ~/.ray/auth_token, or name it in RAY_AUTH_TOKEN_PATH."
        ) from error

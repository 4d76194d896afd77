"""Simulation of sweeps of a million trials on Ray: the scheduling of `ray_map`, with a clock of its own.

`python tests/benchmarks/sweep_scheduler.py` prints seconds, and how busy cores and driver are, for numbers of cores.
What takes how long was measured: docs/how_to/a_million_agents.md. One task in a thousand loses its node once.
"""

import heapq
import random
import sys
from collections import deque
from pathlib import Path
from types import SimpleNamespace

sys.path.insert(0, str(Path(__file__).parents[2]))

from agents.sweeps.executors.rays import _Run

OVERHEAD = 0.006  # seconds on a core between a task and the next
DRIVER = 0.0005, 1e-5  # seconds of the driver for a task, and for a trial
LOST = 0.001  # chance that a task loses its node once


class Cluster:
    """The part of Ray that a sweep uses: cores, and a driver whose work takes time, too."""

    exceptions = None

    def __init__(self, cores, seconds, seed=0):
        self.seconds, self.random = seconds, random.Random(seed)  # of an item, from half to one and a half of it
        self.free = [0.0] * cores  # when each core ends its last task
        self.running = {}  # end, duration and items by number
        self.number, self.clock, self.busy, self.driver, self.most = 0, 0.0, 0.0, 0.0, 0

    def cluster_resources(self):
        """Resources in the form of Ray's answer."""
        return {"CPU": len(self.free)}

    def remote(self, **_):
        """The decorator of a function, which makes tasks of it."""
        return lambda function: SimpleNamespace(remote=self.submitted)

    def submitted(self, function, items):
        """The number of a task, which the core has that is free first."""
        lasting = self.seconds * len(items) * self.random.uniform(0.5, 1.5)
        lost = lasting * self.random.random() * (self.random.random() < LOST)
        end = max(heapq.heappop(self.free), self.clock) + OVERHEAD + lost + lasting
        heapq.heappush(self.free, end)
        self.number += 1
        self.running[self.number] = end, lasting, items
        self.busy, self.most = self.busy + lost + lasting, max(self.most, len(self.running))
        return self.number

    def wait(self, numbers, **_):
        """The task that ends first."""
        first = min(numbers, key=self.running.__getitem__)
        self.clock = max(self.clock, self.running[first][0])
        return [first], []

    def get(self, number):
        """Duration and results of a task, with which the driver has work."""
        _, lasting, items = self.running.pop(number)
        work = DRIVER[0] + DRIVER[1] * sum(items)
        self.clock, self.driver = self.clock + work, self.driver + work
        return lasting, items


def simulated(cores, items, seconds):
    """The cluster after a sweep of items, each a number of trials, and of so many seconds."""
    cluster = Cluster(cores, seconds)
    places = [place for place, _ in _Run(cluster, None, deque(enumerate(items))).results()]
    assert sorted(places) == list(range(len(items)))  # all, none twice
    return cluster


def main():
    """Prints a table for agents in blocks, and one for trials by themselves."""
    for title, items, seconds in [
        ("a million agents, 10,000 steps each, in blocks of 1,000 that take 0.5 s", [1_000] * 1_000, 0.5),
        ("a million trials of 0.05 s, by themselves", [1] * 1_000_000, 0.05),
    ]:
        print(f"{title}\ncores   seconds  cores busy  driver busy  tasks at once   tasks")
        for cores in (2, 16, 64, 256, 1_024):
            ray = simulated(cores, items, seconds)
            busy = f"{ray.busy / cores / ray.clock:10.0%}  {ray.driver / ray.clock:11.0%}"
            print(f"{cores:5}  {ray.clock:8,.0f}  {busy}  {ray.most:13,}  {ray.number:6,}", flush=True)


if __name__ == "__main__":
    main()

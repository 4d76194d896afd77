"""Overhead of the executors of sweeps: `python tests/benchmarks/sweep_speed.py`, with the extra `ray`.

Trials wait rather than compute, so that what is measured is the executors and not the other work of a machine.
Rates count from a fifth of the trials on, when all processes have started; the start is printed beside them.

Measured on 2026-11-28 on two quiet cores of an AMD EPYC with Python 3.11.7 and Ray 2.60.0; beside other programs that
kept both cores busy Ray was up to 15 % slower than processes:

    two processes against one, trials of 0.1 s   2.01 x, first result after 0.3 s
    two processes, trials of 0.5 s              0.249 s a trial, first result after 0.7 s
    Ray on two cores, trials of 0.5 s           0.250 s a trial, first result after 2.9 s
    Ray against processes                        +0.3 %
"""

import builtins
import os
import sys
import time
from pathlib import Path

os.environ.setdefault("OMP_NUM_THREADS", "1")
sys.path.insert(0, str(Path(__file__).parents[2]))

from rounds import heading

from agents.sweeps import grid, process_map, ray_map, sweep


def waiting(k, seconds):
    """A trial of so many seconds, which tells when it ended."""
    time.sleep(seconds)
    return {"ended": time.time()}


def measured(mapped, seconds, trials):
    """Seconds of each trial in the long run, and seconds to the end of the first."""
    start = time.time()
    ended = sorted(row["ended"] for row in sweep(waiting, grid(k=range(trials), seconds=[seconds]), map=mapped))
    skipped = trials // 5
    return (ended[-1] - ended[skipped]) / (trials - 1 - skipped), ended[0] - start


def main():
    """Prints every rate and ratio beside what is wanted."""
    heading("rl-line", "ray")
    one, _ = measured(builtins.map, 0.1, 50)
    two, start = measured(process_map(2), 0.1, 200)
    print(
        f"two processes against one, trials of 0.1 s  {one / two:5.2f} x (wanted 1.8), first result after {start:.1f} s"
    )
    pool, start = measured(process_map(2), 0.5, 80)
    print(f"two processes, trials of 0.5 s              {pool:5.3f} s a trial, first result after {start:.1f} s")
    ray, start = measured(ray_map(cores=2), 0.5, 80)
    print(f"Ray on two cores, trials of 0.5 s           {ray:5.3f} s a trial, first result after {start:.1f} s")
    print(f"Ray against processes                       {100 * (ray / pool - 1):+5.1f} % (wanted below 10)")


if __name__ == "__main__":
    main()

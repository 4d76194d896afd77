"""Trials of the tests, where processes of any executor can import them."""

import os
import signal
import time
from pathlib import Path

import numpy as np


def by_hand(a, seed=0):
    """a + seed, exactly."""
    return {"sum": a + seed}


def drawn(a, seed):
    """Two rows of numbers that the setting alone tells."""
    generator = np.random.default_rng([seed, int(1_000 * a)])
    return [{"step": step, "value": generator.normal() * a} for step in (1, 2)]


def raising(a):
    """The inverse of a, which 0 has not; 3 leaves the process."""
    if a == 3:
        raise SystemExit("a is 3")
    return {"inverse": 1 / a}


def noted(a, folder, seconds=0.0):
    """Leaves one file for every time that it ran."""
    time.sleep(seconds)
    (Path(folder) / f"{a}_{os.getpid()}_{time.monotonic_ns()}").touch()
    return {"square": a * a}


def killing(a, folder, times):
    """Kills its process at a = 2, so many times."""
    if a == 2:
        died = len(list(Path(folder).iterdir()))
        if died < times:
            (Path(folder) / str(died)).touch()
            os.kill(os.getpid(), signal.SIGKILL)
    return {"square": a * a}


def told(x_y):
    """Nothing but its setting."""
    return {}

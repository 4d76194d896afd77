"""A run killed at random moments, again and again, ends with the very numbers of one that was not, in every loop."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest
from support.killed_runs import RUNS

ROOT = Path(__file__).parent.parent
SCRIPT = ROOT / "tests/support/killed_runs.py"
KILLS = int(os.environ.get("KILLS", "11"))  # of each loop: 77 in all


class Run:
    """A run in processes of its own, in a folder."""

    def __init__(self, name, folder):
        self.name, self.folder = name, folder
        self.path, self.result = folder / "run.npz", folder / "result.json"
        folder.mkdir()

    def begun(self):
        """A process that has just begun, or goes on from the file."""
        command = [sys.executable, str(SCRIPT), self.name, str(self.path), str(self.result)]
        env = {**os.environ, "PYTHONPATH": str(ROOT)}
        with (self.folder / "stderr.txt").open("a") as errors:
            child = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=errors, env=env)
        assert child.stdout.readline() == b"begun\n", (self.folder / "stderr.txt").read_text()
        return child

    def saved(self):
        """The time at which its file was written last."""
        return self.path.stat().st_mtime_ns if self.path.exists() else 0

    def wait_for_a_save(self, child):
        """Waits until a process has written the file once."""
        before = self.saved()
        while child.poll() is None and self.saved() in (0, before):
            time.sleep(0.0005)

    def unwritten(self):
        """True if it was killed while it wrote, which leaves a file of another name."""
        rest = [*self.folder.glob(".*.part")]
        for part in rest:
            part.unlink()
        return bool(rest) or not self.path.exists()


@pytest.mark.slow
@pytest.mark.parametrize("name", RUNS)
def test_a_run_killed_at_random_moments_ends_as_one_that_was_not(name, tmp_path):
    whole = Run(name, tmp_path / "whole")
    with whole.begun() as child:
        whole.wait_for_a_save(child)
        begun = time.perf_counter()
    seconds = time.perf_counter() - begun
    rng, kills, runs, writing = np.random.default_rng(), 0, 0, 0
    while kills < KILLS:
        runs += 1
        run = Run(name, tmp_path / f"{runs}")
        while not run.result.exists():
            with run.begun() as child:
                if kills < KILLS:
                    if rng.random() < 0.75:  # else while it starts or reads, too
                        run.wait_for_a_save(child)
                    time.sleep(rng.uniform(0, 0.5 * seconds))
                    child.kill()
            assert child.returncode in (0, -signal.SIGKILL), (run.folder / "stderr.txt").read_text()
            if child.returncode:
                kills += 1
                writing += run.unwritten()
        assert run.result.read_bytes() == whole.result.read_bytes(), f"run {runs}"
    print(f"\n{name}: {kills} kills in {runs} runs, {writing} of them while a file was written; all bit-identical")

"""Speed and memory of windows in batches: `python tests/benchmarks/window_speed.py`.

10 million float32 values, windows of 32, shuffled batches of 256, against Keras' timeseries_dataset_from_array, whose
setting up and first shuffling are not counted. Ours is a whole epoch, with the drawing of its order. Measured on
2026-11-24 on two cores of an AMD EPYC with Python 3.11.7, NumPy 2.4.6, Keras 3.15.1, TensorFlow 2.21.0:

    extra memory, shuffled, and in blocks of 64       38 and 1 MB   against 295 MB
    shuffled                                                740 x   10.4 million/s against 14,100/s
    shuffled in blocks of 64                              2,370 x   33.5 million/s against 14,100/s
    as tf.data, shuffled in blocks of 64                     47 x   664,000/s against 14,100/s
"""

import os
import resource
import subprocess
import sys

for variable in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"):
    os.environ[variable] = "1"  # rates are per core
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")

import numpy as np
from rounds import heading, in_turns, report

from sequence_tasks.feeds import Batches
from sequence_tasks.task import windows

VALUES, LENGTH, SIZE = 10_000_000, 32, 256
BATCHES = 100  # that the slow ones are asked for in a round
MEMORY_MB = 100


def series():
    return np.random.default_rng(0).standard_normal(VALUES, dtype=np.float32)


def epoch(found, block):
    """All windows of an epoch, the drawing of its order included."""

    def run():
        total = 0
        for inputs, _ in Batches(found, SIZE, seed=0, block=block):
            total += len(inputs)
        assert total == VALUES - LENGTH

    return run


def some(batches):
    """The next batches of an endless data set."""

    def run():
        for _ in range(BATCHES):
            next(batches)

    return run


def keras_windows(values):
    import keras

    return keras.utils.timeseries_dataset_from_array(
        values[:-LENGTH], values[LENGTH:], LENGTH, batch_size=SIZE, shuffle=True, seed=0
    )


def our_tf_windows(values, block):
    from sequence_tasks.models.keras_feeds import tf_dataset

    return tf_dataset(windows(values, length=LENGTH), batch_size=SIZE, seed=0, block=block)


def extra_memory(name):
    """Megabytes by which the peak of this process grows: windows and an epoch of them, or Keras' first batches."""
    values = series()
    run = {
        "ours": lambda: epoch(windows(values, length=LENGTH), 1)(),
        "ours in blocks": lambda: epoch(windows(values, length=LENGTH), 64)(),
        "keras": lambda: some(iter(keras_windows(values)))(),
    }[name]
    if name == "keras":
        import keras  # noqa: F401  # is not counted
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    run()
    return (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024


def main():
    heading("numpy", "keras", "tensorflow")
    for name in ("ours", "ours in blocks", "keras"):
        child = subprocess.run([sys.executable, __file__, name], capture_output=True, text=True, check=True)
        wanted = "" if name == "keras" else f"  (wanted below {MEMORY_MB})"
        print(f"extra memory, {name:<44} {float(child.stdout):6.0f} MB{wanted}")
    values = series()
    found = windows(values, length=LENGTH)
    names = ["shuffled", "shuffled in blocks of 64", "as tf.data, shuffled in blocks of 64"]
    ours_in_tf = some(iter(our_tf_windows(values, 64).repeat()))
    *ours, theirs = in_turns(
        epoch(found, 1), epoch(found, 64), ours_in_tf, some(iter(keras_windows(values).repeat())), rounds=3
    )
    for name, seconds, batches in zip(names, ours, (VALUES / SIZE, VALUES / SIZE, BATCHES), strict=True):
        scaled = [second / batches * BATCHES for second in seconds]
        report(f"windows, {name}", scaled, theirs, steps=BATCHES * SIZE, wanted=500 if "tf" not in name else 1)


if __name__ == "__main__":
    if len(sys.argv) > 1:
        print(extra_memory(sys.argv[1]))
    else:
        main()

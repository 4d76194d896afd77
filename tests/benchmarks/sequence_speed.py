"""Training an LSTM on windows: whole epochs in one program, Keras' own loop, PyTorch: `python .../sequence_speed.py`.

Every side trains LSTM(32) and Dense(1) with Adam on the same windows in batches, in random order, and takes turns with
the others; `--one-core` gives all of them one core, as the other benchmarks here do. The clock runs from the end of the
first epoch to that of the last, so that no compiling is in it; what `fit_compiled` needs before is printed beside.
PyTorch, where it is installed, has one thread.

Measured on 2026-11-24 on two cores of an AMD EPYC with Python 3.11.7, TensorFlow 2.21.0, Keras 3.15.1, NumPy 2.4.6 and
PyTorch 2.13.0, as medians of five turns (in brackets: the least and the most), and again with `--one-core`:

    window, batch, windows     against            two cores                  one core
    12, 32, 84                 model.fit          21.6 x (20.3 to 23.4)      48.3 x (44.4 to 49.3)
                               PyTorch            2.06 x (1.95 to 2.43)      2.42 x (2.22 to 2.55)
    12, 32, 2048               model.fit          5.82 x (3.31 to 9.09)      7.14 x (6.18 to 10.15)
                               PyTorch            3.00 x (1.66 to 3.13)      3.29 x (3.18 to 3.38)
    64, 256, 2560              model.fit          3.30 x (2.74 to 4.74)      2.86 x (2.81 to 2.99)
                               PyTorch            2.34 x (2.09 to 2.81)      1.45 x (1.21 to 1.56)

In runs of their own, in turns: a step of the last row took 11.2 ms in one program, which the second core hardly helps
(1.73 x `model.fit`), and 6.3 ms in two parts at once. With one core the parts took a tenth longer than the whole.
"""

import argparse
import importlib.util
import os
import time
from statistics import median

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")
import keras
import numpy as np
from rounds import heading, report

from sequence_tasks.models.builders import lstm
from sequence_tasks.models.epochs import Epochs
from sequence_tasks.models.training import fit_compiled
from sequence_tasks.task import windows

SETTINGS = {  # window, batch, windows: epochs of each side after its first, and what is wanted
    (12, 32, 84): {"ours": 300, "keras": 30, "torch": 60, "wanted": {"keras": 10, "torch": 2}},  # as of AirPassengers
    (12, 32, 2048): {"ours": 20, "keras": 3, "torch": 5, "wanted": {"keras": 10, "torch": 2}},
    (64, 256, 2560): {"ours": 8, "keras": 4, "torch": 4, "wanted": {"keras": 3, "torch": 1}},
}
TORCH = importlib.util.find_spec("torch") is not None


def ours(cut, batch, epochs):
    """Seconds of an epoch by `fit_compiled`, and of all before the end of the first."""
    ends, add = [], Epochs.add

    def timed(self, *losses):
        ends.append(time.perf_counter())
        return add(self, *losses)

    model, start = lstm(cut), time.perf_counter()
    Epochs.add = timed
    try:
        fit_compiled(model, cut, epochs=epochs + 1, batch_size=batch, learning_rate=1e-3)
    finally:
        Epochs.add = add
    return (ends[-1] - ends[0]) / epochs, ends[0] - start


def by_keras(cut, batch, epochs):
    """Seconds of an epoch by `model.fit` with its defaults, on arrays."""
    ends = []
    clock = keras.callbacks.LambdaCallback(on_epoch_end=lambda *_: ends.append(time.perf_counter()))
    model = lstm(cut)
    model.compile(keras.optimizers.Adam(1e-3), "mean_squared_error")
    x, y = np.ascontiguousarray(cut.inputs), np.ascontiguousarray(cut.targets)
    model.fit(x, y, batch_size=batch, epochs=epochs + 1, callbacks=[clock], verbose=0)
    return (ends[-1] - ends[0]) / epochs, 0.0


def by_torch(cut, batch, epochs):
    """Seconds of an epoch by a loop in PyTorch, on tensors."""
    import torch

    torch.set_num_threads(1)
    layer, dense = torch.nn.LSTM(1, 32, batch_first=True), torch.nn.Linear(32, 1)
    adam = torch.optim.Adam([*layer.parameters(), *dense.parameters()], 1e-3)
    x, y = torch.tensor(np.array(cut.inputs)), torch.tensor(np.array(cut.targets))
    ends = []
    for _ in range(epochs + 1):
        for rows in torch.randperm(len(x)).split(batch):
            states, _ = layer(x[rows])
            loss = torch.nn.functional.mse_loss(dense(states[:, -1]), y[rows])
            adam.zero_grad()
            loss.backward()
            adam.step()
        ends.append(time.perf_counter())
    return (ends[-1] - ends[0]) / epochs, 0.0


def main(rounds, one_core):
    """Prints how many times as fast ours is, for every setting and side."""
    if one_core:
        os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
    print(f"{len(os.sched_getaffinity(0))} cores")
    heading("rl-line", "tensorflow", "keras", "numpy", *(["torch"] if TORCH else []))
    if not TORCH:
        print("PyTorch is not installed, so nothing is compared with it; pip install torch for that.")
    sides = {"ours": ours, "keras": by_keras} | ({"torch": by_torch} if TORCH else {})
    for (length, batch, count), numbers in SETTINGS.items():
        cut = windows(np.sin(np.arange(count + length, dtype=np.float32) / 7), length=length)
        runs = {name: [] for name in sides}
        for turn in range(rounds + 1):
            for name, side in sides.items():
                seconds = side(cut, batch, numbers[name])
                if turn:
                    runs[name].append(seconds)
        epoch = {name: [seconds for seconds, _ in found] for name, found in runs.items()}
        compiling = median(before for _, before in runs["ours"])
        print(
            f"{count} windows of {length}, batch {batch}: compiled and the first epoch made in {compiling:.1f} s; then"
        )
        for name in list(sides)[1:]:
            work = f"  steps of training against {'model.fit' if name == 'keras' else 'PyTorch, 1 thread'}"
            report(work, epoch["ours"], epoch[name], steps=-(-count // batch), wanted=numbers["wanted"][name])


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--one-core", action="store_true")
    main(**vars(parser.parse_args()))

"""Three ways to train on several lengths: padding behind a mask, buckets of one length, a target at every step."""
# needs: keras

from pathlib import Path

import numpy as np

from sequence_tasks import SequenceTask, Standardise
from sequence_tasks.explain import errors_by_length
from sequence_tasks.feeds import buckets, padded
from sequence_tasks.forecaster import next_value
from sequence_tasks.series.counting import integers

LENGTHS = (*range(1, 11), 20, 50)


def main(steps: int = 1200, seed: int = 0, figure: Path = Path("figures/variable_length.png")) -> None:
    """Trains one linear cell on windows of 1 to 10 integers in each way, in so many gradient steps."""
    import keras

    from agents.plots import save
    from sequence_tasks import MODELS, fit_compiled
    from sequence_tasks.plots import error_by_length

    def task(length: int, targets: str = "ahead") -> SequenceTask:
        how = {"train": 101, "validation": 0, "transform": Standardise()}
        return SequenceTask(integers(0, 100), length=length, targets=targets, **how)

    lengths = [task(length).windows("train") for length in range(1, 11)]
    every, mask = task(10, "every").windows("train"), -2 * task(10).bound
    batch = padded(lengths, mask_value=mask)
    models = {
        "padded": MODELS["simple_rnn_variable_length"](lengths[0], mask_value=mask, seed=seed),
        "buckets": MODELS["simple_rnn_one_cell"](lengths[0], seed=seed),
        "every step": MODELS["simple_rnn_one_cell"](every, seed=seed),
        "ten only": MODELS["simple_rnn_one_cell"](lengths[9], seed=seed),
    }
    how = {"batch_size": len(batch.inputs), "learning_rate": 0.1, "seed": seed}
    fit_compiled(models["padded"], tuple(batch), epochs=steps, **how)
    schedule = keras.optimizers.schedules.CosineDecay(0.1, steps)
    models["buckets"].compile(keras.optimizers.Adam(schedule), "mean_squared_error")
    for epoch in range(steps // len(lengths)):
        for inputs, targets in buckets(lengths, 100, seed=seed, epoch=epoch):
            models["buckets"].train_on_batch(inputs, targets)
    fit_compiled(models["every step"], every, epochs=steps, **how)
    fit_compiled(models["ten only"], lengths[9], epochs=steps, **how)
    errors = {name: errors_by_length(next_value(task(10), model), LENGTHS) for name, model in models.items()}
    for name, model in models.items():
        weights = ", ".join(f"{weight.item():.6f}" for weight in model.get_weights())
        print(f"{name:12} wi, ws, b = {weights}; largest error {np.max(errors[name]):.2g}")
    axes = error_by_length(LENGTHS, errors)
    axes.set_title("One linear cell, trained on lengths 1 to 10, or on 10 only")
    print(f"\nThe errors by length: {save(axes.figure, figure)}")


if __name__ == "__main__":
    import tyro

    tyro.cli(main)

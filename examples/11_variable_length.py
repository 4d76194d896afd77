"""Three ways to train on several lengths: padding behind a mask, buckets of one length, a target at every step."""
# needs: keras

from functools import partial
from pathlib import Path

from rl_line.system.scripts import at_least_one, run
from sequence_tasks import SequenceTask, Standardise
from sequence_tasks.explain import error_table, errors_by_length, right_lengths_text
from sequence_tasks.feeds import buckets, padded
from sequence_tasks.forecaster import next_value
from sequence_tasks.series.counting import integers

LENGTHS = (*range(1, 11), 20, 50)


def main(steps: int = 1200, seed: int = 1, figure: Path = Path("figures/variable_length.png")) -> None:
    """Trains one linear cell on windows of 1 to 10 integers in each way, in so many gradient steps."""
    from agents.plots import save
    from sequence_tasks import MODELS, fit_compiled
    from sequence_tasks.plots import error_by_length

    at_least_one(steps=steps)
    import keras  # after sequence_tasks, which starts TensorFlow without its messages

    print("Each cell starts with recurrent weight 0, as in example 09; Keras' own start is +1 or -1.")
    task = partial(SequenceTask, integers(0, 100), train=101, validation=0, transform=Standardise())
    lengths = [task(length=length).windows("train") for length in range(1, 11)]
    ten = task(length=10, targets="every")
    every, mask = ten.windows("train"), -2 * ten.bound
    batch = padded(lengths, mask_value=mask)
    models = {
        "padded": MODELS["simple_rnn_variable_length"](lengths[0], mask_value=mask, seed=seed),
        "buckets": MODELS["simple_rnn_one_cell"](lengths[0], seed=seed),
        "every step": MODELS["simple_rnn_one_cell"](every, seed=seed),
        "ten only": MODELS["simple_rnn_one_cell"](lengths[9], seed=seed),
    }
    how = {"batch_size": len(batch.inputs), "learning_rate": 0.1, "seed": seed}
    fit_compiled(models["padded"], tuple(batch), epochs=steps, **how)
    falling = keras.optimizers.schedules.CosineDecay(0.1, steps)
    models["buckets"].compile(keras.optimizers.Adam(falling), "mean_squared_error")
    for epoch in range(-(-steps // len(lengths))):
        for inputs, targets in buckets(lengths, 100, seed=seed, epoch=epoch):
            models["buckets"].train_on_batch(inputs, targets)
    fit_compiled(models["every step"], every, epochs=steps, **how)
    fit_compiled(models["ten only"], lengths[9], epochs=steps, **{**how, "learning_rate": 0.05})  # as in example 09
    errors = {name: errors_by_length(next_value(ten, model), LENGTHS) for name, model in models.items()}
    for name, model in models.items():
        weights = ", ".join(f"{weight.item():.6f}" for weight in model.get_weights())
        print(f"{name:12} wi, ws, b = {weights}; largest error {errors[name].max():.2g}")
    print(f"\nLargest errors, in integers:\n{error_table(LENGTHS, errors)}")
    print(f"\nSo: {right_lengths_text(LENGTHS, errors)}.")
    axes = error_by_length(LENGTHS, errors)
    axes.set_title("One linear cell, trained on lengths 1 to 10, or on 10 only")
    print(f"\nThe errors by length: {save(axes.figure, figure)}")


if __name__ == "__main__":
    run(main)

"""SimpleRNN with four cells and a Dense layer: more weights do not cure what one length of training leaves open."""
# needs: keras

from pathlib import Path

import numpy as np

from rl_line.system.scripts import at_least_one, run
from sequence_tasks import SequenceTask, Standardise
from sequence_tasks.explain import error_table, errors_by_length, right_lengths_text, rnn_steps, rnn_trace
from sequence_tasks.explain.by_hand import in_columns
from sequence_tasks.forecaster import next_value
from sequence_tasks.series.counting import integers

LENGTHS = (*range(1, 11), 20, 50)
WAYS = {
    "linear, after ten": ("linear", {"targets": "ahead"}),
    "tanh, after ten": ("tanh", {"targets": "ahead"}),
    "tanh, after every one": ("tanh", {"targets": "every"}),
    "linear, after every one": ("linear", {"targets": "every"}),
}


def main(epochs: int = 6000, seed: int = 0, figure: Path = Path("figures/four_cells.png")) -> None:
    """Trains four cells on windows of ten, with the target after the window, or one after each of its values.

    Args:
        epochs: gradient steps, each on all windows
    """
    from agents.plots import save
    from sequence_tasks import MODELS, fit_compiled
    from sequence_tasks.plots import error_by_length

    at_least_one(epochs=epochs)
    errors, far = {}, {}
    for name, (activation, how) in WAYS.items():
        task = SequenceTask(integers(0, 100), length=10, train=101, validation=0, transform=Standardise(), **how)
        train = task.windows("train")
        model = MODELS["simple_rnn_four_cells"](train, activation=activation, seed=seed)
        fit_compiled(model, train, epochs=epochs, batch_size=100, learning_rate=0.02, seed=seed)
        predict = next_value(task, model)
        errors[name], far[name] = errors_by_length(predict, LENGTHS), predict([[1000, 1001, 1002]])[0]
    weights, x = model.get_weights(), task.scaled(np.array([[7.0], [8.0]]))
    print(f"The last one, {model.count_params()} weights, by hand on 7 and 8, which it sees in standard deviations:\n")
    print(in_columns(rnn_steps(weights, x, activation="linear", digits=4), 100))
    y = rnn_trace(weights, x, activation="linear").y[-1]
    after = task.inverse(y[None, :], np.array([[7.0], [8.0]]), np.array([2])).item()
    print(f"\nBack in the units of the series, y = {y.item():.4g} is {after:.4f}: the number after 7 and 8.")
    print(f"\nLargest errors, in integers:\n{error_table(LENGTHS, errors)}")
    print(f"\nSo: {right_lengths_text(LENGTHS, errors)}.")
    print("After 1000, 1001, 1002 they say " + ", ".join(f"{value:.2f}" for value in far.values()) + ".")
    axes = error_by_length(LENGTHS, errors)
    axes.set_title("Four cells: targets after ten steps, or after every one")
    print(f"\nThe errors by length: {save(axes.figure, figure)}")


if __name__ == "__main__":
    run(main)

"""SimpleRNN with four cells and a Dense layer: more weights do not cure what one length of training leaves open."""
# needs: keras

from pathlib import Path

import numpy as np

from sequence_tasks import SequenceTask, Standardise
from sequence_tasks.explain import errors_by_length, rnn_steps
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

    errors, far = {}, {}
    for name, (activation, how) in WAYS.items():
        task = SequenceTask(integers(0, 100), length=10, train=101, validation=0, transform=Standardise(), **how)
        train = task.windows("train")
        model = MODELS["simple_rnn_four_cells"](train, activation=activation, seed=seed)
        fit_compiled(model, train, epochs=epochs, batch_size=100, learning_rate=0.02, seed=seed)
        predict = next_value(task, model)
        errors[name], far[name] = errors_by_length(predict, LENGTHS), predict([[1000, 1001, 1002]])[0]
    print(f"The last one, {model.count_params()} weights, by hand on 7 and 8 in network units:\n")
    print(rnn_steps(model.get_weights(), task.scaled(np.array([[7.0], [8.0]])), activation="linear", digits=4))
    print(f"\n{'length':24}{''.join(f'{length:7}' for length in LENGTHS)}    after 1000, 1001, 1002")
    for name, values in errors.items():
        print(f"{name:24}{''.join(f'{error:7.2f}' for error in values)}{far[name]:12.2f}")
    axes = error_by_length(LENGTHS, errors)
    axes.set_title("Four cells: targets after ten steps, or after every one")
    print(f"\nThe errors by length: {save(axes.figure, figure)}")


if __name__ == "__main__":
    import tyro

    tyro.cli(main)

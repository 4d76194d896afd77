"""SimpleRNN trained on ten integers at a time: a longer window helps at long lengths, and not at short ones."""
# needs: keras

from pathlib import Path

from rl_line.system.scripts import at_least_one, run
from sequence_tasks import SequenceTask, Standardise
from sequence_tasks.explain import error_table, errors_by_length, right_lengths_text
from sequence_tasks.forecaster import next_value
from sequence_tasks.series.counting import integers

LENGTHS = (*range(1, 11), 20, 50)


def main(epochs: int = 2000, seed: int = 1, figure: Path = Path("figures/length_ten.png")) -> None:
    """Trains one linear cell on windows of 2, 4 and 10, each with the target after the window only.

    Args:
        epochs: gradient steps, each on all windows
        seed: of the input weight; each leads to another cell that is exact at its own length, see example 08
    """
    from agents.plots import save
    from sequence_tasks import MODELS, fit_compiled
    from sequence_tasks.plots import error_by_length

    at_least_one(epochs=epochs)
    print("Each cell starts with recurrent weight 0, as in example 11; Keras' own start is +1 or -1.")
    errors = {}
    for length in (2, 4, 10):
        task = SequenceTask(integers(0, 100), length=length, train=101, validation=0, transform=Standardise())
        train = task.windows("train")
        name = "simple_rnn_length_ten" if length == 10 else "simple_rnn_one_cell"
        model = MODELS[name](train, seed=seed, recurrent="zeros")
        fit_compiled(model, train, epochs=epochs, batch_size=100, learning_rate=0.05, seed=seed)
        weights = model.get_weights()
        if length == 10:  # the same three weights in a cell that takes any length
            model = MODELS["simple_rnn_one_cell"](train)
            model.set_weights(weights)
        errors[f"trained on {length}"] = errors_by_length(next_value(task, model), LENGTHS)
        wi, ws, b = (float(weight.item()) for weight in weights)
        print(f"trained on {length:2}: wi {wi:.4f}, ws {ws:.4f}, b {b:.4f}")
    print(f"\nLargest errors, in integers:\n{error_table(LENGTHS, errors)}")
    print(f"\nSo: {right_lengths_text(LENGTHS, errors)}.")
    axes = error_by_length(LENGTHS, errors, floor=1e-6)
    axes.set_title("Each is right at its own length")
    print(f"\nThe errors by length: {save(axes.figure, figure)}")


if __name__ == "__main__":
    run(main)

"""SimpleRNN trained on ten integers at a time: a longer window helps at long lengths, and not at short ones."""
# needs: keras

from pathlib import Path

from sequence_tasks import SequenceTask, Standardise
from sequence_tasks.explain import errors_by_length
from sequence_tasks.forecaster import next_value
from sequence_tasks.series.counting import integers

LENGTHS = (*range(1, 11), 20, 50)


def main(epochs: int = 2000, seed: int = 0, figure: Path = Path("figures/length_ten.png")) -> None:
    """Trains one linear cell on windows of 2, 4 and 10, each with the target after the window only.

    Args:
        epochs: gradient steps, each on all windows
    """
    from agents.plots import save
    from sequence_tasks import MODELS, fit_compiled
    from sequence_tasks.plots import error_by_length

    errors = {}
    for length in (2, 4, 10):
        task = SequenceTask(integers(0, 100), length=length, train=101, validation=0, transform=Standardise())
        train = task.windows("train")
        name = "simple_rnn_length_ten" if length == 10 else "simple_rnn_one_cell"
        model = MODELS[name](train, seed=seed, recurrent="orthogonal")
        fit_compiled(model, train, epochs=epochs, batch_size=100, learning_rate=0.05, seed=seed)
        weights = model.get_weights()
        if length == 10:  # the same three weights in a cell that takes any length
            model = MODELS["simple_rnn_one_cell"](train)
            model.set_weights(weights)
        errors[f"trained on {length}"] = errors_by_length(next_value(task, model), LENGTHS)
        wi, ws, b = (float(weight.item()) for weight in weights)
        print(f"trained on {length:2}: wi {wi:.4f}, ws {ws:.4f}, b {b:.4f}")
    print(f"\n{'length':15}{''.join(f'{length:7}' for length in LENGTHS)}")
    for name, values in errors.items():
        print(f"{name:15}{''.join(f'{error:7.2f}' for error in values)}")
    axes = error_by_length(LENGTHS, errors, floor=1e-6)
    axes.set_title("Each is right at its own length")
    print(f"\nThe errors by length: {save(axes.figure, figure)}")


if __name__ == "__main__":
    import tyro

    tyro.cli(main)

"""SimpleRNN with one linear cell: which lengths its weights are right for, and its arithmetic by hand."""
# needs: keras

from pathlib import Path

from rl_line.system.scripts import at_least_one, run
from sequence_tasks import MinMax, SequenceTask
from sequence_tasks.explain import COURSE, EVERY_LENGTH, Cell, cell_outputs, error_table, errors_by_length, rnn_steps
from sequence_tasks.explain.by_length import right_lengths_text
from sequence_tasks.forecaster import next_value
from sequence_tasks.series.counting import integers

LENGTHS = (*range(1, 11), 20, 50)


def main(epochs: int = 1200, seeds: int = 3, figure: Path = Path("figures/simple_rnn.png")) -> None:
    """Trains so many cells on two integers at a time, and on ten with a target at every step; an epoch is one step."""
    from matplotlib.figure import Figure

    from agents.plots import save
    from sequence_tasks import MODELS, fit_compiled
    from sequence_tasks.plots import error_by_length, weights_and_exact_family

    at_least_one(epochs=epochs, seeds=seeds)
    ways = {"two integers": {"length": 2}, "a target at each of ten": {"length": 10, "targets": "every"}}
    starts = {"two integers": "orthogonal", "a target at each of ten": "zeros"}
    print("The recurrent weight starts at +1 or -1 with two integers, as Keras' own does, and at 0 with ten.")
    cells, errors = {}, {}
    for name, how in ways.items():
        task = SequenceTask(integers(0, 100), train=101, validation=0, transform=MinMax(), **how)
        cells[name] = []
        for seed in range(seeds):
            model = MODELS["simple_rnn_one_cell"](task.windows("train"), seed=seed, recurrent=starts[name])
            settings = {"epochs": epochs, "batch_size": 100, "learning_rate": 0.1}
            fit_compiled(model, task.windows("train"), seed=seed, **settings)
            wi, ws, b = (float(weight.item()) for weight in model.get_weights())
            cells[name].append(Cell(wi, ws, 100 * b))  # in integers, as the network sees hundredths
            if seed == 0:
                errors[name] = errors_by_length(next_value(task, model), LENGTHS)
        print(f"{name}: wi, ws, b = {', '.join(f'{weight:.6f}' for weight in cells[name][0])}")
    cells["the course"] = [COURSE]
    errors["the course"] = errors_by_length(lambda inputs: cell_outputs(COURSE, inputs)[:, -1], LENGTHS)
    print(f"right for every length: {', '.join(f'{weight:.6f}' for weight in EVERY_LENGTH)}\n\nThe course's cell:")
    print(rnn_steps([[[COURSE.wi]], [[COURSE.ws]], [COURSE.b]], [1, 2], activation="linear", digits=None))
    print(f"\nLargest errors, in integers:\n{error_table(LENGTHS, errors)}")
    print(f"\nSo: {right_lengths_text(LENGTHS, errors)}.")
    axes = Figure(figsize=(11, 4.4), layout="constrained").subplots(1, 2)
    weights_and_exact_family(cells, ax=axes[0]).set_title("One length leaves a weight free, two leave none")
    error_by_length(LENGTHS, errors, ax=axes[1]).set_title("Largest error with integers from 0 to 100")
    print(f"\nThe weights and the errors: {save(axes[0].figure, figure)}")


if __name__ == "__main__":
    run(main)

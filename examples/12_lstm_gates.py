"""The gates of a trained LSTM over time: what it forgets, lets in and gives out, and one step of it by hand."""
# needs: keras

from pathlib import Path

import numpy as np

from rl_line.system.scripts import at_least_one, run
from sequence_tasks import SequenceTask, Standardise
from sequence_tasks.explain import lstm_steps, lstm_trace
from sequence_tasks.series.generated import sine_mixture

FIGURE = Path("figures/lstm_gates.png")


def main(units: int = 4, epochs: int = 30, shown: int = 80, seed: int = 0, figure: Path = FIGURE) -> None:
    """Trains an LSTM on two sines and draws its gates while it runs over the test part.

    Args:
        units: cells
        shown: steps drawn
    """
    from matplotlib.figure import Figure

    from agents.plots import save
    from sequence_tasks import MODELS, fit_compiled
    from sequence_tasks.plots import gates_over_time, states_over_time

    at_least_one(units=units, epochs=epochs, shown=shown)
    task = SequenceTask(sine_mixture(), length=20, targets="every", transform=Standardise())
    train, validation = task.windows("train"), task.windows("validation")
    model = MODELS["lstm"](train, units=units, seed=seed)
    rows = fit_compiled(model, train, validation, epochs=epochs, seed=seed)
    print(f"validation loss {rows[0]['val_loss']:.4f} after one epoch, {rows[-1]['val_loss']:.6f} after {len(rows)}")
    x = task.scaled(task.series.values[task.borders[1] :])[:shown]
    shown = len(x)
    weights, trace = model.get_weights(), lstm_trace(model.get_weights(), x)
    difference = np.abs(trace.y - np.array(model(x[None].astype(np.float32)))[0]).max()
    print(f"By hand and by Keras: largest difference {difference:.1e} over {shown} steps. The first step:\n")
    print(lstm_steps(weights, x[:1], digits=2))
    means = {name: getattr(trace, name).mean(axis=0) for name in ("f", "i", "o")}
    print("\nMean of each gate over the time shown, a number for each cell (0: closed, 1: open):")
    print("\n".join(f"  {name}  " + "  ".join(f"{value:.2f}" for value in cells) for name, cells in means.items()))
    print(
        f"\nSo: of its state the cell that forgets least keeps {means['f'].max():.0%} from step to step, in the mean,"
    )
    print(f"and the cell that forgets most {means['f'].min():.0%}.")
    top, *below = Figure(figsize=(9, 8), layout="constrained").subplots(3, 1, sharex=True, height_ratios=(1, 1.4, 1.4))
    top.plot(np.arange(1, shown + 1), x[:, 0], color="black", label="input x", linewidth=1.2)
    top.plot(np.arange(2, shown + 2), trace.y[:, 0], "--", color="#d97706", label="prediction of it, a step before")
    top.set(ylim=(-2.5, 3.5), ylabel="standard deviations", title=f"An LSTM of {units} cells on two sines")
    top.legend(loc="upper right", ncols=2)
    for draw, ax in zip((gates_over_time, states_over_time), below, strict=True):
        draw(trace, ax=ax).label_outer()
    print(f"\nThe gates over time: {save(top.figure, figure)}")


if __name__ == "__main__":
    run(main)

"""The gates of a trained LSTM over time: what it forgets, lets in and gives out, and one step of it by hand."""
# needs: keras

from pathlib import Path

import numpy as np

from sequence_tasks import SequenceTask, Standardise
from sequence_tasks.explain import lstm_steps, lstm_trace
from sequence_tasks.series.generated import sine_mixture


def main(
    units: int = 4,
    epochs: int = 30,
    shown: int = 80,
    seed: int = 0,
    figure: Path = Path("figures/lstm_gates.png"),
) -> None:
    """Trains an LSTM on two sines and draws its gates while it runs over the test part.

    Args:
        units: cells
        shown: steps drawn
    """
    from matplotlib.figure import Figure

    from agents.plots import save
    from sequence_tasks import MODELS, fit_compiled
    from sequence_tasks.plots import gates_over_time

    task = SequenceTask(sine_mixture(), length=20, targets="every", transform=Standardise())
    train, validation = task.windows("train"), task.windows("validation")
    model = MODELS["lstm"](train, units=units, seed=seed)
    rows = fit_compiled(model, train, validation, epochs=epochs, seed=seed)
    print(f"validation loss {rows[0]['val_loss']:.4f} after one epoch, {rows[-1]['val_loss']:.6f} after {len(rows)}")
    x = task.scaled(task.series.values[task.borders[1] :])[:shown]
    weights, trace = model.get_weights(), lstm_trace(model.get_weights(), x)
    difference = np.abs(trace.y - np.array(model(x[None].astype(np.float32)))[0]).max()
    print(f"By hand and by Keras: largest difference {difference:.1e} over {shown} steps. The first step:\n")
    print(lstm_steps(weights, x[:1], digits=3))
    print("\nMean of each gate over the time shown:")
    for name in ("f", "i", "o"):
        print(f"  {name}  " + "  ".join(f"{value:.2f}" for value in getattr(trace, name).mean(axis=0)))
    both = Figure(figsize=(9, 6.5), layout="constrained").subplots(2, 1, sharex=True, height_ratios=(1, 2.6))
    both[0].plot(np.arange(1, shown + 1), x[:, 0], color="black", label="input x")
    both[0].plot(np.arange(2, shown + 2), trace.y[:, 0], "--", color="#d97706", label="prediction of it, a step before")
    both[0].set(ylim=(-2.5, 3.5), ylabel="standard deviations", title=f"An LSTM of {units} cells on two sines")
    both[0].legend(loc="upper right", ncols=2)
    gates_over_time(trace, ax=both[1])
    print(f"\nThe gates over time: {save(both[0].figure, figure)}")


if __name__ == "__main__":
    import tyro

    tyro.cli(main)

"""Six steps ahead in the chaos of Mackey and Glass: an LSTM truly wins there, and one step ahead it loses."""
# needs: keras

from pathlib import Path

import numpy as np

from rl_line.system.scripts import at_least_one, run
from sequence_tasks import SequenceTask, Standardise
from sequence_tasks.evaluation import evaluate
from sequence_tasks.evaluation.naive import autoregression
from sequence_tasks.evaluation.words import COLUMNS, verdict_text
from sequence_tasks.forecaster import NetworkForecaster
from sequence_tasks.series.generated import mackey_glass


def main(count: int = 3000, epochs: int = 60, seed: int = 0, figure: Path = Path("figures/mackey_glass.png")) -> None:
    """Trains an LSTM to say the next six values at once, and sets it beside AR(24), which feeds back its own.

    Args:
        count: steps of the series
        epochs: of training
    """
    from matplotlib.figure import Figure

    from agents.plots import save
    from sequence_tasks import MODELS, fit_compiled
    from sequence_tasks.plots import forecasts_over_time, losses

    at_least_one(count=count, epochs=epochs)
    series = mackey_glass(count)
    task = SequenceTask(series, length=24, horizon=6, targets="path", transform=Standardise())
    train, validation = task.windows("train"), task.windows("validation")
    model = MODELS["lstm"](train, seed=seed)
    rows = fit_compiled(model, train, validation, epochs=epochs, batch_size=64, seed=seed)
    lstm, linear = NetworkForecaster(task, model), autoregression(24)(series[: task.borders[1]])
    found = evaluate({"LSTM(32)": lstm}, task, mode="direct", steps=6)
    print(f"{found}\n\n{COLUMNS}\n\nSo: {verdict_text(found)}.")
    origins = np.arange(task.borders[1], len(series) - 5)
    actual = series.values[origins[:, None] + np.arange(6), 0]
    print(f"\nRMSE at step       {''.join(f'{step:9}' for step in range(1, 7))}")
    ahead, errors = {}, []
    for name, forecast in {"AR(24), fed back": linear, "LSTM(32)": lstm}.items():
        made = forecast(series.values, origins, 6)
        ahead[name] = made[:, 5]
        errors.append(np.sqrt(np.mean((made - actual) ** 2, axis=0)))
        print(f"{name:19}{''.join(f'{error:9.5f}' for error in errors[-1])}")
    better = np.flatnonzero(errors[1] < errors[0]) + 1
    print(f"\nSo: the LSTM is nearer than AR(24) at step {', '.join(map(str, better)) or 'none'}.")
    axes = Figure(figsize=(11, 4), layout="constrained").subplots(1, 2, width_ratios=(2, 1))
    forecasts_over_time(
        series.values, ahead, origins=origins + 5, borders=task.borders, naive="AR(24), fed back", ax=axes[0]
    ).set(title="Six steps ahead", xlim=(origins[0] - 20, origins[0] + 180), ylim=(0.2, 1.7))
    losses(rows, ax=axes[1]).set_title("Training the LSTM")
    print(f"\nThe forecasts six steps ahead, and the losses: {save(axes[0].figure, figure)}")


if __name__ == "__main__":
    run(main)

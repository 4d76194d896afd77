"""An LSTM on AirPassengers beside every guess, and beside a well-known tutorial's that loses to persistence."""
# needs: keras

import warnings
from functools import partial
from pathlib import Path

from rl_line.system.scripts import at_least_one, run
from sequence_tasks import Chain, Differences, Log, MinMax, SequenceTask, Standardise
from sequence_tasks.evaluation import RepeatsLastValue, evaluate
from sequence_tasks.evaluation.words import COLUMNS, verdict_text
from sequence_tasks.series.embedded import air_passengers

GROWTH = Chain(Log(), Differences(), Standardise())


def main(seeds: int = 3, epochs: int = 100, figure: Path = Path("figures/air_passengers.png")) -> None:
    """Forecasts the last 48 months, each from the true months before it.

    The tutorial (J. Brownlee, "Time Series Prediction with LSTM Recurrent Neural Networks in Python with Keras")
    gives LSTM(4) one month, scaled by all 144. It reports an RMSE of 47.53, with three months 58.88; a month for a
    month is 48.66 on its targets. Here its network is trained with a scale of the first 96 months only.

    Args:
        seeds: networks of each kind; the RMSE of each, and of the mean of their forecasts
        epochs: of the LSTM on growth rates; the other has as many, as in the tutorial in batches of 1
    """
    from agents.plots import save
    from sequence_tasks import MODELS
    from sequence_tasks.models import network
    from sequence_tasks.plots import forecasts_over_time

    at_least_one(seeds=seeds, epochs=epochs)
    series, how = air_passengers(), {"seeds": range(seeds), "epochs": epochs}
    growth = partial(SequenceTask, length=13, train=96, validation=0, transform=GROWTH)
    level = partial(SequenceTask, length=1, train=96, validation=0, transform=MinMax())
    ours = network(MODELS["lstm_linear_skip"], growth, batch_size=96, **how)(series)
    tutorial = network(partial(MODELS["lstm"], units=4), level, batch_size=1, learning_rate=1e-3, **how)(series)
    task = growth(series)
    judged = {"LSTM + skip": ours.members, "their mean": ours, "the tutorial's": tutorial.members}
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always", RepeatsLastValue)
        found = evaluate(judged, task, mode="one_step")
    print(f"{found}\n\n{COLUMNS}\n\nSo: {verdict_text(found)}.")
    for warning in caught:
        print(f"\nWarning: {warning.message}")
    shown = {"persistence": found.forecasts["persistence"][0], "LSTM + skip": found.forecasts["their mean"][0]}
    axes = forecasts_over_time(
        series, shown, origins=found.origins, borders=task.borders, naive="persistence", unit="passengers  (thousands)"
    )
    axes.set(title="AirPassengers, one month ahead")
    print(f"\nActual and estimated: {save(axes.figure, figure)}")


if __name__ == "__main__":
    run(main)

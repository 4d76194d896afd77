"""Texts about tables of scores fit their numbers."""

import numpy as np

from sequence_tasks import SequenceTask, Series
from sequence_tasks.evaluation import evaluate
from sequence_tasks.evaluation.words import COLUMNS, verdict_text


def test_the_least_error_and_what_differs_are_named():
    rng = np.random.default_rng(0)
    values = rng.normal(size=80)
    task = SequenceTask(Series("noise", values), length=3, train=50, validation=0)

    def knows(values, origins, steps):
        return values[origins[:, None] + np.arange(steps), 0]

    def guesses_the_mean(values, origins, steps):
        return np.zeros((len(origins), steps))

    found = evaluate({"mean": guesses_the_mean, "seer": knows}, task, mode="one_step")
    said = " ".join(verdict_text(found).split())
    assert said.startswith("seer has the least RMSE, 0; better than mean: seer; worse: ")
    worse = said.partition("worse: ")[2].split(", ")
    assert "persistence" in worse, "twice the variance of the mean"


def test_every_column_of_scores_is_told():
    for name in ("RMSE", "MAE", "MASE", "sMAPE", "p ", "+-"):
        assert name in COLUMNS
    assert max(map(len, COLUMNS.splitlines())) <= 100

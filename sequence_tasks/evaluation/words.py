"""Tables of scores in words: their columns, and their verdict."""

from __future__ import annotations

from textwrap import fill

from sequence_tasks.evaluation.evaluation import Evaluation

#: The columns of an `Evaluation` as text.
COLUMNS = """RMSE, MAE  root mean squared and mean absolute error, in the units of the series; +- over the seeds
MASE       MAE in units of the mean change of the values before from season to season
sMAPE      mean of 200 |forecast - value| / (|forecast| + |value|), in percent, from 0 to 200
p          chance of such a difference of squared errors between equals; below 0.05 it counts. The
           mean of a row's seeds is not tested, as its RMSE is never larger than theirs"""


def verdict_text(evaluation: Evaluation) -> str:
    """The least RMSE, and the rows that differ from the first by the paired test, in lines of at most 95 columns."""
    best = min(evaluation.rows, key=lambda row: row.mean.rmse)
    differ = {"better": "", "worse": ""}
    for verdict in differ:
        names = [row.name for row in evaluation.rows if row.comparison and row.comparison.verdict == verdict]
        differ[verdict] = ", ".join(names) or "none"
    said = f"{best.name} has the least RMSE, {best.mean.rmse:.4g}; better than {evaluation.rows[0].name}: "
    return fill(f"{said}{differ['better']}; worse: {differ['worse']}", 95)

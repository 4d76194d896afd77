"""Evaluation: scores, naive guesses to beat, backtests and prediction intervals."""

from sequence_tasks.evaluation.backtesting import Backtest, backtest
from sequence_tasks.evaluation.evaluation import Evaluation, evaluate, evaluate_backtest
from sequence_tasks.evaluation.intervals import conformal
from sequence_tasks.evaluation.naive import guesses
from sequence_tasks.evaluation.persistence import RepeatsLastValue, repeats_last_value
from sequence_tasks.evaluation.scores import compare, scores

__all__ = [
    "Backtest",
    "Evaluation",
    "RepeatsLastValue",
    "backtest",
    "compare",
    "conformal",
    "evaluate",
    "evaluate_backtest",
    "guesses",
    "repeats_last_value",
    "scores",
]

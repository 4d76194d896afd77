"""Prediction tasks with known exact answers: next integers and windows of series."""

from typing import TYPE_CHECKING as _TYPE_CHECKING

import gymnasium as _gym

from rl_line.system.imports import lazily as _lazily
from sequence_tasks.env import SequenceEnv
from sequence_tasks.evaluation.evaluation import evaluate, evaluate_backtest
from sequence_tasks.explain.by_hand import lstm_steps, lstm_trace, rnn_steps, rnn_trace
from sequence_tasks.feeds import Batches
from sequence_tasks.forecaster import Ensemble, NetworkForecaster
from sequence_tasks.leakage.checking import check_leakage
from sequence_tasks.series.catalogue import SERIES, as_series
from sequence_tasks.series.catalogue import TASKS as _TASKS
from sequence_tasks.series.series import Series
from sequence_tasks.task import Forecaster, SequenceTask
from sequence_tasks.transforms import Chain, Differences, Log, MinMax, Standardise
from sequence_tasks.windowing import Windows, windows

if _TYPE_CHECKING:
    from sequence_tasks import plots
    from sequence_tasks.models.builders import MODELS
    from sequence_tasks.models.training import Training, fit, fit_buckets, fit_compiled

__all__ = [
    "MODELS",
    "SERIES",
    "Batches",
    "Chain",
    "Differences",
    "Ensemble",
    "Forecaster",
    "Log",
    "MinMax",
    "NetworkForecaster",
    "SequenceEnv",
    "SequenceTask",
    "Series",
    "Standardise",
    "Training",
    "Windows",
    "as_series",
    "check_leakage",
    "evaluate",
    "evaluate_backtest",
    "fit",
    "fit_buckets",
    "fit_compiled",
    "lstm_steps",
    "lstm_trace",
    "plots",
    "rnn_steps",
    "rnn_trace",
    "windows",
]

# Modules that load Keras or Matplotlib.
_LAZY = {
    "MODELS": "models",
    "Training": "models",
    "fit": "models",
    "fit_buckets": "models",
    "fit_compiled": "models",
    "plots": "plots",
}
__getattr__ = _lazily(__name__, _LAZY, __all__)

for _id, _settings in _TASKS.items():
    if _id not in _gym.registry:
        _gym.register(id=_id, entry_point="sequence_tasks.env:sequence_env", kwargs=_settings)

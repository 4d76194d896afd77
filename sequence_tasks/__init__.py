"""Prediction tasks whose exact answers are known: next integers and windows of series."""

import os as _os

import gymnasium as _gym

from sequence_tasks.catalogue import SERIES, as_series
from sequence_tasks.env import SequenceEnv
from sequence_tasks.evaluation import evaluate, evaluate_backtest
from sequence_tasks.leakage import check_leakage
from sequence_tasks.series import Series
from sequence_tasks.task import Forecaster, SequenceTask, Windows, windows
from sequence_tasks.transforms import Chain, Differences, Log, MinMax, Standardise

# TensorFlow, which only submodules load, then says nothing on how it was built, unless asked to.
_os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")

__all__ = [
    "SERIES",
    "Chain",
    "Differences",
    "Forecaster",
    "Log",
    "MinMax",
    "SequenceEnv",
    "SequenceTask",
    "Series",
    "Standardise",
    "Windows",
    "as_series",
    "check_leakage",
    "evaluate",
    "evaluate_backtest",
    "windows",
]

_IDS = {
    "NextInteger-v0": {"series": "integers", "length": 3},
    "NextDigit-v0": {"series": "digits", "length": 1},
    "SeriesWindow-v0": {"series": "sine_mixture", "length": 12},
    "AirPassengers-v0": {"series": "air_passengers", "length": 13, "train": 72, "validation": 24},
    "Sunspots-v0": {"series": "sunspots", "length": 11},
    "CO2-v0": {"series": "co2", "length": 13},
    "MackeyGlass-v0": {"series": "mackey_glass", "length": 24},
}

for _id, _settings in _IDS.items():
    if _id not in _gym.registry:
        _gym.register(id=_id, entry_point="sequence_tasks.env:sequence_env", kwargs=_settings)

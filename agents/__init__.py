"""Agents for tiny problems: tabular ones, and the loop in which they learn."""

import os

from agents.checkup import checkup
from agents.core import Actor, Learner, Transition
from agents.logs import Row, write_csv
from agents.loop import Evaluation, evaluate, interact, train
from agents.monte_carlo import MonteCarlo
from agents.n_step import NStepQ, NStepSarsa
from agents.planning import DynaQ
from agents.saving import load, resumable, save
from agents.tabular import ExpectedSarsa, QLearning, Sarsa, TabularAgent, sample_average
from agents.traces import QLambda, SarsaLambda
from agents.two_tables import DoubleQLearning

# TensorFlow, which only submodules load, then says nothing on how it was built, unless asked to.
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")

TABULAR: tuple[type[TabularAgent], ...] = (
    QLearning,
    Sarsa,
    ExpectedSarsa,
    DoubleQLearning,
    NStepQ,
    NStepSarsa,
    QLambda,
    SarsaLambda,
    MonteCarlo,
    DynaQ,
)

__all__ = [
    "TABULAR",
    "Actor",
    "DoubleQLearning",
    "DynaQ",
    "Evaluation",
    "ExpectedSarsa",
    "Learner",
    "MonteCarlo",
    "NStepQ",
    "NStepSarsa",
    "QLambda",
    "QLearning",
    "Row",
    "Sarsa",
    "SarsaLambda",
    "TabularAgent",
    "Transition",
    "checkup",
    "evaluate",
    "interact",
    "load",
    "resumable",
    "sample_average",
    "save",
    "train",
    "write_csv",
]

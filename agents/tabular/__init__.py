"""Tabular agents: a table of action values, and the algorithms that move it."""

from agents.tabular.agent import TabularAgent, sample_average
from agents.tabular.double_q import DoubleQLearning
from agents.tabular.dyna import DynaQ
from agents.tabular.monte_carlo import MonteCarlo
from agents.tabular.n_step import NStepQ, NStepSarsa
from agents.tabular.one_step import ExpectedSarsa, QLearning, Sarsa
from agents.tabular.traces import QLambda, SarsaLambda

#: All tabular agents. What the tests demand of one they demand of each.
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
    "DoubleQLearning",
    "DynaQ",
    "ExpectedSarsa",
    "MonteCarlo",
    "NStepQ",
    "NStepSarsa",
    "QLambda",
    "QLearning",
    "Sarsa",
    "SarsaLambda",
    "TabularAgent",
    "sample_average",
]

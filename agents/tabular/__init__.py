"""Tabular agents: algorithms that learn a table of action values.

Every agent in a module of this folder is registered automatically.
"""

from collections.abc import Iterator
from importlib import import_module
from pkgutil import iter_modules

from agents.tabular.agent import TabularAgent, sample_average
from agents.tabular.double_q import DoubleQLearning
from agents.tabular.dyna import DynaQ
from agents.tabular.monte_carlo import MonteCarlo
from agents.tabular.n_step import NStepQ, NStepSarsa
from agents.tabular.one_step import ExpectedSarsa, QLearning, Sarsa, update_in_numbers
from agents.tabular.traces import QLambda, SarsaLambda

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
    "update_in_numbers",
]


def _defined_here() -> Iterator[type[TabularAgent]]:
    for module in iter_modules(__path__):
        name = f"{__name__}.{module.name}"
        for kind in vars(import_module(name)).values():
            if isinstance(kind, type) and issubclass(kind, TabularAgent) and kind.__module__ == name:
                yield kind


#: The tabular agents of all modules in this folder. The contract tests cover each of them.
TABULAR: tuple[type[TabularAgent], ...] = tuple(kind for kind in _defined_here() if kind is not TabularAgent)

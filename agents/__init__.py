"""Agents for small problems: tabular agents and a Keras DQN, training loops, and a checkup of any agent."""

import sys as _sys
from importlib import import_module as _import_module
from types import ModuleType as _ModuleType
from typing import TYPE_CHECKING as _TYPE_CHECKING
from typing import Any as _Any

from agents.comparison import Comparison, compare
from agents.core import Actor, Learner, Transition
from agents.evaluation import Evaluation, evaluate
from agents.logs import Row, write_csv
from agents.loop import interact, train
from agents.policies import GREEDY, GREEDY_90_10, UCB, EpsilonGreedy, Softmax
from agents.saving import load, resumable, save
from agents.schedules import Constant, Exponential, Linear, PerEpisode
from agents.tabular import (
    TABULAR,
    DoubleQLearning,
    DynaQ,
    ExpectedSarsa,
    MonteCarlo,
    NStepQ,
    NStepSarsa,
    QLambda,
    QLearning,
    Sarsa,
    SarsaLambda,
    TabularAgent,
    sample_average,
)
from rl_line.system.imports import lazily as _lazily
from rl_line.system.imports import when_imported as _when_imported

if _TYPE_CHECKING:
    from agents import animation, plots
    from agents.checkup import checkup
    from agents.compiled.training import iterate_compiled, train_compiled
    from agents.deep.dqn import DQN
    from agents.deep.networks import q_network

__all__ = [
    "DQN",
    "GREEDY",
    "GREEDY_90_10",
    "TABULAR",
    "UCB",
    "Actor",
    "Comparison",
    "Constant",
    "DoubleQLearning",
    "DynaQ",
    "EpsilonGreedy",
    "Evaluation",
    "ExpectedSarsa",
    "Exponential",
    "Learner",
    "Linear",
    "MonteCarlo",
    "NStepQ",
    "NStepSarsa",
    "PerEpisode",
    "QLambda",
    "QLearning",
    "Row",
    "Sarsa",
    "SarsaLambda",
    "Softmax",
    "TabularAgent",
    "Transition",
    "animation",
    "checkup",
    "compare",
    "evaluate",
    "interact",
    "iterate_compiled",
    "load",
    "plots",
    "q_network",
    "resumable",
    "sample_average",
    "save",
    "train",
    "train_compiled",
    "write_csv",
]

# Modules that load Keras, Matplotlib or Pillow, and the checkup.
_LAZY = {
    "checkup": "checkup.checkup",
    "DQN": "deep",
    "q_network": "deep",
    "iterate_compiled": "compiled",
    "train_compiled": "compiled",
    "animation": "animation",
    "plots": "plots",
}


_first_use = _lazily(__name__, _LAZY, __all__)


def __getattr__(name: str) -> _Any:
    for kind in TABULAR:  # a tabular agent that the list above does not name
        if kind.__name__ == name:
            return kind
    return _first_use(name)


class _Agents(_ModuleType):
    """Keeps `agents.checkup` the function, also after an import of the subpackage of that name."""

    def __setattr__(self, name: str, value: _Any) -> None:
        if name != "checkup" or not isinstance(value, _ModuleType):
            super().__setattr__(name, value)


_sys.modules[__name__].__class__ = _Agents


def _register_layers() -> None:
    """Lets Keras read the files of networks that `q_network` made."""
    if _import_module("keras").backend.backend() == "tensorflow":
        _import_module("agents.deep.networks")


_when_imported("keras", _register_layers)

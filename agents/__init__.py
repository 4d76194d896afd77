"""Agents for tiny problems: tabular ones and a Keras DQN, the loops in which they learn, and a checkup of any agent."""

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
from rl_line.system.imports import when_imported as _when_imported
from rl_line.system.kinds import hint as _hint

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

# Modules that load Keras, Matplotlib or Pillow, and the checkup: imported by the first use of the name (PEP 562).
_LAZY = {
    "checkup": "checkup",
    "DQN": "deep",
    "q_network": "deep",
    "iterate_compiled": "compiled",
    "train_compiled": "compiled",
    "animation": "animation",
    "plots": "plots",
}


def __getattr__(name: str) -> _Any:
    for kind in TABULAR:  # one that the list above does not name yet
        if kind.__name__ == name:
            return kind
    if name not in _LAZY:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}. {_hint(name, __all__)}".rstrip())
    module = _import_module(f"{__name__}.{_LAZY[name]}")
    return module if name in ("animation", "plots") else getattr(module, name)


class _Agents(_ModuleType):
    """This package, in which `checkup` is the function, whoever has imported the folder of that name before."""

    def __setattr__(self, name: str, value: _Any) -> None:
        if name != "checkup" or not isinstance(value, _ModuleType):
            super().__setattr__(name, value)


_sys.modules[__name__].__class__ = _Agents


def _register_layers() -> None:
    """Lets Keras read the files of networks that `q_network` made."""
    if _import_module("keras").backend.backend() == "tensorflow":
        _import_module("agents.deep.networks")


_when_imported("keras", _register_layers)

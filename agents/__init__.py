"""Agents for tiny problems: tabular ones, and the loop in which they learn."""

from agents.core import Actor, Learner, Transition
from agents.loop import Evaluation, Row, evaluate, interact, train
from agents.tabular import QLearning, TabularAgent

__all__ = [
    "Actor",
    "Evaluation",
    "Learner",
    "QLearning",
    "Row",
    "TabularAgent",
    "Transition",
    "evaluate",
    "interact",
    "train",
]

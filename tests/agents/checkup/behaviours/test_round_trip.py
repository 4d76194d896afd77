"""Learned values survive a file, or the checkup says that they do not."""

import numpy as np
import pytest
from support.checkup_cases import COURSE, run_of

from agents import QLearning
from agents.checkup import PASS, SUSPECTED
from agents.checkup.behaviours.checks import NOT_APPLICABLE
from agents.checkup.behaviours.networks import round_trip


def run_with(kind, value, seed=0):
    agent = kind(4, 2, seed=seed)
    agent.q[:] = value + np.arange(8).reshape(4, 2)
    return run_of(COURSE, agent.q.copy(), agent=agent, seed=seed)


class Forgets(QLearning):
    """Leaves its first column out."""

    def restore(self, state):
        own = self.q[:, 0].copy()
        super().restore(state)
        self.q[:, 0] = own


@pytest.mark.parametrize(
    ("kind", "verdict", "bugs"), [(QLearning, PASS, ()), (Forgets, SUSPECTED, ("load-incomplete",))]
)
def test_a_state_goes_by_a_file_into_another_agent(kind, verdict, bugs):
    check = round_trip(run_with(kind, 0.0), run_with(kind, 5.0, seed=1))
    assert (check.verdict, check.suspects) == (verdict, bugs)


def test_values_that_are_no_numbers_survive_as_such():
    lost, zeros = run_with(QLearning, np.nan), run_with(QLearning, 0.0)
    assert round_trip(lost).verdict == PASS
    assert round_trip(lost._replace(learned=zeros.learned)).verdict == SUSPECTED


class OnlyState(QLearning):
    save = load = None


def test_without_another_agent_there_is_nothing_to_load_into():
    assert round_trip(run_with(OnlyState, 0.0)).verdict == NOT_APPLICABLE
    assert round_trip(run_with(QLearning, 0.0)).verdict == PASS, "it is made again from its file"

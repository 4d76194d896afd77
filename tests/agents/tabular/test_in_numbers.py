"""An update written in numbers equals the update of the agent."""

import re

import numpy as np
import pytest

from agents import QLearning, Transition
from agents.tabular import update_in_numbers


@pytest.mark.parametrize("terminated", [False, True])
def test_its_result_is_what_the_agent_learns(terminated):
    agent = QLearning(4, 2, gamma=0.5, alpha=0.25)
    agent.q[:] = np.arange(8).reshape(4, 2)
    happened = Transition(1, 0, -3.0, 2, terminated, False)
    told = update_in_numbers(agent, happened, digits=4)
    later = "" if terminated else " + 0.5 x 5.0000"
    # 2 + 0.25 (-3 + 0.5 x 5 - 2) = 1.375, and without what follows 2 + 0.25 (-3 - 2) = 0.75
    assert told == f"Q(2, left) <- 2.0000 + 0.25 (-3{later} - 2.0000) = {0.75 if terminated else 1.375:.4f}"
    agent.learn(happened)
    assert float(re.search(r"= (\S+)$", told)[1]) == agent.q[1, 0]

"""Results of exploration equal calculations by hand."""

import gymnasium
import pytest

from agents import EpsilonGreedy, QLearning
from agents.exploration import COLUMNS, Explored, explored
from rl_line import LEFT, RIGHT


@pytest.mark.parametrize(
    ("at_3", "numbers"),
    # Right all the way: 2 + 0.64 x 9, twice; no regret; three steps. Left in 3: 2 / (1 - 0.64), twice; of each 100
    # steps, after which an episode is cut off, the third, fifth, ... give 9 - 7.76 away; never an end.
    [(RIGHT, (7.76, 7.76, 0, 3)), (LEFT, (2 / 0.36, 2 / 0.36, 1.24 * 3 * 49 / 300, 300))],
    ids=["walks", "shuttles"],
)
def test_agents_that_do_not_explore_are_judged_as_by_hand(at_3, numbers):
    env = gymnasium.make("rl_line:RewardLine-v0")
    agent = QLearning.for_env(env, alpha=1e-12, policy=EpsilonGreedy(0.0), seed=0)
    agent.q[[0, 1, 2], [RIGHT, RIGHT, at_3]] = 1
    assert explored(env, agent, steps=300, seed=0) == pytest.approx(numbers)


def test_every_number_has_its_words():
    assert len(COLUMNS) == len(Explored._fields)


def test_a_training_has_a_step():
    env = gymnasium.make("rl_line:RewardLine-v0")
    with pytest.raises(ValueError, match="steps=0, expected a whole number of at least 1"):
        explored(env, QLearning.for_env(env), steps=0)

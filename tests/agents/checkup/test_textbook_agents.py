"""Agents typed from the books are right, with and without a mask, on a line that shows its end as its own state."""

import gymnasium as gym
import numpy as np
import pytest
from mutants.textbook import TEXTBOOK

from agents.checkup.reading.reading import read
from agents.policies import epsilon_greedy
from rl_line.dp import soft_values
from rl_line.line import reward_line

LINE = {"rewards": (-2.0, 2.0, -6.0, 3.0), "start": (0.5, 0.25, 0.25, 0.0)}  # exploring costs 0.23 of the scale


@pytest.mark.parametrize("name", TEXTBOOK)
def test_textbook_agents_learn_the_exact_values(name):
    train, _, options = TEXTBOOK[name]
    agent = train(gym.make("rl_line:RewardLine-v0", max_episode_steps=6, **LINE), gamma=0.8, steps=12_000, seed=1)
    learned = read(agent, num_states=4, num_actions=2).q
    epsilon = 0.2 if options.get("learns") == "on-policy" else 0.0
    exact = soft_values(reward_line(**LINE), 0.8, lambda q: epsilon_greedy(q, epsilon)).q
    assert np.abs(learned - exact)[:-1].max() < 0.1 * np.abs(exact).max()


@pytest.mark.parametrize("name", [name for name, (_, warnings, _) in TEXTBOOK.items() if warnings])
def test_without_a_mask_the_row_of_the_end_stays_0(name):
    train, _, _ = TEXTBOOK[name]
    agent = train(gym.make("rl_line:RewardLine-v0", max_episode_steps=6, **LINE), gamma=0.8, steps=200, seed=1)
    assert read(agent, num_states=4, num_actions=2).q[-1].tolist() == [0.0, 0.0]

"""Agents of other libraries learn what is right and pass the checkup; one bug in each is named."""

import gymnasium
import numpy as np
import pytest

import agents
import rl_line
from agents.checkup import PASS, SUSPECTED, checkup
from agents.checkup.training.reading import read

# Warnings of other libraries are theirs to mend.
pytestmark = pytest.mark.filterwarnings("ignore")

BUDGET = 600  # seconds, as steps decide

#: name: (where it is trained, whether it shows values)
AGENTS = {
    "Stable-Baselines3 DQN": ("stable_baselines:dqn", True),
    "sb3-contrib QR-DQN": ("stable_baselines:qr_dqn", True),
    "Stable-Baselines3 PPO": ("stable_baselines:ppo", False),
    "Stable-Baselines3 A2C": ("stable_baselines:a2c", False),
    "Tianshou DQN": ("tianshou_dqn:dqn", True),
    "CleanRL-style DQN": ("cleanrl_dqn:train", True),
    "Flax DQN": ("flax_dqn:train", True),
    "our table": ("own:tabular", True),
    "our Keras DQN": ("own:keras_dqn", True),
}

#: name: (where it is trained, the bug)
PLANTED = {
    "Stable-Baselines3 that takes cuts for ends": (
        "stable_baselines:dqn_that_takes_cuts_for_ends",
        "truncation-as-termination",
    ),
    "Stable-Baselines3 of clipped rewards": ("stable_baselines:dqn_of_clipped_rewards", "reward-clipped"),
    "QR-DQN told another gamma": ("stable_baselines:qr_dqn_told_another_gamma", "wrong-gamma"),
    "Tianshou told another gamma": ("tianshou_dqn:told_another_gamma", "wrong-gamma"),
    "CleanRL-style that goes on after the end": ("cleanrl_dqn:goes_on_after_the_end", "terminal-bootstrap"),
    "CleanRL-style that takes cuts for ends": ("cleanrl_dqn:takes_cuts_for_ends", "truncation-as-termination"),
    "Flax that goes on after the end": ("flax_dqn:goes_on_after_the_end", "terminal-bootstrap"),
}


def trainer(place):
    module, function = place.split(":")
    return getattr(pytest.importorskip(f"interop.{module}"), function)


@pytest.fixture(scope="module")
def learned():
    """Learned values of an agent on the course's line; every agent is trained once."""
    known = {}

    def of(name):
        if name not in known:
            env = gymnasium.make("RewardLine-v0")
            agent = trainer(AGENTS[name][0])(env, gamma=0.8, steps=2_000, seed=0)
            known[name] = read(agent, num_states=4, num_actions=2)
        return known[name]

    return of


@pytest.mark.parametrize("name", AGENTS)
def test_an_agent_learns_on_the_line_what_the_solver_says(learned, name):
    mdp = rl_line.reward_line()
    # Right all the way: 2 + 0.64 x 9 from state 1, 0.8 x 9 from state 2, 9 from state 3.
    values = rl_line.dp.policy_evaluation(mdp, learned(name).greedy, 0.8)
    assert values == pytest.approx([7.76, 7.2, 9, 0])
    if AGENTS[name][1]:
        assert np.abs(learned(name).q - rl_line.dp.policy_iteration(mdp, 0.8).q)[:3].max() < 0.2


@pytest.mark.parametrize("name", AGENTS)
def test_an_agent_is_evaluated_exactly(learned, name):
    env = gymnasium.make("RewardLine-v0")
    assert agents.evaluate(env, learned(name)) == (11, 11, 11, 0)
    assert agents.evaluate(env, learned(name), gamma=0.8).value == pytest.approx(7.76)


@pytest.mark.parametrize("name", AGENTS)
def test_an_agent_passes_the_checkup(name):
    report = checkup(trainer(AGENTS[name][0]), budget=BUDGET)
    assert report.verdict == PASS, str(report)


#: The quickest of them.
QUICK = ("CleanRL-style that goes on after the end", "Flax that goes on after the end")


@pytest.mark.parametrize(
    "name", [pytest.param(name, marks=[] if name in QUICK else [pytest.mark.slow]) for name in PLANTED]
)
def test_a_planted_bug_is_convicted_and_named(name):
    place, bug = PLANTED[name]
    report = checkup(trainer(place), budget=BUDGET)
    assert report.verdict == SUSPECTED, str(report)
    assert bug in report.suspects[:2]


@pytest.mark.slow
@pytest.mark.parametrize("seed", [3, 7])
def test_other_seeds_are_not_accused_and_most_pass(seed):
    verdicts = {
        name: checkup(trainer(place), seeds=(seed, seed + 1), budget=BUDGET).verdict
        for name, (place, _) in AGENTS.items()
    }
    assert [name for name, verdict in verdicts.items() if verdict == SUSPECTED] == []
    assert list(verdicts.values()).count(PASS) > len(AGENTS) / 2, verdicts

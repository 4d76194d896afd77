"""The same on four lanes, in each autoreset mode."""

import gymnasium
import pytest
from gymnasium.error import ResetNeeded
from gymnasium.vector import AutoresetMode
from mutants import registry, tabular

import agents
from agents.checkup import PASS, SUSPECTED, checkup
from agents.checkup.behaviours.checks import NOT_APPLICABLE
from agents.policies import EpsilonGreedy

LANES = [f"lanes {mode.value}" for mode in AutoresetMode]


def verdicts(report):
    return {check.id: check.verdict for check in report.checks}


def test_a_right_agent_passes_in_every_mode():
    report = checkup(registry.own, vector=True)
    assert report.verdict == PASS, str(report)
    assert [verdicts(report)[name] for name in LANES] == [PASS] * 3
    assert verdicts(report)["mutation lanes"] == PASS


def learns_resets(env, *, gamma, steps, seed, alpha=0.1):
    """Learns from reset steps where there are lanes."""
    kind = tabular.AutoresetTransitionLearned
    agent = kind.for_env(env, gamma=gamma, seed=seed, alpha=alpha, policy=EpsilonGreedy(0.3))
    if isinstance(env, gymnasium.vector.VectorEnv):
        return agent.learn_all(env, steps, seed)
    agents.train(env, agent, steps=steps, seed=seed)
    return agent


@pytest.mark.slow
def test_a_table_whose_end_has_moved_has_learned_resets():
    def train(env, **how):
        return learns_resets(env, alpha=0.05, **how)  # so small that the end is still far from gamma times the start

    report = checkup(train, vector=True)
    assert (report.verdict, report.suspects[0]) == (SUSPECTED, "autoreset-transition-learned"), str(report)
    assert verdicts(report)["lanes NextStep"] == SUSPECTED


@pytest.mark.slow
def test_a_bug_on_one_lane_is_asked_once_on_several():
    report = checkup(lambda env, **how: registry.own(env, **{**how, "gamma": 0.5}), vector=True)
    assert (report.verdict, report.suspects[0]) == (SUSPECTED, "wrong-gamma"), str(report)
    assert sum(name in verdicts(report) for name in LANES) == 1, "one mode is enough to mend it by"


@pytest.mark.slow
def test_a_mode_that_it_does_not_know_is_none_of_its_bugs():
    def train(env, **how):
        if getattr(env, "metadata", {}).get("autoreset_mode") == AutoresetMode.DISABLED:
            raise ResetNeeded("it waits for a reset")
        return registry.own(env, **how)

    report = checkup(train, vector=True)
    assert report.verdict == PASS, str(report)
    assert verdicts(report)["lanes Disabled"] == NOT_APPLICABLE

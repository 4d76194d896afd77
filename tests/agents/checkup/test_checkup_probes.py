"""Probes are lines that behave as their settings say."""

import numpy as np
import pytest
from checkup_cases import BY_ID
from gymnasium.error import ResetNeeded
from mutants import tabular
from mutants.tabular import training

from agents.checkup import (
    PASS,
    checkup,
)
from agents.checkup.probes import frequencies, probe, probe_lanes
from agents.checkup.recording import Trace


def test_a_probe_tells_its_time_limit_to_agents_that_ask():
    assert probe(BY_ID["C"]).spec.max_episode_steps == BY_ID["C"].limit == 2


def test_a_probe_shows_the_end_as_another_state_and_cuts_at_its_limit():
    env = probe(BY_ID["T"])
    env.reset(seed=3)
    seen = [env.step(1)[:4] for _ in range(3)]
    assert seen == [(1, -2.0, False, False), (2, 1.5, False, False), (1, 8.5, True, True)], "the end looks like state 2"
    with pytest.raises(ResetNeeded):
        env.step(1)
    assert (env.resets, env.after_end, [step.reset for step in env.steps]) == ([3], 1, [True, False, False])
    counts = Trace.of(env.rows).counts((4, 2))
    assert counts[:3].tolist() == [[0, 1], [0, 1], [0, 1]]
    assert frequencies(counts)[3].tolist() == [0.5, 0.5], "unknown is even"


def test_lanes_do_not_count_steps_that_only_reset():
    from gymnasium.vector import AutoresetMode

    env = probe_lanes(BY_ID["A"], AutoresetMode.NEXT_STEP, lanes=2)
    env.reset()
    for _ in range(4):
        env.step(np.array([1, 0]))
    assert Trace.of(env.rows).counts((4, 2)).tolist() == [[4, 1], [0, 1], [0, 1], [0, 0]], (
        "the first lane's fourth step only resets it"
    )


def test_a_right_policy_without_values_passes():
    class Policy(tabular.Right):
        """Shows nothing but what it does."""

        def train(self, env, steps, seed):
            super().train(env, steps, seed)
            greedy = self.q.argmax(axis=1)
            return type("Shown", (), {"act": lambda self, state: int(greedy[state])})()

    assert checkup(training(Policy), budget=20).verdict == PASS

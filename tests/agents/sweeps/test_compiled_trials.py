"""Tabular agents with many settings learn in one program as each learns alone, to the last bit."""

import numpy as np
import pytest

from agents import TABULAR, DynaQ, NStepQ, NStepSarsa, QLearning, Sarsa
from agents.compiled.training import train_compiled
from agents.policies import EpsilonGreedy
from agents.sweeps import CompiledTrial, compiled_trials, grid, process_map, random_search, sweep
from rl_line import dp, reward_line

LINE = reward_line(slip=0.2)
SETTINGS = [
    {**one, "seed": seed}
    for one in random_search(6, seed=0, alpha=(0.1, 1), gamma=(0.3, 0.95), epsilon=(0.1, 1))
    for seed in (0, 3)
]


SHORT = {DynaQ: {"planning_steps": 2}, NStepQ: {"n": 2}, NStepSarsa: {"n": 2}}  # compiled step by step


def table_alone(kind, setting, steps, **options):
    policy = EpsilonGreedy(setting["epsilon"])
    agent = kind(4, 2, setting["gamma"], setting["alpha"], policy, **SHORT.get(kind, {}))
    train_compiled(LINE, [agent], steps=steps, seed=[setting["seed"]], **options)
    return agent


@pytest.mark.parametrize("kind", TABULAR)
def test_an_agent_among_others_learns_what_it_learns_alone_to_the_last_bit(kind):
    settings = [{**setting, **SHORT.get(kind, {})} for setting in SETTINGS]
    rows = compiled_trials(kind, LINE, settings, steps=300, max_episode_steps=20)
    for row, setting in zip(rows[:2] + rows[-1:], SETTINGS[:2] + SETTINGS[-1:], strict=True):
        agent = table_alone(kind, setting, 300, max_episode_steps=20)
        exact = dp.policy_iteration(LINE, setting["gamma"])
        assert row["q_error"] == np.abs(agent.q - exact.q)[:3].max()
        reached = dp.expected_return(LINE, agent.q.argmax(axis=1), setting["gamma"])
        assert row["return"] == pytest.approx(reached, rel=1e-12)
        assert row["regret"] == pytest.approx(exact.v[0] - reached, abs=1e-9)
    assert len({row["q_error"] for row in rows}) == len(rows)


def test_the_rows_of_agents_do_not_depend_on_how_many_run_together():
    trial = CompiledTrial(Sarsa, LINE, 300, max_episode_steps=20)
    assert sweep(trial, SETTINGS) == [row for one in SETTINGS for row in sweep(trial, [one])]


def test_a_sweep_of_compiled_trials_is_the_same_in_processes(tmp_path, monkeypatch):
    monkeypatch.setattr(CompiledTrial, "at_once", 5)
    serial = compiled_trials(QLearning, LINE, SETTINGS[:10], steps=100)  # two programs of one form
    assert compiled_trials(QLearning, LINE, SETTINGS[:10], steps=100, map=process_map(1), out=tmp_path) == serial


def test_q_learning_with_every_action_tried_reaches_the_optimum_by_hand():
    (row,) = compiled_trials(QLearning, reward_line(), grid(gamma=[0.5], alpha=[1.0], epsilon=[1.0]), steps=500)
    # From the first state: a reward of 2, then 0, then 9 at the end: 2 + 0 / 2 + 9 / 4.
    assert (row["return"], row["regret"], row["q_error"]) == (4.25, 0.0, 0.0)


def test_settings_that_are_no_fractions_run_in_programs_of_their_own():
    settings = grid(n=[1, 3], epsilon=[1.0])
    rows = compiled_trials(NStepQ, LINE, settings, steps=200)
    assert rows == [row for one in settings for row in compiled_trials(NStepQ, LINE, [one], steps=200)]
    assert rows[0]["q_error"] != rows[1]["q_error"]


def test_a_wrong_setting_is_the_error_of_its_trial_alone():
    rows = compiled_trials(QLearning, reward_line(), grid(alpha=[0.5, 2.0], seed=[0, -1]), steps=50)
    assert [row.get("error", "").split(", expected")[0] for row in rows] == [
        "", "ValueError: seed=-1", "ValueError: alpha=2.0", "ValueError: seed=-1",
    ]  # fmt: skip
    (row,) = compiled_trials(QLearning, reward_line(), [{"gamma": 1.0}], steps=1)
    assert row["error"].startswith("ValueError: gamma=1, but")  # of a policy that never ends


@pytest.mark.parametrize("settings", [grid(alfa=[0.1, 0.5], seed=[0, 1]), [{"alpha": 0.1}, {"alfa": 0.1}]])
def test_a_misspelt_setting_is_told_before_any_trial(settings):
    known = "Known: gamma, alpha, initial_value, seed, masked, epsilon"
    with pytest.raises(TypeError, match=rf"settings alfa.*Did you mean 'alpha'\? {known}"):
        compiled_trials(QLearning, reward_line(), settings, steps=50)


def test_a_policy_that_never_ends_is_the_error_of_its_trial_alone():
    # Arriving in 1, 2, 3, 4 pays -1, -2, 0, 9. After one step to the right, left looks best at 1, for ever. After one
    # to the left, the way is right at 1, left or right at 2 and 3: v3 = (9 - 2 + v2) / 2, v2 = (v3 - 1 + v1) / 2 and
    # v1 = v2 - 2 give v1 = -1, v2 = 1, v3 = 4; the optimum is -2 + 0 + 9 = 7.
    costly = reward_line(rewards=(-1, -2, 0, 9))
    rows = compiled_trials(QLearning, costly, grid(gamma=[1.0], epsilon=[1.0], seed=range(8)), steps=1)
    ended = [row for row in rows if "error" not in row]
    assert 0 < len(ended) < 8
    assert {(round(row["return"], 9), round(row["regret"], 9)) for row in ended} == {(-1, 8)}
    assert all(row["error"].startswith("ValueError: gamma=1, but") for row in rows if "error" in row)


@pytest.mark.parametrize(
    ("arguments", "told"),
    [((dict, LINE, 10), "expected a class of tabular agents"), ((QLearning, LINE, 0), "steps=0, expected a whole")],
)
def test_a_wrong_trial_is_told(arguments, told):
    with pytest.raises((TypeError, ValueError), match=told):
        CompiledTrial(*arguments)

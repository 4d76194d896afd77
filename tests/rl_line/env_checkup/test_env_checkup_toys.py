"""The toy-text environments of Gymnasium follow their tables, and planted errors in them are found."""

import re
import runpy
from inspect import signature
from pathlib import Path

import gymnasium as gym
import numpy as np
import pytest
from blackjack import HIT, OVER, STICK, Numbered, blackjack, dealt, index
from gymnasium.envs.toy_text.taxi import TaxiEnv
from gymnasium.vector import AutoresetMode

import rl_line
from rl_line import TabularMDP, check_env_semantics, dp

TABLED = [
    name for name, spec in gym.registry.items() if "toy_text" in str(spec.entry_point) and "Blackjack" not in name
]
TAXI = max(name for name in TABLED if name.startswith("Taxi"))
VARIANTS = [(name, {}) for name in TABLED] + [("FrozenLake-v1", {"is_slippery": False})]
VARIANTS += [(TAXI, {"is_rainy": True})] if "is_rainy" in signature(TaxiEnv).parameters else []


@pytest.mark.parametrize(("name", "settings"), VARIANTS, ids=str)
def test_toy_text_passes(name, settings):
    assert check_env_semantics(gym.make(name, **settings), steps=60_000 if "is_rainy" in settings else 30_000) == []


@pytest.mark.slow
@pytest.mark.parametrize(("name", "settings"), VARIANTS, ids=str)
@pytest.mark.parametrize("seed", range(3))
def test_toy_text_passes_when_looked_at_for_long(name, settings, seed):
    assert check_env_semantics(gym.make(name, **settings), steps=1_000_000, seed=seed) == []


@pytest.mark.parametrize("mode", AutoresetMode)
@pytest.mark.parametrize("name", ["FrozenLake-v1", TAXI])
def test_lanes_of_toy_text_pass_in_each_autoreset_mode(name, mode):
    env = gym.make_vec(
        name, num_envs=4, vectorization_mode="sync", vector_kwargs={"autoreset_mode": mode}, max_episode_steps=20
    )
    found = check_env_semantics(env, steps=20_000)
    assert [finding.id for finding in found if finding.id != "not-covered"] == []


@pytest.mark.parametrize(
    ("state", "action", "moves", "expected"),
    [
        (14, 2, [(1 / 3, 14, 0, False), (1 / 3, 15, 0, True), (1 / 3, 10, 0, False)], "reward"),
        (14, 2, [(1 / 3, 14, 0, False), (1 / 3, 15, 1, False), (1 / 3, 10, 0, False)], "termination-missed"),
        (14, 2, [(1 / 3, 14, 0, False), (1 / 3, 13, 0, False), (1 / 3, 10, 0, False)], "next-state"),
        (0, 1, [(0.5, 0, 0, False), (0.3, 4, 0, False), (0.2, 1, 0, False)], "transition-probability"),
    ],
)
def test_an_edited_frozen_lake_is_caught(state, action, moves, expected):
    env = gym.make("FrozenLake-v1")
    table = TabularMDP.from_toy_text(env)
    env.unwrapped.P[state][action] = moves
    (finding,) = check_env_semantics(env, table, steps=30_000)
    assert finding.id == expected
    assert f"state {state}, action {action}" in finding.message


@pytest.mark.skipif("fickle_passenger" not in signature(TaxiEnv).parameters, reason="its passengers never change")
def test_a_fickle_passenger_is_what_the_table_does_not_know():
    plain, fickle = (gym.make(TAXI, fickle_passenger=way) for way in (False, True))
    found = check_env_semantics(fickle, TabularMDP.from_toy_text(plain), steps=30_000)
    assert [finding.id for finding in found] == ["next-state"]


def test_blackjack_by_hand():
    mdp = blackjack(naturals_win=True)
    # Hard 20 draws an ace, or busts; hard 12 with a 10 showing is worth what all books say.
    row = index(20, 5, 0, 0), HIT
    assert mdp.probability[row][mdp.successor[row] == index(21, 5, 0, 0)].sum() == pytest.approx(1 / 13)
    assert mdp.probability[row][mdp.successor[row] == OVER].sum() == pytest.approx(12 / 13)
    assert sum(dealt(10, False, 1).values()) == pytest.approx(1)
    assert dealt(10, False, 1)[21, True] == pytest.approx(1 / 13)
    best = dp.policy_iteration(mdp, 1.0)
    sticks_from = [min(t for t in range(12, 22) if best.policy[index(t, d, 0, 0)] == STICK) for d in range(1, 11)]
    assert sticks_from == [17, 13, 13, 12, 12, 12, 17, 17, 17, 17], "Sutton & Barto (2nd ed.), figure 5.2"


@pytest.mark.parametrize("rule", [True, False])
def test_blackjack_passes_where_naturals_are_told(rule):
    env = Numbered(gym.make("Blackjack-v1", sab=rule), flagged=True)
    found = check_env_semantics(env, blackjack(naturals_win=rule), steps=60_000)
    assert [finding.id for finding in found] == []


def test_without_the_rule_for_naturals_blackjack_needs_no_flag():
    naturals, plain = (np.array([index(21, d, 1, flag) for d in range(1, 11)]) for flag in (1, 0))
    told, untold = blackjack(naturals_win=True), blackjack(naturals_win=False)
    sticks = [(mdp.probability * mdp.reward).sum(2)[:, STICK] for mdp in (told, untold)]
    # A natural is worth more than another 21 with the same observation: what is seen is no Markov state.
    assert (sticks[0][naturals] > sticks[0][plain] + 0.03).all()
    assert np.array_equal(sticks[1][naturals], sticks[1][plain])


@pytest.mark.slow
def test_the_observations_of_blackjack_are_no_markov_states():
    start = blackjack(naturals_win=True)
    folded = start.start.copy()
    for dealer in range(1, 11):
        folded[index(21, dealer, 1, 0)] += folded[index(21, dealer, 1, 1)]
        folded[index(21, dealer, 1, 1)] = 0
    table = TabularMDP(start.successor, start.probability, start.reward, start.terminal, folded)
    env = Numbered(gym.make("Blackjack-v1"), flagged=False)
    (finding,) = check_env_semantics(env, table, steps=1_000_000)
    assert finding.id == "transition-probability"
    assert finding.message.startswith(tuple(f"state {index(21, dealer, 1, 0)}, action 0" for dealer in range(1, 11)))


def test_the_example_shows_what_other_checks_let_pass(capsys):
    (path,) = (Path(rl_line.__file__).parents[1] / "examples").glob("16_*.py")
    assert len(path.read_text(encoding="utf-8").splitlines()) < 60
    runpy.run_path(str(path))["main"](steps=2_000)
    printed = capsys.readouterr().out
    assert printed.count("check_env: nothing to say") == 4
    named = re.findall(r"^(\w+)\n.*\n  check_env_semantics: ([\w-]+)", printed, re.MULTILINE)
    assert named == [
        ("RewardLineEnv", "nothing"),
        ("PaidOnLeaving", "reward"),
        ("EndsAtTheLimit", "truncation-as-termination"),
        ("CoinIsGone", "state-leaks"),
    ]

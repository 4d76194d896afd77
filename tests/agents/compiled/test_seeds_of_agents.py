"""Every agent of a group may have a seed of its own, and then learns as it would alone."""

import numpy as np
import pytest

from agents import DynaQ, QLearning
from agents.compiled.random_numbers import START, key_of, uniforms
from agents.compiled.training import train_compiled
from agents.policies import EpsilonGreedy, Softmax
from agents.schedules import Linear
from rl_line import reward_line

LINE = reward_line(slip=0.2, start=(0.5, 0.5, 0, 0))


@pytest.mark.parametrize("count", [1, 2, 3, 4, 7, 16])
def test_numbers_of_several_seeds_are_those_of_each_alone(count):
    seeds = [0, 1, -3, 2**40 + 5]
    together = uniforms(key_of(seeds), 123_456, START, (4, count))
    for seed, numbers in zip(seeds, together, strict=True):
        np.testing.assert_array_equal(numbers, uniforms(key_of(seed), 123_456, START, (1, count))[0])


@pytest.mark.parametrize("lanes", [1, 3])
def test_an_agent_with_its_own_seed_learns_what_one_learns_with_that_seed(lanes):
    kinds = [(0.2, Linear(1.0, 0.1, 200)), (0.7, Linear(0.5, 0.0, 90)), (1.0, Linear(1.0, 0.9, 400))]
    made = lambda: [QLearning(4, 2, alpha=alpha, policy=EpsilonGreedy(level)) for alpha, level in kinds]  # noqa: E731
    together, one_by_one, in_constants = made(), made(), made()
    train_compiled(LINE, together, steps=300, num_envs=lanes, seed=[5, 6, 5])
    for agent, constant, seed in zip(one_by_one, in_constants, [5, 6, 5], strict=True):
        train_compiled(LINE, [agent], steps=300, num_envs=lanes, seed=[seed])
        train_compiled(LINE, constant, steps=300, num_envs=lanes, seed=seed)
    for agent, alone, constant in zip(together, one_by_one, in_constants, strict=True):
        np.testing.assert_array_equal(agent.q, alone.q)
        np.testing.assert_array_equal(agent.counts, constant.counts)
        np.testing.assert_allclose(agent.q, constant.q, rtol=1e-5)


def test_agents_of_other_settings_need_no_other_program(monkeypatch):
    from rl_line.system.tf import programs

    monkeypatch.setattr(programs, "_PROGRAMS", {})
    for gamma, temperature in [(0.5, 1.0), (0.9, 0.2)]:
        group = [DynaQ(4, 2, gamma=gamma, alpha=alpha, policy=Softmax(temperature)) for alpha in (0.1, 0.4)]
        train_compiled(LINE, group, steps=20, seed=[1, 2])
    assert len(programs._PROGRAMS) == 1
    train_compiled(LINE, [DynaQ(4, 2, policy=EpsilonGreedy(0.5)) for _ in range(2)], steps=20, seed=[1, 2])
    assert len(programs._PROGRAMS) == 2


@pytest.mark.parametrize(
    ("agents", "seed", "told"),
    [
        ([QLearning(4, 2), QLearning(4, 2)], [1, 2, 3], "3 seeds for 2 agents, expected one each"),
        (QLearning(4, 2), [1, 2], "2 seeds for 1 agents, expected one each"),
        ([QLearning(4, 2), QLearning(4, 2)], [1, 0.5], "seed=0.5, expected a whole number"),
        (QLearning(4, 2), [[1.0], [1.0, 2.0]], r"seed=\[\[1.0\], \[1.0, 2.0\]\], expected a whole number"),
    ],
)
def test_wrong_seeds_are_told(agents, seed, told):
    with pytest.raises(ValueError, match=told):
        train_compiled(LINE, agents, steps=1, seed=seed)


@pytest.mark.parametrize(("seed", "key"), [(1, 8), (2**29, 0), (2**29 + 1, 8), (-1, -8), (10**39, 8 * 10**39 % 2**32)])
def test_a_seed_of_any_size_has_a_key(seed, key):
    assert key_of(seed) == np.array(key, np.uint32 if key >= 0 else np.int32).astype(np.int32)
    assert key_of([seed, 1]).tolist() == [int(key_of(seed)), 8]

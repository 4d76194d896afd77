"""Agents with a memory learn the same in the compiled loop as in the Python loop, with the right memory."""

from copy import deepcopy
from functools import cache, partial

import gymnasium as gym
import numpy as np
import pytest

from agents import DoubleQLearning, DynaQ, MonteCarlo, NStepQ, NStepSarsa, QLambda, SarsaLambda, TabularAgent, train
from agents.compiled.training import train_compiled
from agents.core import Transition
from agents.policies import EpsilonGreedy, epsilon_greedy
from agents.schedules import Linear
from agents.tabular.tables import Tables, entries, mean_in_cells
from rl_line import TabularMDP, dp, reward_line
from rl_line.dp.fixed_points import n_step_values, soft_values

KINDS = [NStepQ, NStepSarsa, QLambda, SarsaLambda, MonteCarlo, DoubleQLearning, DynaQ]
SMALL = {NStepQ: {"n": 2}, NStepSarsa: {"n": 2}, DynaQ: {"planning_steps": 1}}  # quick to compile
GAMMAS, LANES, STEPS, EARLIER = (0.8, 0.5), 64, 2_000, 2**25 + 1
SLIPPERY = reward_line(slip=0.2, start=(1 / 3, 1 / 3, 1 / 3, 0))
exploring = partial(epsilon_greedy, epsilon=0.5)
LOOPS = [
    lambda agent: train(gym.make("rl_line:RewardLine-v0"), agent, steps=400, seed=0),
    lambda agent: train(gym.make_vec("rl_line:RewardLine-v0", num_envs=4), agent, steps=100, seed=0),
    lambda agent: train_compiled(reward_line(), agent, steps=100, num_envs=4),
]


def falling(counts):
    return counts**-0.8


def rightwards(q, time, counts, xp=np):
    return xp.where(xp.arange(q.shape[-1]) == 1, xp.ones_like(q), 0.0)


def answer(kind, gamma):
    if kind in (DoubleQLearning, QLambda, DynaQ):
        return dp.policy_iteration(SLIPPERY, gamma).q
    if kind is NStepQ:
        return n_step_values(SLIPPERY, gamma, 2, exploring, lambda q: q.max(axis=1))
    return soft_values(SLIPPERY, gamma, exploring).q


@cache
def run(kind):
    """Two agents that differ in gamma and age, after a compiled run whose last episodes are unfinished."""
    settings = {"alpha": falling, "initial_value": 3.0, **SMALL.get(kind, {})}
    policies = [EpsilonGreedy(Linear(start, 0.5, EARLIER)) for start in (0.5, 1.0)]  # 0.5 for one of that age
    agents = [kind(4, 2, gamma=g, policy=p, **settings) for g, p in zip(GAMMAS, policies, strict=True)]
    agents[1].counts[3], agents[1].time = EARLIER, EARLIER  # of a state that ends episodes, where nothing is learned
    limit = None if kind is NStepQ else 3  # a window that is cut off is shorter, which moves the fixed point
    train_compiled(SLIPPERY, agents, steps=STEPS, num_envs=LANES, max_episode_steps=limit)
    return agents


@pytest.mark.parametrize("kind", KINDS)
def test_every_agent_of_a_group_reaches_its_own_fixed_point_despite_slips_and_time_limits(kind):
    # A target's standard deviation is below 4, and n^-0.8 after 10,000 visits leaves sqrt(alpha / 2) = 2 % of it.
    # The fixed points of other kinds are 0.28 or more away for the first gamma.
    for agent in run(kind):
        np.testing.assert_allclose(agent.q[:3], answer(kind, agent.gamma)[:3], atol=0.12)


@pytest.mark.parametrize("kind", KINDS)
def test_a_compiled_run_leaves_an_agent_as_a_python_run_between_two_episodes_would(kind):
    restored = kind(4, 2, alpha=falling, **SMALL.get(kind, {}))
    blank = {name: (array.dtype, array.shape) for name, array in restored.memory.items()}
    for agent, earlier in zip(deepcopy(run(kind)), (0, EARLIER), strict=True):
        assert (agent.q.dtype, agent.counts.dtype, type(agent.time)) == (np.float64, np.int64, int)
        assert agent.time == STEPS * LANES + earlier
        assert agent.counts[3].tolist() == ([0, 0] if kind is DoubleQLearning else [earlier, earlier])
        assert blank == {name: (array.dtype, array.shape) for name, array in agent.memory.items()}
        restored.restore(agent.state())
        restored.gamma, restored.policy = agent.gamma, agent.policy
        for one in (agent, restored):
            train(gym.make_vec("rl_line:RewardLine-v0", num_envs=3), one, steps=25, seed=1)
        for name, value in agent.state().items():
            np.testing.assert_array_equal(value, restored.state()[name])


# Right from 0, for 2 and 0, and cut off in 2, which is worth 5. With gamma 1 and alpha 1, and 1/2 and 1/2:
# cells (0, right) and (1, right) after one step each, or after both where the target waits for the end.
ONE_STEP = [(7.0, 5.0), (5 + (2 + 2.5 - 5) / 2, 5 + (0 + 2.5 - 5) / 2)]
WHOLE = [(7.0, 5.0), (5 + (2 + 0 + 1.25 - 5) / 2, 5 + (0 + 2.5 - 5) / 2)]
# The second error, 0 or -2.5, moves (0, right) by alpha times gamma times lambda of it.
TRACED = [(7.0, 5.0), (4.75 - 0.5 * 0.5 * 0.25 * 2.5, 3.75)]
LAMBDAS = [{"trace_decay": 1}, {"trace_decay": 0.25}]
WALKED = {
    NStepQ: (WHOLE, [{}, {}]), NStepSarsa: (WHOLE, [{}, {}]), MonteCarlo: (WHOLE, [{}, {}]),
    QLambda: (TRACED, LAMBDAS), SarsaLambda: (TRACED, LAMBDAS),
    DoubleQLearning: (ONE_STEP, [{}, {}]), DynaQ: (ONE_STEP, [{"planning_steps": 0}] * 2),
}  # fmt: skip


@pytest.mark.parametrize("kind", KINDS)
def test_two_steps_of_a_crowd_move_each_agent_of_a_group_by_its_own_settings(kind):
    answers, own = WALKED[kind]
    settings = zip((1, 0.5), own, strict=True)
    agents = [kind(4, 2, gamma=g, alpha=g, policy=rightwards, initial_value=5, **more) for g, more in settings]
    train_compiled(reward_line(), agents, steps=2, num_envs=1_000, max_episode_steps=2)
    for agent, expected in zip(agents, answers, strict=True):
        np.testing.assert_allclose(agent.q[:2, 1], expected, rtol=1e-6)
        assert agent.counts.tolist() == [[0, 1_000], [0, 1_000], [0, 0], [0, 0]]
        assert (np.delete(agent.q.ravel(), [1, 3]) == 5).all()
    if kind is DoubleQLearning:  # each agent tosses coins of its own
        assert (agents[0].memory["visits"] != agents[1].memory["visits"]).any()


def test_what_is_remembered_does_not_depend_on_how_often_the_run_is_told_about():
    agents = [MonteCarlo(4, 2) for _ in range(2)]
    for agent, every in zip(agents, (1, 40), strict=True):
        train_compiled(SLIPPERY, agent, steps=40, num_envs=3, every=every, seed=2)
    np.testing.assert_array_equal(agents[0].q, agents[1].q)


def test_episodes_left_unfinished_by_one_loop_are_dropped_by_the_other():
    agents = [SarsaLambda(4, 2, policy=rightwards) for _ in range(2)]
    agents[0].learn(Transition(2, 0, 100.0, 0, False, False, 1))  # would be followed by state 0, where runs start
    agents[1].q[:], agents[1].counts[:], agents[1].time = agents[0].q, agents[0].counts, agents[0].time
    train_compiled(reward_line(), agents, steps=5, max_episode_steps=2)  # the third episode is left in state 1
    np.testing.assert_array_equal(agents[0].q, agents[1].q)
    assert agents[0].q[1, 1] == 0.0  # worth 0.8 q[2, 1] = 0: no trace of it outlives a time limit
    agents[0].learn(Transition(0, 0, 100.0, 3, True, False, 0))
    assert np.argwhere(agents[0].q != agents[1].q).tolist() == [[0, 0]]


def test_the_model_of_dyna_is_kept_from_loop_to_loop():
    agent = DynaQ(4, 2, alpha=1.0, policy=EpsilonGreedy(1.0), planning_steps=1)
    train_compiled(reward_line(), agent, steps=50, num_envs=8)
    assert agent.memory["next"].reshape(4, 2).tolist() == [[0, 1], [0, 2], [1, 3], [-1, -1]]
    assert agent.memory["reward"].reshape(4, 2).tolist() == [[0, 2], [0, 0], [2, 9], [0, 0]]
    assert np.flatnonzero(agent.memory["terminated"]).tolist() == [5]
    agent.policy = lambda *given, **xp: 1.0 - rightwards(*given, **xp)  # from now on only (0, left) is lived
    for loop in LOOPS[::2]:
        agent.q[:], agent.counts[:] = 0.0, 0
        loop(agent)
        np.testing.assert_allclose(agent.q, dp.policy_iteration(reward_line(), 0.8).q, rtol=1e-6)
        assert agent.counts.tolist() == [[400, 0], [0, 0], [0, 0], [0, 0]]


def test_the_two_tables_are_kept_from_loop_to_loop():
    agent = DoubleQLearning(4, 2, alpha=0.5)
    agent.memory["tables"][[3, 7], 0] = 6.0, 8.0  # of the terminal state, which no loop moves
    for loop in LOOPS[::2]:
        loop(agent)
        np.testing.assert_allclose(agent.q, agent.memory["tables"].reshape(2, 4, 2).mean(axis=0), rtol=1e-6)
        assert (agent.counts == agent.memory["visits"].reshape(2, 4, 2).sum(axis=0)).all()
    assert agent.memory["tables"][[3, 7], 0].tolist() == [6.0, 8.0]
    assert agent.memory["visits"].sum() == agent.time == 800


class Rewards(TabularAgent):
    """Learns the rewards of the steps whose coin, one for each lane, shows heads, and remembers the best one."""

    def first_memory(self, lanes):
        return {"best": np.zeros(1), "heads": np.zeros(1, np.int64)}

    def draws(self, lanes):
        return lanes

    def update(self, tables, step, time, uniforms, xp=np):
        heads, memory, cell = uniforms < 0.5, tables.memory, (step.observation, step.action)
        error = step.reward - entries(tables.q, *cell, xp)
        times, mean = mean_in_cells(tables.q, *cell, error, heads, xp)
        q, counts = self.moved(tables.q, tables.counts, times, mean, xp)
        best = xp.maximum(memory["best"], xp.max(step.reward, axis=1, keepdims=True))
        heads = xp.add(memory["heads"], xp.sum(heads, axis=1, keepdims=True))
        return Tables(q, counts, {"best": best, "heads": heads}), xp.mean(xp.abs(error))


@pytest.mark.parametrize("loop", LOOPS)
def test_a_rule_of_ones_own_learns_in_every_loop(loop):
    loop(agent := Rewards(4, 2, alpha=1.0, policy=EpsilonGreedy(1.0), seed=0))
    assert agent.q.tolist() == [[0, 2], [0, 0], [2, 9], [0, 0]]
    assert (agent.memory["best"].tolist(), agent.memory["best"].dtype) == ([9.0], np.float64)
    assert agent.memory["heads"].tolist() == [agent.counts.sum()]
    assert 120 < agent.counts.sum() < 280  # heads of at most 400 coins, 8 standard deviations


@pytest.mark.parametrize("kind", KINDS)
def test_a_rule_for_the_python_loop_only_is_refused_by_name(kind):
    own = type("Mine", (kind,), {"learn": lambda self, *_: {}})
    with pytest.raises(TypeError, match="Mine overrides `learn` and has no compiled form; override `update`"):
        train_compiled(reward_line(), own(4, 2), steps=5)


def test_planning_on_one_state_and_one_action_halves_what_is_missing_with_every_step():
    mdp = TabularMDP([[[0]]], [[[1.0]]], [[[1.0]]], [False], [1.0])
    train_compiled(mdp, agent := DynaQ(1, 1, gamma=0.5, alpha=1, planning_steps=1), steps=9, max_episode_steps=2)
    assert (agent.q.tolist(), agent.counts.tolist()) == ([[2.0 - 2.0 * 0.5 ** (9 * 2)]], [[9]])


def test_news_of_the_end_of_a_long_line_travels_two_states_an_episode():
    agent = NStepQ(1_000, 2, n=2, gamma=1, alpha=1, policy=rightwards)
    train_compiled(reward_line(rewards=(0,) * 999 + (1,)), agent, steps=3 * 999, max_episode_steps=None)
    assert np.flatnonzero(agent.q[:, 1]).tolist() == [993, 994, 995, 996, 997, 998]
    assert agent.counts[:999, 1].tolist() == [3] * 999

"""The compiled loop is the Python loop: same numbers in, same tables out."""

import gymnasium as gym
import numpy as np
import pytest
from keras import ops
from support.same_numbers import SameNumbers

from agents import TABULAR, NStepQ, QLambda, QLearning, Sarsa, SarsaLambda, interact, sample_average, train
from agents.compiled.training import iterate_compiled, train_compiled
from agents.policies import UCB, EpsilonGreedy, Softmax
from agents.schedules import Exponential, Linear
from rl_line import TabularMDP, dp, reward_line

STEPS = 250


POLICIES = [EpsilonGreedy(0.3), EpsilonGreedy(Linear(1.0, 0.1, 200)), Softmax(Exponential(2.0, 0.5, 50)), UCB(2.0)]


PAIRS = [(kind, policy) for kind in TABULAR for policy in (POLICIES if kind is QLearning else POLICIES[1:2])]


@pytest.mark.parametrize(("kind", "policy"), PAIRS)
def test_the_same_numbers_give_the_same_table_in_the_python_loop(kind, policy):
    settings = {"rewards": (1, 2, 0, 9), "slip": 0.2, "reward_noise": 0.5, "start": (0.5, 0.3, 0.2, 0)}
    mdp = reward_line(**settings)
    agents = [kind(4, 2, policy=policy, alpha=0.3) for _ in range(2)]
    pair = SameNumbers(gym.make("rl_line:RewardLine-v0", max_episode_steps=9, **settings), agents[0], seed=5)
    for transition in interact(pair, pair, steps=STEPS):
        agents[0].learn(transition)
    train_compiled(mdp, agents[1], steps=STEPS, max_episode_steps=9, seed=5)
    np.testing.assert_allclose(agents[1].q, agents[0].q, rtol=1e-4, atol=1e-4)
    np.testing.assert_array_equal(agents[1].counts, agents[0].counts)
    assert agents[1].time == agents[0].time == STEPS


@pytest.mark.parametrize("kind", TABULAR)
def test_the_same_numbers_give_the_same_table_on_a_vector_environment(kind):
    env = gym.make_vec(
        "rl_line:RewardLine-v0", num_envs=6, vectorization_mode="vector_entry_point",
        autoreset_mode="SameStep", max_episode_steps=9, slip=0.2,
    )  # fmt: skip
    agents = [kind(4, 2, policy=EpsilonGreedy(Linear(1.0, 0.1, 900)), alpha=0.3) for _ in range(2)]

    class Lanes(SameNumbers, gym.vector.VectorEnv):
        pass

    pair = Lanes(env, agents[0], seed=1, lanes=6)
    for transition in interact(pair, pair, steps=STEPS):
        agents[0].learn(transition)
    train_compiled(env.unwrapped.mdp, agents[1], steps=STEPS, num_envs=6, max_episode_steps=9, seed=1)
    np.testing.assert_allclose(agents[1].q, agents[0].q, rtol=1e-4, atol=1e-4)
    np.testing.assert_array_equal(agents[1].counts, agents[0].counts)
    assert agents[1].time == agents[0].time == 6 * STEPS


def test_results_do_not_depend_on_where_the_loop_is_cut():
    tables = []
    for every in (1, 7, 100):
        agent = QLearning(4, 2, policy=EpsilonGreedy(Linear(1, 0, 90)))
        train_compiled(reward_line(slip=0.1), agent, steps=100, num_envs=3, every=every, seed=2)
        tables.append(agent.q)
    np.testing.assert_array_equal(tables[0], tables[1])
    np.testing.assert_array_equal(tables[0], tables[2])


def test_one_seed_gives_one_table_and_another_seed_another():
    tables = []
    for seed in (3, 3, 4):
        train_compiled(reward_line(), agent := QLearning(4, 2), steps=50, seed=seed)
        tables.append(agent.q)
    np.testing.assert_array_equal(tables[0], tables[1])
    assert (tables[0] != tables[2]).any()


def test_a_grid_of_agents_reaches_an_answer_each():
    mdp = reward_line()
    grid = [(gamma, alpha, epsilon) for gamma in (0.5, 0.8, 0.95) for alpha in (0.1, 0.5) for epsilon in (0.3, 1.0)]
    agents = [QLearning(4, 2, gamma=g, alpha=a, policy=EpsilonGreedy(e)) for g, a, e in grid]
    train_compiled(mdp, agents, steps=20_000)
    for agent, (gamma, _, _) in zip(agents, grid, strict=True):
        np.testing.assert_allclose(agent.q, dp.policy_iteration(mdp, gamma).q, atol=1e-3)


def test_agents_of_a_group_learn_as_they_would_alone():
    mdp, settings = reward_line(slip=0.2), [(0.0, 1), (0.5, 0.9), (1, 0.8)]  # a lambda of 1 may be a whole number
    for kind in (SarsaLambda, QLambda):
        group = [kind(4, 2, trace_decay=decay, gamma=gamma, policy=EpsilonGreedy(1.0)) for decay, gamma in settings]
        train_compiled(mdp, group, steps=200, num_envs=2, seed=1)
        assert len({float(agent.q.sum()) for agent in group}) == 3
        alike = [kind(4, 2, trace_decay=1, gamma=0.8, policy=EpsilonGreedy(1.0)) for _ in settings]
        train_compiled(mdp, alike, steps=200, num_envs=2, seed=1)
        np.testing.assert_allclose(alike[2].q, group[2].q, rtol=1e-5)


def test_truncation_keeps_the_bootstrap_and_termination_does_not():
    agent = QLearning(4, 2, gamma=0.9, initial_value=5.0, policy=EpsilonGreedy(1.0))
    rows = train_compiled(reward_line(), agent, steps=8_000, num_envs=4, max_episode_steps=3)
    np.testing.assert_allclose(agent.q[:3], dp.policy_iteration(reward_line(), 0.9).q[:3], atol=1e-3)
    assert sum(row["episodes"] for row in rows) >= 4 * 8_000 / 3 - 4


def test_rows_tell_the_returns_of_the_episodes():
    agent = QLearning(4, 2, policy=EpsilonGreedy(0.0))
    agent.q[:, 1] = 1.0
    rows = train_compiled(reward_line(), agent, steps=9, num_envs=2, every=3)
    assert [(row["step"], row["episodes"], row["return"]) for row in rows] == [(3, 2, 11), (6, 2, 11), (9, 2, 11)]
    (row,) = train_compiled(reward_line(), agent, steps=2, every=2)
    assert (row["episodes"], np.isnan(row["return"])) == (0, True)


def test_training_goes_on_from_what_was_learned():
    agent = QLearning(4, 2, alpha=sample_average)
    train_compiled(reward_line(), agent, steps=30)
    train(gym.make("rl_line:RewardLine-v0"), agent, steps=30)
    train_compiled(reward_line(), agent, steps=30)
    assert (agent.time, agent.counts.sum()) == (90, 90)


def test_counts_go_on_where_single_precision_would_stop():
    agent = QLearning(4, 2)
    agent.counts[:] = 2**25 + 1
    train_compiled(reward_line(), agent, steps=300)
    assert agent.counts.sum() == 8 * (2**25 + 1) + 300


def test_iterate_shows_the_tables_on_the_way():
    agents = [QLearning(4, 2), QLearning(4, 2)]
    tables = [(p.step, p.q.copy()) for p in iterate_compiled(reward_line(), agents, steps=10, every=4)]
    assert [step for step, _ in tables] == [4, 8, 10]
    assert tables[0][1].shape == (2, 4, 2)
    np.testing.assert_allclose(tables[-1][1][1], agents[1].q)


def slowly(counts):
    return counts**-0.8


TOY_TEXT = [
    ("FrozenLake", 0.9, 20_000, slowly, 0.05),
    ("CliffWalking", 0.9, 2_000, 0.5, 1e-2),
    ("Taxi", 0.8, 3_000, 1.0, 1e-2),
]


@pytest.mark.parametrize(("name", "gamma", "steps", "alpha", "error"), TOY_TEXT)
def test_toy_text_is_learned_in_one_program(name, gamma, steps, alpha, error):
    newest = max(env_id for env_id in gym.registry if env_id.startswith(f"{name}-v"))
    mdp = TabularMDP.from_toy_text(gym.make(newest))
    agent = QLearning(mdp.num_states, mdp.num_actions, gamma=gamma, alpha=alpha, policy=EpsilonGreedy(1.0))
    train_compiled(mdp, agent, steps=steps, num_envs=128, max_episode_steps=50)
    # A step size of n^-0.8 after 5,000 visits leaves a noise of about sqrt(alpha / 2), 2 % of a target's.
    exact, seen = dp.policy_iteration(mdp, gamma).q, agent.counts > (5_000 if callable(alpha) else 100)
    assert seen.sum() > 0.3 * agent.q.size
    assert np.abs(agent.q - exact)[seen].max() < error * np.abs(exact).max()


@pytest.mark.parametrize("name", ["learn", "act", "action_probabilities"])
def test_an_agent_without_a_compiled_form_is_refused_by_name(name):
    own = type("Own", (QLearning,), {name: lambda *_, **__: {}})
    with pytest.raises(TypeError, match=f"Own overrides `{name}` and has no compiled form; override `update`"):
        train_compiled(reward_line(), own(4, 2), steps=5)


def test_a_rule_that_overrides_what_comes_next_is_the_same_in_both_loops():
    class Myopic(QLearning):
        def next_values(self, tables, step, time, xp=np):
            return 0.0 * step.reward

    env = gym.make("rl_line:RewardLine-v0")
    for learn in (
        lambda one: train(env, one, steps=300, seed=0),
        lambda one: train_compiled(reward_line(), one, steps=300),
    ):
        learn(agent := Myopic(4, 2, alpha=1.0, policy=EpsilonGreedy(1.0)))
        assert agent.q.tolist() == [[0, 2], [0, 0], [2, 9], [0, 0]]


@pytest.mark.parametrize("number", [0, -3, 2.5, True, 2**31])
@pytest.mark.parametrize("name", ["steps", "every", "num_envs", "max_episode_steps"])
def test_impossible_numbers_are_refused_by_name(name, number):
    with pytest.raises(
        ValueError, match=f"{name}={number}, expected a whole number (of at least 1|from 1 to 2,147,483,647)"
    ):
        train_compiled(reward_line(), QLearning(4, 2), **{"steps": 5, name: number})


@pytest.mark.parametrize("seed", [None, 1.5])
def test_a_seed_is_an_integer(seed):
    with pytest.raises(ValueError, match=f"seed={seed}, expected a whole number"):
        train_compiled(reward_line(), QLearning(4, 2), steps=5, seed=seed)


def test_an_environment_is_no_mdp():
    with pytest.raises(TypeError, match=r"expected a TabularMDP; pass e\.g\. env\.unwrapped\.mdp"):
        train_compiled(gym.make("rl_line:RewardLine-v0"), QLearning(4, 2), steps=5)


@pytest.mark.parametrize("agents", [QLearning, [QLearning(4, 2), QLearning], "QLearning"])
def test_what_is_no_agent_is_refused(agents):
    with pytest.raises(TypeError, match="has no compiled form, expected tabular agents, or one DQN"):
        train_compiled(reward_line(), agents, steps=5)


BAD = [
    (list, "no agents"),
    (lambda: [QLearning(4, 2), Sarsa(4, 2)], "Sarsa with a table"),
    (lambda: [QLearning(5, 2)], r"table \(5, 2\), expected QLearning with \(4, 2\)"),
    (lambda: [QLearning(4, 2), QLearning(4, 2, policy=Softmax())], "expected all agents to have one kind"),
    (lambda: [QLearning(4, 2), QLearning(4, 2, alpha=sample_average)], "step sizes of different kinds"),
    (lambda: [QLearning(4, 2)] * 3, "one agent several times"),
    (lambda: [NStepQ(4, 2, n=2), NStepQ(4, 2, n=3)], r"n of \[2, 3\], expected one value for all agents"),
]


@pytest.mark.parametrize(("agents", "message"), BAD)
def test_agents_that_make_no_group_are_refused(agents, message):
    with pytest.raises(ValueError, match=message):
        train_compiled(reward_line(), agents(), steps=5)


def test_the_mdp_steps_alike_in_both_array_modules():
    mdp = reward_line(slip=0.3, reward_noise=1.0, start=(0.2, 0.3, 0.5, 0))
    rng = np.random.default_rng(0)
    state, action, uniform = rng.integers(3, size=500), rng.integers(2, size=500), rng.random(500)
    for ours, theirs in zip(mdp.step(state, action, uniform), mdp.step(state, action, uniform, xp=ops), strict=True):
        np.testing.assert_allclose(ours, theirs.numpy())
    np.testing.assert_array_equal(mdp.start_state(uniform), mdp.start_state(uniform, xp=ops).numpy())


def test_a_program_is_compiled_once_for_runs_that_differ_in_seeds_and_past(monkeypatch):
    traced = []

    class Counting(QLearning):
        def update(self, *arguments, **named):
            traced.append(1)
            return super().update(*arguments, **named)

    agent = Counting(4, 2)
    mdp = reward_line()
    train_compiled(mdp, agent, steps=20, seed=0)
    once = len(traced)
    train_compiled(mdp, agent, steps=30, seed=1)
    assert len(traced) == once > 0
    agent.gamma = 0.5
    train_compiled(mdp, agent, steps=20, seed=0)
    assert len(traced) == 2 * once, "another setting is another program"
    fresh = Counting(4, 2, gamma=0.5)
    fresh.time = 70
    fresh.q[:], fresh.counts[:] = agent.q, agent.counts
    for one in (agent, fresh):
        train_compiled(mdp, one, steps=25, seed=3)
    np.testing.assert_array_equal(agent.q, fresh.q)


@pytest.mark.parametrize(
    "other",
    [
        {"max_episode_steps": 2},
        {"num_envs": 3},
        {"mdp": reward_line((0, 1, 0, 9))},
        {"mdp": reward_line(slip=0.2)},
    ],
    ids=["limit", "lanes", "rewards", "slip"],
)
def test_a_kept_program_serves_no_other_world(other):
    used, fresh = QLearning(4, 2), QLearning(4, 2)
    train_compiled(reward_line(), used, steps=20)
    fresh.q[:], fresh.counts[:], fresh.time = used.q, used.counts, used.time
    for agent in (used, fresh):
        train_compiled(**{"mdp": reward_line(), "agents": agent, "steps": 50, "seed": 1, **other})
    np.testing.assert_array_equal(used.q, fresh.q)


def test_a_kept_program_serves_no_other_attribute_of_a_rule_of_ones_own():
    class Shifted(QLearning):
        shift = 0.0

        def td_errors(self, tables, step, time, xp=np):
            return super().td_errors(tables, step._replace(reward=step.reward + self.shift), time, xp)

    agent = Shifted(4, 2, gamma=0.0, alpha=1.0, policy=EpsilonGreedy(1.0))
    train_compiled(reward_line(), agent, steps=200)
    assert agent.q[2].tolist() == [2, 9]
    agent.shift = 1.0
    train_compiled(reward_line(), agent, steps=200)
    assert agent.q[2].tolist() == [3, 10]


def test_agents_made_alike_share_a_program_and_those_of_a_changed_class_do_not():
    traced = []

    class Shifted(QLearning):
        shift = 0.0

        def td_errors(self, tables, step, time, xp=np):
            traced.append(1)
            return super().td_errors(tables, step._replace(reward=step.reward + self.shift), time, xp)

    def learned(seed):
        agent = Shifted(4, 2, gamma=0.0, alpha=1.0, policy=EpsilonGreedy(1.0), seed=seed)
        train_compiled(reward_line(), agent, steps=200, seed=seed)
        return agent.q[2].tolist()

    assert learned(0) == learned(1) == [2, 9]
    assert len(traced) == 1
    Shifted.shift = 1.0
    assert learned(2) == [3, 10]

"""Targets of rl_line: lines, MDPs, environments, the exact solver, tables as text."""

import gymnasium as gym
import numpy as np
from fuzz.harness import Target, arg, array, opt
from fuzz.values import counts, made, numbers, simple
from hypothesis import strategies as st

import rl_line
from rl_line import dp, drawing, reward_line


def _wrong_env():
    return gym.make("RewardLine-v0", rewards=(0, 1, 0, 9))


ONE = arg(made(reward_line, lambda: reward_line((0, 2, -1, 9), slip=0.25, reward_noise=0.5)))
KNOWN = arg(made(reward_line, lambda: gym.make("RewardLine-v0"), lambda: reward_line((1, 2, 3), terminals=())))
ENV = arg(made(lambda: gym.make("RewardLine-v0"), lambda: gym.make("FrozenLake-v1"), _wrong_env))
GAMMA = arg(simple(0.0, 0.5, 0.8, 0.9, 0.99, 1.0, np.float32(0.5)))
POLICY = array(st.one_of(counts(4, high=2), numbers(4, 1, low=0, high=1).map(lambda p: np.hstack([p, 1 - p]))))
Q = array(numbers(4, 2))
SEED = opt(simple(0, 7, None))
LINE = {
    "rewards": array(st.one_of(numbers(4), st.just((0, 2, 0, 9))), optional=True),
    "start": opt(simple(0, 1, (0.5, 0.5, 0, 0))),
    "terminals": opt(simple((-1,), (3,), (), None)),
    "slip": opt(simple(0.0, 0.25, 1)),
    "step_reward": opt(simple(0, -0.1)),
    "reward_noise": opt(simple(0.0, 1.5)),
    "mirror": opt(simple(True, False)),
}
TABLES = {
    "successor": array(simple(np.array([[[1], [0]], [[1], [1]]]), np.array([[[0], [1]], [[0], [1]]]))),
    "probability": array(simple(np.ones((2, 2, 1)))),
    "reward": array(numbers(2, 2, 1)),
    "terminal": array(simple(np.array([False, True]))),
    "start": array(simple(np.array([1.0, 0.0]))),
}
DENSE = {
    "transition": array(simple(np.array([[[0.5, 0.5], [1, 0]], [[0, 1], [0, 1]]]))),
    "reward": array(numbers(2, 2, 2)),
    "terminal": TABLES["terminal"],
    "start": TABLES["start"],
}
MODE = opt(simple(*gym.vector.AutoresetMode, "NextStep", "SameStep"))
DRAWN = opt(simple(None, "ansi", "rgb_array"))


def _toy_text(P, initial_state_distrib):
    env = gym.make("FrozenLake-v1")
    env.unwrapped.P, env.unwrapped.initial_state_distrib = P, initial_state_distrib
    return rl_line.TabularMDP.from_toy_text(env)


def _steps(env, seed, options, action):
    return env.reset(seed=seed, options=options), env.step(action), env.render() if env.render_mode else None


def _one(action=1, seed=0, options=None, **settings):
    return _steps(rl_line.RewardLineEnv(**settings), seed, options, action)


def _lanes(actions=None, seed=0, options=None, num_envs=2, **settings):
    env = rl_line.RewardLineVectorEnv(num_envs, **settings)
    return _steps(env, seed, options, np.ones(env.num_envs, dtype=int) if actions is None else actions)


def _state(s, action):
    env = rl_line.RewardLineEnv()
    env.reset()
    env.s = s
    return env.step(action)


def _table(env, first, second):
    return rl_line.q_table(env, first=first, second=second)


def _greedy(q):
    return dp.greedy_actions(q) * 1.0


PICTURE = {
    "mdp": ONE,
    "state": arg(simple(0, 3)),
    "last_action": opt(simple(None, 0, 1)),
    "step": opt(simple(0, 7)),
    "q_values": array(numbers(4, 2), optional=True),
}
OPTIONS = opt(simple(None, {}, {"state": 1}))
P = arg(simple({0: {0: [(1.0, 1, 0.5, True)]}, 1: {0: [(1.0, 1, 0.0, True)]}}))
TARGETS = (
    Target("reward_line", reward_line, LINE),
    Target("TabularMDP", rl_line.TabularMDP, TABLES),
    Target("TabularMDP.from_dense", rl_line.TabularMDP.from_dense, DENSE),
    Target("TabularMDP.from_toy_text", rl_line.TabularMDP.from_toy_text, {"env": ENV}),
    Target(
        "from_toy_text of tables", _toy_text, {"P": P, "initial_state_distrib": array(simple(np.array([1.0, 0.0])))}
    ),
    Target(
        "TabularMDP.after_end",
        lambda mdp, state: mdp.after_end(state),
        {"mdp": ONE._replace(hostile=ONE.good), "state": arg(simple(None, 0, 1))},
    ),
    Target(
        "RewardLineEnv",
        _one,
        {**LINE, "render_mode": DRAWN, "seed": SEED, "options": OPTIONS, "action": opt(simple(0, 1, np.int64(1)))},
    ),
    Target("RewardLineEnv.s", _state, {"s": arg(simple(0, 1, 2)), "action": arg(simple(0, 1))}),
    Target(
        "RewardLineVectorEnv",
        _lanes,
        {
            **LINE,
            "num_envs": opt(simple(2)),
            "render_mode": DRAWN,
            "seed": SEED,
            "max_episode_steps": opt(simple(None, -1, 3, 100)),
            "autoreset_mode": MODE,
            "options": OPTIONS,
            "actions": array(counts(2, high=2), optional=True),
        },
    ),
    Target(
        "check_env_semantics",
        rl_line.check_env_semantics,
        {
            "env": ENV,
            "mdp": opt(st.one_of(ONE.good, st.none())),
            "state": opt(simple(None, int)),
            "max_episode_steps": opt(simple(None, 3, 100)),
            "steps": arg(simple(50, 200), work=True),
            "error_rate": opt(simple(1e-6, 0.5)),
            "seed": opt(simple(0, 3)),
        },
    ),
    Target(
        "policy_text", rl_line.policy_text, {"best": array(numbers(4, 2).map(lambda q: q > 0)), "env": opt(ENV.good)}
    ),
    Target(
        "q_grid",
        rl_line.q_grid,
        {
            "env": arg(made(lambda: gym.make("FrozenLake-v1"))),
            "q": array(numbers(16, 4)),
            "state": opt(simple(None, 3)),
        },
    ),
    *(Target(draw.__name__, draw, PICTURE) for draw in (drawing.ansi, drawing.rgb_array)),
    Target("arrival_rewards", drawing.arrival_rewards, {"mdp": ONE}),
    Target("agreement_text", drawing.agreement_text, {"learned": Q, "exact": Q}),
    Target("q_table", _table, {"env": arg(simple(None)), "first": Q, "second": Q}),
    Target("dp.action_values", dp.action_values, {"mdp": KNOWN, "v": array(numbers(4)), "gamma": GAMMA}),
    Target("dp.critical_gammas", dp.critical_gammas, {"mdp": KNOWN}),
    Target("dp.discounted_visits", dp.discounted_visits, {"mdp": ONE, "policy": POLICY, "gamma": GAMMA}),
    Target(
        "dp.expected_return",
        dp.expected_return,
        {"mdp": ONE, "policy": POLICY, "gamma": GAMMA, "horizon": opt(simple(None, 0, 5), work=True)},
    ),
    Target("dp.finite_horizon", dp.finite_horizon, {"mdp": KNOWN, "horizon": arg(simple(1, 5)), "gamma": GAMMA}),
    Target("dp.greedy_actions", _greedy, {"q": Q}),
    Target(
        "dp.n_step_values",
        dp.n_step_values,
        {
            "mdp": ONE,
            "gamma": arg(simple(0.5, 0.8)),
            "n": arg(simple(1, 3), work=True),
            "policy": arg(simple(lambda q: np.full(q.shape, 1 / q.shape[1]))),
            "bootstrap": arg(simple(lambda q: q.max(1))),
        },
    ),
    Target("dp.optimal_actions", dp.optimal_actions, {"mdp": KNOWN, "gamma": GAMMA}),
    Target("dp.policy_evaluation", dp.policy_evaluation, {"mdp": ONE, "policy": POLICY, "gamma": GAMMA}),
    Target("dp.policy_iteration", dp.policy_iteration, {"mdp": KNOWN, "gamma": GAMMA}),
    Target(
        "dp.soft_values",
        dp.soft_values,
        {"mdp": ONE, "gamma": GAMMA, "policy": arg(simple(lambda q: np.full(q.shape, 1 / q.shape[1])))},
    ),
    Target(
        "dp.value_iteration",
        dp.value_iteration,
        {"mdp": KNOWN, "gamma": GAMMA, "tolerance": opt(simple(1e-10, 1e-3, 0))},
    ),
)

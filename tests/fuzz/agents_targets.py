"""Targets of agents: schedules, policies, tabular agents, loops, files, figures; for networks, only cheap calls."""

from functools import partial
from itertools import islice
from pathlib import Path

import gymnasium as gym
import numpy as np
from fuzz import figure_targets, network_targets, sweep_targets
from fuzz.harness import Target, arg, array, opt
from fuzz.values import counts, made, numbers, simple
from hypothesis import strategies as st

import agents
import rl_line
from agents.observations import NumberedObservation
from agents.tabular import update_in_numbers

ENV = arg(made(lambda: gym.make("RewardLine-v0"), lambda: "RewardLine-v0", lambda: rl_line.RewardLineVectorEnv(2)))
ONE_ENV = arg(made(lambda: gym.make("RewardLine-v0"), lambda: "RewardLine-v0"))
AGENT = arg(made(*(partial(kind, 4, 2, seed=0) for kind in agents.TABULAR)))
SEED = opt(simple(None, 0, 7))
FRACTION = arg(simple(0, 0.1, 1.0))
LEVEL = arg(simple(0.0, 0.5, 1.0))
SCHEDULES = (
    agents.Constant(0.1),
    agents.Linear(1.0, 0.1, 100),
    agents.Exponential(1.0, 0.1, 10),
    lambda t: 1 / (1 + t),
)
RATE = simple(0.1, 1, *SCHEDULES)
POLICY = simple(
    agents.GREEDY, agents.EpsilonGreedy(0.2), agents.Softmax(), agents.UCB(), agents.EpsilonGreedy(SCHEDULES[1])
)
SETTINGS = {
    "gamma": opt(simple(0.8, 0, 1.0)),
    "alpha": opt(st.one_of(RATE, st.just(agents.sample_average))),
    "policy": opt(POLICY),
    "initial_value": opt(simple(0.0, 5, -1.0)),
    "seed": SEED,
}
EXTRA = {
    "DynaQ": {"planning_steps": opt(simple(0, 2), work=True)},
    "NStepQ": {"n": opt(simple(1, 3))},
    "NStepSarsa": {"n": opt(simple(1, 3))},
    "QLambda": {"trace_decay": opt(simple(0.0, 0.9))},
    "SarsaLambda": {"trace_decay": opt(simple(0.0, 0.9))},
}
STEPS = arg(simple(0, 3, 20.0), work=True)
ROWS = figure_targets.EPISODES
PATH = arg(made(lambda: "here/file.npz", lambda: Path("file.npz")))
Q = array(numbers(4, 2))
STATE = arg(made(lambda: {"q": np.zeros((4, 2)), "time": 3, "name": "mine"}, lambda: agents.QLearning(4, 2)))


def _used(kind):
    """A new agent of a class that has acted."""

    def used(num_states=4, num_actions=2, **settings):
        agent = kind(num_states, num_actions, **settings)
        return agent, agent.act(0), agent.act(0, explore=True), agent.action_probabilities(0)

    return used


def _learn(agent, **parts):
    agent.learn(agents.Transition(**{"next_action": 1, **parts}))
    return agent


def _at(schedule, time):
    return schedule(time)


def _saved(path, state):
    agents.save(path, state)
    return agents.load(path)


def _resumed(agent, env, steps, every, path, seed):
    for file in Path().glob("run*.npz*"):
        file.unlink()
    return agents.resumable(
        agent, lambda n, s: agents.train(env, agent, n, seed=s), steps=steps, every=every, path=path, seed=seed
    )


def _trained(env, gamma, steps, seed):
    agent = agents.QLearning.for_env(env, gamma=gamma, seed=seed)
    agents.train(env, agent, steps, seed=seed)
    return agent


def _checked_up(**given):
    return str(agents.checkup(**given))


def _interact(**given):
    return [tuple(step) for step in islice(agents.interact(**given), 100)]  # of steps=None there is no end


def _numbered(env):
    return NumberedObservation(env).reset(seed=0)[0]


def _table(name):
    kind = getattr(agents, name)
    return Target(
        name,
        _used(kind),
        {"num_states": opt(simple(4, 5.0)), "num_actions": opt(simple(2, 3)), **SETTINGS, **EXTRA.get(name, {})},
    )


TRAINED = {"env": ENV, "learner": AGENT, "seed": SEED}
TARGETS = (
    *(_table(kind.__name__) for kind in agents.TABULAR),
    Target("Constant", agents.Constant, {"value": LEVEL}),
    Target("Linear", agents.Linear, {"start": LEVEL, "end": LEVEL, "steps": arg(simple(1, 100.0))}),
    Target("Exponential", agents.Exponential, {"start": LEVEL, "end": LEVEL, "half_life": arg(simple(1, 2.5))}),
    Target("PerEpisode", agents.PerEpisode, {"schedule": arg(simple(*SCHEDULES))}),
    Target("EpsilonGreedy", agents.EpsilonGreedy, {"epsilon": arg(st.one_of(FRACTION.good, RATE))}),
    Target("Softmax", agents.Softmax, {"temperature": arg(simple(0.5, *SCHEDULES))}),
    Target("UCB", agents.UCB, {"c": arg(simple(0.5, 1))}),
    Target(
        "QLearning.for_env", agents.QLearning.for_env, {"env": ENV, "epsilon": opt(RATE), "gamma": opt(FRACTION.good)}
    ),
    Target(
        "act",
        lambda agent, observation, explore=True: (agent.act(observation, explore=explore), agent.act(observation)),
        {
            "agent": AGENT._replace(hostile=AGENT.good),
            "observation": array(st.one_of(simple(0, 3), counts(3))),
            "explore": opt(simple(True, False)),
        },
    ),
    Target(
        "learn",
        _learn,
        {
            "agent": AGENT._replace(hostile=AGENT.good),
            **network_targets.STEP,
            "next_action": opt(simple(0, 1)),
        },
    ),
    Target(
        "update_in_numbers",
        update_in_numbers,
        {
            "agent": AGENT,
            "transition": arg(
                simple(agents.Transition(0, 1, 2.0, 1, False, False), agents.Transition(2, 1, 9, 3, True, True))
            ),
            "digits": opt(simple(0, 1, 20)),
            "names": opt(simple(("left", "right"), ["a", "b"])),
        },
    ),
    Target("train", agents.train, {**TRAINED, "steps": STEPS}),
    Target("train of episodes", agents.train, {**TRAINED, "episodes": STEPS}),
    Target(
        "interact", _interact, {"env": ENV, "actor": AGENT, "steps": STEPS, "seed": SEED, "explore": opt(simple(True))}
    ),
    Target(
        "evaluate",
        agents.evaluate,
        {
            "env": ONE_ENV,
            "actor": AGENT,
            "episodes": arg(simple(2, 5), work=True),
            "gamma": opt(FRACTION.good),
            "explore": opt(simple(True, False)),
            "seed": SEED,
            "exact": opt(simple(True, False, None)),
        },
    ),
    Target(
        "compare",
        agents.compare,
        {
            "agents": arg(simple({"q": agents.QLearning.for_env})),
            "env": ONE_ENV,
            "steps": STEPS,
            "gamma": opt(FRACTION.good),
            "seeds": arg(simple((0, 1), range(1))),
        },
        may_be_nan=True,
    ),
    Target("save and load", _saved, {"path": PATH, "state": STATE}),
    Target("load", agents.load, {"path": PATH}),
    Target(
        "resumable",
        _resumed,
        {
            "agent": AGENT,
            "env": ENV,
            "steps": STEPS,
            "every": arg(simple(5), work=True),
            "path": arg(simple("run.npz")),
            "seed": arg(simple(0, 3)),
        },
    ),
    Target("write_csv", agents.write_csv, {"rows": arg(simple(ROWS, [])), "path": PATH}),
    Target("NumberedObservation", _numbered, {"env": arg(made(lambda: gym.make("Blackjack-v1")))}),
    Target(
        "checkup",
        _checked_up,
        {
            "train": arg(simple(_trained)),
            "learns": opt(simple("optimal", "on-policy", "n-step")),
            "seeds": opt(simple((0, 1))),
            "budget": arg(simple(0.01), work=True),
            "steps": arg(simple(10), work=True),
            "epsilon": opt(simple(None, 0.1, SCHEDULES[1])),
            "vector": opt(simple(False)),
        },
        may_be_nan=True,
    ),
    *figure_targets.AGENTS,
    *network_targets.AGENTS,
    *sweep_targets.SWEEPS,
)

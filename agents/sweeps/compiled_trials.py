"""Trials of tabular agents on a known MDP, a thousand in one compiled program, judged by exact returns."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from functools import cache
from importlib import import_module
from typing import Any, ClassVar

import numpy as np

from agents.policies import with_epsilon
from agents.sweeps.outcomes import Row
from agents.sweeps.running import sweep
from agents.sweeps.settings import Setting
from agents.tabular.agent import TabularAgent
from rl_line import dp
from rl_line.known import Known, as_mdp
from rl_line.mdp import TabularMDP
from rl_line.system.extras import brought_by
from rl_line.system.numbers import MOST, whole

_ROUNDING = 1e-12  # relative to the optimum: less is no regret


def compiled_trials(
    agent_class: type[TabularAgent], mdp: Known, settings: Sequence[Setting], *, steps: int, **options: Any
) -> list[Row]:
    """Rows of a sweep over tabular agents, which learn a thousand at once: `sweep` of a `CompiledTrial`.

    Args:
        agent_class: such as `agents.QLearning`.
        mdp: an MDP, or an environment that carries one.
        settings: as from `grid`: fields of the agent, `epsilon` and `seed`.
        steps: of every agent.
        options: `max_episode_steps` of the trial; `map` and `out` of `sweep`.
    """
    trial = {name: options.pop(name) for name in ("max_episode_steps",) if name in options}
    return sweep(CompiledTrial(agent_class, as_mdp(mdp), steps, **trial), settings, **options)


@dataclass(frozen=True, eq=False)
class CompiledTrial:
    """A trial of a tabular agent: its setting is fields of the agent, `epsilon`, and the `seed` of the run.

    Its row is the exact `return` of the greedy policy that the agent ends with, its `regret`, J* - J, with the agent's
    own gamma and without a time limit, and the largest error of a value, `q_error`. Together with others or alone, an
    agent learns the same table to the last bit: that of `train_compiled(mdp, [agent], seed=[seed], ...)`.

    Args:
        agent_class: such as `agents.QLearning`.
        mdp: the MDP.
        steps: of every agent.
        max_episode_steps: truncates episodes; None for no limit.
    """

    agent_class: type[TabularAgent]
    mdp: TabularMDP
    steps: int
    max_episode_steps: int | None = 100

    at_once: ClassVar[int] = 1_000

    def __post_init__(self) -> None:
        if not (isinstance(self.agent_class, type) and issubclass(self.agent_class, TabularAgent)):
            raise TypeError(f"{self.agent_class!r}, expected a class of tabular agents; pass e.g. agents.QLearning.")
        object.__setattr__(self, "steps", whole(1, MOST, steps=self.steps))

    def __call__(self, **setting: Any) -> Row:
        """The row of one agent."""
        (result,) = self.many([setting])
        if isinstance(result, Exception):
            raise result
        return result

    def many(self, settings: Sequence[Setting]) -> list[Row | Exception]:
        """The rows of agents, or the errors of their settings."""
        results: dict[int, Row | Exception] = {}
        groups: dict[Any, list[tuple[int, TabularAgent]]] = {}
        for k, setting in enumerate(settings):
            try:
                agent = self._agent(setting)
                groups.setdefault(_form(agent), []).append((k, agent))
            except (TypeError, ValueError) as error:
                results[k] = error
        for group in groups.values():
            self._train([agent for _, agent in group], [settings[k].get("seed", 0) for k, _ in group])
            optimum, known = cache(self._optimum), dict[Any, float]()
            results |= {k: self._judged(agent, optimum, known) for k, agent in group}
        return [results[k] for k in range(len(settings))]

    def _agent(self, setting: Setting) -> TabularAgent:
        whole(0, seed=setting.get("seed", 0))
        return self.agent_class(self.mdp.num_states, self.mdp.num_actions, **with_epsilon(dict(setting)))

    def _train(self, group: list[TabularAgent], seeds: list[int]) -> None:
        with brought_by("keras"):
            train = import_module("agents.compiled.training").iterate_compiled
        options = {"steps": self.steps, "every": self.steps, "max_episode_steps": self.max_episode_steps}
        for _ in train(self.mdp, group, seed=seeds, **options):
            pass

    def _optimum(self, gamma: float) -> tuple[float, Any]:
        """J*, and Q* [S, A]."""
        solution = dp.policy_iteration(self.mdp, gamma)
        return float(self.mdp.start @ solution.v), solution.q

    def _judged(self, agent: TabularAgent, optimum: Any, known: dict[Any, float]) -> Row | Exception:
        """The row of an agent; equal policies are evaluated once."""
        policy = agent.action_probabilities(np.arange(self.mdp.num_states))
        key = agent.gamma, policy.tobytes()
        try:
            if key not in known:
                known[key] = dp.expected_return(self.mdp, policy, agent.gamma)
            best, q = optimum(agent.gamma)
        except ValueError as endless:  # without a discount
            return endless
        error = np.abs(agent.q - q)[~self.mdp.terminal].max()
        missed = best - known[key]
        regret = missed if missed > _ROUNDING * abs(best) else 0.0
        return {"return": known[key], "regret": regret, "q_error": float(error)}


def _form(agent: Any) -> tuple[Any, ...]:
    """The settings that all agents of one program share: those that are no fractions."""
    own = (field.name for field in fields(agent) if field.init and not isinstance(field.default, float))
    return tuple(getattr(agent, name) for name in own if name not in ("policy", "seed"))

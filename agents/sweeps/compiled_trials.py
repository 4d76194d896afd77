"""Trials of tabular agents on a known MDP, a thousand in one compiled program, with exact returns."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields
from importlib import import_module
from inspect import Parameter, Signature, signature
from typing import Any, ClassVar

import numpy as np

from agents.policies import with_epsilon
from agents.sweeps.outcomes import Row
from agents.sweeps.regret import regrets
from agents.sweeps.running import sweep
from agents.sweeps.settings import Setting
from agents.tabular.agent import TabularAgent
from rl_line import dp
from rl_line.known import Known, as_mdp
from rl_line.mdp import TabularMDP
from rl_line.system.extras import brought_by
from rl_line.system.numbers import MOST, whole

_GIVEN = ("num_states", "num_actions", "policy")  # parameters of an agent that come from the MDP and from epsilon


def compiled_trials(
    agent_class: type[TabularAgent], mdp: Known, settings: Sequence[Setting], *, steps: int, **options: Any
) -> list[Row]:
    """Rows of a sweep over tabular agents, up to a thousand in one program: `sweep` of a `CompiledTrial`.

    Args:
        agent_class: a tabular agent's class, e.g. `agents.QLearning`.
        mdp: an MDP, or an environment that carries one.
        settings: fields of the agent, `epsilon` and `seed`, e.g. from `grid`.
        steps: steps of every agent.
        options: `max_episode_steps` of the trial; `map` and `out` of `sweep`.
    """
    trial = {name: options.pop(name) for name in ("max_episode_steps",) if name in options}
    return sweep(CompiledTrial(agent_class, as_mdp(mdp), steps, **trial), settings, **options)


@dataclass(frozen=True, eq=False)
class CompiledTrial:
    """A trial of a tabular agent; its settings are fields of the agent, `epsilon`, and the `seed` of the run.

    Its row has the exact `return` of the final greedy policy, its `regret`, J* - J, both with the agent's own gamma
    and without a time limit, and the largest error of an action value, `q_error`. Alone or with others, an agent
    learns the same table to the last bit, equal to `train_compiled(mdp, [agent], seed=[seed], ...)`.

    Args:
        agent_class: a tabular agent's class, e.g. `agents.QLearning`.
        mdp: the MDP.
        steps: steps of every agent.
        max_episode_steps: steps after which an episode is truncated; None for no limit.
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
        object.__setattr__(self, "__signature__", self._signature())  # of calls, as `inspect` reads it

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
            results |= zip((k for k, _ in group), self._judged([agent for _, agent in group]), strict=True)
        return [results[k] for k in range(len(settings))]

    def _signature(self) -> Signature:
        """The settings by name, all of them optional."""
        own = [name for name in signature(self.agent_class).parameters if name not in _GIVEN]
        return Signature([Parameter(name, Parameter.KEYWORD_ONLY, default=None) for name in (*own, "epsilon")])

    def _agent(self, setting: Setting) -> TabularAgent:
        whole(0, seed=setting.get("seed", 0))
        return self.agent_class(self.mdp.num_states, self.mdp.num_actions, **with_epsilon(dict(setting)))

    def _train(self, group: list[TabularAgent], seeds: list[int]) -> None:
        with brought_by("keras"):
            train = import_module("agents.compiled.training").iterate_compiled
        options = {"steps": self.steps, "every": self.steps, "max_episode_steps": self.max_episode_steps}
        for _ in train(self.mdp, group, seed=seeds, **options):
            pass

    def _judged(self, agents: list[TabularAgent]) -> list[Row | Exception]:
        """Row of each agent, or an error if its policy never ends; agents of one discount are evaluated together."""
        found: dict[int, Row | Exception] = {}
        for gamma in dict.fromkeys(agent.gamma for agent in agents):
            places = [k for k, agent in enumerate(agents) if agent.gamma == gamma]
            found |= zip(places, self._rows([agents[k] for k in places], gamma), strict=True)
        return [found[k] for k in range(len(agents))]

    def _rows(self, agents: list[TabularAgent], gamma: float) -> Iterator[Row | Exception]:
        """The rows of agents of one discount."""
        states = np.arange(self.mdp.num_states)
        missed = self._regrets([agent.action_probabilities(states) for agent in agents], gamma)
        errors = [one for one in missed if isinstance(one, Exception)]
        if len(errors) == len(missed):  # the optimum may be infinite
            yield from errors
            return
        best = dp.policy_iteration(self.mdp, gamma)
        for agent, one in zip(agents, missed, strict=True):
            if isinstance(one, Exception):
                yield one
                continue
            error = np.abs(agent.q - best.q)[~self.mdp.terminal].max()
            yield {"return": float(self.mdp.start @ best.v) - one, "regret": one, "q_error": float(error)}

    def _regrets(self, policies: list[Any], gamma: float) -> list[float | Exception]:
        """The regret of every policy, or an error for a policy that never ends."""
        try:
            return list(regrets(self.mdp, policies, gamma).tolist())
        except ValueError as endless:  # with gamma 1
            if len(policies) == 1:
                return [endless]
            return [one for policy in policies for one in self._regrets([policy], gamma)]


def _form(agent: Any) -> tuple[Any, ...]:
    """Settings that all agents of one program share: all that are no floats."""
    own = (field.name for field in fields(agent) if field.init and not isinstance(field.default, float))
    return tuple(getattr(agent, name) for name in own if name not in ("policy", "seed"))

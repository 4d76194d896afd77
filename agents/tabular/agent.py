"""The tabular agent: a table of action values that moves towards targets; each algorithm gives a bootstrap."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from typing import Any, ClassVar, TypeVar

import numpy as np
from numpy.typing import NDArray

from agents.core import ActOne, LearnOne, Policy, Transition, as_env
from agents.observations import table_shape
from agents.policies import GREEDY, GREEDY_90_10, POLICIES, EpsilonGreedy, Softmax, choose, drawn, with_epsilon
from agents.schedules import SCHEDULES
from agents.settings import NO_EPSILON, ended, generator, level_at, mention_gamma
from agents.tabular.masks import Masks
from agents.tabular.ranges import batch_of, check_settings
from agents.tabular.single_steps import check_cells, learn_one
from agents.tabular.state import FOLLOWING, TableState, continued
from agents.tabular.tables import Tables, entries, mean_in_cells, mean_size, rows
from rl_line.system.kinds import flag, spelled

Self = TypeVar("Self", bound="TabularAgent")


def sample_average(counts: Any) -> Any:
    """Step size 1/n, which makes an estimate the mean of its n targets: Sutton & Barto (2nd ed.), equation 2.3."""
    return 1.0 / counts


@spelled
@dataclass(eq=False)
class TabularAgent(TableState):
    """A table q [S, A] that moves towards `reward + gamma * bootstrap`; a subclass gives the bootstrap.

    A subclass with another rule overrides `update`, and `first_memory` for the arrays kept between steps. Both kinds
    learn in every loop. Observations and actions may have any leading batch shape; cells that occur several times in
    a batch move by the mean of their errors.

    Args:
        num_states: S.
        num_actions: A.
        gamma: the discount, from 0 to 1. On the line above 0.8819 the best policy never ends.
        alpha: the step size, above 0 and up to 1, or a function of n(s, a) such as `sample_average`. If k targets of
            a batch meet in a cell, a number weighs their mean once; a function weighs it k times, so that 1/n stays
            the mean of all targets.
        policy: the exploration, from `agents.policies`.
        initial_value: initial value of every cell.
        seed: seed of the agent's own generator.
        masked: whether to act and bootstrap only among the actions that `info["action_mask"]` of the environment
            allows in a state. `allow` stores the masks of visited states. An `update` that compares action values
            itself calls `choices` of `agents.tabular.masks`.
    """

    num_states: int
    num_actions: int
    gamma: float = 0.8
    alpha: float | Callable[[Any], Any] = 0.1
    policy: Policy = GREEDY_90_10
    initial_value: float = 0.0
    seed: int | None = None
    masked: bool = field(default=False, kw_only=True)

    rebuilt = (*POLICIES, *SCHEDULES, sample_average)
    lacks: ClassVar[dict[str, str]] = NO_EPSILON
    on_policy: ClassVar[bool] = False
    q: NDArray[np.float64] = field(init=False, repr=False)  # [S, A]
    counts: NDArray[np.int64] = field(init=False, repr=False)  # [S, A], updates of each cell
    time: int = field(init=False, default=0)  # transitions learned
    episodes: int = field(init=False, default=0)  # episodes finished
    memory: dict[str, NDArray[Any]] = field(init=False, repr=False)  # arrays that `update` keeps between steps
    masks: Masks | None = field(init=False, repr=False, default=None)  # if it is masked

    _on_a_row: ClassVar[Any] = None  # `bootstrap` on plain numbers, if there is one
    _one_by_one: ClassVar[bool] = True  # whether `learn_one` may replace `update`
    _own: ClassVar[tuple[Any, ...]] = ()  # the `act` and `learn` that `_single_steps` may replace

    def __init_subclass__(cls) -> None:
        rule = getattr(cls.bootstrap, "on_a_row", None)
        cls._on_a_row = rule and staticmethod(rule)
        cls._one_by_one = all(getattr(cls, name) is getattr(TabularAgent, name) for name in _RULE)

    def __post_init__(self) -> None:
        check_settings(self)
        self._rng = generator(self.seed)
        self.q = np.full((self.num_states, self.num_actions), self.initial_value, dtype=np.float64)
        self.counts = np.zeros((self.num_states, self.num_actions), dtype=np.int64)
        self.memory = self.blank_memory(lanes=0)
        if self.masked:
            self.masks, self._on_a_row = Masks(self.num_states, self.num_actions), None  # type: ignore[misc]

    @classmethod
    def for_env(cls: type[Self], env: Any, **settings: Any) -> Self:
        """An agent for the spaces of an environment or a vector environment.

        Args:
            env: an environment with `Discrete` spaces counted from 0, or its id.
            settings: fields of the agent; `epsilon`, a number or a schedule, stands for an epsilon-greedy policy.

        Raises:
            TypeError: other spaces, or both a policy and epsilon.
        """
        env = as_env(env)
        agent = cls(*table_shape(env, cls.__name__), **with_epsilon(settings))
        return mention_gamma(env, agent, settings)

    def bootstrap(self, q_next: Any, next_action: Any, policy: Callable[[Any], Any], xp: Any = np) -> Any:
        """Value of S' [...], from its action values [..., A], A' [...] and the policy, q -> probabilities."""
        raise NotImplementedError(f"{type(self).__name__} has no bootstrap; override `bootstrap` or `update`.")

    def act(self, observation: Any, *, explore: bool = False) -> Any:
        """Actions [...] at observations [...]: greedy, or drawn from the exploring policy."""
        if explore is not True and explore is not False:
            flag(explore=explore)
        q, policy = self._values(observation), self.policy if explore else GREEDY
        if self.masks is not None:
            counts, uniform = self.counts[observation], self._rng.random(q.shape[:-1])
            return self.masks.chosen(drawn, policy, observation, q, self.clock, counts, uniform)
        if q.ndim == 1 and (type(policy) is EpsilonGreedy or type(policy) is Softmax):
            return policy.pick(q.tolist(), self.clock, self._rng.random())
        return choose(policy(q, self.clock, self.counts[observation]), self._rng.random(q.shape[:-1]))

    def action_probabilities(self, observation: Any, *, explore: bool = False) -> NDArray[np.float64]:
        """The policy [..., A] at observations [...]: greedy, or the exploring one."""
        if explore is not True and explore is not False:
            flag(explore=explore)
        q, policy = self._values(observation), self.policy if explore else GREEDY
        if self.masks is not None:
            return self.masks.probabilities(policy, observation, q, self.clock, self.counts[observation])
        return np.asarray(policy(q, self.clock, self.counts[observation]))

    def learn(self, transition: Transition) -> dict[str, float]:
        """One update from a transition, or from a batch with one per lane; logs `td_error`, the mean absolute error."""
        if self._one_by_one:
            return learn_one(self, transition)
        check_cells(self.q, transition)
        return self._learn_lanes(transition)

    def _learn_lanes(self, transition: Transition) -> dict[str, float]:
        """`update` from a transition whose states and actions lie in the table."""
        step = batch_of(transition)
        size = step.action.size
        part: Any = ...  # of the memory
        if self.per_lane:
            part = slice(size) if step.lane is None else step.lane[0]
            lanes = np.arange(size) if step.lane is None else step.lane[0]
            self.memory = continued(self.memory, self.first_memory, lanes, step.observation[0])
            self.memory[FOLLOWING][part] = step.next_observation[0]
        memory = {name: array[part][None] for name, array in self.memory.items() if name != FOLLOWING}
        before = Tables(self.q[None], self.counts[None], memory)
        after, error = self.update(before, step, self.clock, self._rng.random((1, self.draws(size))))
        self.q[:], self.counts[:] = after.q[0], after.counts[0]
        for name, array in after.memory.items():
            self.memory[name][part] = array[0]
        self.time, self.episodes = self.time + size, self.episodes + ended(transition)
        return {"td_error": float(error)}

    def _single_steps(self, act: ActOne, learn: LearnOne) -> tuple[ActOne, LearnOne]:
        """Faster replacements of `act` and `learn` for single steps in `agents.loop`.

        An `act` or `learn` that is overridden stays in use.
        """
        random, states = self._rng.random, 0 if self.masked else self.num_states

        def act_one(observation: Any, explore: bool) -> Any:
            policy = self.policy if explore else GREEDY
            plain = type(observation) is int and 0 <= observation < states
            if plain and (type(policy) is EpsilonGreedy or type(policy) is Softmax):
                return policy.pick(self.q[observation].tolist(), self.clock, random())
            return act(observation, explore)

        acts, learns = (getattr(method, "__func__", None) in self._own for method in (self.act, self.learn))
        return act_one if acts else act, partial(learn_one, self) if learns and self._one_by_one else learn

    def draws(self, lanes: int) -> int:
        """Number of random numbers that `update` needs for one step of `lanes` lanes."""
        return 0

    def update(self, tables: Tables, step: Transition, time: Any, uniforms: Any, xp: Any = np) -> tuple[Tables, Any]:
        """The rule as a pure function: G agents of L lanes each learn from one step of every lane.

        Args:
            tables: q, counts and memory before the update.
            step: a transition of every lane, its fields [G, L].
            time: time of the policy, `clock`: a number or [G, 1].
            uniforms: random numbers [G, draws] in [0, 1).
            xp: `numpy` or `keras.ops`; gamma is then [G, 1], alpha [G, 1, 1] or a function. Add numbers of different
                types by `xp.add`, as TensorFlow refuses `+`.

        Returns:
            q, counts and memory after the update, and the mean absolute error.
        """
        error = self.td_errors(tables, step, time, xp)
        times, mean = mean_in_cells(tables.q, step.observation, step.action, error, xp=xp)
        q, counts = self.moved(tables.q, tables.counts, times, mean, xp)
        return Tables(q, counts, tables.memory), mean_size(error, xp=xp)

    def td_errors(self, tables: Tables, step: Transition, time: Any, xp: Any = np) -> Any:
        """One-step targets minus q(S, A), [G, L]."""
        target = step.reward + self.gamma * self.next_values(tables, step, time, xp)
        return target - entries(tables.q, step.observation, step.action, xp)

    def next_values(self, tables: Tables, step: Transition, time: Any, xp: Any = np) -> Any:
        """Bootstrapped values of S' [G, L], 0 where it is terminal."""
        q_next = rows(tables.q, step.next_observation, xp)
        if self.masks is not None:
            counts = rows(tables.counts, step.next_observation)
            return self.masks.values(self.bootstrap, self.policy, step, q_next, time, counts)

        def policy(q: Any) -> Any:
            return self.policy(q, time, xp.add(rows(tables.counts, step.next_observation, xp), 0.0), xp=xp)

        value = self.bootstrap(q_next, step.next_action, policy, xp)
        return xp.where(step.terminated, 0.0, value)

    def moved(self, q: Any, counts: Any, times: Any, mean: Any, xp: Any = np) -> tuple[Any, Any]:
        """Tables and counts [G, S, A] after each cell moves a step along the mean of its `times` errors."""
        counts = xp.add(counts, times)
        return q + self.step_size(counts, times, xp) * mean, counts

    def step_size(self, counts: Any, times: Any, xp: Any = np) -> Any:
        """Step sizes [...] of cells after `counts` updates [...], `times` [...] of them in this batch."""
        if not callable(self.alpha):
            return self.alpha
        return xp.minimum(xp.add(times, 0.0) * level_at(self.alpha, xp.add(xp.maximum(counts, 1), 0.0), xp), 1.0)


_RULE = ("update", "td_errors", "next_values", "moved", "step_size")  # the methods that `learn_one` replaces
TabularAgent._own = (TabularAgent.act, TabularAgent.learn)
